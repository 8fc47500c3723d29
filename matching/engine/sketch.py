"""Which pairs of a large cohort matter, by and by: the first ones, then by prices of an auction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.assignment import who_weights
from matching.engine.auction import bid
from matching.engine.cohort import Cohort, edge_costs
from matching.engine.edges import EdgeFace
from matching.engine.face import Prices
from matching.engine.pairs import listed
from matching.engine.pricing import Pairs, PriceList, pair_cost, scan
from matching.engine.progress import Progress, Watch, report, ticker
from matching.engine.tiers import Objective, Tier

FIRST_PER_MENTEE = 12  # pairs to begin with
FIRST_PER_MENTOR = 6
SAMPLE = 256  # mentees among whom the first pairs of a mentor are sought
MENTORS_A_SAMPLE = 512  # mentors who share a sample
MANY_MENTORS = 4096  # from then on, only pairs are begun with that are as good as
ONE_IN = 32  # the second best in a sample of so many mentors
MENTEES_A_SAMPLE = 512

# What it costs in a sketch to leave somebody without mentor: as much as a poor pair, so that
# nobody bids for ever where the pairs known so far do not serve everyone.
POOR = {Tier.SHORTFALL: 50**2, Tier.TOTAL: 0}
STEPS = {Tier.SHORTFALL: 2, Tier.TOTAL: 16}  # of an offer, in a unit of the costs
MAX_SKETCHES = 6
FEW = 4  # sketching ends when fewer pairs are missing than one for so many mentees
MORE_PER_MENTEE = 12  # missing pairs taken up in one pass


def sketched(
    cohort: Cohort, objective: Objective, tier: Tier, state: Progress, watch: Watch
) -> Progress:
    """One pass that finds pairs by the prices of an auction."""
    watch(replace(state, stage="sketching", share=0.0))
    mate, place = first_bid(cohort, objective, tier, state, STEPS[tier], watch)
    rows, columns = state.pairs
    cost = pair_cost(tier, cohort.factors.points_of(rows, columns)) + place[columns]
    mentee = np.full(len(mate), POOR[tier], dtype=np.int64)
    np.minimum.at(mentee, rows, cost)
    mentee[~_likely(cohort, objective)] = -(2**19)
    listed_ = PriceList((), Prices(mentee, place), tier, cohort.special)
    found = scan(cohort.factors, listed_, MORE_PER_MENTEE, report(state, "pricing", watch))
    n_missing, n_passes = len(found.missing[0]), state.n_passes + 1
    return replace(
        state,
        pairs=joined(state.pairs, found.missing),
        n_passes=n_passes,
        n_violations=n_missing,
        is_sketch=n_missing * FEW > len(mate) and n_passes < MAX_SKETCHES,
    )


def first_bid(
    cohort: Cohort, objective: Objective, tier: Tier, state: Progress, steps: int, watch: Watch
) -> tuple[IntArray, IntArray]:
    face = whole_face(cohort, state.pairs)
    points = cohort.factors.points_of(face.rows, face.columns)
    costs = edge_costs(cohort, objective, tier, 0, face, points)
    poor = np.full_like(costs.unmatched, POOR[tier])
    tick = ticker(state, "sketching", watch)
    return bid(face, replace(costs, unmatched=poor), _likely(cohort, objective), steps, tick)


def _likely(cohort: Cohort, objective: Objective) -> BoolArray:
    """Mentees who will be served where all places can be filled: as many as there are places."""
    weights = who_weights(cohort.people, objective)
    n_places = int(cohort.capacity.sum())
    likely = np.ones(len(weights), dtype=bool)
    if n_places < len(weights):
        likely[np.argsort(-weights, kind="stable")[n_places:]] = False
    return likely


def first_pairs(cohort: Cohort, tier: Tier, watch: Watch) -> Pairs:
    """Some of the best pairs of every mentee and, of a sample, of every mentor; special pairs.

    Every pair is missing at a price above its cost. Mentees alone would all begin with the
    same mentors, and many places would be out of reach until a later pass.
    """
    state = Progress("pricing", 0, 0, 0.0, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
    prices = Prices(_good(cohort, tier), np.where(cohort.capacity > 0, 0, 2**16))
    listed_ = PriceList((), prices, tier, cohort.special)
    found = scan(cohort.factors, listed_, FIRST_PER_MENTEE, report(state, "pricing", watch))
    rows, columns = listed(cohort.special)
    allowed = cohort.factors.points_of(rows, columns) >= 0
    special = rows[allowed], columns[allowed]
    return joined(joined(found.missing, special), _sampled_pairs(cohort))


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


def joined(first: Pairs, second: Pairs) -> Pairs:
    """Two lists of pairs as one, sorted and without repetition."""
    rows, columns = (np.concatenate(both) for both in zip(first, second, strict=True))
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return rows[fresh], columns[fresh]


def whole_face(cohort: Cohort, pairs: Pairs) -> EdgeFace:
    n_mentees = len(cohort.people.mentee_ids)
    rows, columns = pairs
    return EdgeFace(
        rows=rows,
        columns=columns,
        may_stay_unmatched=np.ones(n_mentees, dtype=bool),
        low=np.zeros(len(cohort.mentor_ids), dtype=np.int64),
        high=cohort.capacity,
    )
