"""Who is put together with whom: exact objectives, one after the other, down to one solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.certificate import Certificate, State, Step, levels, seal
from matching.engine.face import (
    Costs,
    NotOptimalError,
    open_choices,
    optimal_face,
    prices,
    whole_problem,
)
from matching.engine.problem import MAX_PRIORITY, UNMATCHED, Problem
from matching.engine.solver import EXACT, improve, solve
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs, tier_value

# Tiers about who is served, not by whom.
WHO = (Tier.SERVED, Tier.PRIORITY, Tier.DRAW)
SIMPLE = (*WHO, Tier.LIKING, Tier.SHORTFALL, Tier.TOTAL, Tier.SPREAD, Tier.KEEP)


class InfeasibleError(ValueError):
    """No solution fills all places that must be filled."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The one best solution, what it reaches, and the proof."""

    mate: IntArray  # (n_mentees,), mentor row or -1
    values: dict[Tier, int]  # see `tier_value`, in the order of the objective
    certificate: Certificate


def assign(problem: Problem, objective: Objective) -> Assignment:
    """The best solution for every tier in turn, each among the best for those before.

    The result depends on stored ids and not on the order of rows. It is proven but not checked;
    see `verify`.

    Raises
    ------
    InfeasibleError
        If places that must be filled cannot be.
    OverflowError
        If the problem is too large for exact arithmetic.
    """
    n_solved, mate = first_guess(problem, objective)
    face = whole_problem(problem)
    load = face.nest.loads(mate)
    if (load < face.low).any() or (load > face.high).any():
        raise InfeasibleError("not every place that must be filled can be")
    try:
        return _assign_from(problem, objective, n_solved, mate)
    except NotOptimalError:
        # Float64 rounded the first guess, or scipy erred: tier by tier the numbers are small.
        return _assign_from(problem, objective, 0, mate)


def _assign_from(
    problem: Problem, objective: Objective, n_solved: int, mate: IntArray
) -> Assignment:
    """`assign` from a first solution that is said to be best for the first ``n_solved`` tiers."""
    state = State(whole_problem(problem), mate)
    steps: list[Step] = []
    # Until the first guess is used up there is nothing to choose.
    choices = open_choices(state.face, state.mate) if n_solved == 0 else None
    for at, tier in enumerate((*objective.tiers, Tier.LOTTERY), start=1):
        for level, is_bound in levels(problem, tier, state):
            if choices is not None and not choices.any():
                break
            costs = tier_costs(problem, objective, tier, level)
            mate = state.mate
            if choices is not None:
                mate = improve(state.face, costs, mate, choices)
            found = prices(state.face, costs, mate)
            steps.append(Step(tier, level, is_bound, found))
            if is_bound:
                continue
            state.mate, state.face = mate, optimal_face(state.face, costs, found)
            if at >= n_solved:
                choices = open_choices(state.face, state.mate)
            if choices is not None and tier is Tier.WORST and level == 0:
                state.mate = _best_worst(problem, objective, state, choices)
                choices = open_choices(state.face, state.mate)
    return Assignment(
        mate=state.mate,
        values={tier: tier_value(problem, objective, tier, state.mate) for tier in objective.tiers},
        certificate=Certificate(tuple(steps), seal(problem, objective, state.mate, tuple(steps))),
    )


def first_guess(problem: Problem, objective: Objective) -> tuple[int, IntArray]:
    """One solution that is best for the first tiers at once, and for how many of them.

    The first tiers are added up with weights that keep them apart, as far as float64 is exact
    with room to spare. It saves time and proves nothing: every tier gets its own prices.
    """
    face = whole_problem(problem)
    n_mentees = problem.n_mentees
    n_who = 0
    while n_who < len(objective.tiers) and objective.tiers[n_who] in WHO:
        n_who += 1
    if n_who == 0:
        return 0, solve(face, tier_costs(problem, objective, Tier.SERVED, 0))
    pair, place = tier_costs(problem, objective, Tier.SPREAD, 0).pair, np.zeros(1, dtype=np.int64)
    unmatched = who_weights(problem, objective)
    n_solved = n_who
    # Places that must be filled, and pools, take a bonus larger than all costs together.
    has_bonus = problem.n_pools or problem.must_fill.any()
    n_rows = n_mentees + int(face.high.sum())
    room = 4 * n_rows + 4 if has_bonus else 1
    largest = int(unmatched.max(initial=1))
    # Priority alone leaves it open whether those without any are served.
    everyone_counts = bool({Tier.SERVED, Tier.DRAW} & set(objective.tiers[:n_who]))
    for tier in objective.tiers[n_who:] if everyone_counts else ():
        costs = tier_costs(problem, objective, tier, 0)
        if tier not in SIMPLE or costs.place.any():
            break
        size = max(
            int(np.abs(costs.pair).max(initial=0)), int(np.abs(costs.unmatched).max(initial=0))
        )
        weight = 2 * n_mentees * size + 1
        # An augmenting path adds up a few hundred entries at most in practice.
        if (largest * weight + size) * 256 * room >= EXACT:
            break
        pair = pair * weight + costs.pair
        unmatched = unmatched * weight + costs.unmatched
        largest = largest * weight + size
        n_solved += 1
    return n_solved, solve(face, Costs(pair, unmatched, place))


def who_weights(problem: Problem, objective: Objective) -> IntArray:
    """Weights whose heaviest set of served mentees is best for the first tiers in turn.

    Sets of mentees that can be served together form a matroid, so only the order of weights
    matters: priority first, then the draw; and every set of positive weights serves the most.
    """
    weights = np.zeros(problem.n_mentees, dtype=np.int64)
    for tier in objective.tiers:
        if tier is Tier.PRIORITY:
            weights = weights * (MAX_PRIORITY + 1) + problem.priority
        elif tier is Tier.DRAW:
            ranks = tier_costs(problem, objective, tier, 0).unmatched
            weights = weights * (problem.n_mentees + 1) + ranks
        elif tier not in WHO:
            break
    _, dense = np.unique(weights, return_inverse=True)
    return dense.astype(np.int64) + 1


def _best_worst(
    problem: Problem, objective: Objective, state: State, choices: BoolArray
) -> IntArray:
    """A solution whose worst pair is best, by bisection over the points that occur."""
    n_below = int((state.mate == UNMATCHED).sum())
    options = np.unique(problem.points[state.face.allowed])
    best, low, high = state.mate, 0, len(options) - 1
    while low <= high:
        middle = (low + high) // 2
        costs = tier_costs(problem, objective, Tier.WORST, int(options[middle]))
        mate = improve(state.face, costs, state.mate, choices)
        if cost_of(problem, costs, mate) == n_below:
            best, low = mate, middle + 1
        else:
            high = middle - 1
    return best
