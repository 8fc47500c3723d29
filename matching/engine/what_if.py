"""What a wish would cost the whole: each mentee's other mentors, priced exactly.

To give mentee ``i`` mentor ``j`` instead of their own, somebody may have to make room, and somebody
else for them, until a chain of moves ends at the place ``i`` left, or at a free one. The cheapest
chain is a shortest path between mentors, and its length is the exact cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matching.engine.arrays import IntArray
from matching.engine.face import (
    INFINITE,
    Costs,
    Face,
    Prices,
    largest,
    moves,
    place_cost,
    prices_along,
    whole_problem,
)
from matching.engine.nest import has_places
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, tier_costs

# Sums up to here are exact in float64, in which scipy finds its shortest paths.
EXACT = 2**53

# Goals that add up over pairs. The others have no price for a single pair.
PRICED = (
    Tier.SERVED,
    Tier.PRIORITY,
    Tier.DRAW,
    Tier.LIKING,
    Tier.SHORTFALL,
    Tier.TOTAL,
    Tier.SPREAD,
    Tier.KEEP,
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A solved problem, made ready for questions."""

    problem: Problem
    mate: IntArray  # (n_mentees,)
    tiers: tuple[Tier, ...]  # those priced, most important first
    weights: tuple[int, ...]  # of each tier in the packed costs; the last is 1
    face: Face
    costs: Costs  # of all priced tiers, packed
    found: Prices
    steps: IntArray  # (n_nodes + 1, n_nodes + 1), see `moves`
    reduced: IntArray  # the same less prices: never negative


def what_if(problem: Problem, objective: Objective, mate: IntArray) -> WhatIf:
    """Prepare questions about an optimal solution.

    Parameters
    ----------
    mate
        What `assign` found for this problem and objective.

    Raises
    ------
    ValueError
        If the objective has a tier without price, `Tier.WORST` or `Tier.LEXIMIN`, or if the
        solution is not optimal for it.

    Notes
    -----
    Tiers are packed into one number as long as that is exact: with thousands of mentors the last
    ones, which only choose between equals, may be left out of `WhatIf.tiers`.
    """
    unpriced = [tier for tier in objective.tiers if tier not in PRICED]
    if unpriced:
        raise ValueError(f"no single pair has a price under: {', '.join(unpriced)}")
    tiers, weights, costs = _packed(problem, objective)
    # With mentors who offer no place, so that a first place with them has a value too.
    face = replace(whole_problem(problem), allowed=problem.eligible)
    steps = moves(face, costs, mate)
    found = prices_along(steps, costs, mate)
    place = np.append(found.place, 0)
    exists = steps < INFINITE
    # A potential of minus the price makes every step cost nothing or more.
    reduced = np.where(exists, steps + (place - place[:, np.newaxis]), INFINITE)
    return WhatIf(problem, mate, tiers, weights, face, costs, found, steps, reduced)


def losses_of(question: WhatIf, mentees: IntArray) -> IntArray:
    """The packed cost of giving each of some mentees each mentor.

    Returns
    -------
    Int of shape (len(mentees), n_mentors): 0 for their own mentor, `INFINITE` where not eligible.
    """
    losses = direct_losses(question, mentees)
    losses += distances(question, mentees, INFINITE)
    np.minimum(losses, INFINITE, out=losses)
    has_mentor = np.flatnonzero(question.mate[mentees] != UNMATCHED)
    losses[has_mentor, question.mate[mentees[has_mentor]]] = 0
    return losses


