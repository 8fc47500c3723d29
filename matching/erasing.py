"""How a person who goes is taken out of the pairs, before everything about them is erased."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from matching import emails
from matching.models import (
    Conflict,
    Decision,
    Offer,
    Pairing,
    PairingComment,
    PairingStatus,
    Unmatched,
)
from matching.models.pairings import PairingQuerySet
from signups.erasing import SUBJECT as FORGOTTEN
from signups.erasing import erase, forget_log
from signups.letters import write
from signups.models import Application, Cohort, Role
from spotlights.suggestion_erasing import forget_writer


@transaction.atomic
def erase_and_part(application: Application, *, tells_partners: bool = True) -> None:
    """Erase a person; a mentorship that is running ends first, and the other one is told so."""
    # Approving, introducing and saving a run take the same lock: none of them sees half of this.
    Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=application.cohort_id)
    if tells_partners:
        write(
            [
                emails.mentorship_ended(pairing, to=_partner_in(pairing, application))
                for pairing in running_mentorships_of(application)
            ]
        )
        offers = Offer.objects.with_people().unsettled()
        write(
            [
                emails.offer_let_go(
                    offer, to=_partner_in(offer.pairing, application), names_partner=False
                )
                for offer in offers.filter(replies__application=application.pk)
            ]
        )
    now = timezone.now()
    pairings = list(_pairings_of(application))
    rows = Pairing.objects.filter(pk__in=[pairing.pk for pairing in pairings])
    rows.standing().update(ended_at=now)
    # With what the two answered.
    Offer.objects.filter(pairing__in=pairings).delete()
    rows.undecided().update(
        status=PairingStatus.SUPERSEDED,
        recommended_by=None,
        decided_at=now,
        version=F("version") + 1,
    )
    # The reasons say what the two have in common.
    rows.update(reasons=[], alternatives=[], mentee_best_points=None, mentor_best_points=None)
    _forget_words(application, pairings)
    PairingComment.objects.filter(pairing__in=pairings).delete()
    forget_log(Pairing, [pairing.pk for pairing in pairings])
    Unmatched.objects.filter(mentee=application.pk).delete()
    conflicts = Conflict.objects.filter(Q(mentee=application.pk) | Q(mentor=application.pk))
    forget_log(Conflict, [conflict.pk for conflict in conflicts])
    conflicts.delete()
    forget_writer(application, with_what_is_public=tells_partners)
    erase(application)


def _forget_words(application: Application, pairings: list[Pairing]) -> None:
    """Take out what was said in words of a person's pairs, and wherever words name the person."""
    said = Q(pairing__in=pairings) | Q(
        words__icontains=application.name,
        pairing__mentee__cohort__program=application.cohort.program_id,
    )
    # Not simply emptied: some decisions have to have words.
    Decision.objects.filter(said).exclude(words="").update(words=FORGOTTEN)


def has_recent_pairing(application: Application) -> bool:
    """Whether a pair was approved or introduced since the program keeps applications.

    For cohorts without a last day: nothing else says that a mentorship is over.
    """
    kept_since = timezone.now() - timedelta(days=application.cohort.program.keep_for_days)
    lately = Q(decided_at__gte=kept_since) | Q(introduced_at__gte=kept_since)
    return _pairings_of(application).standing().filter(lately).exists()


def running_mentorships_of(application: Application) -> list[Pairing]:
    """The pairings of a person who was introduced to a partner and is not done yet."""
    people = ["mentee__cohort__program", "mentor"]
    introduced = _pairings_of(application).standing().select_related(*people)
    return [pairing for pairing in introduced if pairing.is_running]


def _pairings_of(application: Application) -> PairingQuerySet:
    return Pairing.objects.filter(Q(mentee=application.pk) | Q(mentor=application.pk))


def _partner_in(pairing: Pairing, application: Application) -> Role:
    return Role.MENTOR if pairing.mentee_id == application.pk else Role.MENTEE
