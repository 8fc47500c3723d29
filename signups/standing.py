"""Where an application stands, in words with dates, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.dateformat import format as format_date

from signups.models import Application, ApplicationStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """What an applicant reads first on the status page."""

    title: str
    sentence: str
    next_steps: tuple[str, ...]


def standing_of(application: Application) -> Standing:
    title, sentence, next_steps = {
        ApplicationStatus.RECEIVED: _received,
        ApplicationStatus.ACCEPTED: _accepted,
        ApplicationStatus.WAITLISTED: _waitlisted,
        ApplicationStatus.DECLINED: _declined,
        ApplicationStatus.WITHDRAWN: _withdrawn,
        # As far as it was told: deciding and telling are two steps.
    }[application.known_status](application)
    return Standing(title, sentence, tuple(step for step in next_steps if step))


def _received(application: Application) -> tuple[str, str, list[str]]:
    answer_by = application.cohort.answer_by
    told = (
        f"You hear from us by {_day(answer_by)}, whether there is a match or not."
        if answer_by
        else "Pairs are made all year; you hear from us either way."
    )
    return (
        "We have your application",
        f"It arrived on {_day(application.submitted_at)}, and the committee has not decided yet.",
        ["The committee reads what you wrote.", told, application.cohort.orientation],
    )


def _accepted(application: Application) -> tuple[str, str, list[str]]:
    cohort, other = application.cohort, application.role_enum.other.label.lower()
    begin = f"Mentorships begin on {_day(cohort.starts_on)}." if cohort.starts_on else ""
    return (
        "You are in",
        f"The committee accepted your application. We told you on {_day(application.told_at)}.",
        [
            f"We look for a {other} for you. When there is one, you find it here and in a letter.",
            cohort.orientation,
            begin,
        ],
    )


def _waitlisted(application: Application) -> tuple[str, str, list[str]]:
    return (
        "You are on the waitlist",
        f"There are more people than places just now. We told you on {_day(application.told_at)}.",
        ["When a place becomes free, we write to you. You need not do anything."],
    )


def _declined(application: Application) -> tuple[str, str, list[str]]:
    return (
        "Not this time",
        "The committee cannot offer you a place in this cohort. We told you on "
        f"{_day(application.told_at)}.",
        [f"Questions are welcome: {application.cohort.program.contact_address}"],
    )


def _withdrawn(application: Application) -> tuple[str, str, list[str]]:
    window = application.window
    return (
        "You have withdrawn",
        f"Since {_day(application.decided_at)} your application is no longer considered.",
        [f"You may come back while applications are open. {window.sentence}"]
        if window.is_open
        else [],
    )


def _day(moment: object) -> str:
    return format_date(moment, "j F Y")
