"""Where an offer stands, in words for one of its two people."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.in_other_words import reasons_for
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
    values = {"name": str(partner), "deadline": offer.deadline}
    title, sentence = _said(offer, reply, to_mentee=role == Role.MENTEE)
    return OfferStanding(offer, reply, partner, title % values, sentence % values)


def _said(offer: Offer, reply: OfferReply, *, to_mentee: bool) -> tuple[str, str]:
    """Title and sentence, with gaps for the partner's name and the deadline."""
    if offer.outcome == OfferOutcome.AGREED:
        return (
            _("%(name)s is your mentor") if to_mentee else _("%(name)s is your mentee"),
            _("Both of you have accepted. Here is how you reach each other."),
        )
    if not offer.is_open:
        return (
            _("%(name)s as your mentor") if to_mentee else _("%(name)s as your mentee"),
            _(
                "The time for an answer ended on %(deadline)s. The committee looks into it; write "
                "to them if you would still like to answer."
            ),
        )
    title = (
        _("We have found a mentor for you: %(name)s")
        if to_mentee
        else _("We have found a mentee for you: %(name)s")
    )
    sentences = {
        OfferAnswer.WAITING: _("Please accept or decline by %(deadline)s."),
        OfferAnswer.ACCEPTED: _(
            "You have accepted. As soon as both of you have, you get each other's address. You may "
            "change your answer until %(deadline)s."
        ),
        OfferAnswer.DECLINED: _(
            "You have declined, and the committee looks for another way. Until %(deadline)s you "
            "may change your answer, if they have found none by then."
        ),
        OfferAnswer.ASKED: _(
            "Your question is with the committee. Please accept or decline by %(deadline)s."
        ),
    }
    return title, sentences[OfferAnswer(reply.answer)]


def offers_told(application: Application) -> list[dict[str, object]]:
    """The pairs that a person was offered, why, and what the person answered: to keep."""
    role = Role(application.role)
    offers = Offer.objects.with_people().filter(replies__application=application.pk)
    return [
        {
            "with": str(offer.pairing.person(role.other)),
            "why": reasons_for(offer.pairing, role),
            "offered": offer.made_at.isoformat(),
            "your answer": offer.reply_of(role).get_answer_display(),
            "your reason": offer.reply_of(role).get_reason_display(),
            "in your own words": offer.reply_of(role).words,
            "state": offer.get_outcome_display(),
        }
        for offer in offers
    ]


def has_found_somebody(application: Application) -> bool:
    """Whether a person knows of somebody who was found for them, be it over by now or not."""
    of_person = Q(mentee=application.pk) | Q(mentor=application.pk)
    is_offered = Q(offer__isnull=False, ended_at=None) & ~Q(offer__outcome=OfferOutcome.LET_GO)
    known = Q(introduced_at__isnull=False) | is_offered
    return Pairing.objects.filter(of_person, known).exists()


def has_ended_mentorship(application: Application) -> bool:
    """Whether a person was introduced to somebody, and their time together is over."""
    of_person = Q(mentee=application.pk) | Q(mentor=application.pk)
    ended = Q(ended_at__isnull=False) | Q(mentee__cohort__ends_on__lt=timezone.localdate())
    introduced = Pairing.objects.approved().filter(introduced_at__isnull=False)
    return introduced.filter(of_person, ended).exists()
