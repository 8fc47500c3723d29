"""How an approved pair is offered to its two people, and what their answers bring about.

Every deed takes the cohort's row lock, as approving and saving a run do: two tabs, two chairs and
two workers come one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import emails
from matching.introductions import introduce
from matching.models import Offer, OfferAnswer, OfferOutcome, OfferReply, Pairing
from matching.models.deciding import lock
from matching.models.offers import MINUTE
from matching.models.places import in_pairs
from matching.next_best import prepare_next_best
from signups.letters import write
from signups.models import Application, Cohort, MentorApplication, ReviewError, Role
from signups.telling import note_told

REMINDED_BEFORE = timedelta(days=2)
DAYS_TO_ANSWER = 7


class OfferError(Exception):
    """An answer that cannot be given (any more); its text tells the participant why."""


def last_minute_of(days: int, cohort: Cohort) -> datetime:
    """The last minute of the day ``days`` from now, where the program is."""
    local = timezone.now().astimezone(cohort.program.time_zone) + timedelta(days=days)
    return local.replace(hour=23, minute=59, second=0, microsecond=0)


def as_seen(pairing: Pairing) -> str:
    """A pair as a page showed it; decided anew, it reads otherwise."""
    return f"{pairing.pk}:{pairing.version}"


@transaction.atomic
def make_offers(cohort: Cohort, seen: Iterable[str], *, answer_by: datetime, by: User) -> int:
    """Put approved pairs of ``cohort`` to their people; returns how many letters were written.

    ``seen`` names the pairs as ``as_seen`` does. What was undone or decided anew since, or has its
    offer already, is left alone.
    """
    lock([cohort.pk])
    seen = set(seen)
    pairings = [
        pairing
        for pairing in Pairing.objects.to_offer()
        .of(cohort)
        .filter(pk__in=[int(one.split(":")[0]) for one in seen])
        .with_people()
        if as_seen(pairing) in seen and pairing.mentee.takes_part and pairing.mentor.takes_part
    ]
    offers = Offer.objects.bulk_create(
        Offer(pairing=pairing, made_by=by, answer_by=answer_by) for pairing in pairings
    )
    OfferReply.objects.bulk_create(
        OfferReply(offer=offer, role=role, application_id=offer.pairing.person(role).pk)
        for offer in offers
        for role in Role
    )
    # Who is offered a partner need not be told any more that there may be one.
    note_told(one for pairing in pairings for one in (pairing.mentee_id, pairing.mentor_id))
    return write([emails.offer(one, to=role) for one in offers for role in Role])


@transaction.atomic
def accept(reply: OfferReply) -> bool:
    """Say yes; returns whether both have now accepted, who are then introduced to each other."""
    offer, reply = _locked(reply)
    _refuse_if_settled(offer)
    mentor = MentorApplication.objects.get(pk=offer.pairing.mentor_id)
    if not (offer.pairing.mentee.takes_part and mentor.takes_part):
        raise OfferError(_("This offer cannot be kept up: somebody no longer takes part."))
    is_in_pair = offer.pairing.format is None or not offer.pairing.format.is_group
    if is_in_pair and _n_accepted_by(mentor, besides=offer) >= mentor.capacity:
        if reply.role == Role.MENTEE:
            raise OfferError(
                _("Your mentor has no place left any more. The committee knows, and writes to you.")
            )
        sentence = ngettext(
            "You can take %(n)s mentee, and have accepted as many already. Decline this one, or "
            "ask the committee.",
            "You can take %(n)s mentees, and have accepted as many already. Decline this one, or "
            "ask the committee.",
            mentor.capacity,
        )
        raise OfferError(sentence % {"n": mentor.capacity})
    _answer(reply, OfferAnswer.ACCEPTED)
    if any(one.answer != OfferAnswer.ACCEPTED for one in offer.replies.all()):
        return False
    _settle(offer, OfferOutcome.AGREED)
    introduce(offer.pairing.mentee.cohort, [offer.pairing_id])
    return True


@transaction.atomic
def decline(reply: OfferReply, *, reason: str, words: str) -> None:
    """Say no; the offer goes back to the committee, and until then the answer may be changed."""
    offer, reply = _locked(reply)
    _refuse_if_settled(offer)
    _answer(reply, OfferAnswer.DECLINED, reason=reason, words=words)


@transaction.atomic
def ask_committee(reply: OfferReply, *, words: str) -> None:
    """Ask before answering; the committee gets the question by letter."""
    offer, reply = _locked(reply)
    _refuse_if_settled(offer)
    _answer(reply, OfferAnswer.ASKED, words=words)
    write([emails.question_to_committee(offer, reply)])


@transaction.atomic
def take_fewer(mentor: Application, n_places: int) -> None:
    """Lower the number of mentees that a mentor takes; offers beyond it can then not be accepted.

    Raises OfferError when more are accepted already, or the number is not lower.
    """
    lock([mentor.cohort_id])
    mentor.refresh_from_db(fields=["capacity"])
    n_accepted = _n_accepted_by(mentor)
    if not 1 <= n_places < mentor.capacity:
        sentence = _("You said that you can take %(n)s. Choose a smaller number, or decline.")
        raise OfferError(sentence % {"n": mentor.capacity})
    if n_places < n_accepted:
        sentence = _(
            "You have accepted %(n)s already. To part from someone whom you accepted, write to "
            "the committee."
        )
        raise OfferError(sentence % {"n": n_accepted})
    Application.objects.filter(pk=mentor.pk).update(capacity=n_places, version=F("version") + 1)


@transaction.atomic
def give_more_time(offer: Offer, *, until: datetime) -> None:
    """Let the two answer until a later time, and tell whoever has not accepted yet."""
    offer = _lock_offer(offer)
    if offer.closed_at is not None:
        raise ReviewError(f"{offer} is settled already.")
    if until <= max(offer.answer_by, timezone.now()):
        raise ReviewError(f"{offer}: choose a time later than {offer.deadline}, and not yet past.")
    offer.answer_by = until
    offer.n_extensions += 1
    offer.save(update_fields=["answer_by", "n_extensions"])
    replies = [one for one in offer.replies.all() if one.answer != OfferAnswer.ACCEPTED]
    write([emails.offer_extended(offer, to=Role(one.role)) for one in replies])


@transaction.atomic
def let_go(offer: Offer, *, by: User) -> Pairing | None:
    """End an offer that came to nothing: both are free again, and whoever did not decline is told.

    Returns the mentee's next best pair, proposed to the committee, if there is one. Raises
    ReviewError when the offer is settled, or still waits for an answer.
    """
    offer = _lock_offer(offer)
    if offer.closed_at is not None:
        raise ReviewError(f"{offer} is settled already.")
    if not offer.has_come_back:
        raise ReviewError(f"{offer} still waits for an answer, until {offer.deadline}.")
    _settle(offer, OfferOutcome.LET_GO)
    Pairing.objects.filter(pk=offer.pairing_id).update(
        ended_at=timezone.now(), version=F("version") + 1
    )
    replies = [one for one in offer.replies.all() if one.answer != OfferAnswer.DECLINED]
    write([emails.offer_let_go(offer, to=Role(one.role)) for one in replies])
    return prepare_next_best(offer.pairing.mentee)


def remind_of_offers() -> int:
    """Write to those whose time for an answer ends soon; returns how many letters are new."""
    now = timezone.now()
    replies = (
        OfferReply.objects.filter(answer=OfferAnswer.WAITING)
        .filter(
            offer__in=Offer.objects.unanswered(),
            offer__answer_by__lte=now + REMINDED_BEFORE,
            offer__answer_by__gt=now - MINUTE,
            # Who was written within that time has just read it.
            offer__made_at__lt=F("offer__answer_by") - REMINDED_BEFORE,
        )
        .select_related("offer__pairing__mentee__cohort__program", "offer__pairing__mentor")
    )
    letters = [emails.offer_reminder(one.offer, to=Role(one.role)) for one in replies]
    with transaction.atomic():
        return write(letters)


def _lock_offer(offer: Offer) -> Offer:
    """The offer as it is once the lock is ours."""
    lock([offer.pairing.mentee.cohort_id])
    return Offer.objects.with_people().get(pk=offer.pk)


def _locked(reply: OfferReply) -> tuple[Offer, OfferReply]:
    offer = _lock_offer(reply.offer)
    return offer, offer.reply_of(Role(reply.role))


def _refuse_if_settled(offer: Offer) -> None:
    if offer.outcome == OfferOutcome.AGREED:
        raise OfferError(
            _("Both of you have accepted already. Write to the committee to change it.")
        )
    if offer.closed_at is not None:
        raise OfferError(_("This offer was taken back. The committee looks for another way."))
    if not offer.is_open:
        sentence = _("The time for an answer ended on %(deadline)s. Please write to the committee.")
        raise OfferError(sentence % {"deadline": offer.deadline})


def _answer(reply: OfferReply, answer: OfferAnswer, *, reason: str = "", words: str = "") -> None:
    reply.answer, reply.reason, reply.words = answer, reason, words
    reply.answered_at = timezone.now()
    reply.save()


def _settle(offer: Offer, outcome: OfferOutcome) -> None:
    offer.outcome, offer.closed_at = outcome, timezone.now()
    offer.save(update_fields=["outcome", "closed_at"])


def _n_accepted_by(mentor: Application, *, besides: Offer | None = None) -> int:
    """How many mentees a mentor has said yes to and still takes, groups apart."""
    accepted = OfferReply.objects.filter(
        in_pairs("offer__pairing__"),
        application=mentor.pk,
        role=Role.MENTOR,
        answer=OfferAnswer.ACCEPTED,
        offer__pairing__in=Pairing.objects.standing(),
    )
    return accepted.exclude(offer=besides).count() if besides else accepted.count()
