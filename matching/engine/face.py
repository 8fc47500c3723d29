"""The solutions still open while objectives are taken one after the other.

The best solutions for one objective form a *face* of the problem: some pairs drop out, some
mentors must be filled, some mentees must be served. A face is a problem of the same kind as the
one before, so objectives need never be added up with weights large enough to keep them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matching.engine.arrays import AnyIntArray, BoolArray, IntArray
from matching.engine.nest import Nest, has_places, nest_of
from matching.engine.problem import UNMATCHED, Problem

INFINITE = 2**61  # as the length of a path that does not exist; adding two of them fits int64
SHORT_INFINITE = 2**30  # the same in int32


class NotOptimalError(ValueError):
    """A solution has no prices, as there is a better one."""


@dataclass(frozen=True, slots=True)
class Face:
    """Which solutions are still open, for mentees who still have a choice.

    Everyone else stays where they are; in solutions of a face, mentees and mentors are numbered
    as in the face.
    """

    mentees: IntArray  # (n_mentees,), their rows in the problem
    mentors: IntArray  # (n_mentors,), likewise
    allowed: BoolArray  # (n_mentees, n_mentors), pairs that may be chosen
    may_stay_unmatched: BoolArray  # (n_mentees,)
    nest: Nest
    nodes: IntArray  # (n_nodes,), what the nodes are in the problem; mentors come first
    low: IntArray  # (n_nodes,), places that must be filled
    high: IntArray  # (n_nodes,), places that may be filled
    filled: IntArray  # (n_nodes,), of these by mentees who have no choice any more

    def loads(self, mate: IntArray) -> IntArray:
        """Mentees of each node, with those who have no choice; shape (n_nodes,)."""
        return self.filled + self.nest.loads(mate)

    @property
    def n_places(self) -> int:
        """How many mentees all mentors together can have."""
        n_mentors, outside = self.nest.n_mentors, self.nest.outside
        offered = np.zeros(outside + 1, dtype=np.int64)
        np.add.at(offered, self.nest.parent[:n_mentors], self.high[:n_mentors])
        shared = np.minimum(offered[n_mentors:outside], self.high[n_mentors:])
        return int(offered[outside] + shared.sum())

    def here(self, mate: IntArray) -> IntArray:
        """The part of a solution of the whole problem that lies in this face."""
        at = np.full(int(self.mentors.max(initial=UNMATCHED)) + 2, UNMATCHED)
        at[self.mentors] = np.arange(len(self.mentors))
        # The last entry, which nobody has, answers for UNMATCHED.
        part: IntArray = at[mate[self.mentees]]
        return part

    def with_part(self, mate: IntArray, part: IntArray) -> IntArray:
        """A solution of the whole problem, with the part of it in this face exchanged."""
        whole = mate.copy()
        whole[self.mentees] = np.append(self.mentors, UNMATCHED)[part]
        return whole

    def of_pairs(self, table: AnyIntArray) -> AnyIntArray:
        """The part of a table of all pairs of the problem; shape (n_mentees, n_mentors)."""
        if self.allowed.shape == table.shape:
            return table
        return table[np.ix_(self.mentees, self.mentors)]


@dataclass(frozen=True, slots=True)
class Costs:
    """One linear objective, to be made as small as possible. Whole numbers of either sign."""

    pair: AnyIntArray  # (n_mentees, n_mentors); in int32 only where sums of two fit it easily
    unmatched: IntArray  # (n_mentees,), of leaving a mentee without mentor
    place: IntArray  # (n_places,), of a mentor's first, second, ... mentee; never falling


@dataclass(frozen=True, slots=True)
class Prices:
    """Integer duals: they prove that a solution is optimal on a face.

    For every pair of the face ``mentee[i] <= pair[i, j] + place[j]``, with equality where chosen.
    """

    mentee: IntArray  # (n_mentees,), what serving each mentee costs
    place: IntArray  # (n_nodes,), what a place with each mentor is worth, and in each pool


def whole_problem(problem: Problem) -> Face:
    """The face before any objective: all eligible pairs, anyone may stay unmatched."""
    nest = nest_of(problem)
    capacity = np.append(problem.capacity, problem.pool_capacity)
    return Face(
        mentees=np.arange(problem.n_mentees),
        mentors=np.arange(problem.n_mentors),
        allowed=problem.eligible & has_places(problem),
        may_stay_unmatched=np.ones(problem.n_mentees, dtype=bool),
        nest=nest,
        nodes=np.arange(nest.outside),
        low=np.append(problem.must_fill, np.zeros(problem.n_pools, dtype=np.int64)),
        # No mentor fills more places than there are mentees, whatever was offered.
        high=np.minimum(capacity, problem.n_mentees).astype(np.int64),
        filled=np.zeros(nest.outside, dtype=np.int64),
    )


def place_cost(costs: Costs, nth: IntArray) -> IntArray:
    """Cost of a mentor's ``nth`` mentee, counted from 0; same shape as ``nth``.

    Beyond the last entry of ``costs.place`` every further mentee costs the same.
    """
    return costs.place[np.clip(nth, 0, len(costs.place) - 1)]


def paid(costs: Costs, n: IntArray) -> IntArray:
    """What a mentor's first ``n`` places cost together; same shape as ``n``."""
    n_listed = len(costs.place)
    total = np.append(0, np.cumsum(costs.place))
    both: IntArray = total[np.minimum(n, n_listed)] + np.maximum(n - n_listed, 0) * costs.place[-1]
    return both


