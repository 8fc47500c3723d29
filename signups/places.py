"""How many mentees there are for how many places, for cohorts that cap them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        said = (
            _("%(mentees)s for %(places)s; you may be put on the waitlist.")
            if self.n_mentees >= self.n_places
            else _("%(mentees)s for %(places)s so far.")
        )
        return said % {
            "mentees": ngettext("%(n)d mentee", "%(n)d mentees", self.n_mentees)
            % {"n": self.n_mentees},
            "places": ngettext("%(n)d place", "%(n)d places", self.n_places) % {"n": self.n_places},
        }


def places_sentence(cohort: Cohort, role: Role) -> str:
    """What the form and the program's page say of the cap; empty where it is none of theirs."""
    if not cohort.caps_mentees or role != Role.MENTEE or not cohort.window(role).is_open:
        return ""
    return Places.of(cohort).sentence
