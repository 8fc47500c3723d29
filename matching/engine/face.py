"""One linear objective at a time: solve it, price it, and keep what is optimal for it.

The optimal solutions of one objective form a *face* of the problem: some pairs drop out, some
mentors must be filled, some mentees must be served. A face is a problem of the same kind as the
one before, so that objectives are taken one after the other without ever being added up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.engine.arrays import BoolArray, IntArray

UNMATCHED = -1  # in place of a mentor's row number

# scipy solves in float64, where whole numbers are exact below this.
EXACT = 2**53
INFINITE = 2**61  # as the length of a path that does not exist; adding two of them fits int64


@dataclass(frozen=True, slots=True)
class Face:
    """Which solutions are still open."""

    allowed: BoolArray  # (n_mentees, n_mentors), pairs that may be chosen
    may_stay_unmatched: BoolArray  # (n_mentees,)
    low: IntArray  # (n_mentors,), places that must be filled
    high: IntArray  # (n_mentors,), places that may be filled


@dataclass(frozen=True, slots=True)
class Costs:
    """One linear objective, to be made as small as possible. Whole numbers of either sign."""

    pair: IntArray  # (n_mentees, n_mentors)
    unmatched: IntArray  # (n_mentees,), of leaving a mentee without mentor


@dataclass(frozen=True, slots=True)
class Prices:
    """Integer duals: they prove that a solution is optimal on a face.

    For every pair of the face ``mentee[i] <= pair[i, j] + place[j]``, with equality where chosen.
    """

    mentee: IntArray  # (n_mentees,), what serving each mentee costs
    place: IntArray  # (n_mentors,), what a place with each mentor is worth


def whole_problem(eligible: BoolArray, capacity: IntArray) -> Face:
    """The face before any objective: all eligible pairs, anyone may stay unmatched.

    Parameters
    ----------
    eligible
        Bool of shape (n_mentees, n_mentors).
    capacity
        Int of shape (n_mentors,), zero or more.
    """
    n_mentees = len(eligible)
    return Face(
        allowed=eligible & (capacity > 0),
        may_stay_unmatched=np.ones(n_mentees, dtype=bool),
        low=np.zeros(len(capacity), dtype=np.int64),
        # No mentor fills more places than there are mentees, whatever was offered.
        high=np.minimum(capacity, n_mentees),
    )


def solve(face: Face, costs: Costs) -> IntArray:
    """A cheapest solution of the face.

    Returns
    -------
    Mentor row of every mentee, shape (n_mentees,); `UNMATCHED` for none.

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
    mentors = np.repeat(np.arange(n_mentors), face.high)
    if n_mentees == 0 or len(mentors) == 0:
        return mate
    nth_place = np.arange(len(mentors)) - np.repeat(np.cumsum(face.high) - face.high, face.high)
    relative = np.where(face.allowed, costs.pair - costs.unmatched[:, np.newaxis], 0)
    bonus = 1 + 2 * n_mentees * int(np.abs(relative).max())
    if 4 * n_mentees * bonus >= EXACT:
        raise OverflowError(f"costs up to {bonus} are too large to be exact")
    must_fill = (nth_place < face.low[mentors]).astype(np.int64)
    must_serve = (~face.may_stay_unmatched[:, np.newaxis]).astype(np.int64)
    earned = bonus * (must_fill + must_serve)
    value = (relative[:, mentors] - earned).astype(np.float64)
    chosen = face.allowed[:, mentors] & (value <= 0)
    value[~chosen] = 0.0
    rows, columns = linear_sum_assignment(value)
    kept = chosen[rows, columns]
    mate[rows[kept]] = mentors[columns[kept]]
    return mate


