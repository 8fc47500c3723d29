"""From a large instance to its matching, with the reasons: `solution` without matrices."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.cohort import Cohort, LargeAssignment, large_cohort, values
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import rule_masks
from matching.engine.factors import factorise
from matching.engine.formats import not_accepted
from matching.engine.instance import Instance
from matching.engine.large import assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.problem import UNMATCHED
from matching.engine.progress import Progress, Watch
from matching.engine.scoring import criterion_points, requirement_masks
from matching.engine.tiers import Objective, Tier
from matching.engine.unmatched import ABOUT_FORMATS, Unmatched, explain_unmatched

PAIRS_AT_A_TIME = 32  # pairs are scored as small squares, of which the diagonal is kept
MENTEES_AT_A_TIME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeMatching:
    """What a large run proposes and why. Rows are those of the instance."""

    pairs: tuple[tuple[int, int], ...]  # (mentee row, mentor row), by mentee
    points: IntArray  # (n_pairs,), 0 to 100
    maxima: dict[str, int]  # most points by criterion key; sums to 100, or 0
    contributions: IntArray  # (n_pairs, n_criteria), columns in the order of CRITERIA
    unmatched: tuple[Unmatched, ...]  # by mentee row
    free_places: IntArray  # (n_mentors,)
    seconds: dict[str, float]  # wall-clock time by stage: scoring, solving, proving, explaining
    objective: Objective
    mate: IntArray  # (n_mentees,), mentor row or -1
    values: dict[Tier, int]  # what each tier reaches, see `tier_value`
    cohort: Cohort  # with `found` all that `verify_large` needs
    found: LargeAssignment  # checked

    def breakdown(self, pair: int) -> dict[str, int]:
        """Points by criterion key of ``pairs[pair]``; they sum to the pair's points."""
        row = self.contributions[pair].tolist()
        return {criterion.key: part for criterion, part in zip(CRITERIA, row, strict=True)}


def match_large(
    instance: Instance,
    importances: Mapping[str, int],
    objective: Objective,
    required: Collection[str] = (),
    watch: Watch = lambda progress: None,
    start: Progress | None = None,
) -> LargeMatching:
    """Match an instance without a matrix of its pairs, prove the result and check the proof.

    Parameters
    ----------
    importances, required
        As `solution.match` takes them, and with the same result.
    watch, start
        As `assign_large` takes them.

    Raises
    ------
    ValueError
        If an importance or a required criterion is wrong, or the objective or the cohort is
        not for this way; the message names what.
    CertificateError
        If the result could not be proven. It must not be used.
    CancelledError
        If the watcher stopped the run.
    """
    started = time.perf_counter()
    cohort = large_cohort(factorise(instance, importances, required))
    scored = time.perf_counter()
    found = assign_large(cohort, objective, watch, start)
    solved = time.perf_counter()
    verify_large(cohort, objective, found)
    proven = time.perf_counter()
    matched = np.flatnonzero(found.mate != UNMATCHED)
    mentors = found.mate[matched]
    maxima = cohort.factors.maxima
    contributions = pair_contributions(instance, maxima, matched, mentors)
    free_places = instance.capacity - np.bincount(mentors, minlength=instance.n_mentors)
    unmatched = _unmatched(
        instance, required, np.flatnonzero(found.mate == UNMATCHED), free_places > 0
    )
    return LargeMatching(
        pairs=tuple(zip(matched.tolist(), mentors.tolist(), strict=True)),
        points=found.points[matched],
        maxima=maxima,
        contributions=contributions,
        unmatched=unmatched,
        free_places=free_places,
        seconds={
            "scoring": scored - started,
            "solving": solved - scored,
            "proving": proven - solved,
            "explaining": time.perf_counter() - proven,
        },
        objective=objective,
        mate=found.mate,
        values=values(cohort, objective, found),
        cohort=cohort,
        found=found,
    )


def pair_contributions(
    instance: Instance, maxima: Mapping[str, int], rows: IntArray, columns: IntArray
) -> IntArray:
    """What each criterion contributes to single pairs, in whole points.

    Returns
    -------
    Int of shape (n_pairs, n_criteria), columns in the order of `CRITERIA`.
    """
    found = np.zeros((len(rows), len(CRITERIA)), dtype=np.int64)
    for at in range(0, len(rows), PAIRS_AT_A_TIME):
        some = slice(at, at + PAIRS_AT_A_TIME)
        mentees, row = np.unique(rows[some], return_inverse=True)
        mentors, column = np.unique(columns[some], return_inverse=True)
        square = instance.subset(mentees, mentors)
        for k, criterion in enumerate(CRITERIA):
            maximum = maxima[criterion.key]
            if maximum:
                found[some, k] = criterion_points(criterion, square, maximum)[row, column]
    return found


def _unmatched(
    instance: Instance, required: Collection[str], rows: IntArray, has_free: BoolArray
) -> tuple[Unmatched, ...]:
    """The reason for each mentee without mentor, some mentees at a time."""
    reasons: list[Unmatched] = []
    everyone = np.arange(instance.n_mentors)
    # Without a menu a place can be filled in each format that a mentor accepts, and in no other.
    capacity = np.where(instance.mentor_formats.any(axis=1), instance.capacity, 0)
    free = instance.mentor_formats & has_free[:, np.newaxis]
    for at in range(0, len(rows), MENTEES_AT_A_TIME):
        some = rows[at : at + MENTEES_AT_A_TIME]
        part = instance.subset(some, everyone)
        masks = rule_masks(part) | requirement_masks(part, required)
        others = [mask for key, mask in masks.items() if key not in ABOUT_FORMATS]
        reasons.extend(
            explain_unmatched(
                masks,
                ~np.logical_or.reduce(list(masks.values())),
                capacity,
                some,
                other_formats=not_accepted(
                    part.mentee_formats, ~np.logical_or.reduce(others), free
                ),
            )
        )
    return tuple(reasons)
