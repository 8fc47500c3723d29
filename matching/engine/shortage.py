"""Shortages: groups of mentees who can only be served by a few mentors, all full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import loads
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
    n_places: int  # of these mentors together
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


def shortages(problem: Problem, mate: IntArray) -> tuple[Shortage, ...]:
    """The separate shortages behind all who are unmatched for want of a place.

    Parameters
    ----------
    mate
        Mentor row of every mentee, or -1.

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
    unmatched = mate == UNMATCHED
    in_group = _reached(problem, mate, unmatched)
    rows = np.flatnonzero(in_group)
    offered = problem.eligible[rows] & (problem.capacity > 0)
    # Mentees first, then mentors, as nodes of one graph.
    at, columns = np.nonzero(offered)
    size = len(rows) + problem.n_mentors
    graph = csr_array((np.ones(len(at), dtype=np.int8), (at, columns + len(rows))), (size, size))
    _, group = connected_components(graph, directed=False)
    load = loads(mate, problem.n_mentors)
    found = []
    for one in dict.fromkeys(group[: len(rows)].tolist()):
        mentees = rows[group[: len(rows)] == one]
        mentors = np.flatnonzero(group[len(rows) :] == one)
        if (load[mentors] < problem.capacity[mentors]).any():
            continue
        places = int(problem.capacity[mentors].sum())
        found.append(
            Shortage(
                mentees=tuple(mentees.tolist()),
                mentors=tuple(mentors.tolist()),
                n_places=places,
                n_unserved=len(mentees) - places,
            )
        )
    return tuple(found)


def _reached(problem: Problem, mate: IntArray, start: BoolArray) -> BoolArray:
    """Mentees who would like, directly or through others, a place that an unmatched one needs."""
    mentees = start.copy()
    mentors = np.zeros(problem.n_mentors, dtype=bool)
    fresh = mentees
    while fresh.any():
        new_mentors = (problem.eligible[fresh] & (problem.capacity > 0)).any(axis=0) & ~mentors
        mentors |= new_mentors
        fresh = np.append(new_mentors, False)[mate] & ~mentees
        mentees = mentees | fresh
    return mentees


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
