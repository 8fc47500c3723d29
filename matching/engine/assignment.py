"""Who is put together with whom: exact objectives, one after the other, down to one solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import (
    Costs,
    open_choices,
    optimal_face,
    prices,
    solve,
    whole_problem,
)
from matching.engine.lottery import pair_tickets

MAX_LOTTERY_ROUNDS = 8


def assign(
    points: IntArray,
    eligible: BoolArray,
    capacity: IntArray,
    *,
    salt: str,
    mentee_ids: Sequence[int],
    mentor_ids: Sequence[int],
) -> IntArray:
    """Give each mentee at most one mentor, within capacities.

    As many mentees as possible are served; among those solutions the total of points is largest;
    among those the lottery of the salt decides. The result depends on ids, not on row order.

    Parameters
    ----------
    points
        Int of shape (n_mentees, n_mentors), 0 to 100.
    eligible
        Bool of the same shape; other pairs are never chosen.
    capacity
        Int of shape (n_mentors,), zero or more: mentees each mentor can take.
    salt, mentee_ids, mentor_ids
        What the lottery is drawn from.

    Returns
    -------
    Mentor row of every mentee, shape (n_mentees,); -1 for none.

    Raises
    ------
    ValueError
        If shapes differ or a capacity is negative.
    OverflowError
        If the problem is too large for exact arithmetic.
    """
    if points.shape != eligible.shape or capacity.shape != points.shape[1:]:
        raise ValueError(
            f"points {points.shape}, eligible {eligible.shape} and capacity {capacity.shape} "
            "differ in shape"
        )
    if (capacity < 0).any():
        raise ValueError("capacity: must not be negative")
    n_mentees = len(points)
    face = whole_problem(eligible, capacity)
    served = Costs(np.zeros_like(points), np.ones(n_mentees, dtype=np.int64))
    total = Costs(-points, np.zeros(n_mentees, dtype=np.int64))
    for costs in (served, total):
        mate = solve(face, costs)
        face = optimal_face(face, costs, prices(face, costs, mate))
    for round_ in range(MAX_LOTTERY_ROUNDS):
        tickets = pair_tickets(salt, round_, mentee_ids, mentor_ids)
        costs = Costs(tickets[:, :-1], tickets[:, -1])
        mate = solve(face, costs)
        face = optimal_face(face, costs, prices(face, costs, mate))
        if not open_choices(face, mate).any():
            break
    return mate
