"""Fairness in figures, published so that nobody in a small group can be made out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.nest import has_places
from matching.engine.problem import UNMATCHED, Problem

SMALLEST_COUNT = 5  # of people; any smaller count but zero is not told


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How one group of mentees fared."""

    n_mentees: int
    n_served: int
    mean_points: float | None  # of the served; None when nobody was

    @property
    def is_safe(self) -> bool:
        """Whether all counts are zero or large enough to be told."""
        counts = (self.n_mentees, self.n_served, self.n_mentees - self.n_served)
        return all(count == 0 or count >= SMALLEST_COUNT for count in counts)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everybody, and the groups that may be told; None where suppressed."""

    everybody: GroupFigures | None
    groups: dict[int, GroupFigures | None]  # by group code


@dataclass(frozen=True, slots=True)
class Potential:
    """Mean points of the best mentor each mentee could have had, had they been alone."""

    served: float | None
    left_out: float | None


def fairness_figures(problem: Problem, mate: IntArray, groups: IntArray) -> Figures:
    """Served people and their points by group, small groups suppressed.

    Parameters
    ----------
    mate
        Mentor row of every mentee, or -1.
    groups
        Int codes of shape (n_mentees,). People who did not answer need a code of their own.

    Returns
    -------
    A group is suppressed if any of its counts is 1 to 4. As everybody together is told, a single
    suppressed group would follow by subtraction: so further groups, smallest first, are suppressed
    until at least two are, and until what follows for them together has no small count either.
    If that takes all groups, none is told; if everybody together is too few, nothing is.

    Raises
    ------
    ValueError
        If ``groups`` has another shape.
    """
    if groups.shape != (problem.n_mentees,):
        raise ValueError(f"groups: shape must be ({problem.n_mentees},), not {groups.shape}")
    codes = sorted({int(code) for code in groups})
    rows_of = {code: np.flatnonzero(groups == code) for code in codes}
    told = {code: _figures(problem, mate, rows) for code, rows in rows_of.items()}
    everybody = _figures(problem, mate, np.arange(problem.n_mentees))
    if not everybody.is_safe:
        return Figures(None, dict.fromkeys(codes))
    by_size = sorted(codes, key=lambda code: (told[code].n_mentees, code))
    hidden = {code for code in codes if not told[code].is_safe}
    while hidden and len(hidden) < len(codes):
        # Never safe of a single group, which is hidden because it is not.
        together = _figures(problem, mate, np.concatenate([rows_of[code] for code in hidden]))
        if together.is_safe:
            break
        hidden.add(next(code for code in by_size if code not in hidden))
    return Figures(everybody, {code: None if code in hidden else told[code] for code in codes})


def potential(problem: Problem, mate: IntArray) -> Potential:
    """Whether those left out had less to gain: a result that chose by points shows here.

    Means over fewer than five people are None.
    """
    best = np.where(problem.eligible & has_places(problem), problem.points, 0)
    best = best.max(axis=1, initial=0)
    served, left_out = best[mate != UNMATCHED], best[mate == UNMATCHED]
    return Potential(
        served=float(served.mean()) if len(served) >= SMALLEST_COUNT else None,
        left_out=float(left_out.mean()) if len(left_out) >= SMALLEST_COUNT else None,
    )


def _figures(problem: Problem, mate: IntArray, rows: IntArray) -> GroupFigures:
    served = rows[mate[rows] != UNMATCHED]
    points = problem.points[served, mate[served]]
    return GroupFigures(
        n_mentees=len(rows),
        n_served=len(served),
        mean_points=float(points.mean()) if len(points) else None,
    )
