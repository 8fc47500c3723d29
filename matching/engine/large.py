"""Cohorts too large for a matrix: solve on few pairs, price all, until none is missing.

The proof is that of `certificate`, over all pairs: no pair that was left out could have helped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.assignment import WHO, who_weights
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, CertificateError, Step
from matching.engine.edges import (
    EdgeFace,
    edge_prices,
    improve_edges,
    open_edges,
    optimal_edge_face,
    solve_edges,
)
from matching.engine.face import Costs, Prices, loads, optimal_loads
from matching.engine.factors import Factors
from matching.engine.lottery import keys, tickets
from matching.engine.pricing import PriceList, pair_cost, tight_pairs, violations
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, tier_costs

FIRST_PER_MENTEE = 12  # pairs to begin with
FIRST_PER_MENTOR = 6
SAMPLE = 256  # mentees among whom the first pairs of a mentor are sought
MENTORS_A_SAMPLE = 512  # mentors who share a sample
MORE_PER_MENTEE = 12  # violations taken up in one pass
POINTS = (Tier.SHORTFALL, Tier.TOTAL)


class CancelledError(Exception):
    """Raised by a watcher to stop a run; nothing is lost that its last report did not hold."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person can watch, and what a killed run can go on from."""

    stage: str  # solving, pricing, choosing
    n_passes: int
    n_violations: int  # pairs found in the last pass, at most a few for each mentee
    share: float  # of the stage, 0 to 1
    pairs: tuple[IntArray, IntArray]  # mentee rows and mentor rows looked at so far


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


def assign_large(
    cohort: Cohort,
    objective: Objective,
    watch: Callable[[Progress], None] = lambda progress: None,
    start: tuple[IntArray, IntArray] | None = None,
) -> LargeAssignment:
    """The best solution for every tier in turn, proven over all pairs.

    Parameters
    ----------
    objective
        Tiers of who is served, then `Tier.SHORTFALL` or `Tier.TOTAL`, then any that are linear.
    watch
        Called often; raises `CancelledError` to stop.
    start
        The pairs of a `Progress` to go on from; the result does not depend on it.

    Raises
    ------
    ValueError
        If the objective has another form.
    """
    who, tier, rest = _split(objective)
    state = Progress("pricing", 0, 0, 0.0, start or _empty())
    if start is None:
        state = _with_pairs(state, _first_pairs(cohort, tier, state, watch))
    while True:
        watch(replace(state, stage="solving", share=0.0))
        face = _face(cohort, state.pairs)
        points = cohort.factors.points_of(face.rows, face.columns)
        mate = solve_edges(face, _packed(cohort, objective, who, tier, points))
        steps = []
        for one in (*who, tier):
            costs = _costs(cohort, objective, one, 0, face, points)
            found = edge_prices(face, costs, mate)
            steps.append(Step(one, 0, False, found))
            points = points[costs.pair + found.place[face.columns] == found.mentee[face.rows]]
            face = optimal_edge_face(face, costs, found)
        listed = price_list(tuple(steps))
        missing = violations(
            cohort.factors, listed, MORE_PER_MENTEE, _report(state, "pricing", watch)
        )
        state = replace(
            _with_pairs(state, missing),
            n_passes=state.n_passes + 1,
            n_violations=len(missing[0]),
        )
        if len(missing[0]) == 0:
            break
    every = tight_pairs(cohort.factors, listed, _report(state, "choosing", watch))
    face = replace(face, rows=every[0], columns=every[1])
    mate = _choose(cohort, objective, rest, face, mate, steps)
    matched = np.flatnonzero(mate != UNMATCHED)
    own = np.full(len(mate), -1, dtype=np.int64)
    own[matched] = cohort.factors.points_of(matched, mate[matched])
    return LargeAssignment(mate, own, tuple(steps), state.n_passes, len(state.pairs[0]))


def _choose(
    cohort: Cohort,
    objective: Objective,
    rest: tuple[Tier, ...],
    face: EdgeFace,
    mate: IntArray,
    steps: list[Step],
) -> IntArray:
    """The remaining tiers and the lottery, on a face that is complete; adds their steps."""
    points = cohort.factors.points_of(face.rows, face.columns)
    lottery = [(Tier.LOTTERY, round_) for round_ in range(MAX_LOTTERY_ROUNDS)]
    for tier, level in [*((tier, 0) for tier in rest), *lottery]:
        pairs, leave = open_edges(face, mate)
        if not pairs.any() and not leave.any():
            break
        costs = _costs(cohort, objective, tier, level, face, points)
        mate = improve_edges(face, costs, mate, pairs, leave)
        found = edge_prices(face, costs, mate)
        steps.append(Step(tier, level, False, found))
        points = points[costs.pair + found.place[face.columns] == found.mentee[face.rows]]
        face = optimal_edge_face(face, costs, found)
    return mate


def price_list(steps: tuple[Step, ...]) -> PriceList:
    """The prices of the leading tiers, which all pairs are held against."""
    at = next(at for at, step in enumerate(steps) if step.tier in POINTS)
    return PriceList(tuple(step.prices for step in steps[:at]), steps[at].prices, steps[at].tier)


