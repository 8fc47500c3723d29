"""The solutions still open while objectives are taken one after the other.

The best solutions for one objective form a *face* of the problem: some pairs drop out, some
mentors must be filled, some mentees must be served. A face is a problem of the same kind as the
one before, so objectives need never be added up with weights large enough to keep them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.problem import NO_POOL, UNMATCHED, Problem

INFINITE = 2**61  # as the length of a path that does not exist; adding two of them fits int64
MANY = 16  # one pair in so many: below, pairs are taken one by one instead of as a matrix


class NotOptimalError(ValueError):
    """A solution has no prices, as there is a better one."""


@dataclass(frozen=True, slots=True)
class Nest:
    """How places lie within each other: the nodes are mentors, then the pools that some share.

    Without pools the nodes are the mentors, and every parent is the outside.
    """

    n_mentors: int
    parent: IntArray  # (n_nodes,), the pool a mentor's places are part of, or the outside
    counted: BoolArray  # (n_nodes,), where the costs of places apply

    @property
    def outside(self) -> int:
        """The node of all that is in no mentor's hands; one more than the others."""
        return len(self.parent)

    def loads(self, mate: IntArray) -> IntArray:
        """Mentees of each node; shape (n_nodes,)."""
        load = loads(mate, self.n_mentors)
        if self.outside == self.n_mentors:
            return load
        shared = np.bincount(
            self.parent[: self.n_mentors], weights=load, minlength=self.outside + 1
        )
        return np.concatenate([load, shared[self.n_mentors : -1].astype(np.int64)])


@dataclass(frozen=True, slots=True)
class Face:
    """Which solutions are still open."""

    allowed: BoolArray  # (n_mentees, n_mentors), pairs that may be chosen
    may_stay_unmatched: BoolArray  # (n_mentees,)
    low: IntArray  # (n_nodes,), places that must be filled
    high: IntArray  # (n_nodes,), places that may be filled
    nest: Nest


@dataclass(frozen=True, slots=True)
class Costs:
    """One linear objective, to be made as small as possible. Whole numbers of either sign."""

    pair: IntArray  # (n_mentees, n_mentors)
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
    return Face(
        allowed=problem.eligible & has_places(problem),
        may_stay_unmatched=np.ones(problem.n_mentees, dtype=bool),
        low=np.append(problem.must_fill, np.zeros(problem.n_pools, dtype=np.int64)),
        # No mentor fills more places than there are mentees, whatever was offered.
        high=np.minimum(
            np.append(problem.capacity, problem.pool_capacity), problem.n_mentees
        ).astype(np.int64),
        nest=nest_of(problem),
    )


def nest_of(problem: Problem) -> Nest:
    """How the places of a problem lie within each other."""
    n_mentors, n_pools = problem.n_mentors, problem.n_pools
    outside = n_mentors + n_pools
    has_pool = problem.pool != NO_POOL
    return Nest(
        n_mentors=n_mentors,
        parent=np.append(
            np.where(has_pool, n_mentors + problem.pool, outside), np.full(n_pools, outside)
        ).astype(np.int64),
        counted=np.append(~has_pool & ~problem.is_group, np.ones(n_pools, dtype=bool)),
    )


def has_places(problem: Problem) -> BoolArray:
    """Whether a mentor has places, taken or not, in a pool too; shape (n_mentors,)."""
    shared = np.append(problem.pool_capacity, 1)
    offered: BoolArray = (problem.capacity > 0) & (shared[problem.pool] > 0)
    return offered


def loads(mate: IntArray, n_mentors: int) -> IntArray:
    """Mentees of each mentor; shape (n_mentors,)."""
    return np.bincount(mate[mate != UNMATCHED], minlength=n_mentors)


def place_cost(costs: Costs, nth: IntArray) -> IntArray:
    """Cost of a mentor's ``nth`` mentee, counted from 0; same shape as ``nth``.

    Beyond the last entry of ``costs.place`` every further mentee costs the same.
    """
    return costs.place[np.clip(nth, 0, len(costs.place) - 1)]


def node_cost(costs: Costs, nest: Nest, nodes: IntArray, nth: IntArray) -> IntArray:
    """`place_cost` of the ``nth`` mentee of some nodes; nothing where it does not apply."""
    return np.where(nest.counted[nodes], place_cost(costs, nth), 0)


def own_cost(costs: Costs, mate: IntArray) -> IntArray:
    """What each mentee costs where they are, without the place; shape (n_mentees,)."""
    if costs.pair.shape[1] == 0:
        return costs.unmatched
    return np.where(mate == UNMATCHED, costs.unmatched, costs.pair[np.arange(len(mate)), mate])


