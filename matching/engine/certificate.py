"""The proof of a result, and its check: additions and comparisons of whole numbers, no solver.

For each objective in turn the proof holds a price for every mentee and every mentor. Weak duality
turns prices into a bound that no solution can beat; where a solution reaches the bound it is
optimal. What is open afterwards follows from the prices, and at the end it has to be one solution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.choices import narrowed
from matching.engine.face import (
    Costs,
    Face,
    Prices,
    dues,
    optimal_face,
    paid,
    whole_problem,
    worths,
)
from matching.engine.nest import nest_of
from matching.engine.problem import MAX_POINTS, UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs

MAX_LOTTERY_ROUNDS = 8
MAX_PRICE = 2**40  # times four million places this still fits int64
MAX_PLACES = 2**22
FEW_PAIRS = 1000  # so many are looked through at no cost


class CertificateError(ValueError):
    """A result is not proven; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """The proof of one linear objective on what the steps before left open."""

    tier: Tier
    level: int  # see `tier_costs`
    is_bound: bool  # proves that more is impossible, and restricts nothing
    prices: Prices


@dataclass(frozen=True, slots=True)
class Certificate:
    """All steps in their order, sealed together with the problem and the result."""

    steps: tuple[Step, ...]
    seal: str  # BLAKE2b, hexadecimal


