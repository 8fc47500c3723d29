"""Made-up cohorts of any size, for measuring and for tests; the same for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.instance import MAX_TOPIC_RANK, Instance

N_TOPICS = 20
N_TYPES = 5
N_REGIONS = 12
N_STAGES = 6


def synthetic_instance(
    n_mentees: int, n_mentors: int, *, seed: int = 0, shortage: bool = False
) -> Instance:
    """A cohort as committees see them: few wanted topics, most people able to meet by video.

    Parameters
    ----------
    shortage
        Every mentor takes one mentee. Otherwise 60, 30 and 10 in a hundred take 1, 2 and 3.
    """
    random = np.random.default_rng(seed)
    n, m = n_mentees, n_mentors
    # Some topics are asked for and offered much more often than others.
    popularity = 1 / np.sqrt(np.arange(1, N_TOPICS + 1))
    draws = random.random((n, N_TOPICS)) ** (1 / popularity)
    order = np.argsort(-draws, axis=1)[:, :MAX_TOPIC_RANK]
    ranks = np.zeros((n, N_TOPICS), dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, MAX_TOPIC_RANK + 1)[np.newaxis], axis=1)
    mentee_regions = random.integers(0, N_REGIONS, n)
    mentor_regions = random.integers(0, N_REGIONS, m)
    offsets = -300 - 60 * (np.arange(N_REGIONS) % 4)
    capacity = random.choice([1, 2, 3], m, p=[0.6, 0.3, 0.1])
    return Instance(
        mentee_ids=tuple(range(1, n + 1)),
        mentor_ids=tuple(range(n + 1, n + m + 1)),
        salt=f"synthetic {seed}",
        mentee_persons=np.arange(n),
        mentor_persons=np.arange(n, n + m),
        mentee_employers=random.integers(0, max(n // 20, 2), n),
        mentor_employers=random.integers(0, max(n // 20, 2), m),
        same_employer_allowed=False,
        mentee_topic_ranks=ranks,
        mentor_topics=random.random((m, N_TOPICS)) < 0.5 * popularity + 0.1,
        mentee_library_types=_one_or_two(random, n),
        mentor_library_types=_one_or_two(random, m),
        mentee_stages=random.integers(0, 4, n),
        mentor_stages=random.integers(1, N_STAGES, m),
        mentee_formats=_flags(random, n, [0.95, 0.4, 0.3]),
        mentor_formats=_flags(random, m, [0.95, 0.3, 0.3]),
        mentee_ways=_flags(random, n, [0.4, 0.95, 0.5]),
        mentor_ways=_flags(random, m, [0.4, 0.95, 0.5]),
        way_needs_same_place=np.array([True, False, False]),
        mentee_regions=mentee_regions,
        mentor_regions=mentor_regions,
        mentee_utc_offsets=offsets[mentee_regions],
        mentor_utc_offsets=offsets[mentor_regions],
        mentee_languages=_flags(random, n, [1.0, 0.15]),
        mentor_languages=_flags(random, m, [1.0, 0.15]),
        capacity=np.ones(m, dtype=np.int64) if shortage else capacity,
        conflicts=np.broadcast_to(np.zeros((), dtype=bool), (n, m)),
        mentee_priorities=_some(random, n),
    )


def _flags(random: np.random.Generator, n: int, shares: list[float]) -> BoolArray:
    """Each column true for a share of people; who has none gets the most usual one."""
    flags: BoolArray = random.random((n, len(shares))) < np.array(shares)
    flags[~flags.any(axis=1), int(np.argmax(shares))] = True
    return flags


def _one_or_two(random: np.random.Generator, n: int) -> BoolArray:
    chosen = np.zeros((n, N_TYPES), dtype=bool)
    chosen[np.arange(n), random.integers(0, N_TYPES, n)] = True
    second: NDArray[np.bool_] = random.random(n) < 0.4
    chosen[second, random.integers(0, N_TYPES, int(second.sum()))] = True
    return chosen


def _some(random: np.random.Generator, n: int) -> IntArray:
    return (random.random(n) < 0.05).astype(np.int64)
