"""Mend a solution after a few pairs were added: move people round in circles while it pays.

A solution is best exactly when no circle of moves costs less than nothing (Klein 1967). After a
pricing pass only few pairs are new, and so are the circles; solving anew would take much longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.edges import EdgeFace, own_edge_cost
from matching.engine.face import Costs, Prices, place_cost
from matching.engine.nest import loads
from matching.engine.problem import UNMATCHED

MAX_ROUNDS = 20_000  # of moving on from where something changed, over all circles
MAX_TURNS = 400  # of breaking up circles; each looks at all pairs
LOOK_EVERY = 4  # rounds between two looks for circles


@dataclass(frozen=True, slots=True)
class _Moves:
    """All moves out of a solution, found by where they start."""

    face: EdgeFace
    costs: Costs
    owner: IntArray  # (n_mentees,), the outside for those without mentor
    own: IntArray  # (n_mentees,), cost where they are
    by_owner: IntArray  # mentee rows, sorted by owner
    owner_start: IntArray  # where those of an owner begin
    row_start: IntArray  # where the pairs of a mentee begin
    load: IntArray

    def out_of(self, nodes: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Moves out of some mentors or the outside: from, to, cost, and who moves (-1: a place)."""
        face, outside = self.face, len(self.load)
        mentees = self.by_owner[ranges(self.owner_start[nodes], self.owner_start[nodes + 1])]
        pairs = ranges(self.row_start[mentees], self.row_start[mentees + 1])
        rows = face.rows[pairs]
        leavers = mentees[face.may_stay_unmatched[mentees]]
        inside = nodes[nodes != outside]
        free = inside[self.load[inside] < face.high[inside]]
        removable = np.flatnonzero(self.load > face.low)
        if len(inside) == len(nodes):
            removable = removable[:0]
        tails = [self.owner[rows], self.owner[leavers], free, np.full(len(removable), outside)]
        heads = [face.columns[pairs], np.full(len(leavers) + len(free), outside), removable]
        lengths = [
            self.costs.pair[pairs] - self.own[rows],
            self.costs.unmatched[leavers] - self.own[leavers],
            place_cost(self.costs, self.load[free]),
            -place_cost(self.costs, self.load[removable] - 1),
        ]
        movers = [rows, leavers, np.full(len(free) + len(removable), UNMATCHED)]
        return (
            np.concatenate(tails),
            np.concatenate(heads),
            np.concatenate(lengths),
            np.concatenate(movers),
        )


def mend(
    face: EdgeFace,
    costs: Costs,
    mate: IntArray,
    place: IntArray,
    tick: Callable[[], None] = lambda: None,
) -> tuple[IntArray, Prices] | None:
    """A cheapest solution of the face, from one that was cheapest before pairs were added.

    Parameters
    ----------
    mate
        A solution of the face.
    place
        Prices of places, shape (n_mentors,), as they were before; any are correct, close ones
        are fast.
    tick
        Called often; may raise to cancel.

    Returns
    -------
    Mentor row of every mentee, and the integer duals that prove it; None if it took too long, and
    solving anew is better.
    """
    outside = len(face.high)
    potential = np.append(-place, 0)
    mate = mate.copy()
    everything = np.arange(outside + 1)
    n_rounds = 0
    for _ in range(MAX_TURNS):
        moves = _moves(face, costs, mate)
        tails, heads, lengths, _ = moves.out_of(everything)
        changed = np.unique(tails[potential[tails] + lengths < potential[heads]])
        before = np.full(outside + 1, UNMATCHED)
        mover = np.full(outside + 1, UNMATCHED)
        on_circle = np.zeros(outside + 1, dtype=bool)
        while len(changed) and not on_circle.any() and n_rounds < MAX_ROUNDS:
            n_rounds += 1
            tick()
            tails, heads, lengths, movers = moves.out_of(changed)
            reached = potential[tails] + lengths
            nearer = potential.copy()
            np.minimum.at(nearer, heads, reached)
            taken = (reached == nearer[heads]) & (reached < potential[heads])
            before[heads[taken]], mover[heads[taken]] = tails[taken], movers[taken]
            changed = np.flatnonzero(nearer < potential)
            potential = nearer
            if n_rounds % LOOK_EVERY == 0:
                on_circle = _on_circles(before)
        if not on_circle.any():
            if len(changed):
                return None
            place = potential[-1] - potential[:-1]
            return mate, Prices(moves.own + np.append(place, 0)[mate], place)
        moved = np.flatnonzero(on_circle & (mover != UNMATCHED))
        mate[mover[moved]] = np.where(moved == outside, UNMATCHED, moved)
    return None


def _on_circles(before: IntArray) -> BoolArray:
    """Which nodes come back to themselves by going from each to the one before."""
    at = np.where(before == UNMATCHED, np.arange(len(before)), before)
    far = at
    # After as many steps as there are nodes everyone is at a beginning or on a circle.
    for _ in range(len(before).bit_length()):
        far = far[far]
    ends = np.unique(far)
    ends = ends[before[ends] != UNMATCHED]
    on_circle = np.zeros(len(before), dtype=bool)
    while len(ends):
        on_circle[ends] = True
        ends = np.unique(at[ends])
        ends = ends[~on_circle[ends]]
    return on_circle


def _moves(face: EdgeFace, costs: Costs, mate: IntArray) -> _Moves:
    n_mentees, n_mentors = len(mate), len(face.high)
    owner = np.where(mate == UNMATCHED, n_mentors, mate)
    by_owner = np.argsort(owner, kind="stable")
    return _Moves(
        face=face,
        costs=costs,
        owner=owner,
        own=own_edge_cost(face, costs, mate),
        by_owner=by_owner,
        owner_start=np.searchsorted(owner[by_owner], np.arange(n_mentors + 2)),
        row_start=np.searchsorted(face.rows, np.arange(n_mentees + 1)),
        load=loads(mate, n_mentors),
    )


def ranges(starts: IntArray, stops: IntArray) -> IntArray:
    """The numbers from each start up to its stop, one range after the other."""
    counts = stops - starts
    total = int(counts.sum())
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(total)
