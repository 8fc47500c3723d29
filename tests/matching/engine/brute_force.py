"""Every solution of a small instance, one by one: slow and beyond doubt."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.lottery import draw_ranks, pair_tickets
from matching.engine.problem import Problem
from matching.engine.tiers import Objective, Tier


def all_solutions(eligible: BoolArray, capacity: IntArray) -> Iterator[IntArray]:
    """Each way to give every mentee an eligible mentor or -1, within capacities."""
    options = [[-1, *np.flatnonzero(row).tolist()] for row in eligible]
    for choice in product(*options):
        mate = np.array(choice, dtype=np.int64)
        if (np.bincount(mate[mate >= 0], minlength=len(capacity)) <= capacity).all():
            yield mate


def solutions_of(problem: Problem) -> Iterator[IntArray]:
    """All solutions that also keep pools, and fill what must be filled."""
    for mate in all_solutions(problem.eligible, problem.capacity):
        matched = mate[mate >= 0]
        in_pools = problem.pool[matched]
        shared = np.bincount(in_pools[in_pools >= 0], minlength=problem.n_pools)
        filled = np.bincount(matched, minlength=problem.n_mentors)
        if (shared <= problem.pool_capacity).all() and (filled >= problem.must_fill).all():
            yield mate


def n_twos(problem: Problem, mate: IntArray) -> int:
    """How many twos of mentees share a mentor other than in a group."""
    sharing: dict[tuple[str, int], int] = {}
    for j in mate[mate >= 0].tolist():
        if not problem.is_group[j]:
            pool = int(problem.pool[j])
            whom = ("column", j) if pool < 0 else ("pool", pool)
            sharing[whom] = sharing.get(whom, 0) + 1
    return sum(n * (n - 1) // 2 for n in sharing.values())


def value_of(matrix: IntArray, mate: IntArray) -> int:
    """Sum of ``matrix[i, mate[i]]`` over matched mentees."""
    matched = np.flatnonzero(mate >= 0)
    return int(matrix[matched, mate[matched]].sum())


def rank(problem: Problem, objective: Objective, mate: IntArray) -> list[Any]:
    """Sorts solutions as the objective wants them, the best first; written without the engine."""
    n_unmatched = int((mate < 0).sum())
    matched = np.flatnonzero(mate >= 0)
    points = problem.points[matched, mate[matched]].tolist()
    twos = n_twos(problem, mate)
    key: list[Any] = []
    for tier in (*objective.tiers, Tier.LOTTERY):
        if tier is Tier.SERVED:
            key.append(n_unmatched)
        elif tier is Tier.PRIORITY:
            key.append(int(problem.priority[mate < 0].sum()))
        elif tier is Tier.LIKING:
            key.append(int(problem.steps_down[matched, mate[matched]].sum()))
        elif tier is Tier.SHORTFALL:
            shortfall = sum((100 - each) ** 2 for each in points) + 10_000 * n_unmatched
            key.append(shortfall + twos * objective.spread_price)
        elif tier is Tier.WORST:
            key.append((n_unmatched, -min(points, default=0)))
        elif tier is Tier.LEXIMIN:
            key.append((n_unmatched, [-each for each in sorted(points)]))
        elif tier is Tier.TOTAL:
            key.append(-sum(points))
        elif tier is Tier.SPREAD:
            key.append(twos)
        elif tier is Tier.KEEP:
            key.append(-int((problem.last_mentor[matched] == mate[matched]).sum()))
        elif tier is Tier.DRAW:
            ranks = draw_ranks(problem.salt, problem.mentee_ids)
            key.append(int(ranks[mate < 0].sum()))
        else:
            tickets = pair_tickets(problem.salt, 0, problem.mentee_ids, problem.mentor_ids)
            key.append(int(tickets[np.arange(len(mate)), mate].sum()))
    return key
