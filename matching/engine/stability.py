"""Blocking pairs: who would rather have each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.nest import has_places, nest_of
from matching.engine.problem import MAX_POINTS, UNMATCHED, Problem


@dataclass(frozen=True, slots=True)
class BlockingPair:
    """Two people who would both rather have each other than what they got."""

    mentee: int  # row
    mentor: int  # row
    mentee_gains: int  # points more than with the mentor they got, or than none
    mentor_gains: int  # points more than with their mentee of fewest points, or than a free place


def blocking_pairs(problem: Problem, mate: IntArray) -> tuple[BlockingPair, ...]:
    """Pairs by which the result is not stable, most gain together first.

    A number to report, not the aim: a stable matching serves fewer people.
    """
    if problem.n_mentees == 0 or problem.n_mentors == 0:
        return ()
    matched = np.flatnonzero(mate != UNMATCHED)
    mentors = mate[matched]
    own = np.zeros(problem.n_mentees, dtype=np.int64)
    own[matched] = problem.points[matched, mentors]
    nest = nest_of(problem)
    parent = nest.parent[: problem.n_mentors]
    has_place = nest.loads(mate) < np.append(problem.capacity, problem.pool_capacity)
    has_place = np.append(has_place, True)
    has_free = has_place[: problem.n_mentors] & has_place[parent]
    # Who would have to go: somebody of the column if that is full, else anyone of the pool.
    worst = np.full(nest.outside + 1, MAX_POINTS)
    np.minimum.at(worst, mentors, own[matched])
    np.minimum.at(worst, parent[mentors], own[matched])
    from_pool = has_place[: problem.n_mentors] & ~has_place[parent]
    worst = np.where(from_pool, worst[parent], worst[: problem.n_mentors])
    worst[has_free] = 0
    wanted_by_mentee = (problem.points > own[:, np.newaxis]) | (mate == UNMATCHED)[:, np.newaxis]
    wanted_by_mentor = (problem.points > worst) | has_free
    offers = has_places(problem)
    rows, columns = np.nonzero(problem.eligible & offers & wanted_by_mentee & wanted_by_mentor)
    pairs = [
        BlockingPair(i, j, int(problem.points[i, j] - own[i]), int(problem.points[i, j] - worst[j]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    ]
    return tuple(
        sorted(
            pairs,
            key=lambda pair: (
                -pair.mentee_gains - pair.mentor_gains,
                problem.mentee_ids[pair.mentee],
                problem.mentor_ids[pair.mentor],
            ),
        )
    )
