"""How both people of an approved pair are told: two letters, written once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from matching import emails
from matching.models import Pairing
from signups.letters import write
from signups.models import Cohort
from signups.telling import note_told


@transaction.atomic
def introduce(cohort: Cohort, pairing_ids: list[int]) -> int:
    """Write the letters of those pairings of ``cohort`` that are approved and not yet told.

    Returns how many letters were written: two for each pair, none on a second call.
    """
    # Two chairs who press at once come one after the other; the second finds nothing to do.
    Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=cohort.pk)
    pairings = list(
        Pairing.objects.to_introduce()
        .of(cohort)
        .filter(pk__in=pairing_ids)
        .select_related("mentee__cohort__program", "mentor", "format")
    )
    letters = [
        letter
        for pairing in pairings
        for letter in (
            emails.introduction_to_mentee(pairing),
            emails.introduction_to_mentor(pairing),
        )
    ]
    n_written = write(letters)
    # Who is introduced to a partner need not be told any more that there may be one.
    note_told(one for pairing in pairings for one in (pairing.mentee_id, pairing.mentor_id))
    Pairing.objects.filter(pk__in=[pairing.pk for pairing in pairings]).update(
        introduced_at=timezone.now()
    )
    return n_written
