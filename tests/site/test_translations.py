"""The Spanish of the site: all of it, whole, and as new as the English."""

from __future__ import annotations

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
import textwrap
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override

import signups.disclosure
from matching.answering import format_offers_told
from matching.standing import offers_told
from matching.views.my_data import download
from signups.disclosure import everything_about
from signups.disclosure_names import NAMES, named
from signups.models import Application
from spotlights.suggesting import stories_told
from tests.site.test_access_matrix import address_of, routes, site  # noqa: F401

pytestmark = pytest.mark.once

CODES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w+\}")
TAG = re.compile(r"</?\w[^>]*>")

# Where the sources of messages are.
SOURCES = ["manage.py", "mig_site", "signups", "matching", "spotlights", "templates"]


def path_of(code: str) -> Path:
    return Path(settings.LOCALE_PATHS[0], code, "LC_MESSAGES", "django.po")


def messages_of(code: str) -> list[Message]:
    with path_of(code).open("rb") as file:
        return [message for message in read_po(file, locale=code) if message.id]


def forms_of(message: Message) -> list[tuple[str, str]]:
    """What is said and its translation, for each form of a message."""
    if not message.pluralizable:
        return [(message.id, message.string)]
    singular, plural = message.id
    return list(zip([singular, *[plural] * (len(message.string) - 1)], message.string, strict=True))


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated(code):
    missing = [
        message.id
        for message in messages_of(code)
        if message.fuzzy or not all(said for _, said in forms_of(message))
    ]

    assert missing == []


@pytest.mark.parametrize("code", CODES)
def test_every_translation_keeps_placeholders_and_tags(code):
    differing = []
    for message in messages_of(code):
        for english, said in forms_of(message):
            for pattern in (PLACEHOLDER, TAG):
                if sorted(pattern.findall(english)) != sorted(pattern.findall(said)):
                    differing.append(english)
            # A sentence that goes on with a capital or ends in a line break does so everywhere.
            if (english[-1:] == "\n") != (said[-1:] == "\n"):
                differing.append(english)

    assert differing == []


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_all_its_plural_forms(code):
    with path_of(code).open("rb") as file:
        catalog = read_po(file, locale=code)

    few = [
        m.id for m in catalog if m.id and m.pluralizable and len(m.string) != catalog.num_plurals
    ]

    assert few == []


def test_everything_in_a_download_has_a_name_to_translate():
    told = [everything_about, signups.disclosure._barriers, download]
    told += [offers_told, format_offers_told, stories_told]
    names = {
        key.value
        for function in told
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function))))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    } - {"indent", "ensure_ascii"}
    names |= {str(field.verbose_name) for field in Application._meta.concrete_fields}
    names |= {str(field.verbose_name) for field in Application._meta.many_to_many}

    assert names - set(NAMES) - {"ID", "version", "employer"} == set()
    for code in CODES:
        with override(code):
            assert len(named(dict.fromkeys(NAMES))) == len(set(NAMES))


def has_gettext() -> bool:
    return all(shutil.which(program) for program in ("xgettext", "msgmerge", "msgfmt"))


needs_gettext = pytest.mark.skipif(
    not has_gettext() and os.environ.get("REQUIRE_GETTEXT") != "1",
    reason="GNU gettext is not installed",
)


@needs_gettext
@pytest.mark.parametrize("code", CODES)
def test_gettext_finds_no_fault(code, tmp_path):
    target = tmp_path / "checked.mo"

    done = subprocess.run(
        [shutil.which("msgfmt"), "--check-format", "--check-domain", "-o", target, path_of(code)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@needs_gettext
def test_catalogues_hold_what_the_sources_say(tmp_path):
    for name in SOURCES:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path)

    subprocess.run(
        [sys.executable, "manage.py", "gather_messages", "--verbosity=0"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    for code in CODES:
        gathered = tmp_path / path_of(code).relative_to(settings.BASE_DIR)
        assert without_date(gathered) == without_date(path_of(code)), "Run make messages."


def without_date(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    return [line for line in lines if not line.startswith('"POT-Creation-Date:')]


class VisibleText(HTMLParser):
    """The words of a page in its own language, also those that are only read aloud."""

    WITHOUT_END = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
    NOT_READ = {"script", "style"}
    READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = re.search(r'<html lang="(\w+)"', html)[1]
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []
        self.feed(html)

    @property
    def is_read(self) -> bool:
        return all(is_read for _, is_read in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_read = given.get("lang", self.language) == self.language and tag not in self.NOT_READ
        if self.is_read and is_read:
            self.words += [given[name] or "" for name in self.READ_ALOUD & given.keys()]
            if given.get("name") == "description":
                self.words.append(given["content"] or "")
        if tag not in self.WITHOUT_END:
            self.open.append((tag, is_read))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.is_read:
            self.words.append(data)

    def __str__(self) -> str:
        return " ".join(" ".join(self.words).split())


def english_left(text: str, code: str) -> list[str]:
    """Parts of more than two words of what has a translation and stands in a text untranslated."""
    left = []
    for message in messages_of(code):
        for english, said in forms_of(message):
            plain, foreign = TAG.sub(" ", english), TAG.sub(" ", said)
            for part in PLACEHOLDER.split(plain):
                words = " ".join(part.split())
                if (
                    words.count(" ") > 1
                    and words not in " ".join(foreign.split())
                    and words in text
                ):
                    left.append(words)
    return left


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_no_page_says_in_english_what_has_a_translation(site, code):  # noqa: F811
    rows, values, browsers = site
    pages = {}
    for route in (one for one in routes() if not one.startswith("/admin/")):
        for role in ("anonymous", "applicant"):
            response = browsers[role].get(f"/{code}{address_of(route, rows, values)}")
            content = b"".join(response)  # what is streamed from a file is closed at its end
            is_page = response.get("Content-Type", "").startswith("text/html")
            if response.status_code not in (302, 405) and is_page:
                pages[route, role] = str(VisibleText(content.decode()))

    assert len(pages) > 20
    left = {page: found for page, text in pages.items() if (found := english_left(text, code))}
    assert left == {}


def test_english_left_in_a_page_is_found():
    page = VisibleText(
        '<html lang="es"><p>Not found: this</p><p lang="en">Tell us your name.</p>'
        '<img alt="Send me the link"></html>'
    )

    assert english_left(str(page), "es") == ["Send me the link"]
