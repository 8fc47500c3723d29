"""Who is put together with whom: exact objectives, one after the other, down to one solution."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.certificate import Certificate, State, Step, levels, seal
from matching.engine.face import (
    Costs,
    Face,
    NotOptimalError,
    Prices,
    largest,
    prices,
    whole_problem,
)
from matching.engine.problem import MAX_PRIORITY, UNMATCHED, Problem
from matching.engine.solver import EXACT, solve
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
    load = face.loads(mate)
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
    state = State(problem, mate)
    steps: list[Step] = []
    for at, tier in enumerate((*objective.tiers, Tier.LOTTERY), start=1):
        for level, is_bound in levels(problem, tier, state):
            if state.is_decided:
                break
            face = state.face
            costs = tier_costs(problem, objective, tier, level, face)
            # Until the first guess is used up there is nothing better.
            here = solve(face, costs) if at > n_solved else face.here(state.mate)
            found = prices(face, costs, here)
            steps.append(Step(tier, level, is_bound, _for_everyone(problem, face, found)))
            if is_bound:
                continue
            state.mate = face.with_part(state.mate, here)
            state.keep(costs, found)
            if tier is Tier.WORST and level == 0:
                state.mate = _best_worst(problem, objective, state)
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
    who = unmatched = who_weights(problem, objective)
    pair = np.zeros(face.allowed.shape, dtype=np.int64)
    n_solved = n_who
    # Places that must be filled, and pools, take a bonus larger than all costs together.
    has_bonus = problem.n_pools or problem.must_fill.any()
    n_rows = n_mentees + int(face.high.sum())
    room = 12 * n_rows + 12 if has_bonus else 1
    highest = int(unmatched.max(initial=1))
    # Priority alone leaves it open whether those without any are served.
    everyone_counts = bool({Tier.SERVED, Tier.DRAW} & set(objective.tiers[:n_who]))
    for tier in objective.tiers[n_who:] if everyone_counts else ():
        costs = tier_costs(problem, objective, tier, 0, face)
        if tier not in SIMPLE or costs.place.any():
            break
        size = largest(costs.pair, costs.unmatched)
        weight = 2 * n_mentees * size + 1
        # An augmenting path adds up a few hundred entries at most in practice.
        if (highest * weight + size) * 256 * room >= EXACT:
            break
        pair *= weight
        pair += costs.pair
        unmatched = unmatched * weight + costs.unmatched
        highest = highest * weight + size
        n_solved += 1
    costs = Costs(pair, unmatched, np.zeros(1, dtype=np.int64))
    return n_solved, _solve_by_rank(face, costs, who)


def _solve_by_rank(face: Face, costs: Costs, who: IntArray) -> IntArray:
    """`solve`, where whoever has the larger weight ``who`` is served before all costs of pairs.

    When places are short, those with the largest weights mostly fill them all: if they can, and
    nobody else weighs as much, the rest need not be looked at.
    """
    n_places = face.n_places
    if 0 < n_places < len(face.mentees):
        order = np.argsort(-who, kind="stable")
        if who[order[n_places - 1]] > who[order[n_places]]:
            first = np.sort(order[:n_places])
            part = replace(
                face,
                mentees=first,
                allowed=face.allowed[first],
                may_stay_unmatched=face.may_stay_unmatched[first],
            )
            found = solve(part, Costs(costs.pair[first], costs.unmatched[first], costs.place))
            if (found != UNMATCHED).all():
                return part.with_part(np.full(len(face.mentees), UNMATCHED), found)
    return solve(face, costs)


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


def _for_everyone(problem: Problem, face: Face, found: Prices) -> Prices:
    """The prices of a face, and zero for everyone else."""
    mentee = np.zeros(problem.n_mentees, dtype=np.int64)
    place = np.zeros(problem.n_mentors + problem.n_pools, dtype=np.int64)
    mentee[face.mentees], place[face.nodes] = found.mentee, found.place
    return Prices(mentee, place)


def _best_worst(problem: Problem, objective: Objective, state: State) -> IntArray:
    """A solution whose worst pair is best, by bisection over the points that occur."""
    face = state.face
    best = face.here(state.mate)
    n_below = int((best == UNMATCHED).sum())
    options = np.unique(face.of_pairs(problem.points)[face.allowed])
    low, high = 0, len(options) - 1
    while low <= high:
        middle = (low + high) // 2
        costs = tier_costs(problem, objective, Tier.WORST, int(options[middle]), face)
        part = solve(face, costs)
        if cost_of(face, costs, part) == n_below:
            best, low = part, middle + 1
        else:
            high = middle - 1
    return face.with_part(state.mate, best)
