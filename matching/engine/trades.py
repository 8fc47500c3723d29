"""What each goal could reach by itself, and what that would cost the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.engine.arrays import IntArray
from matching.engine.assignment import assign
from matching.engine.problem import Problem
from matching.engine.tiers import Objective, Tier, tier_value


@dataclass(frozen=True, slots=True)
class Reached:
    """What a solution comes to, as people ask for it."""

    n_served: int
    worst: int  # fewest points of a pair, 0 without pairs
    total: int  # points of all pairs


@dataclass(frozen=True, slots=True)
class Trade:
    """The best solution had one goal come before all others."""

    tier: Tier
    reached: Reached
    n_changed: int  # mentees who would have another mentor, or none, or one at last


def reached(problem: Problem, mate: IntArray) -> Reached:
    """The figures of one solution."""
    served, worst, total = (
        tier_value(problem, Objective(), tier, mate)
        for tier in (Tier.SERVED, Tier.WORST, Tier.TOTAL)
    )
    return Reached(served, worst, total)


def trades(problem: Problem, objective: Objective, mate: IntArray) -> tuple[Trade, ...]:
    """What the first goal, and those before each other one, were preferred to.

    Parameters
    ----------
    mate
        What `assign` found for this problem and objective.

    Returns
    -------
    One for each goal but the first, moved to the front with the others behind it in their order.
    The total of points and the worst pair are always among them, wanted or not: they are what
    people ask the best possible of.
    """
    asked = dict.fromkeys((*objective.tiers[1:], Tier.TOTAL, Tier.WORST))
    found = []
    for tier in asked:
        if objective.tiers[:1] == (tier,):
            continue
        rest = tuple(other for other in objective.tiers if other is not tier)
        other = assign(problem, replace(objective, tiers=(tier, *rest))).mate
        found.append(Trade(tier, reached(problem, other), int((other != mate).sum())))
    return tuple(found)
