"""Cohorts too large for a matrix: solve on few pairs, price all, until none is missing.

The proof is that of `certificate`, over all pairs: no pair that was left out could have helped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.assignment import who_weights
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, Step
from matching.engine.cohort import (
    Cohort,
    LargeAssignment,
    edge_costs,
    price_list,
    split_tiers,
)
from matching.engine.edges import (
    EdgeFace,
    edge_prices,
    improve_edges,
    open_edges,
    optimal_edge_face,
    solve_edges,
)
from matching.engine.face import Costs, Prices
from matching.engine.pricing import PriceList, pair_cost, tight_pairs, violations
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Objective, Tier, tier_costs

FIRST_PER_MENTEE = 12  # pairs to begin with
FIRST_PER_MENTOR = 6
SAMPLE = 256  # mentees among whom the first pairs of a mentor are sought
MENTORS_A_SAMPLE = 512  # mentors who share a sample
MORE_PER_MENTEE = 12  # violations taken up in one pass


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
    who, tier, rest = split_tiers(objective)
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
            costs = edge_costs(cohort, objective, one, 0, face, points)
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
        costs = edge_costs(cohort, objective, tier, level, face, points)
        mate = improve_edges(face, costs, mate, pairs, leave)
        found = edge_prices(face, costs, mate)
        steps.append(Step(tier, level, False, found))
        points = points[costs.pair + found.place[face.columns] == found.mentee[face.rows]]
        face = optimal_edge_face(face, costs, found)
    return mate


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
    of_mentees = violations(
        cohort.factors, listed, FIRST_PER_MENTEE, _report(state, "pricing", watch)
    )
    of_mentors = _sampled_pairs(cohort)
    return (
        np.concatenate([of_mentees[0], of_mentors[0]]),
        np.concatenate([of_mentees[1], of_mentors[1]]),
    )


def _sampled_pairs(cohort: Cohort) -> tuple[IntArray, IntArray]:
    """A few good pairs of every mentor with mentees drawn at random, the same every time."""
    random = np.random.default_rng(0)
    n_mentees, n_mentors = len(cohort.people.mentee_ids), len(cohort.mentor_ids)
    kept = min(FIRST_PER_MENTOR, n_mentees)
    found = [_empty()]
    for at in range(0, n_mentors if kept else 0, MENTORS_A_SAMPLE):
        mentors = np.arange(at, min(at + MENTORS_A_SAMPLE, n_mentors))
        sample = np.sort(random.choice(n_mentees, min(SAMPLE, n_mentees), replace=False))
        points = cohort.factors.left[sample] @ cohort.factors.right[mentors].T
        best = np.argpartition(-points, kept - 1, axis=0)[:kept]
        found.append((sample[best].reshape(-1), np.tile(mentors, kept)))
    rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
    allowed = cohort.factors.points_of(rows, columns) >= 0
    return rows[allowed], columns[allowed]


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


def _packed(
    cohort: Cohort, objective: Objective, who: tuple[Tier, ...], tier: Tier, points: IntArray
) -> Costs:
    """Costs that are best for all leading tiers at once; proven afterwards tier by tier."""
    n_mentees = len(cohort.people.mentee_ids)
    base = tier_costs(cohort.people, objective, tier, 0)
    weight = 2 * n_mentees * 100**2 + 1
    weights = who_weights(cohort.people, replace(objective, tiers=who))
    return Costs(pair_cost(tier, points), weights * weight + base.unmatched, base.place)
