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


def value_of(matrix: IntArray, mate: IntArray) -> int:
    """Sum of ``matrix[i, mate[i]]`` over matched mentees."""
    matched = np.flatnonzero(mate >= 0)
    return int(matrix[matched, mate[matched]].sum())


def rank(problem: Problem, objective: Objective, mate: IntArray) -> list[Any]:
    """Sorts solutions as the objective wants them, the best first; written without the engine."""
    n_unmatched = int((mate < 0).sum())
    matched = np.flatnonzero(mate >= 0)
    points = problem.points[matched, mate[matched]].tolist()
    loads = np.bincount(mate[matched], minlength=1).tolist()
    twos = sum(load * (load - 1) // 2 for load in loads)
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
