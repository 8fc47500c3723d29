"""The assignment problem by itself: points, who may be paired, places, and what breaks ties."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from matching.engine.arrays import (
    NOT_GIVEN,
    AnyIntArray,
    BoolArray,
    IntArray,
    SmallIntArray,
    not_given,
)

MAX_POINTS = 100
MAX_PRIORITY = 1000
MAX_STEPS_DOWN = 100
UNMATCHED = -1  # in place of a mentor's row number
NO_POOL = -1  # in place of a pool's number


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What the objectives and the proof need to know of a cohort, and nothing else.

    Parameters
    ----------
    points
        Int of shape (n_mentees, n_mentors), 0 to 100; of no meaning where not eligible.
    eligible
        Bool of the same shape; other pairs are never chosen.
    capacity
        Int of shape (n_mentors,), zero or more: mentees each mentor can take.
    priority
        Int of shape (n_mentees,), 0 to 1000: who comes first when places are short.
    last_mentor
        Int of shape (n_mentees,): mentor row proposed last time, -1 for none.
    must_fill
        Int of shape (n_mentors,), 0 to the capacity: mentees each mentor has to have, such as
        the least size of a circle that is to meet.
    steps_down
        Int of shape (n_mentees, n_mentors), 0 to 100: how far the format of a column is from the
        one a mentee likes best; see `formats`.
    pool, pool_capacity
        Int of shapes (n_mentors,) and (n_pools,): where several columns are one mentor, whose
        places are shared, the number of their pool, -1 for none, and the places of each pool.
    is_group
        Bool of shape (n_mentors,): columns in which people are meant to share a mentor, so that
        `Tier.SPREAD` has nothing to say of them. Never within a pool.
    mentee_ids, mentor_ids
        Stored ids, unique within their side: what the lottery is drawn from, instead of rows.
    salt
        Stored text: another salt is another lottery.

    Raises
    ------
    ValueError
        Naming the field, when a shape or a range is wrong.
    """

    points: SmallIntArray  # whatever type of integers was given
    eligible: BoolArray
    capacity: IntArray
    mentee_ids: tuple[int, ...]
    mentor_ids: tuple[int, ...]
    priority: IntArray = field(default_factory=not_given)  # all 0
    last_mentor: IntArray = field(default_factory=not_given)  # all -1
    must_fill: IntArray = field(default_factory=not_given)  # all 0
    steps_down: AnyIntArray = field(default_factory=not_given)  # all 0
    pool: IntArray = field(default_factory=not_given)  # all -1
    pool_capacity: IntArray = field(default_factory=not_given)  # no pools
    is_group: BoolArray = field(default_factory=not_given)  # none
    salt: str = ""

    def __post_init__(self) -> None:
        n, m = len(self.mentee_ids), len(self.mentor_ids)
        if self.priority is NOT_GIVEN:
            object.__setattr__(self, "priority", np.zeros(n, dtype=np.int64))
        if self.last_mentor is NOT_GIVEN:
            object.__setattr__(self, "last_mentor", np.full(n, UNMATCHED))
        if self.must_fill is NOT_GIVEN:
            object.__setattr__(self, "must_fill", np.zeros(m, dtype=np.int64))
        if self.steps_down is NOT_GIVEN:
            object.__setattr__(self, "steps_down", np.broadcast_to(np.int64(0), (n, m)))
        if self.pool is NOT_GIVEN:
            object.__setattr__(self, "pool", np.full(m, NO_POOL))
        if self.is_group is NOT_GIVEN:
            object.__setattr__(self, "is_group", np.zeros(m, dtype=bool))
        for name, shape, kinds in (
            ("points", (n, m), "iu"),
            ("eligible", (n, m), "b"),
            ("capacity", (m,), "iu"),
            ("priority", (n,), "iu"),
            ("last_mentor", (n,), "iu"),
            ("must_fill", (m,), "iu"),
            ("steps_down", (n, m), "iu"),
            ("pool", (m,), "iu"),
            ("pool_capacity", (self.n_pools,), "iu"),
            ("is_group", (m,), "b"),
        ):
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name}: shape must be {shape}, not {array.shape}")
            if array.dtype.kind not in kinds:
                raise ValueError(f"{name}: has the wrong type, {array.dtype}")
        for name, ids in (("mentee_ids", self.mentee_ids), ("mentor_ids", self.mentor_ids)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"{name}: an id occurs twice")
        if n and m:
            chosen_from = self.points[self.eligible]
            if chosen_from.size and (chosen_from.min() < 0 or chosen_from.max() > MAX_POINTS):
                raise ValueError(f"points: must lie within 0 and {MAX_POINTS}")
        if m and self.capacity.min() < 0:
            raise ValueError("capacity: must not be negative")
        if self.n_pools and self.pool_capacity.min() < 0:
            raise ValueError("pool_capacity: must not be negative")
        if m and (self.pool.min() < NO_POOL or self.pool.max() >= self.n_pools):
            raise ValueError("pool: names a pool that does not exist")
        if (self.is_group & (self.pool != NO_POOL)).any():
            raise ValueError("is_group: a group has places of its own, and no pool")
        if n and (self.priority.min() < 0 or self.priority.max() > MAX_PRIORITY):
            raise ValueError(f"priority: must lie within 0 and {MAX_PRIORITY}")
        if n and (self.last_mentor.min() < UNMATCHED or self.last_mentor.max() >= m):
            raise ValueError("last_mentor: names a mentor row that does not exist")

        if m and (self.must_fill.min() < 0 or (self.must_fill > self.capacity).any()):
            raise ValueError("must_fill: must lie within 0 and the capacity")
        if n and m and (self.steps_down.min() < 0 or self.steps_down.max() > MAX_STEPS_DOWN):
            raise ValueError(f"steps_down: must lie within 0 and {MAX_STEPS_DOWN}")

        object.__setattr__(self, "points", self.points.astype(np.int16, copy=False))

    @property
    def n_mentees(self) -> int:
        return len(self.mentee_ids)

    @property
    def n_mentors(self) -> int:
        return len(self.mentor_ids)

    @property
    def n_pools(self) -> int:
        return len(self.pool_capacity)

    def digest(self) -> bytes:
        """Fingerprint of every number of the problem, 32 bytes."""
        state = blake2b(digest_size=32)
        state.update(repr((self.mentee_ids, self.mentor_ids, self.salt)).encode())
        state.update(np.where(self.eligible, self.points, -1).astype(np.int8).tobytes())
        for array in (self.capacity, self.priority, self.last_mentor, self.must_fill):
            state.update(array.astype(np.int64).tobytes())
        state.update(self.steps_down.astype(np.int8).tobytes())
        # Problems of pairs alone keep the fingerprint they always had.
        if self.n_pools or self.is_group.any():
            for array in (self.pool, self.pool_capacity, self.is_group.astype(np.int64)):
                state.update(array.astype(np.int64).tobytes())
        return state.digest()
