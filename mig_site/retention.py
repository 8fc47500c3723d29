"""What is deleted by itself and when: the rules, which are also what docs/retention.md says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from matching.erasing import erase_and_part, has_recent_pairing
from mig_site import logging_in, queue
from signups import history, retention
from signups.models import Application, Cohort
from spotlights import retention as spotlights_retention
from spotlights.models import Suggestion, portrayed
from spotlights.models.suggestions import KEPT
from spotlights.suggestion_erasing import erase_suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of thing that goes by itself."""

    what: str | Promise
    kept: str | Promise
    goes: str | Promise
    due: Callable[[], QuerySet | history.OldHistory]
    go: Callable[[Any], object] = QuerySet.delete


RULES = [
    Rule(
        what=_("Drafts"),
        kept=format_lazy(
            _(
                "{days} days after the window ended; in a window without end, {without_end} days "
                "after they were last saved"
            ),
            days=retention.DRAFTS_KEPT.days,
            without_end=retention.DRAFTS_KEPT_WITHOUT_END.days,
        ),
        goes=_("Deleted, with their links and letters"),
        due=retention.drafts_due,
    ),
    Rule(
        what=_("Questions from the public"),
        kept=format_lazy(
            _("{days} days after the last message, answered or not"),
            days=retention.INQUIRIES_KEPT.days,
        ),
        goes=_("Deleted, with their messages, links and letters"),
        due=retention.inquiries_due,
        go=retention.erase_inquiries,
    ),
    Rule(
        what=_("Links"),
        kept=_("until they expire or are revoked"),
        goes=_("Deleted"),
        due=retention.links_due,
    ),
    Rule(
        what=_("Links that end news of spotlights"),
        kept=_("until they expire"),
        goes=_("Deleted"),
        due=retention.unsubscribe_links_due,
    ),
    Rule(
        what=_("Links of people portrayed to their spotlights"),
        kept=format_lazy(_("{days} days, or until they are revoked"), days=portrayed.LIFETIME.days),
        goes=_("Deleted"),
        due=spotlights_retention.links_due,
    ),
    Rule(
        what=_("Withdrawn spotlights"),
        kept=format_lazy(
            _("{days} days after they were withdrawn, or were last changed since"),
            days=spotlights_retention.WITHDRAWN_KEPT.days,
        ),
        goes=_("Deleted, with all letters about them; the portrait went when they were withdrawn"),
        due=spotlights_retention.withdrawn_due,
        go=spotlights_retention.erase_withdrawn,
    ),
    Rule(
        what=_("Words of letters"),
        kept=format_lazy(
            _("{days} days after the letter left, or was refused for good"),
            days=retention.WORDS_KEPT.days,
        ),
        goes=_("Deleted; subject, address and dates stay as long as the application"),
        due=retention.letters_due,
        go=retention.forget_words,
    ),
    Rule(
        what=_("Letters to people without an application"),
        kept=format_lazy(
            _("{days} days after they were written"), days=retention.LETTERS_TO_OTHERS_KEPT.days
        ),
        goes=_("Deleted"),
        due=retention.letters_to_others_due,
    ),
    Rule(
        what=_("Letters that crossed with an erasing"),
        kept=_("until the next day"),
        goes=_("Deleted"),
        due=retention.letters_to_erased_people,
    ),
    Rule(
        what=_("Suggestions of leaders, and stories that people told"),
        kept=format_lazy(
            _(
                "{days} days after they arrived or were last dealt with; a story no longer than "
                "the application"
            ),
            days=KEPT.days,
        ),
        goes=_("Deleted, with the letters about them; a spotlight that was made of one stays"),
        due=Suggestion.objects.due,
        go=erase_suggestions,
    ),
    Rule(
        what=_("Finished tasks"),
        kept=format_lazy(_("{days} days after their end"), days=queue.KEPT_FOR.days),
        goes=_("Deleted"),
        due=queue.tasks_to_forget,
    ),
    Rule(
        what=_("Sessions"),
        kept=_("until they expire"),
        goes=_("Deleted"),
        due=lambda: Session.objects.filter(expire_date__lt=timezone.now()),
    ),
    Rule(
        what=_("History of what committees edit and decide"),
        kept=format_lazy(_("{days} days after each change"), days=history.KEPT.days),
        goes=_(
            "Deleted; history of an application or a pairing goes with the person, that of a "
            "spotlight with the spotlight"
        ),
        due=history.OldHistory,
        go=history.OldHistory.delete,
    ),
    Rule(
        what=_("Failed logins"),
        kept=format_lazy(
            _("{minutes} minutes, until the next day at most"),
            minutes=settings.AXES_COOLOFF_TIME // timedelta(minutes=1),
        ),
        goes=_("Deleted"),
        due=logging_in.failures_to_forget,
    ),
]

APPLICATIONS = (
    _("Applications"),
    format_lazy(
        _(
            "as many days as the program says, after the cohort's last day; in a cohort without "
            "one, after the last change or decision; {days} days longer for people who asked to be "
            "kept for the next cohort or whom the committee keeps for it"
        ),
        days=retention.KEPT_FOR_NEXT.days,
    ),
    _(
        "Name, address, answers, choices, drafts, links, letters, comments, ratings, log entries "
        "and tasks are deleted; role, cohort, decision and dates stay to be counted"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is past its time: a sentence, how many, and how to let it go."""

    what: str
    n: int
    go: Callable[[], object]


def everything_due() -> Iterator[Due]:
    """What is past its time now, program by program and cohort by cohort."""
    cohorts = Cohort.objects.filter(program__keep_for_days__isnull=False)
    for cohort in cohorts.order_by("program__name", "pk"):
        applications = _applications_due(cohort)
        if applications:
            yield Due(
                what=f"Applications to {cohort}, kept for {cohort.program.keep_for_days} days",
                n=len(applications),
                go=lambda applications=applications: _erase_each(applications),
            )
    for rule in RULES:
        rows = rule.due()
        if n := rows.count():
            yield Due(
                what=f"{rule.what}, kept {rule.kept}",
                n=n,
                go=lambda rule=rule, rows=rows: rule.go(rows),
            )


def purge() -> int:
    """Let go of everything that is past its time; returns how many rows."""
    n_gone = 0
    for due in everything_due():
        due.go()
        n_gone += due.n
    return n_gone


def _applications_due(cohort: Cohort) -> list[Application]:
    due = retention.applications_due(cohort)
    if cohort.ends_on is None:
        # No last day says that they are done with each other.
        return [one for one in due if not has_recent_pairing(one)]
    return list(due)


def _erase_each(applications: list[Application]) -> None:
    for application in applications:
        # What they had together is over; nobody needs a letter that says so.
        erase_and_part(application, tells_partners=False)


def policy_rows() -> list[tuple[str | Promise, str | Promise, str | Promise]]:
    """What, how long it is kept, and what then becomes of it: the privacy statement says it too."""
    return [APPLICATIONS, *((rule.what, rule.kept, rule.goes) for rule in RULES)]


def policy_table() -> str:
    """The rules as a Markdown table, as docs/retention.md has it."""
    rows = policy_rows()
    lines = ["| what | is kept | then |", "|---|---|---|"]
    lines += [f"| {what} | {kept} | {goes} |" for what, kept, goes in rows]
    return "\n".join(lines) + "\n"
