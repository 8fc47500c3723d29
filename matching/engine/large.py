"""Cohorts too large for a matrix: solve on few pairs, price all, until none is missing.

First sketches, by auction, find out what places are worth and which pairs matter; then exact
solutions on these, tier by tier. The proof is that of `certificate`, over all pairs: no pair that
was left out could have helped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matching.engine.arrays import NOT_GIVEN, BoolArray, IntArray
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, CertificateError, Step
from matching.engine.circles import mend
from matching.engine.cohort import (
    Cohort,
    LargeAssignment,
    edge_costs,
    price_list,
    special_standing,
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
from matching.engine.pricing import Pairs, scan
from matching.engine.problem import UNMATCHED
from matching.engine.progress import Progress, Watch, report, ticker
from matching.engine.sketch import (
    MORE_PER_MENTEE,
    STEPS,
    first_bid,
    first_pairs,
    joined,
    sketched,
    whole_face,
)
from matching.engine.tiers import Objective, Tier

ALMOST = 200  # tight pairs are collected when fewer are missing than one for so many mentees
CHEAPEST = 24  # pairs of a mentee to begin with where a goal is sought among equals

# Tiers in which it costs nothing if everyone is served.
OF_THE_UNSERVED = (Tier.SERVED, Tier.PRIORITY, Tier.DRAW)


def assign_large(
    cohort: Cohort,
    objective: Objective,
    watch: Watch = lambda progress: None,
    start: Progress | None = None,
) -> LargeAssignment:
    """The best solution for every tier in turn, proven over all pairs.

    Parameters
    ----------
    objective
        With `Tier.SHORTFALL` or `Tier.TOTAL`, and without tiers about the worst pair.
    watch
        Called often; raises `CancelledError` to stop.
    start
        Any `Progress` of the same cohort and objective to go on from; the result does not depend
        on it.

    Raises
    ------
    ValueError
        If the objective has another form, or too many pairs are equally good.
    CertificateError
        If no prices could be found; there is no result then.
    """
    leading, tier, rest = split_tiers(objective)
    state = start
    if state is None:
        state = Progress("pricing", 0, 0, 0.0, first_pairs(cohort, tier, watch))
    while state.is_sketch:
        state = sketched(cohort, objective, tier, state, watch)
    mate, place = state.mate, state.place
    if mate is NOT_GIVEN:
        mate, place = first_bid(cohort, objective, tier, state, 2 * STEPS[tier], watch)
    guides: dict[Tier, IntArray] = {}
    while True:
        watch(replace(state, stage="solving", share=0.0))
        mate, steps, face = _solved(
            cohort, objective, (*leading, tier), mate, guides | {tier: place}, state, watch
        )
        guides = {step.tier: step.prices.place for step in steps}
        place = guides[tier]
        is_late = state.n_passes > 0 and state.n_violations * ALMOST < len(mate)
        found, tight = _looked(cohort, objective, steps, state, watch, with_tight=is_late)
        known = joined(state.pairs, found)
        if len(found[0]) and len(known[0]) == len(state.pairs[0]):
            raise CertificateError("prices: pairs that were solved with are still too cheap")
        state = replace(
            state,
            pairs=known,
            n_passes=state.n_passes + 1,
            n_violations=len(found[0]),
            mate=mate,
            place=place,
        )
        if len(found[0]) == 0:
            if not is_late:
                _, tight = _looked(cohort, objective, steps, state, watch, with_tight=True)
            break
    face = replace(face, rows=tight[0], columns=tight[1])
    watch(replace(state, stage="choosing", share=0.0))
    mate = _choose(cohort, objective, rest, face, mate, steps)
    matched = np.flatnonzero(mate != UNMATCHED)
    own = np.full(len(mate), -1, dtype=np.int64)
    own[matched] = cohort.factors.points_of(matched, mate[matched])
    return LargeAssignment(mate, own, tuple(steps), state.n_passes, len(state.pairs[0]))


def _solved(
    cohort: Cohort,
    objective: Objective,
    tiers: tuple[Tier, ...],
    mate: IntArray,
    guides: dict[Tier, IntArray],
    state: Progress,
    watch: Watch,
) -> tuple[IntArray, list[Step], EdgeFace]:
    """The best solution on the pairs known so far, with the prices of each tier."""
    face = whole_face(cohort, state.pairs)
    points = cohort.factors.points_of(face.rows, face.columns)
    nothing = np.zeros(len(face.high), dtype=np.int64)
    tick = ticker(state, "solving", watch)
    steps: list[Step] = []
    for tier in tiers:
        costs = edge_costs(cohort, objective, tier, 0, face, points)
        if tier in OF_THE_UNSERVED and (mate != UNMATCHED).all():
            found = Prices(np.zeros_like(mate), nothing)
        else:
            mate, found = _best(face, costs, mate, guides.get(tier, nothing), tick)
        steps.append(Step(tier, 0, False, found))
        tight = costs.pair + found.place[face.columns] == found.mentee[face.rows]
        points = points[tight]
        face = optimal_edge_face(face, costs, found)
    return mate, steps, face


def _best(
    face: EdgeFace, costs: Costs, mate: IntArray, place: IntArray, tick: Callable[[], None]
) -> tuple[IntArray, Prices]:
    """A cheapest solution of the face and its prices, from one that is close to it."""
    mended = mend(face, costs, mate, place, tick)
    if mended is not None:
        return mended
    mate = solve_edges(face, costs)
    return mate, edge_prices(face, costs, mate)


def _looked(
    cohort: Cohort,
    objective: Objective,
    steps: list[Step],
    state: Progress,
    watch: Watch,
    *,
    with_tight: bool,
) -> tuple[Pairs, Pairs]:
    """Pairs that the prices miss, and if asked for all pairs of the optimal face."""
    prices = price_list(cohort, tuple(steps))
    found = scan(
        cohort.factors,
        prices,
        MORE_PER_MENTEE,
        report(state, "pricing", watch),
        with_tight=with_tight,
    )
    rows, columns, standing = special_standing(cohort, objective, tuple(steps))
    tight = joined(found.tight, (rows[standing == 0], columns[standing == 0]))
    return found.missing, tight


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
        mate, found = _improved(face, costs, mate, pairs, leave)
        steps.append(Step(tier, level, False, found))
        points = points[costs.pair + found.place[face.columns] == found.mentee[face.rows]]
        face = optimal_edge_face(face, costs, found)
    return mate


def _improved(
    face: EdgeFace, costs: Costs, mate: IntArray, pairs: BoolArray, leave: BoolArray
) -> tuple[IntArray, Prices]:
    """A cheapest solution of a face and its prices; where there are many pairs, by few of them."""
    kept = mate[face.rows] == face.columns
    order = np.lexsort((costs.pair, face.rows))
    order = order[pairs[order]]
    rank = np.arange(len(order)) - np.searchsorted(face.rows[order], face.rows[order])
    kept[order[rank < CHEAPEST]] = True
    while True:
        part, few = face.part(kept), replace(costs, pair=costs.pair[kept])
        found_mate = improve_edges(part, few, mate, pairs[kept], leave)
        found = edge_prices(part, few, found_mate)
        missing = costs.pair + found.place[face.columns] < found.mentee[face.rows]
        if not missing.any():
            return found_mate, found
        kept |= missing
