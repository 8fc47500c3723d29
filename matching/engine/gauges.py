"""Scores that depend on a sum over many things: how much two people share, read off a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import BoolArray, FloatArray, IntArray
from matching.engine.instance import MAX_TOPIC_RANK, Instance

ENOUGH_TIMES = 3  # parts of the week; more shared ones make meeting no easier
ENOUGH_YEARS = 10  # in one topic; more make no better answers


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a score is read from: how much two people share, and what the mentee asked for."""

    asked: IntArray | BoolArray  # (n_mentees, d), zero or more
    offered: IntArray | BoolArray  # (n_mentors, d), zero or more
    kind: IntArray  # (n_mentees,), which row of `scores` applies
    scores: FloatArray  # (n_kinds, most that can be shared + 1), within [0, 1]

    def read(self, table: NDArray[Any]) -> NDArray[Any]:
        """The entry of each pair in a table of the shape of `scores`."""
        # Through float because NumPy multiplies integer matrices without BLAS; small sums are
        # exact in float32.
        shared = self.asked.astype(np.float32) @ self.offered.T.astype(np.float32)
        return table[self.kind[:, np.newaxis], shared.astype(np.int64)]


def topic_weights(instance: Instance) -> IntArray:
    """What each topic weighs for each mentee: 3, 2, 1 by rank, 0 where not asked for."""
    ranks = instance.mentee_topic_ranks
    return np.where(ranks > 0, MAX_TOPIC_RANK + 1 - ranks, 0)


def time_gauge(instance: Instance) -> Gauge:
    """Parts of the week in which both can meet, for those who named 0, 1, 2 or more."""
    enough = np.minimum(instance.mentee_times.sum(axis=1, dtype=np.int64), ENOUGH_TIMES)
    shared = np.arange(instance.mentee_times.shape[1] + 1)
    wanted = np.arange(ENOUGH_TIMES + 1)[:, np.newaxis]
    scores = np.where(wanted > 0, np.minimum(shared, wanted) / np.maximum(wanted, 1), 1.0)
    return Gauge(instance.mentee_times, instance.mentor_times, enough, scores)


def experience_gauge(instance: Instance) -> Gauge:
    """Years in the topics offered times what each weighs, by the weight of all asked for."""
    years = np.minimum(instance.mentor_topic_years, ENOUGH_YEARS) * instance.mentor_topics
    weights = topic_weights(instance)
    asked = weights.sum(axis=1, dtype=np.int64)
    most = int(asked.max(initial=0))
    full = np.arange(most + 1)[:, np.newaxis] * ENOUGH_YEARS
    scores = np.where(full > 0, np.arange(most * ENOUGH_YEARS + 1) / np.maximum(full, 1), 1.0)
    return Gauge(weights, years, asked, np.minimum(scores, 1.0))
