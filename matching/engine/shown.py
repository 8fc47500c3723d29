"""What may be shown of a solution: nothing that depends on private answers but the pairs.

A private criterion counts when pairs are chosen. If its points were shown, or could be worked out
from others that are, anyone who reads them would learn what somebody answered. So everything that
is shown, the points of pairs and what other choices would cost, is computed as if nobody had
wished for anything private, from the pairs as they were chosen: it is the same for any private
answers that lead to the same pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.alternatives import best_alternatives
from matching.engine.arrays import IntArray
from matching.engine.assignment import assign
from matching.engine.criteria import CRITERIA
from matching.engine.face import whole_problem
from matching.engine.groups import as_they_meet
from matching.engine.instance import Instance
from matching.engine.moves import Move, who_moves
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.scoring import criterion_points
from matching.engine.solution import Matching
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from matching.engine.what_if import WhatIf, unpacked, what_if


@dataclass(frozen=True, slots=True)
class Shown:
    """A solved problem without what is private."""

    problem: Problem  # with the points that everyone may see
    objective: Objective
    mate: IntArray  # (n_mentees,), the pairs as they were chosen
    best: IntArray  # (n_mentees,), the best solution of this problem; mostly the same pairs

    def losses_before(self, tier: Tier) -> int:
        """What the chosen pairs lose on a tier against `best`; negative for a gain."""
        costs = tier_costs(self.problem, self.objective, tier, 0)
        everyone = whole_problem(self.problem)
        before, best = (cost_of(everyone, costs, mate) for mate in (self.mate, self.best))
        return before - best


@dataclass(frozen=True, slots=True)
class OtherMentor:
    """A mentor whom a mentee could have had."""

    mentor: int  # column of the problem
    losses: dict[Tier, int]  # against the chosen pairs, what each tier would lose; negative: gain
    moves: tuple[Move, ...]  # who else would change, against the chosen pairs


def private_points_missed(instance: Instance, maxima: Mapping[str, int]) -> IntArray:
    """The points that each pair misses on private criteria; int of shape (n_mentees, n_mentors).

    Parameters
    ----------
    maxima
        The most points by criterion key, as `Matching.maxima`.
    """
    missed = np.zeros((instance.n_mentees, instance.n_mentors), dtype=np.int64)
    for criterion in CRITERIA:
        if criterion.is_private:
            most = maxima[criterion.key]
            missed += most - criterion_points(criterion, instance, most)
    return missed


def shown(matching: Matching, missed: IntArray) -> Shown:
    """What may be shown of a solution.

    Parameters
    ----------
    missed
        What `private_points_missed` gave.

    Notes
    -----
    Other choices are priced while the same groups meet, as no price is exact across groups.
    """
    objective, mate = matching.objective, matching.mate
    problem = as_they_meet(matching.offered, matching.problem, mate)
    missed = missed[:, matching.offered.mentors]
    if not missed[problem.eligible].any():
        return Shown(problem, objective, mate, mate)
    without = replace(problem, points=problem.points + missed)
    return Shown(without, objective, mate, assign(without, objective).mate)


def next_best(
    seen: Shown, n: int, question: WhatIf | None = None
) -> list[tuple[int, list[OtherMentor]]]:
    """The other mentors of each mentee that cost the whole least, cheapest first.

    Parameters
    ----------
    n
        How many of each mentee at most.
    question
        What `what_if` gave for the best solution, where it is there already.

    Returns
    -------
    Each mentee row, and the other mentors.

    Raises
    ------
    ValueError
        If a goal has no price for a single pair; see `what_if`.
    """
    mentees = np.arange(len(seen.mate))
    if not len(mentees):
        return []
    if question is None:
        question = what_if(seen.problem, seen.objective, seen.best)
    before = {tier: seen.losses_before(tier) for tier in question.tiers}
    is_best = np.array_equal(seen.mate, seen.best)
    # One more, as a mentee's own mentor may be one of the others of the best solution.
    others, costs = best_alternatives(question, mentees, n if is_best else n + 1)
    moved = who_moves(question, mentees, others, costs)
    found = []
    for i, of_mentors, of_costs, of_moves in zip(
        mentees.tolist(), others.tolist(), costs.tolist(), moved, strict=True
    ):
        own, best = int(seen.mate[i]), int(seen.best[i])
        every = [(best, 0, ()), *zip(of_mentors, of_costs, of_moves, strict=True)]
        of_mentee = [
            OtherMentor(
                j,
                {tier: loss - before[tier] for tier, loss in unpacked(question, cost).items()},
                moves if is_best else _moves_from(seen, i, moves),
            )
            for j, cost, moves in every
            if j not in (own, UNMATCHED)
        ]
        found.append((i, of_mentee[:n]))
    return found


def _moves_from(seen: Shown, i: int, moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """Who but mentee ``i`` is elsewhere than in the chosen pairs once the best solution moves."""
    after = seen.best.copy()
    for move in moves:
        after[move.mentee] = move.to_mentor
    changed = np.flatnonzero(after != seen.mate)
    return tuple(
        Move(other, int(seen.mate[other]), int(after[other]))
        for other in changed.tolist()
        if other != i
    )
