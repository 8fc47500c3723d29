"""How many places are left in each format of the menu, as the program's page says it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.menus import places_in
from matching.models import Pairing
from matching.models.decisions import TAKES_PLACE
from signups.models import Cohort, Format, FormatChoice, Role


@dataclass(frozen=True, slots=True)
class FormatPlaces:
    """What mentors of a cohort still have room for in one format.

    Left are the places that nobody has been given and nobody waits for: a mentee without a pair
    counts where they would like it most. Numbers only; who they are is told nowhere.
    """

    n_left: int
    n_mentors: int  # who have a place in it that nobody has been given
    is_known: bool  # whether any mentor offers anything in this cohort
    may_grow: bool  # whether mentors can still sign up

    @property
    def sentence(self) -> str:
        """What the menu says; empty while there is nothing to go by."""
        if not self.is_known:
            return ""
        if not self.n_mentors:
            return _("No mentor has a place yet.") if self.may_grow else _("No mentor has a place.")
        if self.n_left <= 0:
            return _("Every place is asked for: you may be put on the waitlist.")
        return ngettext(
            "Places left: %(places)s, with one mentor.",
            "Places left: %(places)s, with %(n)s mentors.",
            self.n_mentors,
        ) % {"places": self.n_left, "n": self.n_mentors}


def places_left(cohort: Cohort, formats: list[Format]) -> dict[int, FormatPlaces]:
    """By the key of each of ``formats``; the same number of queries for any number of them."""
    by_key = {one.pk: one for one in formats}
    offered = list(
        FormatChoice.objects.filter(
            application__in=cohort.applications.considered().filter(role=Role.MENTOR)
        ).select_related("application")
    )
    given, given_in_pairs = _given(cohort)
    n_open, mentors = Counter(), defaultdict(set)
    for choice in offered:
        one, mentor = by_key.get(choice.format_id), choice.application
        if one is None:
            continue
        places = places_in(one, mentor, choice.places) - given[mentor.pk, one.pk]
        if not one.is_group:
            # A mentor's places are shared by all the kinds in which two people meet.
            places = min(places, mentor.capacity - given_in_pairs[mentor.pk])
        if places > 0:
            n_open[one.pk] += places
            mentors[one.pk].add(mentor.pk)
    waiting = _waiting(cohort)
    may_grow = cohort.window(Role.MENTOR).is_open
    return {
        key: FormatPlaces(
            n_left=n_open[key] - waiting[key],
            n_mentors=len(mentors[key]),
            is_known=bool(offered),
            may_grow=may_grow,
        )
        for key in by_key
    }


def _given(cohort: Cohort) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """The places that are taken, by mentor and format, and by mentor in all but groups."""
    given, in_pairs = Counter(), Counter()
    rows = Pairing.objects.taking_places().filter(mentor__cohort=cohort)
    for mentor, one, size in rows.values_list("mentor_id", "format_id", "format__greatest_size"):
        given[mentor, one] += 1
        # A pairing made before there were formats has none.
        in_pairs[mentor] += size is None or size == 1
    return given, in_pairs


def _waiting(cohort: Cohort) -> Counter[int]:
    """How many mentees who were given no place yet like each format best."""
    served = Pairing.objects.filter(status__in=TAKES_PLACE, mentee__cohort=cohort)
    mentees = cohort.applications.considered().filter(role=Role.MENTEE)
    first = FormatChoice.objects.filter(
        application__in=mentees.exclude(pk__in=served.values("mentee")), rank=1
    )
    return Counter(dict(first.order_by().values_list("format").annotate(n=Count("pk"))))
