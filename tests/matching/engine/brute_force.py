"""Every solution of a small instance, one by one: slow and beyond doubt."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from matching.engine.arrays import BoolArray, IntArray


def all_solutions(eligible: BoolArray, capacity: IntArray) -> Iterator[IntArray]:
    """Each way to give every mentee an eligible mentor or -1, within capacities."""
    options = [[-1, *np.flatnonzero(row).tolist()] for row in eligible]
    for choice in product(*options):
        mate = np.array(choice, dtype=np.int64)
        if (np.bincount(mate[mate >= 0], minlength=len(capacity)) <= capacity).all():
            yield mate


def value_of(matrix: IntArray, mate: IntArray) -> int:
    """Sum of ``matrix[i, mate[i]]`` over matched mentees."""
    matched = np.flatnonzero(mate >= 0)
    return int(matrix[matched, mate[matched]].sum())
