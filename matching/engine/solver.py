"""A cheapest solution of a face, by scipy. Nothing here is trusted: prices prove it or do not."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.arrays import IntArray
from matching.engine.face import Costs, Face, largest, place_cost
from matching.engine.problem import UNMATCHED

# scipy solves in float64, where whole numbers are exact below this.
EXACT = 2**53


def solve(face: Face, costs: Costs) -> IntArray:
    """A cheapest solution of the face.

    Returns
    -------
    Mentor of every mentee, shape (n_mentees,); `UNMATCHED` for none.

    Raises
    ------
    OverflowError
        If the costs are so large that float64 could round them.

    Notes
    -----
    Columns are places, and an entry is what a pair saves or loses against staying unmatched. Who
    must be served, and a place that must be filled, earn a bonus larger than all costs together:
    as the face is not empty, every bonus is earned.
    """
    n_mentees, n_mentors = face.allowed.shape
    mate = np.full(n_mentees, UNMATCHED, dtype=np.int64)
    n_free = face.high - face.filled
    mentors = np.repeat(np.arange(n_mentors), n_free)
    if n_mentees == 0 or len(mentors) == 0:
        return mate
    nth = face.filled[mentors] + np.arange(len(mentors))
    nth -= np.repeat(np.cumsum(n_free) - n_free, n_free)
    must_fill, must_serve = nth < face.low[mentors], ~face.may_stay_unmatched
    size = 3 * largest(costs.pair, costs.unmatched, costs.place)
    bonus = 1 + 2 * n_mentees * size if must_fill.any() or must_serve.any() else 0
    if 4 * (size + 2 * bonus) >= EXACT:
        raise OverflowError(f"costs up to {size + 2 * bonus} are too large to be exact")
    saved = costs.pair - (costs.unmatched + bonus * must_serve).astype(np.float64)[:, np.newaxis]
    # Whoever is put where they may not be stays unmatched.
    saved[~face.allowed] = 0
    value = saved[:, mentors]
    extra = place_cost(costs, nth) - bonus * must_fill
    if extra.any():
        value += np.where(face.allowed[:, mentors], extra, 0)
    np.minimum(value, 0, out=value)
    rows, places = linear_sum_assignment(value)
    chosen = mentors[places]
    kept = face.allowed[rows, chosen] & (saved[rows, chosen] + extra[places] <= 0)
    mate[rows[kept]] = chosen[kept]
    return mate
