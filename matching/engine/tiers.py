"""What the committee may ask for, in the order it chooses; each tier a list of linear costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.face import Costs, Face, paid, whole_problem
from matching.engine.lottery import draw_ranks, keys, tickets
from matching.engine.nest import nest_of
from matching.engine.problem import MAX_POINTS, UNMATCHED, Problem
from matching.engine.telling import gettext_noop

MAX_SPREAD_PRICE = MAX_POINTS**2


class Tier(StrEnum):
    """One goal. Stored with runs; never renamed once used."""

    SERVED = "served"
    PRIORITY = "priority"
    DRAW = "draw"
    LIKING = "liking"
    SHORTFALL = "shortfall"
    WORST = "worst"
    LEXIMIN = "leximin"
    TOTAL = "total"
    SPREAD = "spread"
    KEEP = "keep"
    LOTTERY = "lottery"


TIER_LABELS = {
    Tier.SERVED: gettext_noop("As many mentees as possible get a mentor."),
    Tier.PRIORITY: gettext_noop("When places are short, those with priority come first."),
    Tier.DRAW: gettext_noop(
        "When places are short, a lottery and not the points decides who waits."
    ),
    Tier.LIKING: gettext_noop("People get the formats they like best."),
    Tier.SHORTFALL: gettext_noop(
        "Nobody ends up far below: large shortfalls from 100 points count most."
    ),
    Tier.WORST: gettext_noop("The pair with the fewest points has as many as possible."),
    Tier.LEXIMIN: gettext_noop("The worst-off pair comes first, then the next, up to the best."),
    Tier.TOTAL: gettext_noop("The points of all pairs add up to as many as possible."),
    Tier.SPREAD: gettext_noop("As few mentees as possible share a mentor."),
    Tier.KEEP: gettext_noop("As many of the last proposals as possible are kept."),
    Tier.LOTTERY: gettext_noop("Between equals a lottery decides, the same every time."),
}

DEFAULT_TIERS = (
    Tier.SERVED,
    Tier.PRIORITY,
    Tier.DRAW,
    Tier.SHORTFALL,
    Tier.TOTAL,
    Tier.SPREAD,
    Tier.KEEP,
)


@dataclass(frozen=True, slots=True)
class Objective:
    """What is wanted, most important first; the lottery always comes last, by itself.

    Any order is allowed, and every order has a unique answer. To lock the last proposals, put
    `Tier.KEEP` first: one of them is then given up only if it cannot be kept.

    Parameters
    ----------
    tiers
        Without repetition and without the lottery.
    spread_price
        0 to 10,000: what the n-th further mentee of a mentor adds, n times, to the squared
        shortfall; a second mentee only where it is worth that much. 0: does not count.
    """

    tiers: tuple[Tier, ...] = DEFAULT_TIERS
    spread_price: int = 0

    def __post_init__(self) -> None:
        for tier in self.tiers:
            if not isinstance(tier, Tier):
                raise ValueError(f"tiers: no such tier: {tier}")
        if len(set(self.tiers)) != len(self.tiers):
            raise ValueError("tiers: a tier occurs twice")
        if Tier.LOTTERY in self.tiers:
            raise ValueError("tiers: the lottery always comes last and is not named")
        if not 0 <= self.spread_price <= MAX_SPREAD_PRICE:
            raise ValueError(f"spread_price: must lie within 0 and {MAX_SPREAD_PRICE}")


def tier_costs(
    problem: Problem, objective: Objective, tier: Tier, level: int, face: Face | None = None
) -> Costs:
    """The costs of one step of a tier.

    Parameters
    ----------
    level
        For `Tier.WORST` and `Tier.LEXIMIN` the points, 0 to 101, below which a mentee counts;
        for `Tier.LOTTERY` the round; without meaning for the others.
    face
        Whom they are wanted for; without it, everyone.
    """
    face = whole_problem(problem) if face is None else face
    mentees, mentors = face.mentees, face.mentors
    nothing = np.zeros(len(mentees), dtype=np.int64)
    no_pair = np.broadcast_to(np.int32(0), face.allowed.shape)
    no_place = np.zeros(1, dtype=np.int64)
    nth = np.arange(max(problem.n_mentees, 1), dtype=np.int64)
    match tier:
        case Tier.SERVED:
            return Costs(no_pair, nothing + 1, no_place)
        case Tier.PRIORITY:
            return Costs(no_pair, problem.priority[mentees].astype(np.int64), no_place)
        case Tier.DRAW:
            # Any weights in the order of the draw give the same people, as the sets that can be
            # served together form a matroid; ranks are the smallest.
            ranks = draw_ranks(problem.salt, problem.mentee_ids)
            return Costs(no_pair, ranks[mentees], no_place)
        case Tier.LIKING:
            steps_down = face.of_pairs(problem.steps_down)
            return Costs(steps_down.astype(np.int32), nothing, no_place)
        case Tier.SHORTFALL:
            missing = MAX_POINTS - face.of_pairs(problem.points).astype(np.int32)
            return Costs(
                missing**2,
                nothing + MAX_POINTS**2,
                nth * objective.spread_price if objective.spread_price else no_place,
            )
        case Tier.WORST | Tier.LEXIMIN:
            below = face.of_pairs(problem.points) < level
            return Costs(below.astype(np.int32), nothing + 1, no_place)
        case Tier.TOTAL:
            return Costs(-face.of_pairs(problem.points).astype(np.int32), nothing, no_place)
        case Tier.SPREAD:
            return Costs(no_pair, nothing, nth)
        case Tier.KEEP:
            last = problem.last_mentor[mentees]
            lost = (last != UNMATCHED)[:, np.newaxis] & (last[:, np.newaxis] != mentors)
            return Costs(lost.astype(np.int32), (last != UNMATCHED).astype(np.int64), no_place)
        case Tier.LOTTERY:
            mentee_keys, mentor_keys = keys(
                problem.salt, level, problem.mentee_ids, problem.mentor_ids
            )
            drawn = tickets(
                mentee_keys[mentees, np.newaxis], mentor_keys[np.append(mentors, UNMATCHED)]
            )
            return Costs(drawn[:, :-1], drawn[:, -1], no_place)


def tier_value(problem: Problem, objective: Objective, tier: Tier, mate: IntArray) -> int:
    """How a solution does on a tier, as a person would say it.

    Returns
    -------
    Served: mentees with a mentor. Priority: priority of those without, added up. Draw: their
    ranks in the draw, added up. Liking: steps down from the format liked best,
    added up. Shortfall: squared points missing to 100, added up, 10,000 for nobody, and the
    price of spreading. Worst and leximin: fewest points of a pair, 0 without
    pairs. Total: points of all pairs. Spread: how many twos of mentees share a mentor. Keep: last
    proposals kept. Lottery: tickets of the first round, added up.
    """
    matched = np.flatnonzero(mate != UNMATCHED)
    mentors = mate[matched]
    points = problem.points[matched, mentors]
    match tier:
        case Tier.SERVED:
            return len(matched)
        case Tier.WORST | Tier.LEXIMIN:
            return int(points.min()) if len(points) else 0
        case Tier.TOTAL:
            return int(points.sum())
        case Tier.KEEP:
            return int((problem.last_mentor[matched] == mentors).sum())
        case Tier.PRIORITY:
            return int(problem.priority[mate == UNMATCHED].sum())
        case Tier.DRAW:
            return int(draw_ranks(problem.salt, problem.mentee_ids)[mate == UNMATCHED].sum())
        case Tier.LIKING:
            return int(problem.steps_down[matched, mentors].sum())
        case Tier.SHORTFALL:
            missing = MAX_POINTS - points.astype(np.int64)
            nobody = (problem.n_mentees - len(matched)) * MAX_POINTS**2
            return int((missing**2).sum()) + nobody + _twos(problem, mate) * objective.spread_price
        case Tier.SPREAD:
            return _twos(problem, mate)
        case Tier.LOTTERY:
            return cost_of(whole_problem(problem), tier_costs(problem, objective, tier, 0), mate)


def _twos(problem: Problem, mate: IntArray) -> int:
    """How many twos of mentees share a mentor, groups left out."""
    nest = nest_of(problem)
    load = nest.loads(mate)[nest.counted]
    return int((load * (load - 1) // 2).sum())


def cost_of(face: Face, costs: Costs, mate: IntArray) -> int:
    """The value of one linear objective for a solution of a face, without places filled before."""
    matched = np.flatnonzero(mate != UNMATCHED)
    load = face.loads(mate)
    places = np.where(face.nest.counted, paid(costs, load) - paid(costs, face.filled), 0)
    return (
        int(costs.pair[matched, mate[matched]].sum())
        + int(costs.unmatched[mate == UNMATCHED].sum())
        + int(places.sum())
    )


def standing(problem: Problem, objective: Objective, mate: IntArray) -> tuple[object, ...]:
    """Sorts solutions of one problem as the objective wants them, the best first."""
    matched = np.flatnonzero(mate != UNMATCHED)
    points = np.sort(problem.points[matched, mate[matched]]).tolist()
    n_unmatched = problem.n_mentees - len(matched)
    key: list[object] = []
    for tier in (*objective.tiers, Tier.LOTTERY):
        if tier is Tier.WORST:
            key.append((n_unmatched, -min(points, default=0)))
        elif tier is Tier.LEXIMIN:
            key.append((n_unmatched, [-each for each in points]))
        else:
            key.append(
                cost_of(whole_problem(problem), tier_costs(problem, objective, tier, 0), mate)
            )
    return tuple(key)
