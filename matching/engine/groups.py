"""Which groups meet: with enough people or not at all, which no flow can express.

Decided by branch and bound: every combination on the way is solved across all formats, proven and
checked, so that the answer is exact as long as the search is not cut short.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.assignment import Assignment, InfeasibleError, assign
from matching.engine.certificate import verify
from matching.engine.formats import Offers
from matching.engine.menu import NO_FORMAT
from matching.engine.nest import loads
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier, standing

MAX_SOLVES = 1000
MAX_CELLS = 25_000_000  # entries of all the problems solved for one answer; some twenty seconds
MIN_SOLVES = 20


@dataclass(frozen=True, slots=True)
class FormatAssignment:
    """The best solution across formats."""

    mentor: IntArray  # (n_mentees,), mentor row or -1
    format: IntArray  # (n_mentees,), column of the format or -1
    offer: IntArray  # (n_mentees,), column of the offer problem or -1
    best: Assignment  # with its certificate, for the groups as they were decided
    decided: Problem  # the offer problem with the groups as they were decided
    n_solves: int  # 1: no group was in doubt, and the certificate proves all of it
    is_best: bool  # whether every other choice of groups was ruled out
    seconds_proving: float  # of all the time it took


def with_liking(offered: Offers, objective: Objective) -> Objective:
    """An objective that leaves no format to the lottery: liking comes last if it is not named."""
    problem = offered.problem
    if Tier.LIKING in objective.tiers or not problem.steps_down[problem.eligible].any():
        return objective
    return replace(objective, tiers=(*objective.tiers, Tier.LIKING))


def assign_formats(offered: Offers, objective: Objective) -> FormatAssignment:
    """The best solution across formats, groups either large enough or empty.

    Notes
    -----
    Branch and bound. A problem in which groups may be too small is easier than the real one: if
    its best solution has no group that is too small, it is the answer, and if it is no better
    than an answer already found, nothing under it is. Otherwise the group nearest to its least
    size is decided both ways. From each solution an answer is made by closing the groups that are
    too small, so that there is always one. Every solution on the way is proven and checked.

    The number of solves is limited, by the size of the problem and never by the clock, so that
    a run can be repeated. Beyond the limit the best answer found is given, and
    `FormatAssignment.is_best` is false: the pairs are proven best for its groups, and the choice
    of groups is not.
    """
    search = _Search(offered, objective)
    waiting: list[tuple[Problem, _Rank | None]] = [(offered.problem, None)]
    is_best = True
    while waiting:
        problem, bound = waiting.pop()
        if bound is not None and search.is_no_better(bound):
            continue
        if search.is_over:
            is_best = False
            break
        found = search.solve(problem)
        if found is None:
            continue
        load = loads(found.mate, problem.n_mentors)
        missing = np.where(load > 0, offered.least - load, 0)
        if bound is None and not (missing > 0).any():
            # No group was in doubt, and there is nothing to hold this answer against.
            search.keep((), found, problem)
            continue
        rank = standing(problem, objective, found.mate)
        if search.is_no_better(rank):
            continue
        if not (missing > 0).any():
            search.keep(rank, found, problem)
            continue
        closed = _closed(offered, problem, load)
        answer = search.solve(closed)
        if answer is not None:
            search.keep(standing(closed, objective, answer.mate), answer, closed)
        at = int(np.where(missing > 0, missing, offered.least.max() + 1).argmin())
        capacity, must_fill = problem.capacity.copy(), problem.must_fill.copy()
        capacity[at], must_fill[at] = 0, offered.least[at]
        # Looked at last in, first out: first with the group, as it serves more people.
        waiting.append((replace(problem, capacity=capacity), rank))
        waiting.append((replace(problem, must_fill=must_fill), rank))
    # Closing all groups in doubt always leaves a solution.
    assert search.best is not None  # noqa: S101 - for mypy; a first is always found
    _, found, problem = search.best
    matched = np.flatnonzero(found.mate != UNMATCHED)
    format_ = np.full(len(found.mate), NO_FORMAT)
    format_[matched] = offered.format_of(matched, found.mate[matched])
    return FormatAssignment(
        mentor=np.append(offered.mentors, UNMATCHED)[found.mate],
        format=format_,
        offer=found.mate,
        best=found,
        decided=problem,
        n_solves=search.n_solves,
        is_best=is_best,
        seconds_proving=search.seconds_proving,
    )


def as_they_meet(offered: Offers, decided: Problem, mate: IntArray) -> Problem:
    """The problem in which exactly the groups of a solution meet.

    A price of another choice is exact here: whatever changes, no group falls below its least size.
    """
    return _closed(offered, decided, loads(mate, decided.n_mentors))


_Rank = tuple[object, ...]


class _Search:
    """The best answer so far, and how much was spent on it."""

    def __init__(self, offered: Offers, objective: Objective) -> None:
        self.objective = objective
        self.best: tuple[_Rank, Assignment, Problem] | None = None
        self.n_solves = 0
        self.seconds_proving = 0.0
        n_cells = max(offered.problem.points.size, 1)
        self.most = min(max(MAX_CELLS // n_cells, MIN_SOLVES), MAX_SOLVES)

    @property
    def is_over(self) -> bool:
        return self.n_solves >= self.most

    def solve(self, problem: Problem) -> Assignment | None:
        """The best solution, proven and checked; None where a group cannot be filled."""
        self.n_solves += 1
        try:
            found = assign(problem, self.objective)
        except InfeasibleError:
            return None
        solved = time.perf_counter()
        verify(problem, self.objective, found.mate, found.certificate)
        self.seconds_proving += time.perf_counter() - solved
        return found

    def is_no_better(self, rank: _Rank) -> bool:
        return self.best is not None and rank >= self.best[0]

    def keep(self, rank: _Rank, found: Assignment, problem: Problem) -> None:
        if not self.is_no_better(rank):
            self.best = (rank, found, problem)


def _closed(offered: Offers, problem: Problem, load: IntArray) -> Problem:
    """Groups that are large enough have to stay so, all others are closed."""
    meets = offered.problem.is_group & (load >= offered.least)
    stays_away = offered.problem.is_group & ~meets
    return replace(
        problem,
        capacity=np.where(stays_away, 0, problem.capacity),
        must_fill=np.where(meets, offered.least, 0),
    )
