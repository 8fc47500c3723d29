"""Dates, numbers and texts that were not translated, in the language of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils.formats import localize
from django.utils.translation import override

from mig_site.dates import (
    day_in_words,
    long_day_in_words,
    moment_in_words,
    short_moment_in_words,
)

DEADLINE = datetime(2022, 11, 19, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "long_day", "moment"),
    [
        (
            "en",
            "18 November 2022",
            "Friday, 18 November 2022",
            "Friday, 18 November 2022, 11:59 p.m. CST (America/Chicago)",
        ),
        (
            "es",
            "18 de noviembre de 2022",
            "viernes 18 de noviembre de 2022",
            "viernes 18 de noviembre de 2022, 11:59 p.m. CST (America/Chicago)",
        ),
    ],
)
def test_dates_follow_the_language(language, day, long_day, moment):
    friday = date(2022, 11, 18)
    template = Template('{% load texts %}{{ d|date:"DATE_FORMAT" }}|{{ d|long_date }}')

    with override(language):
        assert (day_in_words(friday), long_day_in_words(friday)) == (day, long_day)
        assert template.render(Context({"d": friday})) == f"{day}|{long_day}"
        assert moment_in_words(DEADLINE, ZoneInfo("America/Chicago")) == moment


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("en", "18 November 2022, 11:59 p.m. CST"),
        ("es", "18 de noviembre de 2022, 11:59 p.m. CST"),
    ],
)
def test_hours_are_said_in_one_way_in_every_language(language, moment):
    with override(language):
        assert short_moment_in_words(DEADLINE, ZoneInfo("America/Chicago")) == moment


@pytest.mark.parametrize("language", ["en", "es"])
def test_numbers_are_written_as_in_the_americas(language):
    with override(language):
        assert (localize(1234.5), localize(2022)) == ("1234.5", "2022")
