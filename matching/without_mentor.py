"""Accepted mentees who have no pair: why, what would help, and whether they have an answer.

Nobody is forgotten: a run is closed only when each of them has one; see also matching/closing.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from matching.models import FormatAnswer, FormatOffer, MatchRun, Pairing, Unmatched
from matching.other_formats import OtherFormats
from signups.models import Cohort, Format, Letter, LetterStatus, MenteeApplication

# The letters that answer somebody who has no pair, by what their keys begin with.
FORMAT_OFFERED, WORDS = "format_offered/", "committee_words/"

LONG_AGO = Value(datetime(2000, 1, 1, tzinfo=UTC), output_field=DateTimeField())


def without_mentor(cohorts: Iterable[Cohort | int]) -> QuerySet[MenteeApplication]:
    """Accepted mentees who have no active pairing."""
    paired = Pairing.objects.active().values("mentee")
    return MenteeApplication.objects.filter(cohort__in=cohorts).accepted().exclude(pk__in=paired)


def unanswered(cohorts: Iterable[Cohort | int]) -> QuerySet[MenteeApplication]:
    """Those without a mentor whom nobody wrote since they have been waiting.

    That is since the last run of the cohort ended; or since they said yes to another format, as
    no run has looked at that yet.
    """
    last_run = (
        MatchRun.objects.finished()
        .filter(cohort=OuterRef("cohort"), ended_at__isnull=False)
        .order_by("-ended_at")
        .values("ended_at")[:1]
    )
    said_yes = (
        FormatOffer.objects.accepted()
        .filter(application=OuterRef("pk"))
        .order_by("-answered_at")
        .values("answered_at")[:1]
    )
    waiting_since = Greatest(
        Coalesce(Subquery(last_run), LONG_AGO), Coalesce(Subquery(said_yes), LONG_AGO)
    )
    answers = _answers().filter(
        application=OuterRef("pk"), written_at__gt=OuterRef("waiting_since")
    )
    waiting = without_mentor(cohorts).annotate(waiting_since=waiting_since)
    return waiting.filter(~Exists(answers))


def _answers() -> QuerySet[Letter]:
    """Letters that answered somebody; what was refused for good reached nobody."""
    answering = Q(key__startswith=FORMAT_OFFERED) | Q(key__startswith=WORDS)
    return Letter.objects.filter(answering).exclude(status=LetterStatus.REFUSED)


@dataclass(slots=True)
class Left:
    """One mentee without a mentor, as the committee sees them."""

    mentee: MenteeApplication
    is_answered: bool
    reason: str
    unmatched: Unmatched | None = None
    formats: list[Format] = field(default_factory=list)  # that would serve them now
    letters: list[Letter] = field(default_factory=list)  # the latest first
    offers: list[FormatOffer] = field(default_factory=list)  # the latest first

    @property
    def waits_for_run(self) -> bool:
        """Whether they said yes to another format, and nothing came of it yet."""
        return not self.is_answered and any(
            offer.answer == FormatAnswer.ACCEPTED for offer in self.offers
        )


def everyone_left(cohort: Cohort, others: OtherFormats) -> list[Left]:
    """The mentees of ``cohort`` without a mentor, first those without an answer."""
    mentees = list(without_mentor([cohort.pk]).order_by("name", "pk"))
    ids = [mentee.pk for mentee in mentees]
    without_answer = set(unanswered([cohort.pk]).values_list("pk", flat=True))
    letters, offers = defaultdict(list), defaultdict(list)
    for letter in _answers().filter(application__in=ids).order_by("-written_at", "-pk"):
        letters[letter.application_id].append(letter)
    for offer in FormatOffer.objects.filter(application__in=ids).select_related("format"):
        offers[offer.application_id].append(offer)
    unmatched = _unmatched_of_last_run(cohort)
    ended = _last_pairs(ids)
    rows = []
    for mentee in mentees:
        asked = {offer.format_id for offer in offers[mentee.pk]}
        of_run = unmatched.get(mentee.pk)
        rows.append(
            Left(
                mentee,
                is_answered=mentee.pk not in without_answer,
                reason=of_run.reason if of_run else _other_reason(ended.get(mentee.pk)),
                unmatched=of_run,
                formats=[one for one in others.serving(mentee.pk) if one.pk not in asked],
                letters=letters[mentee.pk],
                offers=offers[mentee.pk],
            )
        )
    return sorted(rows, key=lambda row: row.is_answered)


def last_run_of(cohort: Cohort) -> MatchRun | None:
    """The cohort's last finished run."""
    return cohort.runs.finished().select_related("closed_by").first()


def _unmatched_of_last_run(cohort: Cohort) -> dict[int, Unmatched]:
    run = last_run_of(cohort)
    return {one.mentee_id: one for one in run.unmatched.all()} if run else {}


def _last_pairs(mentee_ids: list[int]) -> dict[int, Pairing]:
    """The pair that each of some mentees had last."""
    pairings = Pairing.objects.filter(mentee__in=mentee_ids).select_related("mentor")
    return {pairing.mentee_id: pairing for pairing in pairings.order_by("pk")}


def _other_reason(last: Pairing | None) -> str:
    """Why somebody has no pair whom the last run did not leave without one."""
    if last is None:
        return "No run has looked at them yet."
    how = "ended" if last.ended_at else last.get_status_display().lower()
    return f"Their pair with {last.mentor} came to nothing: {how}."