def moves(face: Face, costs: Costs, mate: IntArray) -> IntArray:
    """What it costs to move the cheapest mentee from any mentor to any other.

    Returns
    -------
    Int of shape (n_nodes + 1, n_nodes + 1); `INFINITE` where nobody can move. The last row and
    column stand for all that is outside of the mentors' hands: mentees without mentor, and places
    without mentee.
    """
    n_mentees, n_mentors = face.allowed.shape
    nest, outside = face.nest, face.nest.outside
    steps = np.full((outside + 1, outside + 1), INFINITE, dtype=np.int64)
    if n_mentees:
        # Mentees of one mentor next to each other, so that each group has one minimum.
        owner = np.where(mate == UNMATCHED, outside, mate)
        order = np.argsort(owner, kind="stable")
        groups, starts = np.unique(owner[order], return_index=True)
        own = own_cost(costs, mate)
        if np.count_nonzero(face.allowed) * MANY > face.allowed.size:
            rise = np.where(face.allowed, costs.pair - own[:, np.newaxis], INFINITE)
            steps[groups, :n_mentors] = np.minimum.reduceat(rise[order], starts, axis=0)
        else:
            rows, columns = np.nonzero(face.allowed)
            np.minimum.at(steps, (owner[rows], columns), costs.pair[rows, columns] - own[rows])
        leave = np.where(face.may_stay_unmatched, costs.unmatched - own, INFINITE)
        steps[groups, -1] = np.minimum.reduceat(leave[order], starts)
    load = nest.loads(mate)
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
        Mentor row of every mentee, or `UNMATCHED`; a solution of the face.

    Raises
    ------
    NotOptimalError
        If the solution is not optimal on the face: then no such prices exist.

    Notes
    -----
    Bellman and Ford, whole rows at a time, each round only from where something changed.
    """
    steps = moves(face, costs, mate)
    n_nodes = face.nest.outside
    potential = np.zeros(n_nodes + 1, dtype=np.int64)
    changed = np.arange(n_nodes + 1)
    for _ in range(n_nodes + 2):
        nearest = (potential[changed, np.newaxis] + steps[changed]).min(axis=0)
        changed = np.flatnonzero(nearest < potential)
        if len(changed) == 0:
            break
        potential[changed] = nearest[changed]
    else:
        raise NotOptimalError("the solution is not optimal: a circle of moves improves it")
    place = potential[-1] - potential[:-1]
    return Prices(mentee=own_cost(costs, mate) + np.append(place, 0)[mate], place=place)


def optimal_face(face: Face, costs: Costs, found: Prices) -> Face:
    """What is left open when this objective has to keep its best value.

    By complementary slackness a pair is part of an optimal solution only if it is priced with
    equality, and a place is filled in all of them if it is worth more than it costs.
    """
    nest = face.nest
    reduced = costs.pair + found.place[: nest.n_mentors] - found.mentee[:, np.newaxis]
    worth = replace(found, place=worths(nest, found))
    low, high = optimal_loads(face.low, face.high, costs, worth)
    if not nest.counted.all():
        free = replace(costs, place=np.zeros(1, dtype=np.int64))
        freely = optimal_loads(face.low, face.high, free, worth)
        low = np.where(nest.counted, low, freely[0])
        high = np.where(nest.counted, high, freely[1])
    return Face(
        allowed=face.allowed & (reduced == 0),
        may_stay_unmatched=face.may_stay_unmatched & (costs.unmatched == found.mentee),
        low=low,
        high=high,
        nest=nest,
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
    rows, columns = np.nonzero(face.allowed)
    nest, outside = face.nest, face.nest.outside
    owner = np.where(mate == UNMATCHED, outside, mate)
    load = nest.loads(mate)
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    leavers = owner[face.may_stay_unmatched]
    sources = [owner[rows], leavers, free, nest.parent[removable]]
    targets = [columns, np.full(len(leavers), outside), nest.parent[free], removable]
    tail, head = np.concatenate(sources), np.concatenate(targets)
    size = outside + 1
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    _, component = connected_components(graph, directed=True, connection="strong")
    open_ = np.zeros((n_mentees, n_mentors + 1), dtype=bool)
    inside = component[owner[rows]] == component[columns]
    open_[rows[inside], columns[inside]] = True
    open_[:, -1] = face.may_stay_unmatched & (component[owner] == component[-1])
    open_[np.arange(n_mentees), mate] = False
    return open_
