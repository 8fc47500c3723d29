"""A nearly cheapest solution of a list of pairs, fast: mentees bid for places (Bertsekas 1988).

Whoever has no place offers for the place that costs least, price included, as much more as it is
worth to them beside their second choice. Nothing here is exact: `circles.mend` makes it so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.circles import ranges
from matching.engine.edges import EdgeFace
from matching.engine.face import Costs, place_cost
from matching.engine.problem import UNMATCHED

NEVER = 2**60  # a price nobody pays
ROUNDS_A_TICK = 64
FEW = 500  # one mentee in so many may be outbid for very long, where places are short, so
PATIENCE = 10_000  # rounds are all that the last ones get; the rest is left to be mended
OFFERS = 150  # for each mentee; more are only made where places are short


def bid(
    face: EdgeFace,
    costs: Costs,
    taking_part: BoolArray,
    steps: int,
    tick: Callable[[], None] = lambda: None,
) -> tuple[IntArray, IntArray]:
    """A solution that no mentee would leave for a gain of more than a ``steps``-th of one.

    Parameters
    ----------
    taking_part
        Bool of shape (n_mentees,): the others stay without mentor.
    steps
        Each offer raises a price by at least one ``steps``-th of the unit of the costs: more
        steps, more rounds, fewer circles to mend.
    tick
        Called often; may raise to cancel.

    Returns
    -------
    Mentor row of every mentee or -1, and the price of a place of each mentor, rounded down.
    """
    n_mentees, n_mentors = len(costs.unmatched), len(face.high)
    columns, pair, unmatched = face.columns, costs.pair * steps, costs.unmatched * steps
    start = np.searchsorted(face.rows, np.arange(n_mentees + 1))
    first = np.cumsum(face.high) - face.high
    mentor_of = np.repeat(np.arange(n_mentors), face.high)
    price = place_cost(costs, np.arange(len(mentor_of)) - first[mentor_of]) * steps
    holder = np.full(len(mentor_of), UNMATCHED)
    # A mentor's cheapest place, and where it is.
    cheapest, lowest = first.copy(), np.full(n_mentors, NEVER)
    lowest[face.high > 0] = price[first[face.high > 0]]
    place = np.full(n_mentees, UNMATCHED)
    active = np.flatnonzero(taking_part & (start[1:] > start[:-1]))
    n_rounds = n_offers = n_late = 0
    while len(active) and n_late < PATIENCE and n_offers < OFFERS * n_mentees:
        n_rounds += 1
        n_offers += len(active)
        n_late += len(active) * FEW < n_mentees
        if n_rounds % ROUNDS_A_TICK == 0:
            tick()
        counts = start[active + 1] - start[active]
        begins = np.cumsum(counts) - counts
        pairs = ranges(start[active], start[active + 1])
        value = pair[pairs] + lowest[columns[pairs]]
        best = np.minimum.reduceat(value, begins)
        choice = _first_where(value == np.repeat(best, counts), counts)
        value[choice] = NEVER
        second = np.minimum(np.minimum.reduceat(value, begins), unmatched[active])
        bidding = best < unmatched[active]
        bidders, mentors = active[bidding], columns[pairs[choice[bidding]]]
        offers = lowest[mentors] + (second - best)[bidding] + 1
        # The highest offer to each mentor.
        order = np.lexsort((offers, mentors))
        ends = np.ones(len(order), dtype=bool)
        ends[:-1] = mentors[order[1:]] != mentors[order[:-1]]
        winning = order[ends]
        mentors, places = mentors[winning], cheapest[mentors[winning]]
        lost = holder[places]
        lost = lost[lost != UNMATCHED]
        holder[places], price[places] = bidders[winning], offers[winning]
        place[bidders[winning]], place[lost] = places, UNMATCHED
        _find_cheapest(mentors, face.high, first, price, cheapest, lowest)
        losing = np.ones(len(bidders), dtype=bool)
        losing[winning] = False
        active = np.concatenate([bidders[losing], lost])
    mate = np.append(mentor_of, UNMATCHED)[place]
    return mate, np.where(face.high > 0, lowest // steps, 0)


def _find_cheapest(
    mentors: IntArray,
    high: IntArray,
    first: IntArray,
    price: IntArray,
    cheapest: IntArray,
    lowest: IntArray,
) -> None:
    """Bring the cheapest places of some mentors up to date, in place."""
    counts = high[mentors]
    places = ranges(first[mentors], first[mentors] + counts)
    prices = price[places]
    if len(places) > len(mentors):
        least = np.minimum.reduceat(prices, np.cumsum(counts) - counts)
        at = _first_where(prices == np.repeat(least, counts), counts)
        places, prices = places[at], least
    cheapest[mentors], lowest[mentors] = places, prices


def _first_where(found: BoolArray, counts: IntArray) -> IntArray:
    """Where the first hit of each group is; every group has one."""
    hits = np.flatnonzero(found)
    group = np.repeat(np.arange(len(counts)), counts)[hits]
    is_first = np.ones(len(hits), dtype=bool)
    is_first[1:] = group[1:] != group[:-1]
    return hits[is_first]
