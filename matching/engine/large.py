"""Cohorts too large for a matrix: solve on few pairs, price all, until none is missing.

First sketches, by auction, find out what places are worth and which pairs matter; then exact
solutions on these, tier by tier. The proof is that of `certificate`, over all pairs: no pair that
was left out could have helped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from matching.engine.arrays import NOT_GIVEN, BoolArray, IntArray, not_given
from matching.engine.assignment import who_weights
from matching.engine.auction import bid
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, Step
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
from matching.engine.pairs import listed
from matching.engine.pricing import Pairs, PriceList, Scan, pair_cost, scan
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Objective, Tier

FIRST_PER_MENTEE = 12  # pairs to begin with
FIRST_PER_MENTOR = 6
SAMPLE = 256  # mentees among whom the first pairs of a mentor are sought
MENTORS_A_SAMPLE = 512  # mentors who share a sample
MANY_MENTORS = 4096  # from then on, only pairs are begun with that are as good as
ONE_IN = 32  # the second best in a sample of so many mentors
MENTEES_A_SAMPLE = 512
MORE_PER_MENTEE = 12  # missing pairs taken up in one pass

# What it costs in a sketch to leave somebody without mentor: as much as a poor pair, so that
# nobody bids for ever where the pairs known so far do not serve everyone.
POOR = {Tier.SHORTFALL: 50**2, Tier.TOTAL: 0}
STEPS = {Tier.SHORTFALL: 2, Tier.TOTAL: 16}  # of an offer, in a unit of the costs
MAX_SKETCHES = 6
FEW = 4  # sketching ends when fewer pairs are missing than one for so many mentees
ALMOST = 200  # tight pairs are collected when fewer are missing than one for so many mentees
CHEAPEST = 24  # pairs of a mentee to begin with where a goal is sought among equals
SECONDS_A_REPORT = 0.5

# Tiers in which it costs nothing if everyone is served.
OF_THE_UNSERVED = (Tier.SERVED, Tier.PRIORITY, Tier.DRAW)


class CancelledError(Exception):
    """Raised by a watcher to stop a run; nothing is lost that its last report did not hold."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person can watch, and what a killed run can go on from."""

    stage: str  # sketching, solving, pricing, choosing
    n_passes: int  # looks at all pairs that are done
    n_violations: int  # pairs found missing in the last one, at most a few for each mentee
    share: float  # of the stage, 0 to 1
    pairs: Pairs  # mentee rows and mentor rows looked at so far
    is_sketch: bool = True  # whether the pairs are only approximately those that matter
    mate: IntArray = field(default_factory=not_given)  # (n_mentees,), the last exact solution
    place: IntArray = field(default_factory=not_given)  # (n_mentors,), its prices in points


Watch = Callable[[Progress], None]


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
    """
    leading, tier, rest = split_tiers(objective)
    state = start
    if state is None:
        state = Progress("pricing", 0, 0, 0.0, _first_pairs(cohort, tier, watch))
    while state.is_sketch:
        state = _sketched(cohort, objective, tier, state, watch)
    mate, place = state.mate, state.place
    if mate is NOT_GIVEN:
        mate, place = _bid(cohort, objective, tier, state, 2 * STEPS[tier], watch)
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
        state = replace(
            state,
            pairs=_joined(state.pairs, found),
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


def _sketched(
    cohort: Cohort, objective: Objective, tier: Tier, state: Progress, watch: Watch
) -> Progress:
    """One pass that finds pairs by the prices of an auction."""
    watch(replace(state, stage="sketching", share=0.0))
    mate, place = _bid(cohort, objective, tier, state, STEPS[tier], watch)
    rows, columns = state.pairs
    cost = pair_cost(tier, cohort.factors.points_of(rows, columns)) + place[columns]
    mentee = np.full(len(mate), POOR[tier], dtype=np.int64)
    np.minimum.at(mentee, rows, cost)
    mentee[~_likely(cohort, objective)] = -(2**19)
    listed_ = PriceList((), Prices(mentee, place), tier, cohort.special)
    found = scan(cohort.factors, listed_, MORE_PER_MENTEE, _report(state, "pricing", watch))
    n_missing, n_passes = len(found.missing[0]), state.n_passes + 1
    return replace(
        state,
        pairs=_joined(state.pairs, found.missing),
        n_passes=n_passes,
        n_violations=n_missing,
        is_sketch=n_missing * FEW > len(mate) and n_passes < MAX_SKETCHES,
    )


def _bid(
    cohort: Cohort, objective: Objective, tier: Tier, state: Progress, steps: int, watch: Watch
) -> tuple[IntArray, IntArray]:
    face = _face(cohort, state.pairs)
    points = cohort.factors.points_of(face.rows, face.columns)
    costs = edge_costs(cohort, objective, tier, 0, face, points)
    poor = np.full_like(costs.unmatched, POOR[tier])
    tick = _ticker(state, "sketching", watch)
    return bid(face, replace(costs, unmatched=poor), _likely(cohort, objective), steps, tick)


def _likely(cohort: Cohort, objective: Objective) -> BoolArray:
    """Mentees who will be served where all places can be filled: as many as there are places."""
    weights = who_weights(cohort.people, objective)
    n_places = int(cohort.capacity.sum())
    likely = np.ones(len(weights), dtype=bool)
    if n_places < len(weights):
        likely[np.argsort(-weights, kind="stable")[n_places:]] = False
    return likely


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
    face = _face(cohort, state.pairs)
    points = cohort.factors.points_of(face.rows, face.columns)
    nothing = np.zeros(len(face.high), dtype=np.int64)
    tick = _ticker(state, "solving", watch)
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
    report = _report(state, "pricing", watch)
    prices = price_list(cohort, tuple(steps))
    found: Scan = scan(cohort.factors, prices, MORE_PER_MENTEE, report, with_tight=with_tight)
    rows, columns, standing = special_standing(cohort, objective, tuple(steps))
    tight = _joined(found.tight, (rows[standing == 0], columns[standing == 0]))
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


def _joined(first: Pairs, second: Pairs) -> Pairs:
    """Two lists of pairs as one, sorted and without repetition."""
    rows, columns = (np.concatenate(both) for both in zip(first, second, strict=True))
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return rows[fresh], columns[fresh]


def _report(state: Progress, stage: str, watch: Watch) -> Callable[[float], None]:
    return lambda share: watch(replace(state, stage=stage, share=share))


def _ticker(state: Progress, stage: str, watch: Watch) -> Callable[[], None]:
    """Something to call as often as one likes, that reports now and then."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last > SECONDS_A_REPORT:
            last = time.monotonic()
            watch(replace(state, stage=stage, share=0.0))

    return tick