class State:
    """Where a run, or the check of one, stands between two steps."""

    def __init__(self, problem: Problem, mate: IntArray) -> None:
        self.mate = mate  # (n_mentees,), of the whole problem
        self.face = whole_problem(problem)
        self._n_pairs = int(np.count_nonzero(self.face.allowed))  # when the face was last narrowed

    @property
    def is_decided(self) -> bool:
        """Whether nobody has a choice any more. False may only mean that nobody has looked yet."""
        return len(self.face.mentees) == 0

    def keep(self, costs: Costs, found: Prices) -> None:
        """Restrict what is open to what is best for an objective; prices are those of the face."""
        self.face = optimal_face(self.face, costs, found)
        n_pairs = int(np.count_nonzero(self.face.allowed))
        # Looking takes longer than a step, and pays where little is left.
        if n_pairs <= max(self._n_pairs // 2, FEW_PAIRS):
            self.look()

    def look(self) -> None:
        """Take out of the face whoever has no choice."""
        self.face = narrowed(self.face, self.face.here(self.mate))
        self._n_pairs = int(np.count_nonzero(self.face.allowed))


def levels(problem: Problem, tier: Tier, state: State) -> Iterator[tuple[int, bool]]:
    """The steps of a tier: level, and whether it is a bound only.

    Reads ``state`` anew for each step, so that later steps may depend on earlier ones.
    """
    match tier:
        case Tier.WORST:
            yield 0, False
            matched = np.flatnonzero(state.mate != UNMATCHED)
            if len(matched):
                points = problem.points[matched, state.mate[matched]]
                worst = int(points.min())
                yield worst, False
                # Somebody without a choice who has no more is proof enough.
                at_worst = matched[points == worst]
                if worst < MAX_POINTS and np.isin(at_worst, state.face.mentees).all():
                    yield worst + 1, True
        case Tier.LEXIMIN:
            level = 0
            while True:
                yield level, False
                open_points = state.face.of_pairs(problem.points)[state.face.allowed]
                above = open_points[open_points >= level]
                if len(above) == 0:
                    return
                level = int(above.min()) + 1
        case Tier.LOTTERY:
            for round_ in range(MAX_LOTTERY_ROUNDS):
                yield round_, False
        case _:
            yield 0, False


def verify(
    problem: Problem, objective: Objective, mate: IntArray, certificate: Certificate
) -> None:
    """Check that a result is allowed, optimal for every tier in turn, and the only one.

    Parameters
    ----------
    mate
        Mentor row of every mentee, shape (n_mentees,), or -1.

    Raises
    ------
    CertificateError
        With the first thing that is wrong.

    Notes
    -----
    Time in proportion to the number of pairs, for each step.
    """
    _check_allowed(problem, mate)
    if certificate.seal != seal(problem, objective, mate, certificate.steps):
        raise CertificateError("the problem, the result or the proof was changed afterwards")
    state = State(problem, mate)
    steps = iter(certificate.steps)
    for tier in (*objective.tiers, Tier.LOTTERY):
        for level, is_bound in levels(problem, tier, state):
            step = next(steps, None)
            if step is None:
                state.look()
                if not state.is_decided:
                    raise CertificateError(f"{tier}: the proof ends while there is a choice")
                return
            if (step.tier, step.level, step.is_bound) != (tier, level, is_bound):
                raise CertificateError(f"{tier}: the proof has another step here, {step.tier}")
            face, found = state.face, _prices_of(step, problem, state.face)
            costs = tier_costs(problem, objective, tier, level, face)
            bound = lower_bound(face, costs, found)
            here = face.here(mate)
            if is_bound:
                # More than the unmatched would have to fall below the level.
                if bound <= int((here == UNMATCHED).sum()):
                    raise CertificateError(f"{tier}: a better worst pair is not ruled out")
                continue
            reached = cost_of(face, costs, here)
            if bound != reached:
                raise CertificateError(f"{tier}: reaches {reached}, proven is only {bound}")
            state.keep(costs, found)
    if next(steps, None) is not None:
        raise CertificateError("the proof has steps that belong to no tier")
    state.look()
    if not state.is_decided:
        raise CertificateError("lottery: the result is not proven to be the only one")


def _prices_of(step: Step, problem: Problem, face: Face) -> Prices:
    """The prices of a step for those in a face."""
    mentee, place = step.prices.mentee, step.prices.place
    if mentee.shape != (problem.n_mentees,) or place.shape != (
        problem.n_mentors + problem.n_pools,
    ):
        raise CertificateError("prices: wrong shape or type")
    return Prices(mentee[face.mentees], place[face.nodes])


def lower_bound(face: Face, costs: Costs, prices: Prices) -> int:
    """What every solution of the face costs at least, by weak duality.

    Raises
    ------
    CertificateError
        If the prices have a wrong shape, are too large, or break the inequality of a pair.
    """
    n_mentees, nest = len(face.mentees), face.nest
    for array, size in ((prices.mentee, n_mentees), (prices.place, nest.outside)):
        if array.shape != (size,) or array.dtype != np.int64:
            raise CertificateError("prices: wrong shape or type")
        if size and max(-int(array.min()), int(array.max())) > MAX_PRICE:
            raise CertificateError("prices: too large to be checked exactly")
    worth = worths(nest, prices)
    if len(worth) and max(-int(worth.min()), int(worth.max())) > MAX_PRICE:
        raise CertificateError("prices: too large to be checked exactly")
    if int(face.high.sum()) > MAX_PLACES or n_mentees > MAX_PLACES:
        raise CertificateError("more places than can be checked exactly")
    due, price = dues(costs, prices)
    if ((price > due) & face.allowed).any():
        raise CertificateError("prices: a pair is cheaper than its prices")
    if (face.may_stay_unmatched & (prices.mentee > costs.unmatched)).any():
        raise CertificateError("prices: staying unmatched is cheaper than its price")
    # Each mentor and each pool by itself: fill every place that is worth more than it costs.
    worth_more = np.searchsorted(costs.place, worth, side="left")
    worth_more = np.where(worth_more == len(costs.place), face.high, worth_more)
    worth_more = np.where(nest.counted, worth_more, np.where(worth > 0, face.high, 0))
    filled = np.clip(worth_more, face.low, face.high)
    places = np.where(nest.counted, paid(costs, filled) - paid(costs, face.filled), 0)
    places -= worth * (filled - face.filled)
    return int(prices.mentee.sum()) + int(places.sum())


def seal(problem: Problem, objective: Objective, mate: IntArray, steps: tuple[Step, ...]) -> str:
    """Fingerprint of a problem, what was wanted, the result and its proof."""
    state = blake2b(problem.digest(), digest_size=32)
    state.update(repr((objective.tiers, objective.spread_price)).encode())
    state.update(mate.astype(np.int64).tobytes())
    for step in steps:
        state.update(repr((step.tier, step.level, step.is_bound)).encode())
        state.update(step.prices.mentee.astype(np.int64).tobytes())
        state.update(step.prices.place.astype(np.int64).tobytes())
    return state.hexdigest()


def _check_allowed(problem: Problem, mate: IntArray) -> None:
    if mate.shape != (problem.n_mentees,) or mate.dtype.kind != "i":
        raise CertificateError("mate: wrong shape or type")
    if len(mate) and (mate.min() < UNMATCHED or mate.max() >= problem.n_mentors):
        raise CertificateError("mate: names a mentor row that does not exist")
    matched = np.flatnonzero(mate != UNMATCHED)
    if not problem.eligible[matched, mate[matched]].all():
        raise CertificateError("mate: a pair is not eligible")
    load = nest_of(problem).loads(mate)
    if (load > np.append(problem.capacity, problem.pool_capacity)).any():
        raise CertificateError("mate: a mentor has more mentees than places")
    if (load[: problem.n_mentors] < problem.must_fill).any():
        raise CertificateError("mate: a place that must be filled is empty")