def prices(face: Face, costs: Costs, mate: IntArray) -> Prices:
    """Integer duals of an optimal solution, by shortest paths through the mentors.

    Parameters
    ----------
    mate
        Mentor row of every mentee, or `UNMATCHED`.

    Raises
    ------
    ValueError
        If the solution is not optimal on the face: then no such prices exist.
    """
    n_mentors = face.allowed.shape[1]
    steps = moves(face, costs, mate)
    potential = np.zeros(n_mentors + 1, dtype=np.int64)
    for _ in range(n_mentors + 2):
        nearer = np.minimum(potential, (potential[:, np.newaxis] + steps).min(axis=0))
        if np.array_equal(nearer, potential):
            break
        potential = nearer
    else:
        raise ValueError("the solution is not optimal: it can be improved in a circle of moves")
    place = potential[-1] - potential[:-1]
    own_place = np.append(place, 0)[mate]
    return Prices(mentee=own_cost(costs, mate) + own_place, place=place)


def own_cost(costs: Costs, mate: IntArray) -> IntArray:
    """What each mentee costs where they are; shape (n_mentees,)."""
    if costs.pair.shape[1] == 0:
        return costs.unmatched
    rows = np.arange(len(mate))
    return np.where(mate == UNMATCHED, costs.unmatched, costs.pair[rows, mate])


def moves(face: Face, costs: Costs, mate: IntArray) -> IntArray:
    """The cheapest way to move one mentee from any mentor to any other.

    Returns
    -------
    Int of shape (n_mentors + 1, n_mentors + 1); `INFINITE` where nobody can move. The last row
    and column stand for all that is outside of the mentors' hands: mentees without mentor, and
    places without mentee.
    """
    n_mentees, n_mentors = face.allowed.shape
    rise = np.full((n_mentees, n_mentors + 1), INFINITE, dtype=np.int64)
    own = own_cost(costs, mate)
    np.subtract(costs.pair, own[:, np.newaxis], out=rise[:, :-1], where=face.allowed)
    np.subtract(costs.unmatched, own, out=rise[:, -1], where=face.may_stay_unmatched)
    steps = np.full((n_mentors + 1, n_mentors + 1), INFINITE, dtype=np.int64)
    np.minimum.at(steps, np.where(mate == UNMATCHED, n_mentors, mate), rise)
    load = np.bincount(mate[mate != UNMATCHED], minlength=n_mentors)
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    steps[free, -1] = np.minimum(steps[free, -1], 0)
    steps[-1, removable] = np.minimum(steps[-1, removable], 0)
    return steps


def optimal_face(face: Face, costs: Costs, found: Prices) -> Face:
    """What is left open when this objective has to keep its best value.

    Complementary slackness: a pair is part of some optimal solution of the face only if it is
    priced with equality, and a place that is worth something is filled in all of them.
    """
    reduced = costs.pair + found.place - found.mentee[:, np.newaxis]
    return Face(
        allowed=face.allowed & (reduced == 0),
        may_stay_unmatched=face.may_stay_unmatched & (costs.unmatched == found.mentee),
        low=np.where(found.place > 0, face.high, face.low),
        high=np.where(found.place < 0, face.low, face.high),
    )


def open_choices(face: Face, mate: IntArray) -> BoolArray:
    """Where mentees could be instead, in some other solution of the face.

    Parameters
    ----------
    mate
        A solution of the face.

    Returns
    -------
    Bool of shape (n_mentees, n_mentors + 1), the last column for staying unmatched; false for
    where a mentee is in ``mate``. All false: the face holds this solution only.

    Notes
    -----
    Two solutions differ by circles of moves, and a move lies on a circle exactly when it stays
    within a strongly connected component.
    """
    n_mentees, n_mentors = face.allowed.shape
    nothing = Costs(
        np.zeros((n_mentees, n_mentors), dtype=np.int64), np.zeros(n_mentees, dtype=np.int64)
    )
    possible = csr_array(moves(face, nothing, mate) < INFINITE)
    _, component = connected_components(possible, directed=True, connection="strong")
    options = np.column_stack([face.allowed, face.may_stay_unmatched])
    options[np.arange(n_mentees), mate] = False
    open_: BoolArray = options & (component[mate][:, np.newaxis] == component)
    return open_
