"""Where an application stands, in words with dates, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mig_site.dates import day_in_words
from mig_site.languages import in_its_language
from signups.models import Application, ApplicationStatus, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What an applicant reads first on the status page."""

    title: str
    sentence: str
    search: str  # what we look for; to be left out once somebody has been found
    next_steps: tuple[str, ...]


def standing_of(application: Application) -> Standing:
    # As far as it was told: deciding and telling are two steps.
    known = application.known_status
    title, sentence, next_steps = {
        ApplicationStatus.RECEIVED: _received,
        ApplicationStatus.ACCEPTED: _accepted,
        ApplicationStatus.WAITLISTED: _waitlisted,
        ApplicationStatus.DECLINED: _declined,
        ApplicationStatus.WITHDRAWN: _withdrawn,
    }[known](application)
    search = _search_for(application) if known == ApplicationStatus.ACCEPTED else ""
    return Standing(title, sentence, search, tuple(step for step in next_steps if step))


def _search_for(application: Application) -> str:
    if application.role == Role.MENTEE:
        return _(
            "We look for a mentor for you. When there is one, you find it here and in a letter."
        )
    return _("We look for a mentee for you. When there is one, you find it here and in a letter.")


def _received(application: Application) -> tuple[str, str, list[str]]:
    answer_by = application.cohort.answer_by
    told = (
        _("You hear from us by %(day)s, whether there is a match or not.")
        % {"day": day_in_words(answer_by)}
        if answer_by
        else _("Pairs are made all year; you hear from us either way.")
    )
    return (
        _("We have your application"),
        _("It arrived on %(day)s, and the committee has not decided yet.")
        % {"day": day_in_words(application.submitted_at)},
        [
            _("The committee reads what you wrote."),
            told,
            in_its_language(application.cohort, "orientation"),
        ],
    )


def _accepted(application: Application) -> tuple[str, str, list[str]]:
    cohort = application.cohort
    begin = (
        _("Mentorships begin on %(day)s.") % {"day": day_in_words(cohort.starts_on)}
        if cohort.starts_on
        else ""
    )
    return (
        _("You are in"),
        _("The committee accepted your application. We told you on %(day)s.")
        % {"day": day_in_words(application.told_at)},
        [in_its_language(cohort, "orientation"), begin],
    )


def _waitlisted(application: Application) -> tuple[str, str, list[str]]:
    return (
        _("You are on the waitlist"),
        _("There are more people than places just now. We told you on %(day)s.")
        % {"day": day_in_words(application.told_at)},
        [_("When a place becomes free, we write to you. You need not do anything.")],
    )


def _declined(application: Application) -> tuple[str, str, list[str]]:
    return (
        _("Not this time"),
        _("The committee cannot offer you a place in this cohort. We told you on %(day)s.")
        % {"day": day_in_words(application.told_at)},
        [
            _("Questions are welcome: %(address)s")
            % {"address": application.cohort.program.contact_address}
        ],
    )


def _withdrawn(application: Application) -> tuple[str, str, list[str]]:
    window = application.window
    return (
        _("You have withdrawn"),
        _("Since %(day)s your application is no longer considered.")
        % {"day": day_in_words(application.decided_at)},
        [
            _("You may come back while applications are open. %(window)s")
            % {"window": window.sentence}
        ]
        if window.is_open
        else [],
    )
