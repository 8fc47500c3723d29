"""Formats that mentees did not choose, and in which they could have a mentor now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matching.by_hand import Assessor
from matching.engine.arrays import BoolArray, IntArray
from matching.engine.eligibility import rule_masks
from matching.engine.instance import Instance
from matching.engine.menu import Menu
from matching.engine.scoring import REQUIRED, requirement_masks
from matching.models import Pairing
from signups.models import Cohort, Format

# What accepting another format does away with.
LIFTED = ("no_common_format", f"{REQUIRED}formats")


@dataclass(frozen=True, slots=True)
class FormatWithPlaces:
    """A format in which somebody could be served, and how many places are free in it."""

    format: Format
    n_places: int
    n_to_meet: int  # mentees that it takes for the smallest group; 1 where one is enough


class OtherFormats:
    """Who among some mentees of a cohort could be served in which other formats, now.

    Places that are proposed to others do not count as free, nor do groups that cannot meet.
    """

    def __init__(self, cohort: Cohort, mentee_ids: Iterable[int]) -> None:
        assessor = Assessor(cohort)
        everyone = assessor.instance
        wanted = set(mentee_ids)
        rows = np.array([i for i, pk in enumerate(everyone.mentee_ids) if pk in wanted], dtype=int)
        self._row = {everyone.mentee_ids[i]: row for row, i in enumerate(rows)}
        instance = everyone.subset(rows, np.arange(everyone.n_mentors))
        menu, capacity = _without_proposed(cohort, instance)
        masks = rule_masks(instance) | requirement_masks(instance, assessor.required)
        allowed = np.ones((len(rows), instance.n_mentors), dtype=bool)
        for key, mask in masks.items():
            if key not in LIFTED:
                allowed &= ~mask
        free = menu.with_place(capacity) & (~menu.is_group | menu.possible_groups())
        # Of shape (mentees, formats): whether one of the mentors could take them.
        could: BoolArray = (allowed.astype(np.int64) @ free.astype(np.int64)) > 0
        self._could = could & (menu.liking == 0)
        offered = {one.pk: one for one in cohort.program.formats.offered()}
        self._formats = [offered.get(pk) for pk in menu.format_ids]
        self._places = _places(menu, capacity, free)
        self._least = np.where(free, menu.least, np.iinfo(np.int64).max).min(axis=0, initial=1000)

    def serving(self, mentee_id: int) -> list[Format]:
        """Formats that a mentee did not choose and that would serve them."""
        if mentee_id not in self._row:
            return []
        return self._chosen(self._could[self._row[mentee_id]])

    def all(self) -> list[FormatWithPlaces]:
        """The formats that would serve somebody."""
        anybody = self._could.any(axis=0)
        return [
            FormatWithPlaces(one, int(self._places[column]), max(int(self._least[column]), 1))
            for column, one in enumerate(self._formats)
            if one is not None and anybody[column]
        ]

    def _chosen(self, columns: BoolArray) -> list[Format]:
        chosen = [one for one, is_in in zip(self._formats, columns, strict=True) if is_in and one]
        return sorted(chosen, key=lambda one: (one.position, one.name))


def _without_proposed(cohort: Cohort, instance: Instance) -> tuple[Menu, IntArray]:
    """The menu and capacities, less what is proposed to others."""
    menu = instance.menu
    column = {pk: k for k, pk in enumerate(menu.format_ids)}
    row = {pk: j for j, pk in enumerate(instance.mentor_ids)}
    places, capacity = menu.places.copy(), instance.capacity.copy()
    proposed = Pairing.objects.of(cohort).awaiting_review()
    for mentor_id, format_id in proposed.values_list("mentor_id", "format_id"):
        if mentor_id not in row:
            continue
        j, k = row[mentor_id], column.get(format_id)
        if k is not None:
            places[j, k] -= 1
        if k is None or not menu.is_group[k]:
            capacity[j] -= 1
    return replace(menu, places=np.maximum(places, 0)), np.maximum(capacity, 0)


def _places(menu: Menu, capacity: IntArray, free: BoolArray) -> IntArray:
    """Free places in each format, over all mentors."""
    of_kind = np.where(menu.is_group, menu.places, np.minimum(menu.places, capacity[:, np.newaxis]))
    places: IntArray = np.where(free, of_kind, 0).sum(axis=0)
    return places
