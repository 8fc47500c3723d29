"""A few pairs out of very many: named conflicts, earlier partners, wishes, last proposals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PairList:
    """Pairs listed one by one, where a matrix of yes and no would not fit into memory."""

    shape: tuple[int, int]  # mentees, mentors
    keys: IntArray  # row times the number of mentors plus column; rising, without repetition

    @classmethod
    def of(cls, shape: tuple[int, int], rows: IntArray, columns: IntArray) -> PairList:
        """The pairs of some mentee rows and mentor rows, in any order.

        Raises
        ------
        ValueError
            If a row does not exist.
        """
        rows, columns = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        for name, numbers, size in (("mentee", rows, shape[0]), ("mentor", columns, shape[1])):
            if numbers.size and (numbers.min() < 0 or numbers.max() >= size):
                raise ValueError(f"pairs: name a {name} row that does not exist")
        return cls(shape, np.unique(rows * shape[1] + columns))

    def contains(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """Whether single pairs are listed; shape of ``rows``."""
        keys = rows * self.shape[1] + columns
        at = np.searchsorted(self.keys, keys)
        found: BoolArray = np.append(self.keys, -1)[at] == keys
        return found

    def block(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """The pairs of some mentees with some mentors; shape (rows, columns)."""
        mesh = np.broadcast_arrays(rows[:, np.newaxis], columns[np.newaxis])
        return self.contains(*mesh)


def contains(pairs: BoolArray | PairList, rows: IntArray, columns: IntArray) -> BoolArray:
    """Whether single pairs are among ``pairs``; shape of ``rows``."""
    if isinstance(pairs, PairList):
        return pairs.contains(rows, columns)
    found: BoolArray = pairs[rows, columns]
    return found


def block(pairs: BoolArray | PairList, rows: IntArray, columns: IntArray) -> BoolArray:
    """The part of a matrix for some mentees and mentors; shape (rows, columns)."""
    if isinstance(pairs, PairList):
        return pairs.block(rows, columns)
    part: BoolArray = pairs[np.ix_(rows, columns)]
    return part


def matrix(pairs: BoolArray | PairList) -> BoolArray:
    """All pairs as a matrix of yes and no, for cohorts in which it fits."""
    if isinstance(pairs, PairList):
        n_mentees, n_mentors = pairs.shape
        return pairs.block(np.arange(n_mentees), np.arange(n_mentors))
    return pairs


def listed(pairs: BoolArray | PairList) -> tuple[IntArray, IntArray]:
    """Mentee rows and mentor rows of the pairs, by mentee, then mentor."""
    if isinstance(pairs, PairList):
        rows, columns = np.divmod(pairs.keys, max(pairs.shape[1], 1))
        return rows, columns
    if pairs.size and not any(pairs.strides) and not pairs.flat[0]:
        # One entry for all of a matrix that may never fit into memory.
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    rows, columns = np.nonzero(pairs)
    return rows, columns


def in_some(pairs: BoolArray | PairList) -> tuple[BoolArray, BoolArray]:
    """Which mentees and which mentors are in any pair; shapes (n_mentees,) and (n_mentors,)."""
    mentees, mentors = (np.zeros(n, dtype=bool) for n in pairs.shape)
    if any_of(pairs):
        rows, columns = listed(pairs)
        mentees[rows], mentors[columns] = True, True
    return mentees, mentors


def any_of(pairs: BoolArray | PairList) -> bool:
    """Whether there is any pair."""
    if isinstance(pairs, PairList):
        return len(pairs.keys) > 0
    if pairs.size and not any(pairs.strides):
        return bool(pairs.flat[0])
    return bool(pairs.any())
