"""From an instance to its matching, with the reasons: the entry point of the engine."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from matching.engine.arrays import AnyIntArray, BoolArray, IntArray, SmallIntArray
from matching.engine.assignment import assign
from matching.engine.certificate import Certificate, verify
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import any_of, eligible_pairs, rule_masks
from matching.engine.instance import Instance
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.scoring import (
    applicable,
    criterion_maxima,
    not_met,
    required_criteria,
    requirement_masks,
    scores,
)
from matching.engine.shortage import Shortage, shortages
from matching.engine.tables import Tables
from matching.engine.tiers import Objective, Tier
from matching.engine.unmatched import Unmatched, explain_unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a run proposes and why. Rows are those of the instance."""

    pairs: tuple[tuple[int, int], ...]  # (mentee row, mentor row), by mentee
    points: SmallIntArray  # (n_mentees, n_mentors), 0 to 100; also of pairs that are not eligible
    eligible: BoolArray  # (n_mentees, n_mentors)
    maxima: dict[str, int]  # most points by criterion key; sums to 100, or 0
    contributions: IntArray  # (n_pairs, n_criteria), columns in the order of CRITERIA
    unmatched: tuple[Unmatched, ...]  # by mentee row
    shortages: tuple[Shortage, ...]  # what is behind those who find every place taken
    free_places: IntArray  # (n_mentors,)
    seconds: dict[str, float]  # wall-clock time by stage: scoring, solving, proving, explaining
    problem: Problem  # what was solved; with `mate` all that the answers need
    objective: Objective
    mate: IntArray  # (n_mentees,), mentor row or -1
    values: dict[Tier, int]  # what each tier reaches, see `tier_value`
    certificate: Certificate  # checked

    def breakdown(self, pair: int) -> dict[str, int]:
        """Points by criterion key of ``pairs[pair]``; they sum to the pair's points."""
        row = self.contributions[pair].tolist()
        return {criterion.key: part for criterion, part in zip(CRITERIA, row, strict=True)}


def match(
    instance: Instance,
    importances: Mapping[str, int],
    objective: Objective | None = None,
    required: Collection[str] = (),
) -> Matching:
    """Match an instance, prove the result and check the proof.

    Parameters
    ----------
    importances
        0 to 10 by criterion key; a key left out counts as 0.
    objective
        What is wanted, most important first; without it `DEFAULT_TIERS`.
    required
        Keys of criteria that a pair has to meet at least in part: a score of 0 forbids it.

    Raises
    ------
    ValueError
        If an importance or a required criterion is wrong.
    OverflowError
        If the instance is too large for exact arithmetic.
    CertificateError
        If the result could not be proven. It must not be used.
    """
    objective = Objective() if objective is None else objective
    started = time.perf_counter()
    maxima = criterion_maxima(applicable(instance, importances))
    demands = [(one.fields, partial(not_met, one)) for one in required_criteria(required)]
    tables = Tables(instance)
    eligible = eligible_pairs(tables) & ~any_of(tables, demands)
    scored = scores(tables, maxima)
    points = scored.points()
    problem = problem_of(instance, points, eligible)
    prepared = time.perf_counter()
    best = assign(problem, objective)
    mate = best.mate
    solved = time.perf_counter()
    verify(problem, objective, mate, best.certificate)
    proven = time.perf_counter()
    matched = np.flatnonzero(mate != UNMATCHED)
    mentors = mate[matched]
    left_out = np.flatnonzero(mate == UNMATCHED)
    few = instance.subset(left_out, np.arange(instance.n_mentors))
    masks = rule_masks(few) | requirement_masks(few, required)
    unmatched = explain_unmatched(masks, eligible, instance.capacity, left_out)
    found_shortages = shortages(problem, mate)
    explained = time.perf_counter()
    return Matching(
        pairs=tuple(zip(matched.tolist(), mentors.tolist(), strict=True)),
        points=points,
        eligible=eligible,
        maxima=maxima,
        contributions=scored.contributions(matched, mentors),
        unmatched=unmatched,
        shortages=found_shortages,
        free_places=instance.capacity - np.bincount(mentors, minlength=instance.n_mentors),
        seconds={
            "scoring": prepared - started,
            "solving": solved - prepared,
            "proving": proven - solved,
            "explaining": explained - proven,
        },
        problem=problem,
        objective=objective,
        mate=mate,
        values=best.values,
        certificate=best.certificate,
    )


def problem_of(instance: Instance, points: AnyIntArray, eligible: BoolArray) -> Problem:
    """The assignment problem of an instance, once its pairs are scored."""
    row_of = {id_: j for j, id_ in enumerate(instance.mentor_ids)}
    last = instance.mentee_last_mentors.tolist()
    return Problem(
        points=points,
        eligible=eligible,
        capacity=instance.capacity,
        mentee_ids=instance.mentee_ids,
        mentor_ids=instance.mentor_ids,
        priority=instance.mentee_priorities,
        last_mentor=np.array([row_of.get(id_, UNMATCHED) for id_ in last], dtype=np.int64),
        salt=instance.salt,
    )
