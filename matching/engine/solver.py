"""A cheapest solution of a face, by scipy. Nothing here is trusted: prices prove it or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import Costs, Face, Nest, node_cost
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
    return _solve_from(face, costs, np.zeros(face.nest.outside, dtype=np.int64))


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
    rows = np.flatnonzero(choices.any(axis=1))
    options = choices[rows]
    options[np.arange(len(rows)), mate[rows]] = True
    columns = np.flatnonzero(options[:, :-1].any(axis=0))
    rest = mate.copy()
    rest[rows] = UNMATCHED
    nest, nodes = _part(face.nest, columns)
    filled = face.nest.loads(rest)[nodes]
    part = Face(
        allowed=options[:, columns],
        may_stay_unmatched=options[:, -1],
        low=np.maximum(face.low[nodes] - filled, 0),
        high=face.high[nodes] - filled,
        nest=nest,
    )
    found = _solve_from(
        part,
        Costs(costs.pair[np.ix_(rows, columns)], costs.unmatched[rows], costs.place),
        filled,
    )
    rest[rows] = np.where(found == UNMATCHED, UNMATCHED, columns[found])
    return rest


def _part(nest: Nest, mentors: IntArray) -> tuple[Nest, IntArray]:
    """The nest of some mentors and the pools they share, and which nodes these were."""
    parents = np.unique(nest.parent[mentors])
    nodes = np.append(mentors, parents[parents != nest.outside])
    number = np.full(nest.outside + 1, len(nodes))
    number[nodes] = np.arange(len(nodes))
    return Nest(len(mentors), number[nest.parent[nodes]], nest.counted[nodes]), nodes


def _solve_from(face: Face, costs: Costs, filled: IntArray) -> IntArray:
    """`solve` where some places, ``filled`` of shape (n_nodes,), were taken beforehand.

    Columns are places, and an entry is what a pair saves or loses against staying unmatched. Who
    must be served, and a place that must be filled, earn a bonus larger than all costs together:
    as the face is not empty, every bonus is earned.
    """
    n_mentees, n_mentors = face.allowed.shape
    nest = face.nest
    mate = np.full(n_mentees, UNMATCHED, dtype=np.int64)
    high = face.high[:n_mentors]
    mentors = np.repeat(np.arange(n_mentors), high)
    if n_mentees == 0 or len(mentors) == 0:
        return mate
    nth = np.arange(len(mentors)) - np.repeat(np.cumsum(high) - high, high)
    relative = np.where(face.allowed, costs.pair - costs.unmatched[:, np.newaxis], 0)[:, mentors]
    if costs.place.any():
        relative += node_cost(costs, nest, mentors, filled[mentors] + nth)
    must_fill, must_serve = nth < face.low[mentors], ~face.may_stay_unmatched
    chosen = face.allowed[:, mentors]
    if nest.outside > n_mentors:
        fillers = _fillers(face, costs, filled, mentors)
        # Every place of a pool is filled by somebody or by a filler.
        must_fill = must_fill | (nest.parent[mentors] != nest.outside)
        must_serve = np.append(must_serve, fillers.must_serve)
        may_take = (fillers.pool[:, np.newaxis] == nest.parent[mentors]) & (
            nth >= face.low[mentors]
        )
        saved = np.repeat(-fillers.saving[:, np.newaxis], len(mentors), axis=1)
        relative = np.vstack([relative, np.where(may_take, saved, 0)])
        chosen = np.vstack([chosen, may_take])
    largest = int(np.abs(relative).max())
    if must_fill.any() or must_serve.any():
        bonus = 1 + 2 * len(relative) * largest
        relative -= bonus * must_fill.astype(np.int64)
        relative -= bonus * must_serve.astype(np.int64)[:, np.newaxis]
        largest += 2 * bonus
    if 4 * largest >= EXACT:
        raise OverflowError(f"costs up to {largest} are too large to be exact")
    chosen &= relative <= 0
    value = np.where(chosen, relative, 0).astype(np.float64)
    rows, places = linear_sum_assignment(value)
    kept = chosen[rows, places] & (rows < n_mentees)
    mate[rows[kept]] = mentors[places[kept]]
    return mate


@dataclass(frozen=True, slots=True)
class _Fillers:
    """Rows that take up places of a pool, so that people cannot fill more than it has."""

    pool: IntArray  # (n_fillers,), node
    must_serve: BoolArray  # (n_fillers,)
    saving: IntArray  # (n_fillers,), what a place costs that goes to a filler instead


def _fillers(face: Face, costs: Costs, filled: IntArray, mentors: IntArray) -> _Fillers:
    """One filler for each place of a pool beyond those that people have to fill.

    The mentors of a pool have ``n`` places together, of which people may fill ``high`` at most:
    ``n - high`` fillers have to be placed. Any other stands for the n-th mentee who is not there
    and saves what that place costs; as costs never fall, the dearest are saved first.
    """
    nest = face.nest
    n_places = np.bincount(nest.parent[mentors], minlength=nest.outside + 1)
    pools = np.arange(nest.n_mentors, nest.outside)
    pool = np.repeat(pools, n_places[pools] - face.low[pools])
    nth = np.concatenate([np.arange(face.low[one], n_places[one]) for one in pools])
    return _Fillers(
        pool=pool,
        must_serve=nth >= face.high[pool],
        saving=node_cost(costs, nest, pool, filled[pool] + nth),
    )
