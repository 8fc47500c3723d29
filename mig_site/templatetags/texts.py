"""What templates need for texts in two languages."""

from __future__ import annotations

from datetime import date

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mig_site import languages
from mig_site.dates import long_day_in_words
from mig_site.languages import language_of

register = template.Library()


@register.filter
def long_date(day: date | None) -> str:
    """A date with its day of the week."""
    return long_day_in_words(day) if day else ""


@register.filter
def marked(text: str) -> SafeString:
    """What a form asks or offers, marked where a committee wrote it in another language."""
    return languages.marked(text)


@register.filter
def lang_of(row: Model, field: str) -> SafeString:
    """The ``lang`` attribute for an element that holds ``row.<field>_i18n``.

    Empty where the text is in the language of the page. A text that nobody has translated stands in
    its own language, and says so to whoever has the page read aloud:
    ``<p{{ program|lang_of:"tagline" }}>{{ program.tagline_i18n }}</p>``
    """
    language = language_of(row, field)
    return format_html(' lang="{}"', language) if language else SafeString("")
