"""Shortages: groups of mentees who can only be served by a few mentors, all full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.nest import has_places, nest_of
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.sentences import counted


@dataclass(frozen=True, slots=True)
class Shortage:
    """A group of mentees with fewer places than people, and nowhere else to go.

    Every eligible mentor of every mentee in the group is among ``mentors``, so that whatever the
    points, ``n_unserved`` of them stay without (Hall 1935). One more place with any of the mentors
    serves one more of the group.
    """

    mentees: tuple[int, ...]  # rows
    mentors: tuple[int, ...]  # rows, all full
    n_places: int  # of these mentors together, in what the group accepts
    n_unserved: int  # len(mentees) - n_places, whom no solution can serve

    @property
    def sentence(self) -> str:
        """The shortage and the smallest change that helps, for the committee."""
        if not self.mentors:
            people = counted(len(self.mentees), "mentee has", "mentees have")
            return _sentence(f"{people} no eligible mentor with a place.")
        people = counted(len(self.mentees), "mentee", "mentees")
        mentors = counted(len(self.mentors), "mentor", "mentors")
        places = counted(self.n_places, "place", "places")
        some = "one of them" if len(self.mentors) > 1 else "this mentor"
        helped = (
            "would serve everyone"
            if self.n_unserved == 1
            else f"would serve one more; {self.n_unserved} are missing"
        )
        return _sentence(
            f"{people} can only be served by {mentors} with {places} together, all taken. "
            f"One more place with {some} {helped}."
        )


def shortages(
    problem: Problem, mate: IntArray, mentors: IntArray | None = None
) -> tuple[Shortage, ...]:
    """The separate shortages behind all who are unmatched for want of a place.

    Parameters
    ----------
    mate
        Mentor row of every mentee, or -1.
    mentors
        Int of shape (n_mentors,): whom each column of the problem stands for, where several are
        one mentor; without it each for itself.

    Returns
    -------
    One shortage for each group that has no mentor in common with another, by first mentee. Where
    a mentee of the group could reach a free place, so that the solution does not serve as many as
    it could (because last proposals were locked), there is none for that group.

    Notes
    -----
    Starting from the unmatched: their eligible mentors, the mentees of those, their eligible
    mentors, and so on. What is reached is closed, and full if nobody more can be served.
    """
    mentors = np.arange(problem.n_mentors) if mentors is None else mentors
    nest = nest_of(problem)
    offers = has_places(problem)
    is_full = np.append(
        nest.loads(mate) >= np.append(problem.capacity, problem.pool_capacity), False
    )
    parent = nest.parent[: problem.n_mentors]
    in_group = _reached(problem, mate, offers, is_full, parent)
    rows = np.flatnonzero(in_group)
    # Mentees first, then the nodes of places, in one graph.
    at, columns = np.nonzero(problem.eligible[rows] & offers)
    pooled = np.flatnonzero(parent != nest.outside)
    tail = np.concatenate([at, pooled + len(rows)])
    head = np.concatenate([columns, parent[pooled]]) + len(rows)
    size = len(rows) + nest.outside
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), (size, size))
    _, group = connected_components(graph, directed=False)
    has_place = offers & ~(is_full[: problem.n_mentors] | is_full[parent])
    reached = (problem.eligible[rows] & offers).any(axis=0)
    found = []
    for one in dict.fromkeys(group[: len(rows)].tolist()):
        mentees = rows[group[: len(rows)] == one]
        of_group = np.flatnonzero(reached & (group[len(rows) :][: problem.n_mentors] == one))
        if has_place[of_group].any():
            continue
        places = int((mate[mentees] != UNMATCHED).sum())
        found.append(
            Shortage(
                mentees=tuple(mentees.tolist()),
                mentors=tuple(np.unique(mentors[of_group]).tolist()),
                n_places=places,
                n_unserved=len(mentees) - places,
            )
        )
    return tuple(found)


def _reached(
    problem: Problem, mate: IntArray, offers: BoolArray, is_full: BoolArray, parent: IntArray
) -> BoolArray:
    """Mentees who have, directly or through others, a place that an unmatched one needs."""
    mentees: BoolArray = mate == UNMATCHED
    columns = np.zeros(problem.n_mentors, dtype=bool)
    # Where only the pool is full, a place of any of its columns would do.
    for_want_of_pool = ~is_full[: problem.n_mentors] & is_full[parent]
    fresh = mentees
    while fresh.any():
        columns |= (problem.eligible[fresh] & offers).any(axis=0)
        in_their_place = columns | np.isin(parent, parent[columns & for_want_of_pool])
        fresh = np.append(in_their_place, False)[mate] & ~mentees
        mentees |= fresh
    return mentees


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
