"""Points and table-shaped rules of all pairs as one matrix product, for cohorts of any size."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.criteria import CRITERIA, Criterion
from matching.engine.eligibility import RULES, Rule
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.scoring import (
    applicable,
    criterion_maxima,
    criterion_points,
    requirement_masks,
    shared_out,
)
from matching.engine.tables import patterns

Float32Array = NDArray[np.float32]

FORBIDDEN = 1024  # points that a broken rule takes away: more than a pair can have
AT_A_TIME = 2**13
MAX_PATTERNS = 1024  # of one table; more would make the product slower than what it saves


@dataclass(frozen=True, slots=True)
class Factors:
    """Two matrices whose product is the points of every pair, negative if a rule forbids it.

    All entries are whole numbers small enough for float32 to be exact. Rules that no table holds
    (same person, same employer, single pairs) are asked of `Factors.forbidden`.
    """

    left: Float32Array  # (n_mentees, d)
    right: Float32Array  # (n_mentors, d)
    instance: Instance

    def points(self, rows: slice, columns: slice = slice(None)) -> Float32Array:
        """Points of a block of pairs, shape (rows, columns); negative if a table forbids it."""
        block: Float32Array = self.left[rows] @ self.right[columns].T
        return block

    def points_of(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Points of single pairs, -1 if a rule forbids it; same shape as ``rows``."""
        points = np.empty(len(rows), dtype=np.int64)
        # Some at a time, as each pair takes two whole rows of memory.
        for at in range(0, len(rows), AT_A_TIME):
            some = slice(at, at + AT_A_TIME)
            points[some] = np.einsum("kd,kd->k", self.left[rows[some]], self.right[columns[some]])
        return np.where((points < 0) | self.forbidden(rows, columns), -1, points)

    def forbidden(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """Whether single pairs break a rule that is not in the product; shape of ``rows``."""
        one = self.instance
        broken: BoolArray = one.mentee_persons[rows] == one.mentor_persons[columns]
        if not one.same_employer_allowed:
            employer = one.mentee_employers[rows]
            broken = broken | ((employer == one.mentor_employers[columns]) & (employer != UNKNOWN))
        for name in ("conflicts", "earlier_partners"):
            if _any(getattr(one, name)):
                broken = broken | getattr(one, name)[rows, columns]
        return broken


def factorise(
    instance: Instance, importances: Mapping[str, int], required: Collection[str] = ()
) -> Factors:
    """Write the points of all pairs as a product.

    A criterion that is a share gives a column for each thing asked for. Any other depends on few
    different mentors, as far as the fields it reads can tell: a table of mentees against those,
    and for each mentor a single one. Rules join in with a large negative number.

    Raises
    ------
    ValueError
        If a criterion that counts cannot be written as a table.
    """
    maxima = criterion_maxima(applicable(instance, importances))
    lefts: list[NDArray[np.int64]] = []
    rights: list[NDArray[np.bool_]] = []
    constant = np.zeros((instance.n_mentees, 1), dtype=np.int64)
    tables: dict[tuple[str, ...], list[Criterion | Rule]] = {}
    for criterion in CRITERIA:
        maximum = maxima[criterion.key]
        if maximum and criterion.parts is not None:
            parts = criterion.parts(instance)
            lefts.append(shared_out(parts.weights, maximum))
            rights.append(parts.offered)
            constant[~parts.weights.any(axis=1)] += maximum
        elif maximum and not criterion.fields:
            raise ValueError(f"{criterion.key}: cannot count in a cohort of this size")
        elif maximum:
            tables.setdefault(criterion.fields, []).append(criterion)
    for rule in RULES:
        if rule.fields:
            tables.setdefault(rule.fields, []).append(rule)
    for key in required:
        [criterion] = [one for one in CRITERIA if one.key == key]
        if not criterion.fields:
            raise ValueError(f"{key}: cannot be required in a cohort of this size")
    for names, members in tables.items():
        left, right = _table(instance, names, members, maxima, required)
        lefts.append(left)
        rights.append(right)
    lefts.append(constant)
    rights.append(np.ones((instance.n_mentors, 1), dtype=bool))
    left, right = np.hstack(lefts), np.hstack(rights)
    useful = left.any(axis=0) & right.any(axis=0)
    return Factors(
        np.ascontiguousarray(left[:, useful], dtype=np.float32),
        np.ascontiguousarray(right[:, useful], dtype=np.float32),
        instance,
    )


def _table(
    instance: Instance,
    names: tuple[str, ...],
    members: list[Criterion | Rule],
    maxima: Mapping[str, int],
    required: Collection[str],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The columns for criteria and rules that read the same fields."""
    mentees, mentee_pattern = patterns(instance, "mentee_", names)
    mentors, mentor_pattern = patterns(instance, "mentor_", names)
    if len(mentors) > MAX_PATTERNS:
        raise ValueError(f"{', '.join(names)}: too many different mentors, {len(mentors)}")
    few = instance.subset(mentees, mentors)
    values = np.zeros((len(mentees), len(mentors)), dtype=np.int64)
    for member in members:
        if isinstance(member, Rule):
            values -= FORBIDDEN * member.forbids(few)
        else:
            values += criterion_points(member, few, maxima[member.key])
            for mask in requirement_masks(few, {member.key} & set(required)).values():
                values -= FORBIDDEN * mask
    return values[mentee_pattern], mentor_pattern[:, np.newaxis] == np.arange(len(mentors))


def _any(array: BoolArray) -> bool:
    """``array.any()``, at once for an array that repeats a single entry."""
    if array.size and not any(array.strides):
        return bool(array.flat[0])
    return bool(array.any())
