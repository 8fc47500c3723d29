"""Who would have to move so that a mentee can have another mentor."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import INFINITE, node_cost
from matching.engine.problem import UNMATCHED
from matching.engine.what_if import EXACT, WhatIf, backwards, direct_losses, owners


@dataclass(frozen=True, slots=True)
class Move:
    """One person who would change, as rows; -1 for no mentor."""

    mentee: int
    from_mentor: int
    to_mentor: int


def who_moves(
    question: WhatIf, mentees: IntArray, mentors: IntArray, costs: IntArray
) -> list[list[tuple[Move, ...]]]:
    """Who else changes in a cheapest solution that gives mentees other mentors, each by itself.

    Parameters
    ----------
    mentees
        Rows, shape (n,).
    mentors, costs
        Shape (n, k): other mentors of each mentee, -1 for none, and the exact packed cost of each
        choice, as `best_alternatives` gave them.

    Returns
    -------
    For each mentee and mentor the moves in the order of the chain, from the mentor who is given
    away to the place that becomes free: carried out together with the choice they give a solution
    of exactly that cost. Empty where nobody else changes, and for mentor -1.

    Raises
    ------
    ValueError
        If a choice has another cost.
    """
    rows, nth = np.nonzero(mentors != UNMATCHED)
    chosen = mentors[rows, nth]
    lengths = costs[rows, nth] - direct_losses(question, mentees)[rows, chosen]
    longest = int(lengths.max(initial=0))
    ends, at = np.unique(owners(question, mentees), return_inverse=True)
    places = _places(question)
    found, onward = _chains(question, places, ends, longest)
    if (found[at[rows], chosen] != lengths).any():
        raise ValueError("costs: a choice costs more, or less, than is said")
    return [
        [
            _moves_along(question, places, _path(onward[row], j, int(ends[row])))
            if j != UNMATCHED
            else ()
            for j in of_mentors
        ]
        for row, of_mentors in zip(at.tolist(), mentors.tolist(), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Places:
    """Steps that move nobody, by node; shape (n_nodes,) each."""

    used: BoolArray  # to what the places are part of: a free place is used
    freed: BoolArray  # from there: a place becomes free


def _places(question: WhatIf) -> _Places:
    face, costs, steps = question.face, question.costs, question.steps
    nest, load = face.nest, face.nest.loads(question.mate)
    nodes, parent = np.arange(nest.outside), nest.parent
    taken = node_cost(costs, nest, nodes, load)
    given_back = node_cost(costs, nest, nodes, load - 1)
    return _Places(
        used=(load < face.high) & (steps[nodes, parent] == taken),
        freed=(load > face.low) & (steps[parent, nodes] == -given_back),
    )


def _chains(
    question: WhatIf, places: _Places, ends: IntArray, longest: int
) -> tuple[IntArray, NDArray[np.int32]]:
    """The cheapest chains to each end, and of these the ones that move fewest people.

    Returns
    -------
    Two int arrays of shape (len(ends), n_nodes + 1): the cost of the chain from each node,
    `INFINITE` above ``longest``, and where it goes next, negative where nowhere.
    """
    nest = question.face.nest
    outside = nest.outside
    steps = backwards(question, longest).tocoo()
    to, from_ = steps.coords
    moves = np.ones(len(to), dtype=np.int64)
    parent = np.append(nest.parent, UNMATCHED)  # the outside is part of nothing
    moves[(to == parent[from_]) & np.append(places.used, False)[from_]] = 0
    moves[(from_ == parent[to]) & np.append(places.freed, False)[to]] = 0
    # A chain passes no node twice, so that people count for less than any cost.
    weight = outside + 2
    if (longest + 1) * weight < EXACT:
        steps.data = steps.data * weight + moves
    else:
        weight = 1
    far, onward = dijkstra(
        steps.tocsr(),
        indices=ends,
        limit=float((longest + 1) * weight - 1),
        return_predecessors=True,
    )
    reached = np.isfinite(far)
    cost = np.where(reached, np.where(reached, far, 0).astype(np.int64) // weight, INFINITE)
    return cost, onward


def _path(onward: NDArray[np.int32], start: int, end: int) -> list[int]:
    """The mentors of a chain, first to last."""
    path = [start]
    while path[-1] != end:
        path.append(int(onward[path[-1]]))
    return path


def _moves_along(question: WhatIf, places: _Places, path: list[int]) -> tuple[Move, ...]:
    """The people behind the steps of a chain."""
    nest = question.face.nest
    moved = []
    for at, to in pairwise(path):
        uses = at != nest.outside and to == nest.parent[at] and places.used[at]
        frees = to != nest.outside and at == nest.parent[to] and places.freed[to]
        if not (uses or frees):
            moved.append(_mover(question, at, to, int(question.steps[at, to])))
    return tuple(moved)


def _mover(question: WhatIf, at: int, to: int, step: int) -> Move:
    """The mentee who makes a step at its cost."""
    outside = question.face.nest.outside
    from_mentor = UNMATCHED if at == outside else at
    rows = np.flatnonzero(question.mate == from_mentor)
    costs, allowed = question.costs, question.face.allowed
    own = costs.unmatched[rows] if at == outside else costs.pair[rows, at]
    if to == outside:
        can, there = question.face.may_stay_unmatched[rows], costs.unmatched[rows]
    else:
        can, there = allowed[rows, to], costs.pair[rows, to]
    mentee = int(rows[np.flatnonzero(can & (there - own == step))[0]])
    return Move(mentee, from_mentor, UNMATCHED if to == outside else to)
