"""How many mentees there are for how many places, for cohorts that cap them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q, Sum

from signups.models import Cohort, Role


@dataclass(frozen=True, slots=True)
class Places:
    """The mentees and the mentors' places of a cohort, of those still considered."""

    n_mentees: int
    n_places: int

    @classmethod
    def of(cls, cohort: Cohort) -> Self:
        counts = cohort.applications.considered().aggregate(
            n_mentees=Count("pk", filter=Q(role=Role.MENTEE)),
            n_places=Sum("capacity", filter=Q(role=Role.MENTOR), default=0),
        )
        return cls(**counts)

    @property
    def sentence(self) -> str:
        mentees = _number(self.n_mentees, "mentee")
        places = _number(self.n_places, "place")
        if self.n_mentees >= self.n_places:
            return f"{mentees} for {places}; you may be put on the waitlist."
        return f"{mentees} for {places} so far."


def places_sentence(cohort: Cohort, role: Role) -> str:
    """What the form and the program's page say of the cap; empty where it is none of theirs."""
    if not cohort.caps_mentees or role != Role.MENTEE or not cohort.window(role).is_open:
        return ""
    return Places.of(cohort).sentence


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
