"""Each mentee's next best mentors with their exact cost, and what one more place would be worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matching.engine.arrays import IntArray
from matching.engine.face import INFINITE, node_cost
from matching.engine.moves import Move, who_moves
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Tier
from matching.engine.what_if import (
    WhatIf,
    backwards,
    direct_losses,
    distances,
    owners,
    unpacked,
)

SMALL = 2000  # mentors: as long as a table of all pairs of them is faster than single searches

USUALLY = 20  # times the median of lower bounds is more than nearly any alternative costs

# The longest chain in a table of such numbers: two of them and two more still fit.
REACHES: dict[type[np.unsignedinteger[Any]], int] = {
    np.uint16: 2**15 - 2,
    np.uint32: 2**31 - 2,
    np.uint64: INFINITE - 1,
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another mentor for a mentee, and what choosing them would cost."""

    mentee: int  # row
    mentor: int  # row
    points: int  # of this pair
    losses: dict[Tier, int]  # what each priced tier would lose; first come the important ones
    moves: tuple[Move, ...]  # who else would change, in the order of the chain


def best_alternatives(question: WhatIf, mentees: IntArray, n: int) -> tuple[IntArray, IntArray]:
    """The cheapest other mentors of some mentees.

    Returns
    -------
    Two int arrays of shape (len(mentees), n): mentor rows, -1 where there are no more, and packed
    costs. Equal costs are ordered by points, then by the mentor's id.
    """
    mentors = np.full((len(mentees), n), UNMATCHED, dtype=np.int64)
    costs = np.full((len(mentees), n), INFINITE, dtype=np.int64)
    losses, limit = _cheap_losses(question, mentees, n)
    # Whatever equals the n-th cheapest has to take part in the ordering.
    rows, columns = np.nonzero((losses <= limit[:, np.newaxis]) & (losses < INFINITE))
    ids = np.array(question.problem.mentor_ids, dtype=np.int64)
    points = question.problem.points[mentees[rows], columns]
    order = np.lexsort((ids[columns], -points, losses[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    first = rank < n
    rows, columns, rank = rows[first], columns[first], rank[first]
    mentors[rows, rank] = columns
    costs[rows, rank] = losses[rows, columns]
    return mentors, costs


def alternatives(question: WhatIf, i: int, n: int = 3) -> tuple[Alternative, ...]:
    """The ``n`` other mentors of mentee row ``i`` that cost the whole least, cheapest first."""
    row = np.array([i])
    mentors, costs = best_alternatives(question, row, n)
    [moved] = who_moves(question, row, mentors, costs)
    return tuple(
        Alternative(
            mentee=i,
            mentor=j,
            points=int(question.problem.points[i, j]),
            losses=unpacked(question, cost),
            moves=moves,
        )
        for j, cost, moves in zip(mentors[0].tolist(), costs[0].tolist(), moved, strict=True)
        if j != UNMATCHED
    )


def gains_of_one_more_place(question: WhatIf) -> list[dict[Tier, int]]:
    """What one more place with each mentor would gain, by tier, exactly.

    Where it is worth most, a mentor who takes one mentee more, or another mentor like them, helps
    the cohort most.
    """
    n_mentors, nest = question.problem.n_mentors, question.face.nest
    steps_on = csr_array(backwards(question, INFINITE).T)
    from_outside = dijkstra(steps_on, indices=nest.outside)[:-1]
    load = nest.loads(question.mate)
    has_free = load < np.append(question.problem.capacity, question.problem.pool_capacity)
    # The price of a place is what it could save at most; the way there may cost some of it.
    saved = question.found.place - np.where(np.isfinite(from_outside), from_outside, 0).astype(
        np.int64
    )
    saved = np.where(np.isfinite(from_outside), saved, 0)
    saved -= node_cost(question.costs, nest, np.arange(nest.outside), load)
    gains = np.where(has_free, 0, np.maximum(saved, 0))
    # Where places are shared, the further one is the mentor's, and not of one format.
    parent = nest.parent[:n_mentors]
    own = np.where(parent == nest.outside, np.arange(n_mentors), parent)
    return [unpacked(question, int(one)) for one in gains[own]]


def _cheap_losses(question: WhatIf, mentees: IntArray, n: int) -> tuple[IntArray, IntArray]:
    """`losses_of` as far as needed for the ``n`` cheapest alternatives of each mentee.

    Returns
    -------
    Losses of shape (len(mentees), n_mentors), `INFINITE` for what is dearer than needed, and the
    largest that is needed, shape (len(mentees),).

    Notes
    -----
    Up to `SMALL` mentors a table of all chains, in numbers small enough to be fast, answers for
    nearly everyone. For the others, and among more mentors, the search begins with short chains
    and is repeated with longer ones for those it does not serve.
    """
    direct = direct_losses(question, mentees)
    has_mentor = np.flatnonzero(question.mate[mentees] != UNMATCHED)
    direct[has_mentor, question.mate[mentees[has_mentor]]] = INFINITE
    losses = np.full_like(direct, INFINITE)
    needed = np.full(len(mentees), -1)
    wanted = np.minimum((direct < INFINITE).sum(axis=1), n)
    open_ = np.flatnonzero(wanted > 0)
    if len(open_) == 0:
        return losses, needed
    at = owners(question, mentees)
    # No alternative costs less than this; most cost a few times as much.
    least = _nth_smallest(direct[open_], wanted[open_])
    table, limit = None, int(np.quantile(least, 0.5, method="higher"))
    if question.face.nest.outside <= SMALL:
        usual = USUALLY * limit
        kind, limit = next(one for one in REACHES.items() if one[1] >= min(usual, INFINITE - 1))
        table = all_distances(question, kind).T
    while len(open_):
        if table is None:
            found = direct[open_] + distances(question, mentees[open_], limit)
        else:
            found = direct[open_] + table[at[open_], : question.problem.n_mentors]
        nth = _nth_smallest(found, wanted[open_])
        # Some can change in fewer ways than it seems, as places that must be filled stay filled.
        done = (nth <= limit) | (limit >= INFINITE - 1)
        losses[open_[done]], needed[open_[done]] = found[done], nth[done]
        open_ = open_[~done]
        # Whom a whole table does not serve is far away.
        limit = INFINITE - 1 if table is not None else min(4 * limit + 1, INFINITE - 1)
        table = None
    return np.minimum(losses, INFINITE), needed


def all_distances(question: WhatIf, kind: type[np.unsignedinteger[Any]]) -> IntArray:
    """Cost of the cheapest chain from every mentor to every other, as far as within reach.

    Parameters
    ----------
    kind
        One of `REACHES`: the fewer bits, the faster.

    Returns
    -------
    Int of shape (n_nodes + 1, n_nodes + 1); `INFINITE` for chains beyond the reach.

    Notes
    -----
    Floyd and Warshall, one mentor more at a time.
    """
    reach = REACHES[kind]
    far = np.minimum(question.reduced, reach + 1).astype(kind)
    np.fill_diagonal(far, 0)
    via = np.empty_like(far)
    for k in range(len(far)):
        np.add(far[:, k : k + 1], far[k], out=via)
        np.minimum(far, via, out=far)
    return np.where(far <= reach, far.astype(np.int64), INFINITE)


def _nth_smallest(rows: IntArray, n: IntArray) -> IntArray:
    """The ``n``-th smallest of each row, counted from 1, with an ``n`` for each."""
    kept = min(int(n.max()), rows.shape[1])
    smallest = np.sort(np.partition(rows, kept - 1, axis=1)[:, :kept], axis=1)
    return smallest[np.arange(len(rows)), n - 1]
