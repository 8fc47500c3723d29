"""From an instance to its matching, with the reasons: the entry point of the engine."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from matching.engine.arrays import AnyIntArray, BoolArray, IntArray, SmallIntArray
from matching.engine.certificate import Certificate
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import eligible_pairs, forbidden_by, n_shared, rule_masks
from matching.engine.formats import Offers, offers, other_formats, waiting_groups
from matching.engine.groups import FormatAssignment, assign_formats, with_liking
from matching.engine.instance import Instance
from matching.engine.menu import NO_FORMAT, Menu, menu_of_pairs
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
from matching.engine.unmatched import ABOUT_FORMATS, Unmatched, explain_unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a run proposes and why. Rows are those of the instance."""

    pairs: tuple[tuple[int, int], ...]  # (mentee row, mentor row), by mentee
    points: SmallIntArray  # (n_mentees, n_mentors), 0 to 100; also of pairs that are not eligible
    eligible: BoolArray  # (n_mentees, n_mentors)
    maxima: dict[str, int]  # most points by criterion key; sums to 100, or 0
    contributions: IntArray  # (n_pairs, n_criteria), columns in the order of CRITERIA
    formats: IntArray  # (n_pairs,), column of the format in which a pair meets, or -1
    unmatched: tuple[Unmatched, ...]  # by mentee row
    shortages: tuple[Shortage, ...]  # what is behind those who find every place taken
    free_places: IntArray  # (n_mentors,), of those that one-to-one kinds share
    seconds: dict[str, float]  # wall-clock time by stage: scoring, solving, proving, explaining
    # What was solved; with `mate` all that the answers need. The columns are offers, and the first
    # of them the mentors: all of them, where there is nothing but pairs.
    problem: Problem
    offered: Offers
    objective: Objective  # as asked for, and liking at the end where it has something to say
    mate: IntArray  # (n_mentees,), column of the problem or -1
    is_best: bool  # whether every other choice of groups was ruled out
    values: dict[Tier, int]  # what each tier reaches, see `tier_value`
    certificate: Certificate  # checked

    @property
    def format_ids(self) -> list[int]:
        """Stored ids of the formats of `pairs`; `NO_FORMAT` where there is none."""
        ids = (*self.offered.menu.format_ids, NO_FORMAT)
        return [ids[column] for column in self.formats.tolist()]

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
    eligible = eligible_pairs(tables) & ~forbidden_by(tables, demands)
    scored = scores(tables, maxima)
    points = scored.points()
    problem = problem_of(instance, points, eligible)
    prepared = time.perf_counter()
    menu = instance.menu or menu_of_pairs(
        instance.mentee_formats, instance.mentor_formats, instance.capacity
    )
    offered = offers(problem, menu)
    objective = with_liking(offered, objective)
    best = assign_formats(offered, objective)
    solved = time.perf_counter()
    matched = np.flatnonzero(best.mentor != UNMATCHED)
    mentors, formats = best.mentor[matched], best.format[matched]
    unmatched = _explained(instance, required, offered, best)
    found_shortages = shortages(offered.problem, best.offer, offered.mentors)
    explained = time.perf_counter()
    in_pairs = mentors[~np.append(menu.is_group, False)[formats]]
    return Matching(
        pairs=tuple(zip(matched.tolist(), mentors.tolist(), strict=True)),
        points=points,
        eligible=eligible,
        maxima=maxima,
        contributions=scored.contributions(matched, mentors),
        formats=formats,
        unmatched=unmatched,
        shortages=found_shortages,
        free_places=instance.capacity - np.bincount(in_pairs, minlength=instance.n_mentors),
        seconds={
            "scoring": prepared - started,
            "solving": solved - prepared - best.seconds_proving,
            "proving": best.seconds_proving,
            "explaining": explained - solved,
        },
        problem=best.decided,
        offered=offered,
        objective=objective,
        mate=best.offer,
        is_best=best.is_best,
        values=best.best.values,
        certificate=best.best.certificate,
    )


def _explained(
    instance: Instance, required: Collection[str], offered: Offers, best: FormatAssignment
) -> tuple[Unmatched, ...]:
    """Why some mentees were left without a mentor, places in formats they accept considered."""
    rows = np.flatnonzero(best.mentor == UNMATCHED)
    if not len(rows):
        return ()
    few = instance.subset(rows, np.arange(instance.n_mentors))
    menu = offered.menu
    has_place = menu.with_place(instance.capacity).any(axis=1)
    masks = masks_as_told(
        rule_masks(few) | requirement_masks(few, required),
        menu.subset(rows, np.arange(instance.n_mentors)),
        instance.capacity,
    )
    others = [mask for key, mask in masks.items() if key not in ABOUT_FORMATS]
    nobody = np.zeros((len(rows), instance.n_mentors), dtype=bool)
    eligible = ~np.logical_or.reduce([nobody, *masks.values()])
    return explain_unmatched(
        masks,
        eligible,
        np.where(has_place, 1, 0),
        rows,
        waiting=waiting_groups(offered, rows, eligible, best.offer),
        other_formats=other_formats(
            offered, rows, ~np.logical_or.reduce([nobody, *others]), best.offer
        ),
    )


def masks_as_told(
    masks: dict[str, BoolArray], menu: Menu, capacity: IntArray
) -> dict[str, BoolArray]:
    """Masks of rules in which a format in common counts only where its mentor has a place."""
    with_place = menu.with_place(capacity)
    in_common = n_shared(menu.liking > 0, with_place) > 0
    none_left = with_place.any(axis=1) & ~in_common
    return masks | {"no_common_format": masks["no_common_format"] | none_left}


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