def _first_pairs(cohort: Cohort, tier: Tier, watch: Watch) -> Pairs:
    """Some of the best pairs of every mentee and, of a sample, of every mentor; special pairs.

    Every pair is missing at a price above its cost. Mentees alone would all begin with the
    same mentors, and many places would be out of reach until a later pass.
    """
    state = Progress("pricing", 0, 0, 0.0, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
    prices = Prices(_good(cohort, tier), np.where(cohort.capacity > 0, 0, 2**16))
    listed_ = PriceList((), prices, tier, cohort.special)
    found = scan(cohort.factors, listed_, FIRST_PER_MENTEE, _report(state, "pricing", watch))
    rows, columns = listed(cohort.special)
    allowed = cohort.factors.points_of(rows, columns) >= 0
    special = rows[allowed], columns[allowed]
    return _joined(_joined(found.missing, special), _sampled_pairs(cohort))


def _good(cohort: Cohort, tier: Tier) -> IntArray:
    """A price for each mentee that a few dozen mentors meet, as far as a sample can tell."""
    random = np.random.default_rng(0)
    n_mentees, n_mentors = len(cohort.people.mentee_ids), len(cohort.mentor_ids)
    good = np.full(n_mentees, 2**15)
    if n_mentors < MANY_MENTORS:
        return good
    sample = np.sort(random.choice(n_mentors, n_mentors // ONE_IN, replace=False))
    right = np.ascontiguousarray(cohort.factors.right[sample].T)
    for at in range(0, n_mentees, MENTEES_A_SAMPLE):
        points = cohort.factors.left[at : at + MENTEES_A_SAMPLE] @ right
        second = np.partition(points, -2, axis=1)[:, -2].astype(np.int64)
        good[at : at + MENTEES_A_SAMPLE] = pair_cost(tier, second) + 1
    return good


def _sampled_pairs(cohort: Cohort) -> Pairs:
    """A few good pairs of every mentor with mentees drawn at random, the same every time."""
    random = np.random.default_rng(0)
    n_mentees, n_mentors = len(cohort.people.mentee_ids), len(cohort.mentor_ids)
    kept = min(FIRST_PER_MENTOR, n_mentees)
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for at in range(0, n_mentors if kept else 0, MENTORS_A_SAMPLE):
        mentors = np.arange(at, min(at + MENTORS_A_SAMPLE, n_mentors))
        sample = np.sort(random.choice(n_mentees, min(SAMPLE, n_mentees), replace=False))
        points = cohort.factors.left[sample] @ cohort.factors.right[mentors].T
        best = np.argpartition(-points, kept - 1, axis=0)[:kept]
        found.append((sample[best].reshape(-1), np.tile(mentors, kept)))
    rows, columns = (np.concatenate(part) for part in zip(*found, strict=True))
    allowed = cohort.factors.points_of(rows, columns) >= 0
    return rows[allowed], columns[allowed]


def _face(cohort: Cohort, pairs: Pairs) -> EdgeFace:
    n_mentees = len(cohort.people.mentee_ids)
    rows, columns = pairs
    return EdgeFace(
        rows=rows,
        columns=columns,
        may_stay_unmatched=np.ones(n_mentees, dtype=bool),
        low=np.zeros(len(cohort.mentor_ids), dtype=np.int64),
        high=cohort.capacity,
    )
