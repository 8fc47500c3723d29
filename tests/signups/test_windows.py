"""Windows: right to the second, in the program's own zone, and the same on every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from signups.calls import calls_of
from signups.models import Application, Cohort, Role
from signups.windows import WindowState
from tests.factories import application_data, make_cohort, make_program

pytestmark = pytest.mark.django_db

DENVER = ZoneInfo("America/Denver")


def denver(*moment):
    return datetime(*moment, tzinfo=DENVER)


def winter_cohort(program=None, **fields):
    """Takes applications from 1 October to 18 November 2026, 23:59 in Denver."""
    opens, closes = denver(2026, 10, 1, 0, 0), denver(2026, 11, 18, 23, 59)
    return make_cohort(
        program,
        **{
            "mentee_opens_at": opens,
            "mentee_closes_at": closes,
            "mentor_opens_at": opens,
            "mentor_closes_at": closes,
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (denver(2026, 9, 30, 23, 59, 59), WindowState.UPCOMING),
        (denver(2026, 10, 1, 0, 0, 0), WindowState.OPEN),
        (denver(2026, 11, 18, 23, 59, 59), WindowState.OPEN),
        (denver(2026, 11, 19, 0, 0, 0), WindowState.CLOSED),
    ],
)
def test_window_and_queryset_agree_to_the_second(moment, state):
    cohort = winter_cohort()

    with time_machine.travel(moment, tick=False):
        assert cohort.window(Role.MENTEE).state == state
        assert list(Cohort.objects.open_for(Role.MENTEE)) == (
            [cohort] if state == WindowState.OPEN else []
        )


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        # The last minute before and the first after daylight saving ended on 1 November 2026 …
        (denver(2026, 11, 1, 0, 59), "Sunday, 1 November 2026, 12:59 a.m. MDT (America/Denver)"),
        (denver(2026, 11, 1, 2, 0), "Sunday, 1 November 2026, 2:00 a.m. MST (America/Denver)"),
        # … and as it began on 14 March 2027.
        (denver(2027, 3, 14, 1, 59), "Sunday, 14 March 2027, 1:59 a.m. MST (America/Denver)"),
        (denver(2027, 3, 14, 3, 0), "Sunday, 14 March 2027, 3:00 a.m. MDT (America/Denver)"),
    ],
)
def test_a_deadline_is_said_with_its_zone_through_daylight_saving(closes, words):
    cohort = make_cohort(mentee_closes_at=closes, mentee_opens_at=denver(2026, 1, 1))

    cohort.refresh_from_db()

    assert cohort.window(Role.MENTEE).closes == words


@pytest.mark.parametrize("zone", ["America/Denver", "America/Chicago"])
@pytest.mark.parametrize(
    "day",
    [
        # The Saturdays before and the Sundays on which daylight saving ends and begins.
        (2026, 10, 31),
        (2026, 11, 1),
        (2027, 3, 13),
        (2027, 3, 14),
    ],
)
def test_window_ends_with_its_minute_on_both_sides_of_daylight_saving(zone, day):
    closes = datetime(*day, 23, 59, tzinfo=ZoneInfo(zone))
    cohort = make_cohort(
        make_program(time_zone=zone), mentee_opens_at=denver(2026, 1, 1), mentee_closes_at=closes
    )
    last_second = datetime(*day, 23, 59, 59, tzinfo=ZoneInfo(zone))

    def is_open_at(moment):
        with time_machine.travel(moment, tick=False):
            assert cohort.window(Role.MENTEE).is_open == Cohort.objects.open_for("mentee").exists()
            return cohort.window(Role.MENTEE).is_open

    assert (is_open_at(last_second), is_open_at(last_second + timedelta(seconds=1))) == (
        True,
        False,
    )


@pytest.mark.parametrize("closes_at_utc_hour", [7, 8])
def test_the_hour_that_comes_twice_closes_at_the_one_that_is_meant(closes_at_utc_hour):
    """On 1 November 2026 it is 1:30 in Denver twice: at 7:30 and at 8:30 UTC."""
    closes = datetime(2026, 11, 1, closes_at_utc_hour, 30, tzinfo=UTC)
    cohort = make_cohort(mentee_opens_at=denver(2026, 1, 1), mentee_closes_at=closes)

    def is_open_at(moment):
        with time_machine.travel(moment, tick=False):
            return cohort.window(Role.MENTEE).is_open

    assert is_open_at(closes + timedelta(seconds=59)) is True
    assert is_open_at(closes + timedelta(seconds=60)) is False
    name = {7: "MDT", 8: "MST"}[closes_at_utc_hour]
    assert cohort.window(Role.MENTEE).closes == (
        f"Sunday, 1 November 2026, 1:30 a.m. {name} (America/Denver)"
    )


def test_late_application_is_refused_with_the_date(client):
    cohort = winter_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    with time_machine.travel(denver(2026, 11, 19, 0, 0, 0), tick=False):
        shown = client.get(url)
        sent = client.post(url, application_data(cohort, Role.MENTEE))

    deadline = "Wednesday, 18 November 2026, 11:59 p.m. MST (America/Denver)"
    assert deadline in shown.content.decode()
    assert (shown.status_code, sent.status_code) == (200, 403)
    assert deadline in sent.content.decode()
    assert Application.objects.count() == 0


def test_roles_have_windows_of_their_own(client):
    cohort = winter_cohort(mentor_closes_at=denver(2026, 12, 1, 12, 0))

    with time_machine.travel(denver(2026, 11, 25), tick=False):
        states = [cohort.window(role).state for role in Role]

    assert states == [WindowState.CLOSED, WindowState.OPEN]


def test_program_calls_to_the_open_cohort_before_the_one_to_come_and_the_past_one():
    program = make_program()
    past = winter_cohort(
        program,
        mentee_opens_at=denver(2025, 1, 1),
        mentee_closes_at=denver(2025, 2, 1),
    )
    open_now = winter_cohort(program)
    to_come = winter_cohort(
        program,
        mentee_opens_at=denver(2027, 1, 1),
        mentee_closes_at=denver(2027, 2, 1),
    )

    def called_to(moment):
        with time_machine.travel(moment, tick=False):
            return calls_of(program)[0].cohort

    assert called_to(denver(2026, 11, 1)) == open_now
    assert called_to(denver(2026, 12, 1)) == to_come
    assert called_to(denver(2027, 3, 1)) == to_come
    Cohort.objects.exclude(pk=past.pk).delete()
    program = type(program).objects.get()
    assert called_to(denver(2027, 3, 1)) == past


def test_window_without_end_stays_open():
    cohort = make_cohort(mentee_opens_at=denver(2020, 1, 1), mentee_closes_at=None)

    assert cohort.window(Role.MENTEE).sentence == "Open all year: apply when you like."
    assert list(Cohort.objects.open_for(Role.MENTEE)) == [cohort]


@pytest.mark.parametrize(
    "fields",
    [
        {"mentee_opens_at": denver(2026, 2, 1), "mentee_closes_at": denver(2026, 1, 1)},
        {"mentor_opens_at": denver(2026, 2, 1), "mentor_closes_at": denver(2026, 1, 1)},
        {"starts_on": "2026-02-01", "ends_on": "2026-01-01"},
    ],
)
def test_database_refuses_a_cohort_that_ends_before_it_begins(fields):
    program = make_program()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_cohort(program, **fields)


def test_database_keeps_one_cohort_without_end_per_program():
    program = make_program()
    make_cohort(program, mentee_closes_at=None)
    make_cohort(make_program(), mentee_closes_at=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_cohort(program, mentee_closes_at=None)