def _split(objective: Objective) -> tuple[tuple[Tier, ...], Tier, tuple[Tier, ...]]:
    at = next((at for at, tier in enumerate(objective.tiers) if tier not in WHO), None)
    who = objective.tiers[:at]
    if at is None or objective.tiers[at] not in POINTS or not {Tier.SERVED, Tier.DRAW} & set(who):
        raise ValueError("tiers: a large cohort needs served or draw, then shortfall or total")
    rest = objective.tiers[at + 1 :]
    if {Tier.WORST, Tier.LEXIMIN} & set(rest) or objective.spread_price:
        raise ValueError("tiers: worst, leximin and a price of spreading need a smaller cohort")
    # Last proposals are not part of a large cohort: nothing is kept and nothing lost.
    return who, objective.tiers[at], tuple(tier for tier in rest if tier is not Tier.KEEP)


def _empty() -> tuple[IntArray, IntArray]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)


def _with_pairs(state: Progress, more: tuple[IntArray, IntArray]) -> Progress:
    rows, columns = (np.concatenate(both) for both in zip(state.pairs, more, strict=True))
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return replace(state, pairs=(rows[fresh], columns[fresh]))


def _report(
    state: Progress, stage: str, watch: Callable[[Progress], None]
) -> Callable[[float], None]:
    return lambda share: watch(replace(state, stage=stage, share=share))


def _first_pairs(
    cohort: Cohort, tier: Tier, state: Progress, watch: Callable[[Progress], None]
) -> tuple[IntArray, IntArray]:
    """Some of the best pairs of every mentee and, of a sample, of every mentor.

    Every pair is a violation of a price above any cost. Mentees alone would all begin with the
    same mentors, and many places would be out of reach until a later pass.
    """
    n_mentees = len(cohort.people.mentee_ids)
    listed = PriceList(
        (),
        Prices(np.full(n_mentees, 2**15), np.where(cohort.capacity > 0, 0, 2**16)),
        tier,
    )
    return violations(cohort.factors, listed, FIRST_PER_MENTEE, _report(state, "pricing", watch))


def _face(cohort: Cohort, pairs: tuple[IntArray, IntArray]) -> EdgeFace:
    n_mentees = len(cohort.people.mentee_ids)
    rows, columns = pairs
    return EdgeFace(
        rows=rows,
        columns=columns,
        may_stay_unmatched=np.ones(n_mentees, dtype=bool),
        low=np.zeros(len(cohort.mentor_ids), dtype=np.int64),
        high=cohort.capacity,
    )


def _costs(
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


def _packed(
    cohort: Cohort, objective: Objective, who: tuple[Tier, ...], tier: Tier, points: IntArray
) -> Costs:
    """Costs that are best for all leading tiers at once; proven afterwards tier by tier."""
    n_mentees = len(cohort.people.mentee_ids)
    base = tier_costs(cohort.people, objective, tier, 0)
    weight = 2 * n_mentees * 100**2 + 1
    weights = who_weights(cohort.people, replace(objective, tiers=who))
    return Costs(pair_cost(tier, points), weights * weight + base.unmatched, base.place)


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
    who, tier, rest = _split(objective)
    _check_result(cohort, found)
    steps = found.steps
    expected = [*who, tier, *rest, *[Tier.LOTTERY] * MAX_LOTTERY_ROUNDS]
    if len(steps) <= len(who) or [step.tier for step in steps] != expected[: len(steps)]:
        raise CertificateError("the proof has other steps than the objective")
    listed = price_list(steps)
    if len(violations(cohort.factors, listed, 1, watch)[0]):
        raise CertificateError("prices: a pair is cheaper than its prices")
    every = tight_pairs(cohort.factors, listed, watch)
    n_mentors = len(cohort.mentor_ids)
    low, high = np.zeros(n_mentors, dtype=np.int64), cohort.capacity
    may_stay = np.ones(len(found.mate), dtype=bool)
    load = loads(found.mate, n_mentors)
    for step in steps[: len(who) + 1]:
        base = tier_costs(cohort.people, objective, step.tier, 0)
        own = _own(step.tier, base, found)
        _check_step(step, base, own, found.mate, may_stay, low, high, load)
        may_stay = may_stay & (base.unmatched == step.prices.mentee)
        low, high = optimal_loads(low, high, base, step.prices)
    face = EdgeFace(every[0], every[1], may_stay, low, high)
    points = cohort.factors.points_of(face.rows, face.columns)
    rounds = iter(range(MAX_LOTTERY_ROUNDS))
    for step in steps[len(who) + 1 :]:
        level = next(rounds) if step.tier is Tier.LOTTERY else 0
        costs = _costs(cohort, objective, step.tier, level, face, points)
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


def _own(tier: Tier, base: Costs, found: LargeAssignment) -> IntArray:
    served = found.mate != UNMATCHED
    pair = pair_cost(tier, found.points) if tier in POINTS else np.zeros_like(found.points)
    return np.where(served, pair, base.unmatched)


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
