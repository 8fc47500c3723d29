"""A large cohort as data: people without a matrix, what is wanted of them, and the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.assignment import WHO
from matching.engine.certificate import Step
from matching.engine.edges import EdgeFace
from matching.engine.face import Costs
from matching.engine.factors import Factors
from matching.engine.lottery import keys, tickets
from matching.engine.pricing import PriceList, pair_cost
from matching.engine.problem import Problem
from matching.engine.tiers import Objective, Tier, tier_costs

POINTS = (Tier.SHORTFALL, Tier.TOTAL)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A large problem: people without a matrix."""

    factors: Factors
    people: Problem  # with all mentees, priorities and the salt, and without mentors
    mentor_ids: tuple[int, ...]
    capacity: IntArray  # (n_mentors,)


@dataclass(frozen=True, slots=True)
class LargeAssignment:
    """The best solution of a large problem and its proof."""

    mate: IntArray  # (n_mentees,), mentor row or -1
    points: IntArray  # (n_mentees,), -1 where unmatched
    steps: tuple[Step, ...]
    n_passes: int
    n_pairs: int  # looked at one by one


def large_cohort(factors: Factors) -> Cohort:
    """The cohort of an instance, once it is factorised."""
    one = factors.instance
    people = Problem(
        points=np.zeros((one.n_mentees, 0), dtype=np.int64),
        eligible=np.zeros((one.n_mentees, 0), dtype=bool),
        capacity=np.zeros(0, dtype=np.int64),
        mentee_ids=one.mentee_ids,
        mentor_ids=(),
        priority=one.mentee_priorities,
        salt=one.salt,
    )
    capacity = np.minimum(one.capacity, one.n_mentees)
    return Cohort(factors, people, one.mentor_ids, capacity)


def split_tiers(objective: Objective) -> tuple[tuple[Tier, ...], Tier, tuple[Tier, ...]]:
    at = next((at for at, tier in enumerate(objective.tiers) if tier not in WHO), None)
    who = objective.tiers[:at]
    if at is None or objective.tiers[at] not in POINTS or not {Tier.SERVED, Tier.DRAW} & set(who):
        raise ValueError("tiers: a large cohort needs served or draw, then shortfall or total")
    rest = objective.tiers[at + 1 :]
    if {Tier.WORST, Tier.LEXIMIN} & set(rest) or objective.spread_price:
        raise ValueError("tiers: worst, leximin and a price of spreading need a smaller cohort")
    # Last proposals are not part of a large cohort: nothing is kept and nothing lost.
    return who, objective.tiers[at], tuple(tier for tier in rest if tier is not Tier.KEEP)


def price_list(steps: tuple[Step, ...]) -> PriceList:
    """The prices of the leading tiers, which all pairs are held against."""
    at = next(at for at, step in enumerate(steps) if step.tier in POINTS)
    return PriceList(tuple(step.prices for step in steps[:at]), steps[at].prices, steps[at].tier)


def edge_costs(
    cohort: Cohort,
    objective: Objective,
    tier: Tier,
    level: int,
    face: EdgeFace,
    points: IntArray,
) -> Costs:
    """`tier_costs` for a list of pairs."""
    base = tier_costs(cohort.people, objective, tier, level)
    if tier in POINTS:
        return replace(base, pair=pair_cost(tier, points))
    if tier is Tier.LOTTERY:
        people = cohort.people
        mentees, mentors = keys(people.salt, level, people.mentee_ids, cohort.mentor_ids)
        return replace(base, pair=tickets(mentees[face.rows], mentors[face.columns]))
    return replace(base, pair=np.zeros(len(face.rows), dtype=np.int64))
