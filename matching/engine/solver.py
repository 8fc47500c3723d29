"""A cheapest solution of a face, by scipy. Nothing here is trusted: prices prove it or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.arrays import BoolArray, FloatArray, IntArray
from matching.engine.face import Costs, Face, largest, node_cost
from matching.engine.problem import UNMATCHED

# scipy solves in float64, where whole numbers are exact below this.
EXACT = 2**53

# An auction beforehand pays for so many mentees, if places are not ample for each.
MANY = 100
AMPLE = 1.25
BIDDING_ROUNDS = 16


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
    nest = face.nest
    n_free = (face.high - face.filled)[:n_mentors]
    mentors = np.repeat(np.arange(n_mentors), n_free)
    if n_mentees == 0 or len(mentors) == 0:
        return mate
    nth = face.filled[mentors] + np.arange(len(mentors))
    nth -= np.repeat(np.cumsum(n_free) - n_free, n_free)
    must_fill, must_serve = nth < face.low[mentors], ~face.may_stay_unmatched
    fillers = _fillers(face, costs, mentors, nth) if nest.outside > n_mentors else None
    n_rows = n_mentees
    if fillers is not None:
        # Every place of a pool is filled by somebody or by a filler.
        must_fill = must_fill | (nest.parent[mentors] != nest.outside)
        n_rows += len(fillers.saving)
    size = 3 * largest(costs.pair, costs.unmatched, costs.place)
    bonus = 1 + 2 * n_rows * size if must_fill.any() or must_serve.any() or fillers else 0
    if 4 * (size + 2 * bonus) >= EXACT:
        raise OverflowError(f"costs up to {size + 2 * bonus} are too large to be exact")
    stay = (costs.unmatched + bonus * must_serve).astype(np.float64)
    saved = costs.pair - stay[:, np.newaxis]
    # Whoever is put where they may not be, or where it costs more, stays unmatched.
    saved[~face.allowed] = 0
    value = saved[:, mentors]
    extra = node_cost(costs, nest, mentors, nth) - bonus * must_fill
    if extra.any():
        value += np.where(face.allowed[:, mentors], extra, 0)
    np.minimum(value, 0, out=value)
    if fillers is not None:
        rows, places = linear_sum_assignment(np.vstack([value, fillers.values(bonus)]))
        rows, places = rows[rows < n_mentees], places[rows < n_mentees]
    elif n_mentees >= MANY and len(mentors) <= AMPLE * n_mentees:
        asked = opening_prices(saved, n_free)
        rows, places = _solve_square(value, asked[mentors])
    else:
        rows, places = linear_sum_assignment(value)
    chosen = mentors[places]
    kept = face.allowed[rows, chosen] & (saved[rows, chosen] + extra[places] <= 0)
    mate[rows[kept]] = chosen[kept]
    return mate


@dataclass(frozen=True, slots=True)
class _Fillers:
    """Rows that take up places of a pool, so that people cannot fill more than it has."""

    may_take: BoolArray  # (n_fillers, n_places)
    must_serve: BoolArray  # (n_fillers,)
    saving: IntArray  # (n_fillers,), what a place costs that goes to a filler instead

    def values(self, bonus: int) -> FloatArray:
        """What fillers save in each place; all places of pools earn the bonus."""
        saved = -self.saving - bonus - bonus * self.must_serve
        return np.where(self.may_take, saved[:, np.newaxis], 0).astype(np.float64)


def _fillers(face: Face, costs: Costs, mentors: IntArray, nth: IntArray) -> _Fillers:
    """One filler for each place of a pool beyond those that people have to fill.

    The mentors of a pool have ``n`` places together, of which people may fill ``high`` at most:
    ``n - high`` fillers have to be placed. Any other stands for the n-th mentee who is not there
    and saves what that place costs; as costs never fall, the dearest are saved first.
    """
    nest = face.nest
    n_places = np.bincount(nest.parent[mentors], minlength=nest.outside + 1)
    pools = np.arange(nest.n_mentors, nest.outside)
    least, filled = face.low[pools], face.filled[pools]
    last = filled + n_places[pools]
    n_fillers = last - np.maximum(least, filled)
    pool = np.repeat(pools, n_fillers)
    nths = np.concatenate(
        [np.arange(max(low, of), end) for low, of, end in zip(least, filled, last, strict=True)]
    )
    return _Fillers(
        may_take=(pool[:, np.newaxis] == nest.parent[mentors]) & (nth >= face.low[mentors]),
        must_serve=nths >= face.high[pool],
        saving=node_cost(costs, nest, pool, nths),
    )


def opening_prices(costs: FloatArray, n_places: IntArray) -> FloatArray:
    """Prices for mentors' places near those of a cheapest solution, by a short auction.

    Whoever has no place bids for the cheapest they see: as much more as the second cheapest would
    cost them, and a little. A mentor keeps the highest bids (Bertsekas 1988, all bids at once).

    Parameters
    ----------
    costs
        Of every pair, shape (n_mentees, n_mentors).
    n_places
        Of every mentor, shape (n_mentors,).
    """
    n_mentees, n_mentors = costs.shape
    price, bid = np.zeros(n_mentors), np.zeros(n_mentees)
    mentor = np.full(n_mentees, UNMATCHED)
    a_little = None
    for _ in range(BIDDING_ROUNDS):
        bidders = np.flatnonzero(mentor == UNMATCHED)
        if len(bidders) * MANY < n_mentees:
            break
        due = costs[bidders] + price
        at, cheapest = np.arange(len(bidders)), due.argmin(axis=1)
        least = due[at, cheapest]
        due[at, cheapest] = np.inf
        gap = np.minimum(due.min(axis=1), least + np.abs(least)) - least
        a_little = float(np.median(gap)) if a_little is None else a_little
        mentor[bidders], bid[bidders] = cheapest, price[cheapest] + gap + a_little
        order = np.lexsort((-bid, mentor))
        order = order[mentor[order] != UNMATCHED]
        of = mentor[order]
        rank = np.arange(len(of)) - np.searchsorted(of, of)
        last = rank == n_places[of] - 1
        price[of[last]] = bid[order[last]]
        mentor[order[rank >= n_places[of]]] = UNMATCHED
    return np.rint(price)


def _solve_square(value: FloatArray, asked: FloatArray) -> tuple[IntArray, IntArray]:
    """scipy's answer for ``value``, sooner for prices near the right ones.

    As many rows as columns, so that whatever is added to a row or a column changes nothing.
    """
    n_rows, n_columns = value.shape
    size = max(n_rows, n_columns)
    square = np.zeros((size, size))
    square[:n_rows, :n_columns] = value
    square[:, :n_columns] += asked
    square -= square.min(axis=1, keepdims=True)
    rows, places = linear_sum_assignment(square)
    real = (rows < n_rows) & (places < n_columns)
    return rows[real], places[real]
