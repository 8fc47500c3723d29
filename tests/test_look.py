"""What is true of the look before a browser shows it: colours, and no inline code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.template.loader import render_to_string

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if not path.is_relative_to(TEMPLATES / "emails")
)
INLINE_CODE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
OTHER_HOST = re.compile(r"\b(?:src|href)=\"(?:https?:)?//", re.IGNORECASE)

SITE_CSS = (STATIC / "site.css").read_text()
ADMIN_CSS = (STATIC / "admin-site.css").read_text()
DARK = "@media screen and (prefers-color-scheme: dark) {"


def declarations(css: str, opening: str) -> dict[str, str]:
    """The custom properties set between ``opening`` and the next closing brace."""
    block = css[css.index(opening) + len(opening) :]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block[: block.index("}")]))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


LIGHT_TOKENS = declarations(SITE_CSS, ":root {")
TOKENS = {
    "light": LIGHT_TOKENS,
    "dark": LIGHT_TOKENS | declarations(SITE_CSS, f"{DARK}\n  :root {{"),
}

ADMIN_LIGHT = declarations(ADMIN_CSS, ':root, html[data-theme="light"] {')
ADMIN_DARK = declarations(ADMIN_CSS, f"{DARK}\n  :root {{")
ADMIN_TOKENS = {"light": ADMIN_LIGHT, "dark": ADMIN_LIGHT | ADMIN_DARK}

# Words, and the grounds they stand on.
WORDS = {
    "ink": ["paper", "paper-raised", "paper-sunk", "field", "accent-tint", "primary-tint"],
    "ink-soft": ["paper", "paper-raised", "paper-sunk"],
    "primary": ["paper", "paper-raised", "paper-sunk", "primary-tint", "accent-tint"],
    "primary-deep": ["paper", "paper-raised", "paper-sunk", "primary-tint", "accent-tint"],
    "accent": ["paper", "paper-raised", "paper-sunk", "accent-tint"],
    "danger": ["paper-raised", "danger-tint"],
    "on-primary": ["primary", "primary-deep"],
    "on-night": ["night"],
    "on-night-soft": ["night"],
}
EDGES = {"rule-strong": ["paper", "paper-raised", "field"], "focus": ["paper", "paper-raised"]}

ADMIN_WORDS = {
    "body-fg": ["body-bg", "darkened-bg", "selected-bg", "selected-row", "desk-raised"],
    "body-quiet-color": ["body-bg", "darkened-bg", "desk-raised"],
    "link-fg": ["body-bg", "darkened-bg", "selected-row"],
    "link-hover-color": ["body-bg", "darkened-bg"],
    "header-link-color": ["header-bg"],
    "header-color": ["header-bg"],
    "breadcrumbs-fg": ["breadcrumbs-bg"],
    "breadcrumbs-link-fg": ["breadcrumbs-bg"],
    "error-fg": ["body-bg", "message-error-bg"],
    "button-fg": ["button-bg", "button-hover-bg", "default-button-bg", "default-button-hover-bg"],
    "object-tools-fg": ["object-tools-bg", "object-tools-hover-bg"],
    "desk-good-fg": ["desk-good-bg"],
    "desk-wait-fg": ["desk-wait-bg"],
    "desk-bad-fg": ["desk-bad-bg"],
    "desk-still-fg": ["desk-still-bg"],
}


def too_faint(tokens: dict[str, str], pairs: dict[str, list[str]], least: float) -> list[str]:
    return [
        f"{word} on {ground}: {ratio:.2f}"
        for word, grounds in pairs.items()
        for ground in grounds
        if (ratio := contrast(tokens[f"--{word}"], tokens[f"--{ground}"])) < least
    ]


def test_contrast_is_measured_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("setting", ["light", "dark"])
def test_words_and_edges_can_be_told_from_their_ground(setting):
    assert too_faint(TOKENS[setting], WORDS, 4.5) == []
    assert too_faint(TOKENS[setting], EDGES, 3) == []


@pytest.mark.parametrize("setting", ["light", "dark"])
def test_words_in_the_admin_can_be_told_from_their_ground(setting):
    assert too_faint(ADMIN_TOKENS[setting], ADMIN_WORDS, 4.5) == []


def test_dark_by_hand_is_dark_by_setting():
    assert declarations(ADMIN_CSS, 'html[data-theme="dark"] {') == ADMIN_DARK


def test_every_colour_that_is_used_is_defined():
    django_css = Path(admin.__file__).parent / "static" / "admin" / "css"
    of_django = "".join(path.read_text() for path in django_css.glob("*.css"))

    # What is defined for the dark only would be missing in the light.
    assert set(TOKENS["dark"]) == set(LIGHT_TOKENS)
    assert set(ADMIN_TOKENS["dark"]) == set(ADMIN_LIGHT)
    assert undefined(SITE_CSS, SITE_CSS) == set()
    assert undefined(ADMIN_CSS, ADMIN_CSS + of_django) == set()


def undefined(css: str, definitions: str) -> set[str]:
    return set(re.findall(r"var\((--[\w-]+)", css)) - set(re.findall(r"(--[\w-]+):", definitions))


@pytest.mark.parametrize("css", [SITE_CSS, ADMIN_CSS], ids=["site", "admin"])
def test_style_sheets_ask_for_no_other_file(css):
    assert [
        url for url in re.findall(r"url\(\"?([^\")]*)", css) if not url.startswith("data:")
    ] == []
    assert "@import" not in css


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

    assert f'href="{settings.STATIC_URL}site.css"' in page
    assert len(re.findall("<h1>", page)) == 1


@pytest.mark.parametrize("name", ["favicon.svg", "logo.svg"])
def test_the_mark_is_one_drawing(name):
    drawing = re.compile(r' (?:d|cx|cy|r)="[^"]+"')
    mark = (TEMPLATES / "includes" / "mark.html").read_text()

    shapes = drawing.findall((STATIC / name).read_text())

    assert shapes == drawing.findall(mark)
