"""The menu of formats: who likes which, and how many places there are in each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from matching.engine.arrays import NOT_GIVEN, BoolArray, IntArray, not_given
from matching.engine.problem import MAX_STEPS_DOWN

NO_FORMAT = -1  # in place of a format's column


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Who would like which formats, and how many places there are in each.

    Parameters
    ----------
    format_ids
        Stored ids, unique, of the columns.
    is_group
        Bool of shape (n_formats,): formats with places of their own, in which several people meet
        one mentor together. All others use up the mentor's capacity.
    liking
        Int of shape (n_mentees, n_formats): 0 not accepted, 1 liked best, 2 next, to 100.
    offered
        Bool of shape (n_mentors, n_formats): formats a mentor offers, with a place left or not.
    places
        Int of the same shape, zero or more: mentees a mentor still takes in each format.
    least
        Int of the same shape: people it still takes for a group to meet; 0 and 1 are the same.
    last
        Int of shape (n_mentees,): the format, as a column, in which each was proposed last time;
        -1 for none.

    Raises
    ------
    ValueError
        Naming the argument with a wrong shape or range.
    """

    format_ids: tuple[int, ...]
    is_group: BoolArray
    liking: IntArray
    offered: BoolArray
    places: IntArray
    least: IntArray
    last: IntArray = field(default_factory=not_given)  # all -1

    def __post_init__(self) -> None:
        n_formats, n_mentors = len(self.format_ids), len(self.offered)
        if self.last is NOT_GIVEN:
            object.__setattr__(self, "last", np.full(len(self.liking), NO_FORMAT))
        for name, shape, kinds, kind in (
            ("is_group", (n_formats,), "b", "booleans"),
            ("liking", (len(self.liking), n_formats), "iu", "integers"),
            ("offered", (n_mentors, n_formats), "b", "booleans"),
            ("places", (n_mentors, n_formats), "iu", "integers"),
            ("least", (n_mentors, n_formats), "iu", "integers"),
            ("last", (len(self.liking),), "iu", "integers"),
        ):
            array = getattr(self, name)
            if array.shape != shape or array.dtype.kind not in kinds:
                raise ValueError(f"{name}: must be {kind} of shape {shape}")
            lowest = NO_FORMAT if name == "last" else 0
            if kinds == "iu" and array.size and array.min() < lowest:
                raise ValueError(f"{name}: must not be negative")
        if len(set(self.format_ids)) != n_formats:
            raise ValueError("format_ids: an id occurs twice")
        if self.liking.size and self.liking.max() > MAX_STEPS_DOWN:
            raise ValueError(f"liking: must lie within 0 and {MAX_STEPS_DOWN}")
        if self.last.size and self.last.max() >= n_formats:
            raise ValueError("last: names a format that does not exist")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of mentees, mentors and formats."""
        return len(self.liking), len(self.offered), len(self.format_ids)

    def subset(self, mentees: IntArray, mentors: IntArray) -> Menu:
        """The same menu for some of its people only, in the order given."""
        return replace(
            self,
            liking=self.liking[mentees],
            offered=self.offered[mentors],
            places=self.places[mentors],
            least=self.least[mentors],
            last=self.last[mentees],
        )

    def possible_groups(self) -> BoolArray:
        """Groups with a place, and with as many as it takes to meet; (n_mentors, n_formats)."""
        enough: BoolArray = (self.places > 0) & (self.places >= self.least)
        return self.offered & self.is_group & enough

    def with_place(self, capacity: IntArray) -> BoolArray:
        """Formats in which a mentor has places, taken in a run or not; (n_mentors, n_formats).

        Parameters
        ----------
        capacity
            Int of shape (n_mentors,): places that one-to-one kinds share.
        """
        place: BoolArray = self.is_group | (capacity > 0)[:, np.newaxis]
        return self.offered & (self.places > 0) & place

    def formats_of(self, i: int, j: int, capacity: IntArray) -> dict[int, bool]:
        """Ids of the formats that mentee row ``i`` and mentor row ``j`` accept.

        Parameters
        ----------
        capacity
            Int of shape (n_mentors,): places that one-to-one kinds share.

        Returns
        -------
        Whether there is a place left in each, what the mentee likes best first.
        """
        columns = np.flatnonzero((self.liking[i] > 0) & self.offered[j]).tolist()
        columns.sort(key=lambda column: (self.liking[i, column], self.format_ids[column]))
        has_place = self.with_place(capacity)[j]
        return {self.format_ids[column]: bool(has_place[column]) for column in columns}

    def n_places(self, capacity: IntArray) -> IntArray:
        """Places of each mentor over all formats; (n_mentors,).

        Parameters
        ----------
        capacity
            Int of shape (n_mentors,): places that one-to-one kinds share.
        """
        places = np.where(self.offered, self.places, 0)
        in_groups = np.where(self.possible_groups(), places, 0).sum(axis=1)
        found: IntArray = in_groups + np.minimum(
            np.where(self.is_group, 0, places).sum(axis=1), capacity
        )
        return found


def menu_of_pairs(mentees: BoolArray, mentors: BoolArray, capacity: IntArray) -> Menu:
    """A menu in which all formats are one-to-one, liked alike and limited by the capacity only.

    Parameters
    ----------
    mentees, mentors
        Bool of shapes (n_mentees, n_formats) and (n_mentors, n_formats): what they accept.
    capacity
        Int of shape (n_mentors,).
    """
    return Menu(
        format_ids=tuple(range(mentees.shape[1])),
        is_group=np.zeros(mentees.shape[1], dtype=bool),
        liking=mentees.astype(np.int64),
        offered=mentors,
        places=np.where(mentors, capacity[:, np.newaxis], 0),
        least=np.ones(mentors.shape, dtype=np.int64),
    )
