"""Points and rules of all pairs as one matrix product and a few exceptions, for any size."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import BoolArray, FloatArray, IntArray
from matching.engine.criteria import CRITERIA, Criterion, wishes_of
from matching.engine.eligibility import RULES, Rule
from matching.engine.gauges import Gauge
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.pairs import PairList, any_of, contains, listed
from matching.engine.scoring import (
    applicable,
    criterion_maxima,
    criterion_points,
    points_of_scores,
    requirement_masks,
    shared_out,
)
from matching.engine.tables import patterns

Float32Array = NDArray[np.float32]

FORBIDDEN = 1024  # points that a broken rule takes away: more than a pair can have
AT_A_TIME = 2**13
MAX_PATTERNS = 1024  # of one table; more would make the product slower than what it saves


@dataclass(frozen=True, slots=True)
class Dial:
    """A criterion read from a gauge: the product tells where in a row of points to look."""

    left: Float32Array  # (n_mentees, d), its last column the beginning of the mentee's row
    right: Float32Array  # (n_mentors, d), its last column ones
    points: Float32Array  # rows of points, one after the other


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Pairs that have more points than the product says; none has fewer."""

    pairs: PairList
    extra: IntArray  # in the order of the pairs

    def of(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Points to add to single pairs; shape of ``rows``."""
        if len(self.extra) == 0:
            return np.zeros(len(rows), dtype=np.int64)
        keys = rows * self.pairs.shape[1] + columns
        at = np.minimum(np.searchsorted(self.pairs.keys, keys), len(self.extra) - 1)
        return np.where(self.pairs.keys[at] == keys, self.extra[at], 0)


@dataclass(frozen=True, slots=True)
class Factors:
    """Two matrices whose product is the points of every pair, negative if a rule forbids it.

    All entries are whole numbers small enough for float32 to be exact. Rules that no table holds
    (same person, same employer, single pairs, most requirements) are asked of
    `Factors.forbidden`; wishes for one person are `Factors.exceptions`.
    """

    left: Float32Array  # (n_mentees, d)
    right: Float32Array  # (n_mentors, d)
    instance: Instance
    dials: tuple[Dial, ...]
    exceptions: Exceptions
    must_share: tuple[tuple[BoolArray, BoolArray], ...]  # asked for and offered, if required
    maxima: dict[str, int]  # most points by criterion key

    def points(self, rows: slice, columns: slice = slice(None)) -> Float32Array:
        """Points of a block of pairs, shape (rows, columns); negative if a table forbids it.

        Exceptions are left out.
        """
        block: Float32Array = self.left[rows] @ self.right[columns].T
        for dial in self.dials:
            at = (dial.left[rows] @ dial.right[columns].T).astype(np.int64)
            block += dial.points[at]
        return block

    def points_of(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Points of single pairs, -1 if a rule forbids it; same shape as ``rows``."""
        points = np.empty(len(rows), dtype=np.int64)
        # Some at a time, as each pair takes two whole rows of memory.
        for at in range(0, len(rows), AT_A_TIME):
            some = slice(at, at + AT_A_TIME)
            mentees, mentors = rows[some], columns[some]
            part = np.einsum("kd,kd->k", self.left[mentees], self.right[mentors])
            for dial in self.dials:
                place = np.einsum("kd,kd->k", dial.left[mentees], dial.right[mentors])
                part += dial.points[place.astype(np.int64)]
            points[some] = part
        points += self.exceptions.of(rows, columns)
        return np.where((points < 0) | self.forbidden(rows, columns), -1, points)

    def forbidden(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """Whether single pairs break a rule that is not in the product; shape of ``rows``."""
        one = self.instance
        broken: BoolArray = one.mentee_persons[rows] == one.mentor_persons[columns]
        if not one.same_employer_allowed:
            employer = one.mentee_employers[rows]
            broken = broken | ((employer == one.mentor_employers[columns]) & (employer != UNKNOWN))
        for pairs in (one.conflicts, one.earlier_partners):
            if any_of(pairs):
                broken = broken | contains(pairs, rows, columns)
        for asked, offered in self.must_share:
            wanted = asked[rows]
            broken = broken | (wanted.any(axis=1) & ~(wanted & offered[columns]).any(axis=1))
        return broken


def factorise(
    instance: Instance, importances: Mapping[str, int], required: Collection[str] = ()
) -> Factors:
    """Write the points of all pairs as a product.

    A criterion that is a share gives a column for each thing asked for. One with a gauge has a
    product of its own. Any other depends on few different mentors, as far as the fields it reads
    can tell: a table of mentees against those, and for each mentor a single one. Rules join in
    with a large negative number.

    Parameters
    ----------
    importances, required
        As `solution.match` takes them.

    Raises
    ------
    ValueError
        If an importance or a required criterion is wrong, or the mentors differ in more ways
        than a table holds.
    """
    maxima = criterion_maxima(applicable(instance, importances))
    requirement_masks(instance.subset(np.zeros(0, int), np.zeros(0, int)), required)
    lefts: list[Float32Array] = []
    rights: list[BoolArray] = []
    constant = np.zeros((instance.n_mentees, 1), dtype=np.float32)
    tables: dict[tuple[str, ...], list[Criterion | Rule]] = {}
    dials: list[Dial] = []
    must_share: list[tuple[BoolArray, BoolArray]] = []
    for criterion in CRITERIA:
        maximum, is_required = maxima[criterion.key], criterion.key in required
        if not maximum and not is_required:
            continue
        if criterion.parts is not None:
            parts = criterion.parts(instance)
            if maximum:
                lefts.append(shared_out(parts.weights, maximum).astype(np.float32))
                rights.append(parts.offered)
                constant[~parts.weights.any(axis=1)] += maximum
            if is_required:
                must_share.append((parts.weights > 0, parts.offered))
        elif criterion.gauge is not None:
            dials.append(_dial(criterion.gauge(instance), maximum, is_required=is_required))
        elif criterion.fields:
            tables.setdefault(criterion.fields, []).append(criterion)
    for rule in RULES:
        if rule.fields:
            tables.setdefault(rule.fields, []).append(rule)
    for names, members in tables.items():
        left, right = _table(instance, names, members, maxima, required)
        lefts.append(left)
        rights.append(right)
    left, right, exceptions = _wishes(instance, maxima["wishes"], is_required="wishes" in required)
    lefts += [left, constant]
    rights += [right, np.ones((instance.n_mentors, 1), dtype=bool)]
    useful = [
        left.any(axis=0) & right.any(axis=0) for left, right in zip(lefts, rights, strict=True)
    ]
    return Factors(
        left=np.hstack([left[:, used] for left, used in zip(lefts, useful, strict=True)]),
        right=np.hstack(
            [right[:, used] for right, used in zip(rights, useful, strict=True)], dtype=np.float32
        ),
        instance=instance,
        dials=tuple(dials),
        exceptions=exceptions,
        must_share=tuple(must_share),
        maxima=maxima,
    )


def _dial(gauge: Gauge, maximum: int, *, is_required: bool) -> Dial:
    points = points_of_scores(gauge.scores, maximum)
    if is_required:
        points -= FORBIDDEN * (gauge.scores == 0)
    begins = gauge.kind[:, np.newaxis] * points.shape[1]
    ones = np.ones((len(gauge.offered), 1))
    return Dial(
        np.hstack([gauge.asked, begins], dtype=np.float32),
        np.hstack([gauge.offered, ones], dtype=np.float32),
        points.reshape(-1).astype(np.float32),
    )


def _wishes(
    instance: Instance, maximum: int, *, is_required: bool
) -> tuple[Float32Array, BoolArray, Exceptions]:
    """A table of who named nobody, with more points for those who named each other."""
    shape = (instance.n_mentees, instance.n_mentors)
    nobody = np.zeros(0, dtype=np.int64)
    if not maximum and not is_required:
        none = Exceptions(PairList(shape, nobody), nobody)
        return np.zeros((shape[0], 0), dtype=np.float32), np.zeros((shape[1], 0), dtype=bool), none
    by_mentees, by_mentors = listed(instance.mentee_wishes), listed(instance.mentor_wishes)
    mentee_named, mentor_named = instance.mentee_has_wished, instance.mentor_has_wished

    def worth_of(score: FloatArray) -> IntArray:
        points = points_of_scores(score, maximum)
        if is_required:
            points[score == 0] -= FORBIDDEN
        return points

    pairs = PairList.of(
        shape,
        np.concatenate([by_mentees[0], by_mentors[0]]),
        np.concatenate([by_mentees[1], by_mentors[1]]),
    )
    rows, columns = listed(pairs)
    # As in the criterion: half for each side that named nobody or this one.
    usual = worth_of(0.5 * ~mentee_named[rows] + 0.5 * ~mentor_named[columns])
    wished = worth_of(wishes_of(instance, rows, columns))
    content = np.array([True, False])
    right = mentor_named[:, np.newaxis] == ~content
    left = worth_of(0.5 * ~mentee_named[:, np.newaxis] + 0.5 * content)
    return left.astype(np.float32), right, Exceptions(pairs, wished - usual)


def _table(
    instance: Instance,
    names: tuple[str, ...],
    members: list[Criterion | Rule],
    maxima: Mapping[str, int],
    required: Collection[str],
) -> tuple[Float32Array, BoolArray]:
    """The columns for criteria and rules that read the same fields."""
    mentees, mentee_pattern = patterns(instance, "mentee_", names)
    mentors, mentor_pattern = patterns(instance, "mentor_", names)
    if len(mentors) > MAX_PATTERNS:
        raise ValueError(
            f"{', '.join(names)}: mentors differ in {len(mentors):,} ways; "
            f"a large cohort takes {MAX_PATTERNS:,}"
        )
    few = instance.subset(mentees, mentors)
    values = np.zeros((len(mentees), len(mentors)), dtype=np.float32)
    for member in members:
        if isinstance(member, Rule):
            values -= FORBIDDEN * member.forbids(few)
        else:
            values += criterion_points(member, few, maxima[member.key])
            for mask in requirement_masks(few, {member.key} & set(required)).values():
                values -= FORBIDDEN * mask
    return values[mentee_pattern], mentor_pattern[:, np.newaxis] == np.arange(len(mentors))
