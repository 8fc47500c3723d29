"""The check of a large result over all its pairs: prices and comparisons, no solver."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, CertificateError, Step
from matching.engine.cohort import (
    Cohort,
    LargeAssignment,
    edge_costs,
    price_list,
    special_standing,
    split_tiers,
)
from matching.engine.edges import EdgeFace, open_edges, optimal_edge_face
from matching.engine.face import Costs, optimal_loads
from matching.engine.nest import loads
from matching.engine.pricing import scan
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Objective, Tier


def verify_large(
    cohort: Cohort,
    objective: Objective,
    found: LargeAssignment,
    watch: Callable[[float], None] = lambda share: None,
) -> None:
    """Check a result over all pairs, without a solver.

    Raises
    ------
    CertificateError
        With the first thing that is wrong.
    """
    leading, tier, rest = split_tiers(objective)
    _check_result(cohort, found)
    steps = found.steps
    expected = [*leading, tier, *rest, *[Tier.LOTTERY] * MAX_LOTTERY_ROUNDS]
    if len(steps) <= len(leading) or [step.tier for step in steps] != expected[: len(steps)]:
        raise CertificateError("the proof has other steps than the objective")
    looked = scan(cohort.factors, price_list(cohort, steps), 1, watch, with_tight=True)
    rows, columns, standing = special_standing(cohort, objective, steps)
    if len(looked.missing[0]) or (standing < 0).any():
        raise CertificateError("prices: a pair is cheaper than its prices")
    every = tuple(
        np.concatenate([one, other[standing == 0]])
        for one, other in zip(looked.tight, (rows, columns), strict=True)
    )
    n_mentors = len(cohort.mentor_ids)
    low, high = np.zeros(n_mentors, dtype=np.int64), cohort.capacity
    may_stay = np.ones(len(found.mate), dtype=bool)
    load = loads(found.mate, n_mentors)
    chosen = np.flatnonzero(found.mate != UNMATCHED)
    own_face = EdgeFace(chosen, found.mate[chosen], may_stay, low, high)
    for step in steps[: len(leading) + 1]:
        base = edge_costs(cohort, objective, step.tier, 0, own_face, found.points[chosen])
        own = base.unmatched.copy()
        own[chosen] = base.pair
        _check_step(step, base, own, found.mate, may_stay, low, high, load)
        may_stay = may_stay & (base.unmatched == step.prices.mentee)
        low, high = optimal_loads(low, high, base, step.prices)
    face = EdgeFace(every[0], every[1], may_stay, low, high)
    points = cohort.factors.points_of(face.rows, face.columns)
    rounds = iter(range(MAX_LOTTERY_ROUNDS))
    for step in steps[len(leading) + 1 :]:
        level = next(rounds) if step.tier is Tier.LOTTERY else 0
        costs = edge_costs(cohort, objective, step.tier, level, face, points)
        if (costs.pair + step.prices.place[face.columns] < step.prices.mentee[face.rows]).any():
            raise CertificateError("prices: a pair is cheaper than its prices")
        own = _own_edges(face, costs, found.mate)
        _check_step(
            step, costs, own, found.mate, face.may_stay_unmatched, face.low, face.high, load
        )
        points = points[
            costs.pair + step.prices.place[face.columns] == step.prices.mentee[face.rows]
        ]
        face = optimal_edge_face(face, costs, step.prices)
    pairs, leave = open_edges(face, found.mate)
    if pairs.any() or leave.any():
        raise CertificateError("lottery: the result is not proven to be the only one")


def _own_edges(face: EdgeFace, costs: Costs, mate: IntArray) -> IntArray:
    own = costs.unmatched.copy()
    chosen = mate[face.rows] == face.columns
    own[face.rows[chosen]] = costs.pair[chosen]
    return own


def _check_step(
    step: Step,
    costs: Costs,
    own: IntArray,
    mate: IntArray,
    may_stay: BoolArray,
    low: IntArray,
    high: IntArray,
    load: IntArray,
) -> None:
    """Complementary slackness: everything chosen meets its price, every price its place."""
    prices = step.prices
    place = np.append(prices.place, 0)[mate]
    if (own + place != prices.mentee).any():
        raise CertificateError(f"{step.tier}: somebody is not where the prices say")
    if (may_stay & (prices.mentee > costs.unmatched)).any():
        raise CertificateError("prices: staying unmatched is cheaper than its price")
    next_place = costs.place[np.minimum(load, len(costs.place) - 1)]
    last_place = costs.place[np.clip(load - 1, 0, len(costs.place) - 1)]
    if ((load < high) & (prices.place > next_place)).any():
        raise CertificateError(f"{step.tier}: a place worth having is empty")
    if ((load > low) & (prices.place < last_place)).any():
        raise CertificateError(f"{step.tier}: a place not worth having is filled")


def _check_result(cohort: Cohort, found: LargeAssignment) -> None:
    mate = found.mate
    if mate.shape != (len(cohort.people.mentee_ids),) or mate.dtype.kind != "i":
        raise CertificateError("mate: wrong shape or type")
    if len(mate) and (mate.min() < UNMATCHED or mate.max() >= len(cohort.mentor_ids)):
        raise CertificateError("mate: names a mentor row that does not exist")
    matched = np.flatnonzero(mate != UNMATCHED)
    points = cohort.factors.points_of(matched, mate[matched])
    if (points < 0).any() or (points != found.points[matched]).any():
        raise CertificateError("mate: a pair is not eligible, or has other points")
    if (loads(mate, len(cohort.mentor_ids)) > cohort.capacity).any():
        raise CertificateError("mate: a mentor has more mentees than places")