def node_cost(costs: Costs, nest: Nest, nodes: IntArray, nth: IntArray) -> IntArray:
    """`place_cost` of the ``nth`` mentee of some nodes; nothing where it does not apply."""
    return np.where(nest.counted[nodes], place_cost(costs, nth), 0)


def own_cost(costs: Costs, mate: IntArray) -> IntArray:
    """What each mentee costs where they are, without the place; shape (n_mentees,)."""
    if costs.pair.shape[1] == 0:
        return costs.unmatched
    return np.where(mate == UNMATCHED, costs.unmatched, costs.pair[np.arange(len(mate)), mate])


def moves(
    face: Face, costs: Costs, mate: IntArray, kind: type[np.signedinteger[Any]] = np.int64
) -> AnyIntArray:
    """What it costs to move the cheapest mentee from any mentor to any other.

    Parameters
    ----------
    kind
        int64, or int32 where that is exact.

    Returns
    -------
    Int of shape (n_nodes + 1, n_nodes + 1); `INFINITE`, in int32 `SHORT_INFINITE`, where
    nobody can move. The last row and column stand for all that is outside of the mentors' hands:
    mentees without mentor, and places without mentee.
    """
    n_mentees, n_mentors = face.allowed.shape
    infinite = INFINITE if kind is np.int64 else SHORT_INFINITE
    nest, outside = face.nest, face.nest.outside
    steps = np.full((outside + 1, outside + 1), infinite, dtype=kind)
    if n_mentees:
        # Mentees of one mentor next to each other, so that each group has one minimum.
        owner = np.where(mate == UNMATCHED, outside, mate)
        order = np.argsort(owner, kind="stable")
        groups, starts = np.unique(owner[order], return_index=True)
        own = own_cost(costs, mate).astype(kind)
        rise = costs.pair[order].astype(kind, copy=False) - own[order, np.newaxis]
        np.copyto(rise, infinite, where=~face.allowed[order])
        steps[groups, :n_mentors] = np.minimum.reduceat(rise, starts, axis=0)
        leave = np.where(face.may_stay_unmatched, costs.unmatched - own, infinite)
        steps[groups, -1] = np.minimum.reduceat(leave[order], starts)
    load = face.loads(mate)
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    taken = node_cost(costs, nest, free, load[free])
    given_back = -node_cost(costs, nest, removable, load[removable] - 1)
    of_free, of_removable = nest.parent[free], nest.parent[removable]
    steps[free, of_free] = np.minimum(steps[free, of_free], taken)
    steps[of_removable, removable] = np.minimum(steps[of_removable, removable], given_back)
    return steps


