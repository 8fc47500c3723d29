"""What is known of two people together before anything is weighed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from matching.models import Conflict, Pairing
from signups.models import Application, Cohort
from signups.wishes import resolved_wishes

Pairs = set[tuple[int, int]]  # row of the mentee, row of the mentor


def person_of(application: Application) -> str:
    """By what somebody is known again in another role or cohort."""
    return application.email.casefold()


def _by_pair(
    mentees: list[Application],
    mentors: list[Application],
    pairs: Iterable[tuple[Any, Any]],
    key: Callable[[Application], Any],
) -> Pairs:
    """The rows and columns of some pairs, named by what ``key`` makes of a mentee and a mentor."""
    row_of = {key(mentee): i for i, mentee in enumerate(mentees)}
    column_of = {key(mentor): j for j, mentor in enumerate(mentors)}
    return {
        (row_of[mentee], column_of[mentor])
        for mentee, mentor in pairs
        if mentee in row_of and mentor in column_of
    }


def conflicts(cohort: Cohort, mentees: list[Application], mentors: list[Application]) -> Pairs:
    """Pairs that were rejected or came to nothing in this cohort, and conflicts in any."""
    apart = Pairing.objects.of(cohort).kept_apart().values_list("mentee_id", "mentor_id")
    # A conflict is between two people, whichever role each of them has this time.
    named = [
        pair
        for one, other in Conflict.objects.addresses(cohort.program)
        for pair in ((one, other), (other, one))
    ]
    return _by_pair(mentees, mentors, apart, lambda person: person.pk) | _by_pair(
        mentees, mentors, named, person_of
    )


def earlier_partners(
    cohort: Cohort, mentees: list[Application], mentors: list[Application]
) -> Pairs:
    """Partners of the program's other cohorts, in the same roles."""
    partners = (
        Pairing.objects.approved()
        .filter(mentee__cohort__program=cohort.program_id)
        .exclude(mentee__cohort=cohort)
        .values_list("mentee__email", "mentor__email")
    )
    pairs = [(mentee.casefold(), mentor.casefold()) for mentee, mentor in partners]
    return _by_pair(mentees, mentors, pairs, person_of)


def wishes(
    cohort: Cohort, mentees: list[Application], mentors: list[Application]
) -> tuple[Pairs, Pairs]:
    """Which mentees asked for which mentors, and which mentors for which mentees."""
    wished = resolved_wishes(cohort)

    def key(person: Application) -> int:
        return person.pk

    turned_round = [(wanted, wishing) for wishing, wanted in wished]
    return _by_pair(mentees, mentors, wished, key), _by_pair(mentees, mentors, turned_round, key)
