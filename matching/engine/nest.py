"""Places within places: offers of one mentor that share what the mentor has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.problem import NO_POOL, UNMATCHED, Problem


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

    def part(self, mentors: BoolArray) -> tuple[Nest, IntArray]:
        """The nest of some of the mentors and the pools they share, and which nodes these were."""
        rows = np.flatnonzero(mentors)
        parents = np.unique(self.parent[rows])
        nodes = np.append(rows, parents[parents != self.outside])
        number = np.full(self.outside + 1, len(nodes))
        number[nodes] = np.arange(len(nodes))
        return Nest(len(rows), number[self.parent[nodes]], self.counted[nodes]), nodes


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
