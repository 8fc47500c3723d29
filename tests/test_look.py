"""What is true of the look before a browser shows it: colours, and no inline code."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.template.loader import render_to_string
from PIL import Image

from mig_site.colours import LEAST_FOR_WORDS, SCHEMES, colours, contrast, contrasts, properties

pytestmark = pytest.mark.once

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if not path.is_relative_to(TEMPLATES / "emails")
)
# JSON-LD is data: no browser carries it out, and no policy has to allow it.
INLINE_CODE = re.compile(
    r"<style|<script(?![^>]*\bsrc=| type=\"application/ld\+json\")|\sstyle=|\son[a-z]+=|"
    r"javascript:",
    re.IGNORECASE,
)
OTHER_HOST = re.compile(r"\b(?:src|href)=\"(?:https?:)?//", re.IGNORECASE)

CSS = STATIC / "css"
SHEETS = {path.relative_to(CSS).as_posix(): path.read_text() for path in CSS.rglob("*.css")}
SITE = "".join(css for name, css in SHEETS.items() if not name.startswith("admin/"))
ADMIN = "".join(css for name, css in SHEETS.items() if name.startswith("admin/"))
# On paper, where everything is black on white, and a code to be photographed.
COLOURS_OF_THEIR_OWN = {"tokens.css", "print.css", "admin/second-factor.css"}

ADMIN_WORDS = {
    "body-fg": ["body-bg", "darkened-bg", "selected-bg", "selected-row", "desk-raised"],
    "body-quiet-color": ["body-bg", "darkened-bg", "desk-raised"],
    "link-fg": ["body-bg", "darkened-bg", "selected-row"],
    "link-hover-color": ["body-bg", "darkened-bg"],
    "header-link-color": ["header-bg", "secondary"],
    "header-color": ["header-bg"],
    "breadcrumbs-fg": ["breadcrumbs-bg"],
    "breadcrumbs-link-fg": ["breadcrumbs-bg"],
    "error-fg": ["body-bg", "message-error-bg"],
    "button-fg": [
        "button-bg",
        "button-hover-bg",
        "default-button-bg",
        "default-button-hover-bg",
        "close-button-bg",
        "close-button-hover-bg",
        "delete-button-bg",
        "delete-button-hover-bg",
    ],
    "primary-fg": ["primary"],
    "object-tools-fg": ["object-tools-bg", "object-tools-hover-bg"],
    "desk-good-fg": ["desk-good-bg"],
    "desk-wait-fg": ["desk-wait-bg"],
    "desk-bad-fg": ["desk-bad-bg"],
    "desk-still-fg": ["desk-still-bg"],
}


def admin_colours(scheme: str) -> dict[str, str]:
    """What Django and the desk call their colours, each led back to a colour of the site."""
    found = colours(scheme)
    for name, value in properties(SHEETS["admin/colours.css"]).items():
        found[name.removeprefix("--")] = found.get(value.removeprefix("var(--").rstrip(")"))
    return found


def test_contrast_is_measured_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_and_edges_can_be_told_from_their_ground(scheme):
    assert [pair for pair in contrasts(scheme) if not pair.is_enough] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_in_the_admin_can_be_told_from_their_ground(scheme):
    of = admin_colours(scheme)

    faint = [
        f"{word} on {ground}"
        for word, grounds in ADMIN_WORDS.items()
        for ground in grounds
        if contrast(of[word], of[ground]) < LEAST_FOR_WORDS
    ]

    assert faint == []


@pytest.mark.parametrize("name", sorted(SHEETS.keys() - COLOURS_OF_THEIR_OWN))
def test_colours_are_named_in_one_place(name):
    without_drawings = re.sub(r"url\([^)]*\)", "", SHEETS[name])

    assert re.findall(r"#[0-9a-f]{3,8}\b", without_drawings, re.IGNORECASE) == []


def test_every_colour_that_is_used_is_defined():
    django_css = Path(admin.__file__).parent / "static" / "admin" / "css"
    of_django = "".join(path.read_text() for path in django_css.glob("*.css"))

    assert undefined(SITE, SITE) == set()
    assert undefined(ADMIN, SHEETS["tokens.css"] + ADMIN + of_django) == set()


def undefined(css: str, definitions: str) -> set[str]:
    return set(re.findall(r"var\((--[\w-]+)", css)) - properties(definitions).keys()


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_style_sheets_ask_for_no_other_file_and_stay_short(name):
    css = SHEETS[name]

    urls = re.findall(r"url\(\"?([^\")]*)", css)
    assert [url for url in urls if not url.startswith(("data:", "../fonts/"))] == []
    assert "@import" not in css
    assert css.count("\n") <= 320


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("admin/")])
def test_pages_link_the_style_sheets_of_what_they_show(name):
    source = (TEMPLATES / name).read_text()
    if '{% extends "base.html" %}' not in source:
        return
    whole = with_includes(source)
    classes = set(re.findall(r"[a-z][\w-]*", " ".join(re.findall(r'class="([^"]*)"', whole))))
    linked = set(re.findall(r"css/([\w-]+\.css)", with_includes(BASE) + whole))
    known = set().union(*(classes_of(sheet) for sheet in linked))
    sheets = [sheet for sheet in SHEETS if "/" not in sheet]

    needed = {
        sheet for sheet in sheets if (classes & classes_of(sheet)) - known and sheet not in linked
    }

    assert needed == set()


BASE = (TEMPLATES / "base.html").read_text()


def with_includes(source: str) -> str:
    """A template's source together with that of what it includes by name."""
    included = re.findall(r'\{% include "([^"]+)"', source)
    paths = [TEMPLATES / name for name in included if (TEMPLATES / name).exists()]
    return source + "".join(with_includes(path.read_text()) for path in paths)


def classes_of(sheet: str) -> set[str]:
    return set(re.findall(r"\.([a-z][\w-]*)", SHEETS[sheet]))


@pytest.mark.parametrize("name", PAGES)
def test_templates_hold_no_inline_code_and_name_no_other_host(name):
    source = (TEMPLATES / name).read_text()

    assert INLINE_CODE.findall(source) == []
    assert OTHER_HOST.findall(source) == []


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_pages_for_broken_moments_need_nothing(name, settings, tmp_path):
    # No context, and hashed names asked for but never made.
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    page = render_to_string(name)

    assert f'href="{settings.STATIC_URL}css/tokens.css"' in page
    assert len(re.findall("<h1>", page)) == 1


@pytest.mark.parametrize("name", ["favicon.svg", "logo.svg"])
def test_the_mark_is_one_drawing(name):
    drawing = re.compile(r' (?:d|cx|cy|r)="[^"]+"')
    mark = (TEMPLATES / "includes" / "mark.html").read_text()

    shapes = drawing.findall((STATIC / name).read_text())

    assert shapes == drawing.findall(mark)


@pytest.mark.parametrize(
    ("name", "source", "size"),
    [
        ("social.png", "social.svg", (1200, 630)),
        ("apple-touch-icon.png", "favicon.svg", (180, 180)),
    ],
)
def test_pictures_are_drawn_from_the_drawings_of_today(name, source, size):
    drawing = (STATIC / source).read_text()

    with Image.open(STATIC / name) as picture:
        # If this fails: make pictures.
        assert picture.text["Source"] == f"{source} {sha256(drawing.encode()).hexdigest()}"
        assert picture.size == size


def test_the_bar_of_the_browser_is_as_the_page():
    bars = re.findall(r'name="theme-color" content="(#[0-9a-f]{6})"', BASE)

    assert bars == [colours(scheme)["paper"] for scheme in SCHEMES]
