"""A cheapest solution of a face, by scipy. Nothing here is trusted: prices prove it or do not."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import Costs, Face, loads, place_cost
from matching.engine.problem import UNMATCHED

# scipy solves in float64, where whole numbers are exact below this.
EXACT = 2**53


def solve(face: Face, costs: Costs) -> IntArray:
    """A cheapest solution of the face.

    Returns
    -------
    Mentor row of every mentee, shape (n_mentees,); `UNMATCHED` for none.

    Raises
    ------
    OverflowError
        If the costs are so large that float64 could round them.
    """
    return _solve_from(face, costs, np.zeros(face.allowed.shape[1], dtype=np.int64))


def improve(face: Face, costs: Costs, mate: IntArray, choices: BoolArray) -> IntArray:
    """A cheapest solution of the face, given a first one and where it can differ.

    Parameters
    ----------
    mate
        A solution of the face.
    choices
        What `open_choices` says of it. Everyone without a choice stays; the rest is a problem
        of its own, mostly a small one.
    """
    n_mentors = face.allowed.shape[1]
    rows = np.flatnonzero(choices.any(axis=1))
    options = choices[rows]
    options[np.arange(len(rows)), mate[rows]] = True
    columns = np.flatnonzero(options[:, :-1].any(axis=0))
    rest = mate.copy()
    rest[rows] = UNMATCHED
    filled = loads(rest, n_mentors)[columns]
    part = Face(
        allowed=options[:, columns],
        may_stay_unmatched=options[:, -1],
        low=np.maximum(face.low[columns] - filled, 0),
        high=face.high[columns] - filled,
    )
    found = _solve_from(
        part,
        Costs(costs.pair[np.ix_(rows, columns)], costs.unmatched[rows], costs.place),
        filled,
    )
    rest[rows] = np.where(found == UNMATCHED, UNMATCHED, columns[found])
    return rest


def _solve_from(face: Face, costs: Costs, filled: IntArray) -> IntArray:
    """`solve` where some places, ``filled`` of shape (n_mentors,), were taken beforehand.

    Columns are places, and an entry is what a pair saves or loses against staying unmatched. Who
    must be served, and a place that must be filled, earn a bonus larger than all costs together:
    as the face is not empty, every bonus is earned.
    """
    n_mentees, n_mentors = face.allowed.shape
    mate = np.full(n_mentees, UNMATCHED, dtype=np.int64)
    mentors = np.repeat(np.arange(n_mentors), face.high)
    if n_mentees == 0 or len(mentors) == 0:
        return mate
    nth = np.arange(len(mentors)) - np.repeat(np.cumsum(face.high) - face.high, face.high)
    relative = np.where(face.allowed, costs.pair - costs.unmatched[:, np.newaxis], 0)[:, mentors]
    if costs.place.any():
        relative += place_cost(costs, filled[mentors] + nth)
    must_fill, must_serve = nth < face.low[mentors], ~face.may_stay_unmatched
    largest = int(np.abs(relative).max())
    if must_fill.any() or must_serve.any():
        bonus = 1 + 2 * n_mentees * largest
        relative -= bonus * must_fill.astype(np.int64)
        relative -= bonus * must_serve.astype(np.int64)[:, np.newaxis]
        largest += 2 * bonus
    if 4 * largest >= EXACT:
        raise OverflowError(f"costs up to {largest} are too large to be exact")
    chosen = face.allowed[:, mentors]
    chosen &= relative <= 0
    value = np.where(chosen, relative, 0).astype(np.float64)
    rows, places = linear_sum_assignment(value)
    kept = chosen[rows, places]
    mate[rows[kept]] = mentors[places[kept]]
    return mate
