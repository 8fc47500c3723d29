"""What `face` and `solver` do, on a list of pairs instead of a matrix: for large cohorts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import Costs, NotOptimalError, Prices, optimal_loads, place_cost
from matching.engine.nest import loads
from matching.engine.problem import UNMATCHED
from matching.engine.solver import EXACT


@dataclass(frozen=True, slots=True)
class EdgeFace:
    """Which solutions are still open, as a list of pairs sorted by mentee, then mentor."""

    rows: IntArray  # (n_pairs,)
    columns: IntArray  # (n_pairs,)
    may_stay_unmatched: BoolArray  # (n_mentees,)
    low: IntArray  # (n_mentors,)
    high: IntArray  # (n_mentors,)

    def part(self, kept: BoolArray) -> EdgeFace:
        """The face with some of its pairs only; ``kept`` is bool of shape (n_pairs,)."""
        return replace(self, rows=self.rows[kept], columns=self.columns[kept])


def edge_prices(face: EdgeFace, costs: Costs, mate: IntArray) -> Prices:
    """Integer duals of an optimal solution; see `face.prices`.

    Parameters
    ----------
    costs
        With ``pair`` of shape (n_pairs,), in the order of the face.

    Raises
    ------
    NotOptimalError
        If the solution is not optimal on the face.
    """
    n_mentors = len(face.high)
    own = own_edge_cost(face, costs, mate)
    owner = np.where(mate == UNMATCHED, n_mentors, mate)
    load = loads(mate, n_mentors)
    leavers = np.flatnonzero(face.may_stay_unmatched)
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    outside = np.full(max(len(leavers), n_mentors), n_mentors)
    tail = np.concatenate([owner[face.rows], owner[leavers], free, outside[: len(removable)]])
    head = np.concatenate([face.columns, outside[: len(leavers)], outside[: len(free)], removable])
    length = np.concatenate(
        [
            costs.pair - own[face.rows],
            costs.unmatched[leavers] - own[leavers],
            place_cost(costs, load[free]),
            -place_cost(costs, load[removable] - 1),
        ]
    )
    potential = _potentials(tail, head, length, n_mentors + 1)
    place = potential[-1] - potential[:-1]
    return Prices(mentee=own + np.append(place, 0)[mate], place=place)


def _potentials(tail: IntArray, head: IntArray, length: IntArray, size: int) -> IntArray:
    """Shortest distances from anywhere, by Bellman and Ford, from where something changed."""
    order = np.lexsort((length, head, tail))
    tail, head, length = tail[order], head[order], length[order]
    # Of several steps between the same two only the shortest matters.
    shortest = np.ones(len(tail), dtype=bool)
    shortest[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    tail, head, length = tail[shortest], head[shortest], length[shortest]
    start = np.searchsorted(tail, np.arange(size + 1))
    potential = np.zeros(size, dtype=np.int64)
    changed = np.arange(size)
    for _ in range(size + 1):
        counts = start[changed + 1] - start[changed]
        steps = np.repeat(start[changed] - np.cumsum(counts) + counts, counts) + np.arange(
            counts.sum()
        )
        nearest = potential.copy()
        np.minimum.at(nearest, head[steps], np.repeat(potential[changed], counts) + length[steps])
        changed = np.flatnonzero(nearest < potential)
        if len(changed) == 0:
            return potential
        potential = nearest
    raise NotOptimalError("the solution is not optimal: a circle of moves improves it")


def own_edge_cost(face: EdgeFace, costs: Costs, mate: IntArray) -> IntArray:
    """What each mentee costs where they are; shape (n_mentees,).

    Raises
    ------
    ValueError
        If a pair of the solution is not on the face.
    """
    own = costs.unmatched.copy()
    chosen = mate[face.rows] == face.columns
    if np.count_nonzero(chosen) != np.count_nonzero(mate != UNMATCHED):
        raise ValueError("the solution has a pair that is not on the face")
    own[face.rows[chosen]] = costs.pair[chosen]
    return own


def optimal_edge_face(face: EdgeFace, costs: Costs, found: Prices) -> EdgeFace:
    """What is left open when this objective keeps its best value; see `face.optimal_face`."""
    tight = costs.pair + found.place[face.columns] == found.mentee[face.rows]
    low, high = optimal_loads(face.low, face.high, costs, found)
    return replace(
        face.part(tight),
        may_stay_unmatched=face.may_stay_unmatched & (costs.unmatched == found.mentee),
        low=low,
        high=high,
    )


def open_edges(face: EdgeFace, mate: IntArray) -> tuple[BoolArray, BoolArray]:
    """Where mentees could be instead; see `face.open_choices`.

    Returns
    -------
    Bool of shape (n_pairs,) and, for staying unmatched, of shape (n_mentees,).
    """
    n_mentors = len(face.high)
    owner = np.where(mate == UNMATCHED, n_mentors, mate)
    load = loads(mate, n_mentors)
    leavers = owner[face.may_stay_unmatched]
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    tail = np.concatenate([owner[face.rows], leavers, free, np.full(len(removable), n_mentors)])
    head = np.concatenate([face.columns, np.full(len(leavers) + len(free), n_mentors), removable])
    graph = csr_array(
        (np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n_mentors + 1, n_mentors + 1)
    )
    _, component = connected_components(graph, directed=True, connection="strong")
    inside = component[owner[face.rows]] == component[face.columns]
    pairs = inside & (mate[face.rows] != face.columns)
    leave = face.may_stay_unmatched & (component[owner] == component[-1]) & (mate != UNMATCHED)
    return pairs, leave


def solve_edges(face: EdgeFace, costs: Costs, filled: IntArray | None = None) -> IntArray:
    """A cheapest solution of the face; see `solver.solve`.

    Parameters
    ----------
    filled
        Places of each mentor taken beforehand, shape (n_mentors,); without it none.

    Each mentee gets a column of their own for staying unmatched, so that a full matching always
    exists; all costs are raised by the same amount, as scipy drops entries that are zero.
    """
    n_mentees, n_mentors = len(face.may_stay_unmatched), len(face.high)
    counts = face.high[face.columns]
    first_place = np.cumsum(face.high) - face.high
    pair = np.repeat(np.arange(len(face.rows)), counts)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    column = face.columns[pair]
    taken = 0 if filled is None else filled[column]
    cost = costs.pair[pair] + place_cost(costs, nth + taken)
    unmatched = costs.unmatched.copy()
    forced = nth < face.low[column]
    if forced.any() or not face.may_stay_unmatched.all():
        largest = max(int(np.abs(cost).max(initial=0)), int(np.abs(unmatched).max(initial=0)))
        bonus = 1 + 2 * n_mentees * largest
        cost = cost - bonus * forced
        unmatched = unmatched + bonus * ~face.may_stay_unmatched
    n_places = int(face.high.sum())
    everyone = np.arange(n_mentees)
    value = np.concatenate([cost, unmatched])
    value = value - value.min(initial=0) + 1
    if 16 * int(value.max(initial=1)) >= EXACT:
        raise OverflowError(f"costs up to {value.max()} are too large to be exact")
    matrix = csr_array(
        (
            value.astype(np.float64),
            (
                np.concatenate([face.rows[pair], everyone]),
                np.concatenate([first_place[column] + nth, n_places + everyone]),
            ),
        ),
        shape=(n_mentees, n_places + n_mentees),
    )
    if n_mentees == 0:
        return np.zeros(0, dtype=np.int64)
    rows, places = min_weight_full_bipartite_matching(matrix)
    mate = np.full(n_mentees, UNMATCHED, dtype=np.int64)
    mentor_of = np.append(np.repeat(np.arange(n_mentors), face.high), np.full(n_mentees, UNMATCHED))
    mate[rows] = mentor_of[places]
    return mate


def improve_edges(
    face: EdgeFace, costs: Costs, mate: IntArray, pairs: BoolArray, leave: BoolArray
) -> IntArray:
    """A cheapest solution of the face, from a first one and its open choices."""
    movable = leave.copy()
    movable[face.rows[pairs]] = True
    if not movable.any():
        return mate
    rest = np.where(movable, UNMATCHED, mate)
    filled = loads(rest, len(face.high))
    kept = movable[face.rows] & (pairs | (mate[face.rows] == face.columns))
    number = np.cumsum(movable) - 1
    part = EdgeFace(
        rows=number[face.rows[kept]],
        columns=face.columns[kept],
        may_stay_unmatched=(leave | (mate == UNMATCHED))[movable],
        low=np.maximum(face.low - filled, 0),
        high=face.high - filled,
    )
    part_costs = Costs(costs.pair[kept], costs.unmatched[movable], costs.place)
    rest[movable] = solve_edges(part, part_costs, filled)
    return rest