def unpacked(question: WhatIf, cost: int) -> dict[Tier, int]:
    """A packed cost by tier: what each loses, negative for a gain."""
    losses = {}
    for tier, weight in zip(question.tiers, question.weights, strict=True):
        # What follows is less than half of the weight, on either side.
        losses[tier] = (cost + weight // 2) // weight
        cost -= losses[tier] * weight
    return losses


def owners(question: WhatIf, mentees: IntArray) -> IntArray:
    outside = question.face.nest.outside
    return np.where(question.mate[mentees] == UNMATCHED, outside, question.mate[mentees])


def direct_losses(question: WhatIf, mentees: IntArray) -> IntArray:
    """What remains of a pair's cost after prices; `INFINITE` where it cannot be."""
    own = question.found.mentee[mentees]
    place = question.found.place[: question.problem.n_mentors]
    direct = question.costs.pair[mentees] + place - own[:, np.newaxis]
    possible = question.problem.eligible[mentees] & has_places(question.problem)
    return np.where(possible, direct, INFINITE)


def distances(question: WhatIf, mentees: IntArray, limit: int) -> IntArray:
    """Cost of the chain from each mentor to where each mentee is, as far as within a limit.

    Returns
    -------
    Int of shape (len(mentees), n_mentors); `INFINITE` beyond the limit.
    """
    targets, at = np.unique(owners(question, mentees), return_inverse=True)
    far = dijkstra(backwards(question, limit), indices=targets, limit=float(min(limit, EXACT)))
    distance = np.where(np.isfinite(far), far, 0).astype(np.int64)
    return np.where(np.isfinite(far), distance, INFINITE)[at][:, : question.problem.n_mentors]


def backwards(question: WhatIf, limit: int) -> csr_array:
    """The steps between mentors that cost no more than a limit, turned round, with reduced costs.

    scipy keeps entries that are zero, and takes them for steps that cost nothing.
    """
    heads, tails = np.nonzero((question.reduced <= min(limit, INFINITE - 1)).T)
    kept = heads != tails
    heads, tails = heads[kept], tails[kept]
    return csr_array(
        (question.reduced[tails, heads].astype(np.float64), (heads, tails)),
        shape=question.reduced.shape,
    )


def _packed(
    problem: Problem, objective: Objective
) -> tuple[tuple[Tier, ...], tuple[int, ...], Costs]:
    """Leading tiers in one number, each worth more than all that follow can change."""
    every = [tier_costs(problem, objective, tier, 0) for tier in objective.tiers]
    n_moves = min(problem.n_mentees, problem.n_mentors + 1) + 1
    spans = []
    for tier, costs in zip(objective.tiers, every, strict=True):
        if tier in (Tier.SERVED, Tier.PRIORITY, Tier.DRAW):
            # A chain of moves serves one mentee more or less at most at either end.
            span = 2 * int(costs.unmatched.max(initial=0))
        else:
            span = n_moves * 2 * largest(costs.pair, costs.unmatched)
        spans.append(span + 2 * int(costs.place.max()))
    n_packed, reach = 0, 1
    for span in spans:
        if reach * (2 * span + 2) * 4 >= EXACT and n_packed:
            break
        reach *= 2 * span + 2
        n_packed += 1
    weights = [1] * n_packed
    for at in range(n_packed - 1, 0, -1):
        weights[at - 1] = weights[at] * (2 * spans[at] + 2)
    pair = np.zeros((problem.n_mentees, problem.n_mentors), dtype=np.int64)
    unmatched = np.zeros(problem.n_mentees, dtype=np.int64)
    for costs, weight in zip(every, weights, strict=False):
        if any(costs.pair.strides):  # else all pairs cost nothing
            pair += costs.pair.astype(np.int64) * weight
        unmatched += costs.unmatched * weight
    place = _packed_places(every[:n_packed], weights, problem.n_mentees)
    return objective.tiers[:n_packed], tuple(weights), Costs(pair, unmatched, place)


def _packed_places(every: list[Costs], weights: list[int], n_mentees: int) -> IntArray:
    nth = np.arange(max(n_mentees, 1))
    total = np.zeros(len(nth), dtype=np.int64)
    for costs, weight in zip(every, weights, strict=True):
        total += place_cost(costs, nth) * weight
    return total
