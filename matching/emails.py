"""The letters to the two people of a pair, one function each."""

from __future__ import annotations

from matching.models import Pairing
from signups.letters import letter_to
from signups.models import Letter, Role

N_REASONS = 4  # a letter gives the strongest ones, not a table


def introduction_to_mentee(pairing: Pairing) -> Letter:
    return _introduction(pairing, to=Role.MENTEE)


def introduction_to_mentor(pairing: Pairing) -> Letter:
    return _introduction(pairing, to=Role.MENTOR)


def _introduction(pairing: Pairing, *, to: Role) -> Letter:
    people = {Role.MENTEE: pairing.mentee, Role.MENTOR: pairing.mentor}
    application = people[to]
    # The mentor would fetch a copy of the same.
    application.cohort = pairing.cohort
    return letter_to(
        application,
        key=f"introduction/{pairing.pk}/{to}",
        template=f"matching/introduction_to_{to}.txt",
        context={
            "cohort": pairing.cohort,
            "partner": people[to.other],
            "format": pairing.format,
            "reasons": [reason[f"to_{to}"] for reason in pairing.strongest_reasons(N_REASONS)],
        },
        about=people[to.other],
    )


def mentorship_ended(pairing: Pairing, *, to: Role) -> Letter:
    """Tells that a mentorship has ended, and nothing of the other person."""
    application = {Role.MENTEE: pairing.mentee, Role.MENTOR: pairing.mentor}[to]
    application.cohort = pairing.cohort
    return letter_to(
        application,
        key=f"mentorship_ended/{pairing.pk}/{to}",
        template="matching/mentorship_ended.txt",
        context={"cohort": pairing.cohort},
    )
