"""How mentees without a mentor get an answer: another format, a place in line, or a letter.

Every deed takes the cohort's row lock, as deciding on pairs does, and leaves out whoever has a pair
meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import emails
from matching.models import FormatAnswer, FormatOffer
from matching.models.deciding import lock
from matching.other_formats import OtherFormats
from matching.without_mentor import without_mentor
from signups.letters import write
from signups.models import (
    Application,
    Cohort,
    Format,
    FormatChoice,
    Letter,
    MenteeApplication,
    ReviewError,
)
from signups.telling import note_told


@dataclass(slots=True)
class Answered:
    """Who got an answer, and why others did not."""

    done: list[MenteeApplication] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class FormatAnswerError(Exception):
    """An answer that cannot be given (any more); its text tells the mentee why."""


def _each(
    cohort: Cohort, mentee_ids: Iterable[int], deed: Callable[[MenteeApplication], None]
) -> Answered:
    """Do something for each of some mentees who still have no pair, while the cohort is locked."""
    outcome = Answered()
    ids = set(mentee_ids)
    left = without_mentor([cohort.pk]).filter(pk__in=ids).select_related("cohort__program")
    for mentee in left:
        try:
            deed(mentee)
        except ReviewError as error:
            outcome.refusals.append(str(error))
        else:
            outcome.done.append(mentee)
    if n := len(ids) - len(left):
        people = "1 person has" if n == 1 else f"{n} people have"
        outcome.refusals.append(
            f"{people} a pair meanwhile, or no longer take{'s' * (n == 1)} part: nothing was done "
            "for them."
        )
    return outcome


@transaction.atomic
def offer_format(cohort: Cohort, one: Format, mentee_ids: Iterable[int], *, by: User) -> Answered:
    """Ask mentees by letter whether they would like a format that would serve them now."""
    lock([cohort.pk])
    ids = set(mentee_ids)
    others, asked = OtherFormats(cohort, ids), asked_about(one, ids)
    offers = []

    def ask(mentee: MenteeApplication) -> None:
        if mentee.pk in asked:
            raise ReviewError(f"{mentee} was asked about {one} already.")
        if one not in others.serving(mentee.pk):
            raise ReviewError(f"{one} has no place for {mentee} any more.")
        offers.append(FormatOffer(application=mentee, format=one, made_by=by))

    outcome = _each(cohort, ids, ask)
    FormatOffer.objects.bulk_create(offers)
    write([emails.format_offered(offer) for offer in offers])
    # The letter says so.
    note_told([offer.application_id for offer in offers])
    return outcome


def asked_about(one: Format, mentee_ids: Iterable[int]) -> set[int]:
    """Which of some mentees were asked about a format, whatever they answered."""
    offers = FormatOffer.objects.filter(format=one, application__in=list(mentee_ids))
    return set(offers.values_list("application_id", flat=True))


@transaction.atomic
def waitlist(cohort: Cohort, mentee_ids: Iterable[int], *, by: User) -> Answered:
    """Put mentees without a mentor on the waitlist; telling them is a step of its own."""
    lock([cohort.pk])
    return _each(cohort, mentee_ids, lambda mentee: mentee.waitlist(by=by))


@transaction.atomic
def keep_for_next(cohort: Cohort, mentee_ids: Iterable[int], *, by: User) -> Answered:
    """Decline for lack of places, first in line next time; telling is a step of its own."""
    lock([cohort.pk])
    return _each(cohort, mentee_ids, lambda mentee: mentee.keep_for_next(by=by))


@transaction.atomic
def write_words(
    cohort: Cohort, mentee_ids: Iterable[int], *, subject: str, words: str, page: str
) -> Answered:
    """Write to mentees without a mentor in the committee's own words.

    ``page`` names the page on which they were typed: pressed twice, it writes once.
    """
    lock([cohort.pk])
    letters = []

    def add(mentee: MenteeApplication) -> None:
        letter = emails.committee_words(mentee, subject=subject, words=words, page=page)
        if Letter.objects.filter(key=letter.key).exists():
            raise ReviewError(f"{mentee} was written this letter already.")
        letters.append(letter)

    outcome = _each(cohort, mentee_ids, add)
    write(letters)
    return outcome


@transaction.atomic
def answer_format(offer: FormatOffer, *, accepts: bool) -> None:
    """Take a mentee's answer; a format that they accept comes last of those they chose.

    Raises FormatAnswerError when it was answered before, or they no longer take part.
    """
    # A run that reads who accepts what comes before or after.
    lock([offer.application.cohort_id])
    person = Application.objects.get(pk=offer.application_id)
    # Erased, they have no offer left that could be read.
    if not person.takes_part:
        raise FormatAnswerError(
            _("You no longer take part in this cohort, so this cannot be answered any more.")
        )
    offer.refresh_from_db()
    if not offer.is_waiting:
        raise FormatAnswerError(
            _("You have answered this already. To change it, please write to the committee.")
        )
    offer.answer = FormatAnswer.ACCEPTED if accepts else FormatAnswer.DECLINED
    offer.answered_at = timezone.now()
    offer.save(update_fields=["answer", "answered_at"])
    if accepts:
        _choose_last(person, offer.format)


def _choose_last(person: Application, one: Format) -> None:
    chosen = FormatChoice.objects.filter(application=person.pk)
    if chosen.filter(format=one).exists():
        return
    # What has no rank comes after all that has one; see also matching/menus.py.
    is_unranked = chosen.filter(rank=None).exists()
    last = chosen.aggregate(last=Max("rank"))["last"] or 0
    FormatChoice.objects.create(
        application=person, format=one, rank=None if is_unranked else last + 1
    )
    # A tab in which the answers were opened before does not undo it.
    Application.objects.filter(pk=person.pk).update(version=F("version") + 1)


def format_offers_to(application: Application) -> list[FormatOffer]:
    """What somebody was asked and may still answer, or has said yes to."""
    if not application.takes_part:
        return []
    offers = FormatOffer.objects.filter(application=application.pk).select_related("format")
    return list(offers.exclude(answer=FormatAnswer.DECLINED))


def format_offers_told(application: Application) -> list[dict[str, object]]:
    """The formats that somebody was asked about, and what they answered: to keep."""
    offers = FormatOffer.objects.filter(application=application.pk).select_related("format")
    return [
        {
            "format": str(offer.format),
            "asked": offer.made_at.isoformat(),
            "your answer": offer.get_answer_display(),
            "answered": offer.answered_at and offer.answered_at.isoformat(),
        }
        for offer in offers
    ]
