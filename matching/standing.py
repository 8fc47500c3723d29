"""Where an offer stands, in words for one of its two people."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from matching.models import Offer, OfferAnswer, OfferOutcome, OfferReply, Pairing
from signups.models import Application, Role


@dataclass(frozen=True, slots=True)
class OfferStanding:
    """What someone reads of a pair that they were offered."""

    offer: Offer
    reply: OfferReply
    partner: Application
    title: str
    sentence: str

    @property
    def is_agreed(self) -> bool:
        return self.offer.outcome == OfferOutcome.AGREED

    @property
    def can_answer(self) -> bool:
        return self.offer.is_open


def offers_to(application: Application) -> list[OfferStanding]:
    """The offers made to a person that still mean something, the newest first."""
    offers = (
        Offer.objects.with_people()
        .filter(replies__application=application.pk, pairing__ended_at=None)
        .exclude(outcome=OfferOutcome.LET_GO)
        .order_by("-made_at", "-pk")
    )
    return [standing_of(offer, Role(application.role)) for offer in offers]


def standing_of(offer: Offer, role: Role) -> OfferStanding:
    """How ``offer`` stands for the one of its people who has ``role``."""
    reply, partner = offer.reply_of(role), offer.pairing.person(role.other)
    their_role = role.other.label.lower()
    if offer.outcome == OfferOutcome.AGREED:
        title = f"{partner} is your {their_role}"
        sentence = "Both of you have accepted. Here is how you reach each other."
    elif not offer.is_open:
        title = f"{partner} as your {their_role}"
        sentence = (
            f"The time for an answer ended on {offer.deadline}. The committee looks into it; "
            "write to them if you would still like to answer."
        )
    else:
        title = f"We have found a {their_role} for you: {partner}"
        sentence = {
            OfferAnswer.WAITING: f"Please accept or decline by {offer.deadline}.",
            OfferAnswer.ACCEPTED: "You have accepted. As soon as both of you have, you get each "
            f"other's address. You may change your answer until {offer.deadline}.",
            OfferAnswer.DECLINED: "You have declined, and the committee looks for another way. "
            f"Until {offer.deadline} you may change your answer, if they have found none by then.",
            OfferAnswer.ASKED: "Your question is with the committee. Please accept or decline by "
            f"{offer.deadline}.",
        }[OfferAnswer(reply.answer)]
    return OfferStanding(offer, reply, partner, title, sentence)


def offers_told(application: Application) -> list[dict[str, object]]:
    """The pairs that a person was offered, why, and what the person answered: to keep."""
    role = Role(application.role)
    offers = Offer.objects.with_people().filter(replies__application=application.pk)
    return [
        {
            "with": str(offer.pairing.person(role.other)),
            "why": [reason[f"to_{role}"] for reason in offer.pairing.reasons],
            "offered": offer.made_at.isoformat(),
            "your answer": offer.reply_of(role).get_answer_display(),
            "your reason": offer.reply_of(role).get_reason_display(),
            "in your own words": offer.reply_of(role).words,
            "state": offer.get_outcome_display(),
        }
        for offer in offers
    ]


def has_ended_mentorship(application: Application) -> bool:
    """Whether a person was introduced to somebody, and their time together is over."""
    of_person = Q(mentee=application.pk) | Q(mentor=application.pk)
    ended = Q(ended_at__isnull=False) | Q(mentee__cohort__ends_on__lt=timezone.localdate())
    introduced = Pairing.objects.approved().filter(introduced_at__isnull=False)
    return introduced.filter(of_person, ended).exists()
