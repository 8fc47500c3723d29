"""The dates of a cohort as a line: what is over, where today is, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mig_site.dates import day_in_words
from signups.models import Cohort, Role
from signups.windows import WindowState


class MomentState(StrEnum):
    PAST = "past"
    TODAY = "today"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the line; today is an entry of its own where nothing else happens on it."""

    day: date
    what: str
    state: MomentState
    hour: str = ""  # in the program's zone, where the day alone does not say it
    is_only_today: bool = False

    @property
    def when(self) -> str:
        day = day_in_words(self.day)
        return f"{day}, {self.hour}" if self.hour else day

    @property
    def state_in_words(self) -> str:
        return {
            MomentState.PAST: _("Over"),
            MomentState.TODAY: _("Today"),
            MomentState.NEXT: _("Next"),
            MomentState.LATER: _("Later"),
        }[self.state]


def timeline_of(cohort: Cohort) -> list[Moment]:
    """The cohort's dates in order, as its program counts days, with today among them."""
    zone = cohort.program.time_zone
    today = timezone.localdate(timezone=zone)
    entries = sorted(_dated(cohort), key=lambda entry: entry[0])
    coming = next((day for day, *_rest in entries if day > today), None)
    moments = [
        Moment(day, what, _state(day, today=today, coming=coming), hour)
        for day, _order, what, hour in entries
    ]
    if all(moment.state != MomentState.TODAY for moment in moments):
        here = Moment(today, _today_in(cohort), MomentState.TODAY, is_only_today=True)
        n_past = sum(moment.state == MomentState.PAST for moment in moments)
        moments.insert(n_past, here)
    return moments


def _state(day: date, *, today: date, coming: date | None) -> MomentState:
    if day < today:
        return MomentState.PAST
    if day == today:
        return MomentState.TODAY
    return MomentState.NEXT if day == coming else MomentState.LATER


def _today_in(cohort: Cohort) -> str:
    """What one can do today."""
    states = {role: cohort.window(role).state for role in Role}
    takes = [role for role in Role if states[role] == WindowState.OPEN]
    if len(takes) == len(states):
        return _("Mentees and mentors can apply")
    if takes:
        return _("Mentees can apply") if takes == [Role.MENTEE] else _("Mentors can apply")
    if WindowState.UPCOMING in states.values():
        return _("Applications are not open yet")
    return _("Applications are closed")


def _dated(cohort: Cohort) -> list[tuple[date, int, str, str]]:
    """Day, order within it, what happens, and the hour."""
    moments = [*_windows(cohort)]
    moments += [
        (session.starts_at, 3, _("Orientation"))
        for session in cohort.orientation_sessions.all()
        if session.dropped_at is None
    ]
    days = [
        (cohort.answer_by, 4, _("By then, everyone who applied is told")),
        (cohort.starts_on, 5, _("Mentorships begin")),
        (cohort.ends_on, 6, _("Mentorships end")),
    ]
    zone = cohort.program.time_zone
    dated = [(day, order, what, "") for day, order, what in days if day]
    for moment, order, what in moments:
        local = moment.astimezone(zone)
        hour = f"{date_format(local, 'TIME_FORMAT')} {local.tzname()}"
        # That a window opens with the day needs no hour.
        dated.append((local.date(), order, what, "" if local.hour + local.minute == 0 else hour))
    return dated


def _windows(cohort: Cohort) -> list[tuple[datetime, int, str]]:
    """When applications open and close; said once where both roles have one time."""
    opens = {role: getattr(cohort, f"{role}_opens_at") for role in Role}
    closes = {role: getattr(cohort, f"{role}_closes_at") for role in Role}
    if opens[Role.MENTEE] == opens[Role.MENTOR]:
        moments = [(opens[Role.MENTEE], 1, _("Applications open"))]
    else:
        moments = [
            (opens[Role.MENTEE], 1, _("Applications of mentees open")),
            (opens[Role.MENTOR], 1, _("Applications of mentors open")),
        ]
    if closes[Role.MENTEE] == closes[Role.MENTOR]:
        moments.append((closes[Role.MENTEE], 2, _("Applications close")))
    else:
        moments += [
            (closes[Role.MENTEE], 2, _("Applications of mentees close")),
            (closes[Role.MENTOR], 2, _("Applications of mentors close")),
        ]
    return [(moment, order, what) for moment, order, what in moments if moment]
