"""A large cohort as data: people without a matrix, what is wanted of them, and the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.certificate import Step
from matching.engine.edges import EdgeFace
from matching.engine.face import Costs, place_cost
from matching.engine.factors import Factors
from matching.engine.lottery import keys, tickets
from matching.engine.nest import loads
from matching.engine.pairs import PairList, listed
from matching.engine.pricing import PriceList, pair_cost
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, tier_costs

POINTS = (Tier.SHORTFALL, Tier.TOTAL)
NEEDS_A_MATRIX = (Tier.WORST, Tier.LEXIMIN)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A large problem: people without a matrix."""

    factors: Factors
    people: Problem  # with all mentees, priorities and the salt, and without mentors
    mentor_ids: tuple[int, ...]
    capacity: IntArray  # (n_mentors,)
    last_mentor: IntArray  # (n_mentees,), mentor row proposed last time or -1
    special: PairList  # with other points than the product says, or proposed last time


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
    row_of = {id_: row for row, id_ in enumerate(one.mentor_ids)}
    last_mentor = np.array(
        [row_of.get(id_, UNMATCHED) for id_ in one.mentee_last_mentors.tolist()], dtype=np.int64
    )
    had = np.flatnonzero(last_mentor != UNMATCHED)
    rows, columns = listed(factors.exceptions.pairs)
    special = PairList.of(
        (one.n_mentees, one.n_mentors),
        np.concatenate([rows, had]),
        np.concatenate([columns, last_mentor[had]]),
    )
    capacity = np.minimum(one.capacity, one.n_mentees)
    return Cohort(factors, people, one.mentor_ids, capacity, last_mentor, special)


def split_tiers(objective: Objective) -> tuple[tuple[Tier, ...], Tier, tuple[Tier, ...]]:
    """The tiers before the first about points, that one, and those after it.

    Raises
    ------
    ValueError
        If a large cohort cannot have the objective; the message names the tier.
    """
    for tier in objective.tiers:
        if tier in NEEDS_A_MATRIX:
            raise ValueError(f"tiers: {tier} needs a smaller cohort; shortfall comes closest")
    at = next((at for at, tier in enumerate(objective.tiers) if tier in POINTS), None)
    if at is None:
        raise ValueError("tiers: a large cohort needs shortfall or total, as a measure of pairs")
    return objective.tiers[:at], objective.tiers[at], objective.tiers[at + 1 :]


def price_list(cohort: Cohort, steps: tuple[Step, ...]) -> PriceList:
    """The prices of the leading tiers, which all pairs are held against."""
    at = next(at for at, step in enumerate(steps) if step.tier in POINTS)
    had = (cohort.last_mentor != UNMATCHED).astype(np.int64)
    # Where a pair costs a mentee the same with every mentor, the price is as much lower.
    who = [
        replace(step.prices, mentee=step.prices.mentee - had)
        if step.tier is Tier.KEEP
        else step.prices
        for step in steps[:at]
    ]
    return PriceList(tuple(who), steps[at].prices, steps[at].tier, cohort.special)


def special_standing(
    cohort: Cohort, objective: Objective, steps: tuple[Step, ...]
) -> tuple[IntArray, IntArray, IntArray]:
    """How special pairs stand to the prices of the leading tiers.

    Returns
    -------
    Mentee rows, mentor rows, and -1, 0 or 1: cheaper than the prices allow, on the optimal face,
    or dearer. Forbidden pairs are left out.
    """
    rows, columns = listed(cohort.special)
    points = cohort.factors.points_of(rows, columns)
    rows, columns, points = rows[points >= 0], columns[points >= 0], points[points >= 0]
    standing = np.zeros(len(rows), dtype=np.int64)
    at = next(at for at, step in enumerate(steps) if step.tier in POINTS)
    for step in steps[: at + 1]:
        pair = pair_costs(cohort, step.tier, 0, rows, columns, points)
        apart = np.sign(pair + step.prices.place[columns] - step.prices.mentee[rows])
        standing = np.where(standing == 0, apart, standing)
    return rows, columns, standing


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
    if tier is Tier.KEEP:
        base = replace(base, unmatched=(cohort.last_mentor != UNMATCHED).astype(np.int64))
    return replace(base, pair=pair_costs(cohort, tier, level, face.rows, face.columns, points))


def pair_costs(
    cohort: Cohort, tier: Tier, level: int, rows: IntArray, columns: IntArray, points: IntArray
) -> IntArray:
    """What single pairs cost in a tier; same shape as ``rows``."""
    if tier in POINTS:
        return pair_cost(tier, points)
    if tier is Tier.LOTTERY:
        people = cohort.people
        mentees, mentors = keys(people.salt, level, people.mentee_ids, cohort.mentor_ids)
        return tickets(mentees[rows], mentors[columns])
    if tier is Tier.KEEP:
        last = cohort.last_mentor[rows]
        given_up: BoolArray = (last != UNMATCHED) & (last != columns)
        return given_up.astype(np.int64)
    return np.zeros(len(rows), dtype=np.int64)


def values(cohort: Cohort, objective: Objective, found: LargeAssignment) -> dict[Tier, int]:
    """What each tier reaches, as `tier_value` says it, in the order of the objective."""
    served = found.mate != UNMATCHED
    matched, mentors = np.flatnonzero(served), found.mate[served]
    load = loads(found.mate, len(cohort.capacity))
    reached: dict[Tier, int] = {}
    for tier in objective.tiers:
        base = tier_costs(cohort.people, objective, tier, 0)
        pair = pair_costs(cohort, tier, 0, matched, mentors, found.points[served])
        paid = np.concatenate([[0], np.cumsum(place_cost(base, np.arange(load.max(initial=0))))])
        cost = int(pair.sum()) + int(base.unmatched[~served].sum()) + int(paid[load].sum())
        if tier is Tier.SERVED:
            reached[tier] = len(matched)
        elif tier is Tier.TOTAL:
            reached[tier] = -cost
        elif tier is Tier.KEEP:
            reached[tier] = (
                len(matched)
                - int(pair.sum())
                - int((cohort.last_mentor[matched] == UNMATCHED).sum())
            )
        else:
            reached[tier] = cost
    return reached