def prices(face: Face, costs: Costs, mate: IntArray) -> Prices:
    """Integer duals of an optimal solution, by shortest paths through the mentors.

    Parameters
    ----------
    mate
        Mentor of every mentee, or `UNMATCHED`; a solution of the face.

    Raises
    ------
    NotOptimalError
        If the solution is not optimal on the face: then no such prices exist.
    """
    n_nodes = face.nest.outside
    own = own_cost(costs, mate)
    cheapest = int(costs.pair.min()) if costs.pair.size else INFINITE
    staying = face.may_stay_unmatched & (costs.unmatched < own)
    if (own <= cheapest).all() and not staying.any() and not costs.place.any():
        # Nobody can cost less, wherever they go.
        return Prices(mentee=own, place=np.zeros(n_nodes, dtype=np.int64))
    longest = largest(costs.pair, costs.unmatched, costs.place) * 2 * (n_nodes + 2)
    kind = np.int32 if longest < SHORT_INFINITE // 2 else np.int64
    return prices_along(moves(face, costs, mate, kind), costs, mate)


def prices_along(steps: AnyIntArray, costs: Costs, mate: IntArray) -> Prices:
    """`prices`, when the caller has the `moves` already.

    Notes
    -----
    Bellman and Ford, whole rows at a time, each round only from where something changed.
    """
    n_nodes = len(steps) - 1
    potential = np.zeros(n_nodes + 1, dtype=steps.dtype)
    changed = np.arange(n_nodes + 1)
    for _ in range(n_nodes + 2):
        nearest = (potential[changed, np.newaxis] + steps[changed]).min(axis=0)
        changed = np.flatnonzero(nearest < potential)
        if len(changed) == 0:
            break
        potential[changed] = nearest[changed]
    else:
        raise NotOptimalError("the solution is not optimal: a circle of moves improves it")
    place = (potential[-1] - potential[:-1]).astype(np.int64)
    return Prices(mentee=own_cost(costs, mate) + np.append(place, 0)[mate], place=place)


def largest(*arrays: AnyIntArray) -> int:
    """The size of the largest entry of several arrays, of whatever sign; 0 of empty ones."""
    return max(max(int(one.max(initial=0)), -int(one.min(initial=0))) for one in arrays)


def dues(costs: Costs, found: Prices) -> tuple[AnyIntArray, AnyIntArray]:
    """Every pair's cost with its place, and the mentees' prices to hold it against.

    Returns
    -------
    Two arrays that broadcast to (n_mentees, n_mentors), in int32 where that is exact.
    """
    # Rows that are all one in memory are added up once.
    pair = costs.pair if costs.pair.strides[0] else costs.pair[:1]
    mentee, place = found.mentee[:, np.newaxis], found.place[: costs.pair.shape[1]]
    if pair.dtype == np.int32 and largest(mentee, place) < SHORT_INFINITE:
        return pair + place.astype(np.int32), mentee.astype(np.int32)
    return pair + place, mentee


def optimal_face(face: Face, costs: Costs, found: Prices) -> Face:
    """What is left open when this objective has to keep its best value.

    By complementary slackness a pair is part of an optimal solution only if it is priced with
    equality, and a place is filled in all of them if it is worth more than it costs.
    """
    due, price = dues(costs, found)
    nest = face.nest
    worth = replace(found, place=worths(nest, found))
    low, high = optimal_loads(face.low, face.high, costs, worth)
    if not nest.counted.all():
        free = replace(costs, place=np.zeros(1, dtype=np.int64))
        freely = optimal_loads(face.low, face.high, free, worth)
        low = np.where(nest.counted, low, freely[0])
        high = np.where(nest.counted, high, freely[1])
    return replace(
        face,
        allowed=face.allowed & (due == price),
        may_stay_unmatched=face.may_stay_unmatched & (costs.unmatched == found.mentee),
        low=low,
        high=high,
    )


def worths(nest: Nest, found: Prices) -> IntArray:
    """What a place of each node is worth beyond the place of its pool that it takes up."""
    place: IntArray = found.place - np.append(found.place, 0)[nest.parent]
    return place


def optimal_loads(
    low: IntArray, high: IntArray, costs: Costs, found: Prices
) -> tuple[IntArray, IntArray]:
    """Places that must and that may be filled when an objective keeps its best value."""
    # The last entry of the place costs goes on for ever.
    n_places = len(costs.place)
    worth_more = np.searchsorted(costs.place, found.place, side="left")
    worth_it = np.searchsorted(costs.place, found.place, side="right")
    must = np.where(worth_more == n_places, high, worth_more)
    may = np.where(worth_it == n_places, high, worth_it)
    return np.clip(must, low, high), np.clip(may, low, high)
