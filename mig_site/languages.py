"""In which language a page is shown: its address says so, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.urls import translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class LanguageMiddleware(LocaleMiddleware):
    """The language of an address, whatever cookie or browser ask for.

    Each address then has one content, which shared caches can keep for everybody.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # Django's own would also say that the content varies by Accept-Language; ours does not.
        response.headers.setdefault("Content-Language", get_language())
        return response


def current_language() -> str:
    """The language of the page at hand; the first one where there is no page."""
    return get_language() or settings.LANGUAGE_CODE


def language_of(row: Model, field: str) -> str:
    """In which language a text of a committee stands on the page at hand; empty for the page's own.

    A text that was not translated is read in the first language, by whoever wrote it.
    """
    language = current_language()
    if language == settings.LANGUAGE_CODE or not getattr(row, field):
        return ""
    is_translated = getattr(row, f"{field}_{language}", "")
    return "" if is_translated else settings.LANGUAGE_CODE


class ForeignText(str):
    """A text that is not in the language of the page, and knows in which it is."""

    language: str

    def __new__(cls, text: str, language: str) -> Self:
        foreign = super().__new__(cls, text)
        foreign.language = language
        return foreign


def text_of(row: Model, field: str) -> str:
    """A text of a committee as the page reads it; it knows its language where that is another."""
    text, language = getattr(row, f"{field}_i18n"), language_of(row, field)
    return ForeignText(text, language) if language else text


def marked(text: str) -> SafeString:
    """A text for a page, in an element that says its language where that is not the page's."""
    if isinstance(text, ForeignText):
        return format_html('<span lang="{}">{}</span>', text.language, text)
    return conditional_escape(text)


def in_its_language(row: Model, field: str) -> SafeString:
    """A text of a committee for a page, marked where it is not in the page's language."""
    return marked(text_of(row, field))


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageOfPage:
    """One language in which the page at hand can be read."""

    code: str
    name: str  # in that language
    path: str
    is_current: bool

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path


def languages_of(request: HttpRequest) -> list[LanguageOfPage]:
    """The page's addresses in all languages, the first language first.

    Pages that exist in one language only, such as the admin, have one.
    """
    current = current_language()
    pages = []
    for code, name in settings.LANGUAGES:
        path = translate_url(request.get_full_path(), code)
        if code == current or path != request.get_full_path():
            pages.append(
                LanguageOfPage(code=code, name=name, path=path, is_current=code == current)
            )
    return pages


def compile_translations() -> None:
    """Bring the translations that Django reads (.mo) up to those that people write (.po)."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).rglob("*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                with source.open("rb") as file:
                    catalog = read_po(file)
                # Whole or not at all: another process may be reading it.
                with NamedTemporaryFile(dir=target.parent, delete=False) as file:
                    write_mo(file, catalog)
                Path(file.name).chmod(0o644)
                Path(file.name).replace(target)
