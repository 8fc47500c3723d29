"""Dates and moments in words, in the language of the page or letter."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_in_words(day: date) -> str:
    """Such as 18 November 2022; the same as ``|date:"DATE_FORMAT"`` in a template."""
    return date_format(day, "DATE_FORMAT")


def long_day_in_words(day: date) -> str:
    """Such as Friday, 18 November 2022."""
    # Translators: a date with its day of the week, as Django's "date" filter takes it.
    return format_date(day, _("l, j F Y"))


def short_moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Such as 18 November 2022, 11:59 p.m. CST."""
    local = moment.astimezone(zone)
    return f"{day_in_words(local)}, {date_format(local, 'TIME_FORMAT')} {local.tzname()}"


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as it is said in ``zone``, with the name of the zone."""
    local = moment.astimezone(zone)
    # Translators: a day of the week, date and time, as Django's "date" filter takes them.
    said = format_date(local, _("l, j F Y, g:i a"))
    return f"{said} {local.tzname()} ({zone.key})"
