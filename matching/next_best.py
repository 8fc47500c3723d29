"""What to propose to a mentee whose offer came to nothing: prepared, and sent by nobody."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from matching.by_hand import Assessed, Assessor
from matching.models import Pairing
from matching.models.deciding import lock
from signups.models import Application, MenteeApplication, MentorApplication


def next_best_of(
    mentee: Application, *, instead_of: Pairing | None = None
) -> tuple[Assessor, Assessed] | None:
    """The pair with most points among the mentors who break no rule and have a place to propose.

    None when there is none. Places that are proposed to others count as taken; ``instead_of`` is
    a pair that is about to be given up.
    """
    assessor = Assessor(mentee.cohort)
    n_proposed = Counter(
        Pairing.objects.of(mentee.cohort)
        .awaiting_review()
        .exclude(mentee=mentee.pk)
        .values_list("mentor", flat=True)
    )
    fitting = [
        pair
        for pair in assessor.of(mentee).values()
        if not pair.broken
        and (instead_of is None or pair.mentor_id != instead_of.mentor_id)
        and assessor.n_places_left(pair) > n_proposed[pair.mentor_id]
    ]
    if not fitting:
        return None
    return assessor, min(fitting, key=lambda pair: (-pair.points, pair.mentor_id))


@transaction.atomic
def prepare_next_best(mentee: Application) -> Pairing | None:
    """Propose the mentee's next best mentor, for the committee to decide; None without any.

    A mentee for whom something is proposed already, or who has a mentor, is left alone.
    """
    lock([mentee.cohort_id])
    if not mentee.takes_part or Pairing.objects.filter(mentee=mentee.pk).active().exists():
        return None
    found = next_best_of(mentee)
    if found is None:
        return None
    assessor, pair = found
    return Pairing.objects.create(
        mentee=MenteeApplication.objects.get(pk=pair.mentee_id),
        mentor=MentorApplication.objects.get(pk=pair.mentor_id),
        format=assessor.format_of(pair, []),
        points=pair.points,
        reasons=assessor.reasons(pair),
    )
