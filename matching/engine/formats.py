"""Several formats in one solve: pairs, coffee chats, circles, each with places of their own.

A column is no longer a mentor but an *offer*: a mentor, a format and its places. Everything else
stays exact as it is. Only the least size of a circle does not fit: a circle meets with enough
people or not at all. There the circles that came out too small are decided one by one, to meet
or not, and every combination that could still be best is solved: exact again, but the time may
double with each circle in doubt, so their number is limited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.assignment import Assignment, InfeasibleError, assign
from matching.engine.certificate import verify
from matching.engine.face import loads
from matching.engine.problem import MAX_STEPS_DOWN, UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, standing

MAX_SOLVES = 2000

FORMAT_TIERS = (
    Tier.SERVED,
    Tier.PRIORITY,
    Tier.DRAW,
    Tier.LIKING,
    Tier.SHORTFALL,
    Tier.TOTAL,
    Tier.SPREAD,
)


class TooManyCirclesError(ValueError):
    """So many circles are in doubt that the best choice was not found in time."""


@dataclass(frozen=True, slots=True)
class Offers:
    """A problem whose columns are offers, and what each column stands for."""

    problem: Problem
    mentors: IntArray  # (n_offers,), mentor row in the problem of pairs
    formats: IntArray  # (n_offers,), column of the format
    least: IntArray  # (n_offers,), people it takes for the offer to happen


@dataclass(frozen=True, slots=True)
class FormatAssignment:
    """The best solution across formats."""

    mentor: IntArray  # (n_mentees,), mentor row or -1
    format: IntArray  # (n_mentees,), column of the format or -1
    offer: IntArray  # (n_mentees,), column of the offer problem or -1
    best: Assignment  # with its certificate, for the circles as they were decided
    decided: Problem  # the offer problem with the circles as they were decided
    n_solves: int  # 1: no circle was in doubt, and the certificate proves all of it


def offers(
    problem: Problem,
    places: IntArray,
    liking: IntArray,
    format_ids: tuple[int, ...],
    least: IntArray,
) -> Offers:
    """Turn mentors and their places per format into offers.

    Parameters
    ----------
    problem
        Of pairs, with points and eligibility; its capacity plays no part.
    places
        Int of shape (n_mentors, n_formats), zero or more: mentees a mentor takes in each format.
        A mentor may fill all of them.
    liking
        Int of shape (n_mentees, n_formats): 0 not accepted, 1 liked best, 2 next, to 100.
    format_ids
        Stored ids of the formats, for the lottery.
    least
        Int of shape (n_formats,): people it takes for one offer of the format to happen; 0 and 1
        are the same.

    Raises
    ------
    ValueError
        Naming the argument with a wrong shape or range.
    """
    n_formats = len(format_ids)
    for name, array, shape in (
        ("places", places, (problem.n_mentors, n_formats)),
        ("liking", liking, (problem.n_mentees, n_formats)),
        ("least", least, (n_formats,)),
    ):
        if array.shape != shape or array.dtype.kind not in "iu":
            raise ValueError(f"{name}: must be integers of shape {shape}")
        if array.size and array.min() < 0:
            raise ValueError(f"{name}: must not be negative")
    if liking.size and liking.max() > MAX_STEPS_DOWN:
        raise ValueError(f"liking: must lie within 0 and {MAX_STEPS_DOWN}")
    # A circle with fewer places than it takes can never happen.
    mentors, formats = np.nonzero((places > 0) & (places >= least))
    accepted = liking[:, formats] > 0
    ids = tuple(
        (problem.mentor_ids[j] << 32) + format_ids[f]
        for j, f in zip(mentors.tolist(), formats.tolist(), strict=True)
    )
    return Offers(
        problem=replace(
            problem,
            points=problem.points[:, mentors],
            eligible=problem.eligible[:, mentors] & accepted,
            capacity=places[mentors, formats].astype(np.int64),
            mentor_ids=ids,
            last_mentor=np.full(problem.n_mentees, UNMATCHED),
            must_fill=np.zeros(len(mentors), dtype=np.int64),
            steps_down=np.maximum(liking[:, formats].astype(np.int64) - 1, 0),
        ),
        mentors=mentors,
        formats=formats,
        least=np.maximum(least[formats], 1).astype(np.int64),
    )


def assign_formats(offered: Offers, objective: Objective | None = None) -> FormatAssignment:
    """The best solution across formats, circles either large enough or empty.

    Notes
    -----
    Branch and bound. A problem in which circles may be too small is easier than the real one: if
    its best solution has no circle that is too small, it is the answer, and if it is no better
    than an answer already found, nothing under it is. Otherwise the circle furthest from its
    least size is decided both ways. Every solution on the way is proven and checked.

    Raises
    ------
    TooManyCirclesError
        If `MAX_SOLVES` solves did not decide it.
    """
    objective = Objective(FORMAT_TIERS) if objective is None else objective
    waiting = [offered.problem]
    best: tuple[tuple[object, ...], Assignment, Problem] | None = None
    n_solves = 0
    while waiting:
        problem = waiting.pop()
        if n_solves >= MAX_SOLVES:
            raise TooManyCirclesError(f"{n_solves} combinations of circles were not enough")
        n_solves += 1
        try:
            found = assign(problem, objective)
        except InfeasibleError:
            continue
        verify(problem, objective, found.mate, found.certificate)
        rank = standing(problem, objective, found.mate)
        if best is not None and rank >= best[0]:
            continue
        load = loads(found.mate, problem.n_mentors)
        missing = np.where(load > 0, offered.least - load, 0)
        if not (missing > 0).any():
            best = (rank, found, problem)
            continue
        at = int(missing.argmax())
        closed, must_fill = problem.capacity.copy(), problem.must_fill.copy()
        closed[at], must_fill[at] = 0, offered.least[at]
        # Looked at last in, first out: first with the circle, as it serves more people.
        waiting.append(replace(problem, capacity=closed))
        waiting.append(replace(problem, must_fill=must_fill))
    # With all circles closed there is always a solution.
    assert best is not None  # noqa: S101 - for mypy; a first is always found
    _, found, problem = best
    return FormatAssignment(
        mentor=_of(offered.mentors, found.mate),
        format=_of(offered.formats, found.mate),
        offer=found.mate,
        best=found,
        decided=problem,
        n_solves=n_solves,
    )


def _of(values: IntArray, mate: IntArray) -> IntArray:
    return np.append(values, UNMATCHED)[mate]
