"""What depends on few different answers is worked out once for each combination of them.

Hundreds of people give a dozen different answers about career stages or ways of meeting. Whatever
reads nothing else needs a small table, from which every pair takes its entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import IntArray
from matching.engine.instance import Instance


@dataclass(frozen=True, slots=True)
class Table:
    """One entry for every pair, kept once for each combination of different people."""

    values: NDArray[Any]  # (n_different_mentees, n_different_mentors)
    mentees: IntArray  # (n_mentees,), row in `values`
    mentors: IntArray  # (n_mentors,), column in `values`

    def whole(self) -> NDArray[Any]:
        """Entries of all pairs; shape (n_mentees, n_mentors)."""
        return self.values.take(self.mentees, axis=0).take(self.mentors, axis=1)

    def of(self, rows: IntArray, columns: IntArray) -> NDArray[Any]:
        """Entries of single pairs; same shape as ``rows``."""
        return self.values[self.mentees[rows], self.mentors[columns]]


class Tables:
    """Makes tables of one instance; people are compared once for each choice of fields."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._different: dict[tuple[str, ...], tuple[Instance, IntArray, IntArray]] = {}

    def table(self, names: tuple[str, ...], of: Callable[[Instance], NDArray[Any]]) -> Table:
        """The table of a function of an instance with an entry for every pair.

        Parameters
        ----------
        names
            Fields, less "mentee_" and "mentor_", that the function reads; empty where every pair
            may differ.
        """
        if names not in self._different:
            self._different[names] = _different(self.instance, names)
        few, mentees, mentors = self._different[names]
        return Table(of(few), mentees, mentors)

    def same_for_all(self, value: int) -> Table:
        """A table with one entry for all pairs."""
        n, m = self.instance.n_mentees, self.instance.n_mentors
        return Table(np.array([[value]]), np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64))


def patterns(instance: Instance, side: str, names: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """One row for each different combination of some fields, and which one everybody has.

    Parameters
    ----------
    side
        "mentee_" or "mentor_".
    """
    n = instance.n_mentees if side == "mentee_" else instance.n_mentors
    columns = [
        getattr(instance, side + name).reshape((n, -1) if n else (0, 1)).astype(np.int64)
        for name in names
        if hasattr(instance, side + name)
    ]
    _, first, pattern = np.unique(
        np.hstack(columns), axis=0, return_index=True, return_inverse=True
    )
    return first, pattern.reshape(-1)


def _different(instance: Instance, names: tuple[str, ...]) -> tuple[Instance, IntArray, IntArray]:
    """An instance of different people only, and which one of them everybody is."""
    if names and instance.n_mentees and instance.n_mentors:
        mentees, mentee_pattern = patterns(instance, "mentee_", names)
        mentors, mentor_pattern = patterns(instance, "mentor_", names)
        if 2 * len(mentees) * len(mentors) <= instance.n_mentees * instance.n_mentors:
            return instance.subset(mentees, mentors), mentee_pattern, mentor_pattern
    return instance, np.arange(instance.n_mentees), np.arange(instance.n_mentors)
