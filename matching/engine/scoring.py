"""From importances and scores to whole points, 0 to 100 for a pair, that add up exactly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from matching.engine.arrays import BoolArray, FloatArray, IntArray, SmallIntArray
from matching.engine.criteria import CRITERIA, Criterion, Parts
from matching.engine.instance import Instance
from matching.engine.problem import MAX_POINTS
from matching.engine.tables import Table, Tables

MAX_IMPORTANCE = 10
REQUIRED = "required_"  # before the key of a criterion: the key of the rule it became


def criterion_maxima(importances: Mapping[str, int]) -> dict[str, int]:
    """The most points each criterion can give a pair.

    Parameters
    ----------
    importances
        0 (does not count) to 10 by criterion key; a key left out counts as 0.

    Returns
    -------
    Whole points by criterion key, in the order of `CRITERIA`. They share out 100 by largest
    remainder and sum to exactly 100, or are all 0 when every importance is: then nothing but
    eligibility, the number served and the lottery decides.

    Raises
    ------
    ValueError
        If a key is no criterion, or an importance no whole number within 0 and 10.
    """
    unknown = sorted(set(importances) - {criterion.key for criterion in CRITERIA})
    if unknown:
        raise ValueError(f"importances: no such criterion: {', '.join(unknown)}")
    for key, importance in importances.items():
        if not isinstance(importance, (int, np.integer)) or isinstance(importance, bool):
            raise ValueError(f"importances: {key} must be a whole number, not {importance!r}")
        if not 0 <= importance <= MAX_IMPORTANCE:
            raise ValueError(
                f"importances: {key} must lie within 0 and {MAX_IMPORTANCE}, not {importance}"
            )
    weights = [int(importances.get(criterion.key, 0)) for criterion in CRITERIA]
    shares = largest_remainder(weights, MAX_POINTS)
    return {criterion.key: points for criterion, points in zip(CRITERIA, shares, strict=True)}


def applicable(instance: Instance, importances: Mapping[str, int]) -> dict[str, int]:
    """Importances with 0 for criteria that nobody in the instance asked anything of."""
    silent = {criterion.key for criterion in CRITERIA if not criterion.applies(instance)}
    return {key: 0 if key in silent else value for key, value in importances.items()}


def requirement_masks(instance: Instance, required: Collection[str]) -> dict[str, BoolArray]:
    """Pairs forbidden because a required criterion is not met even in part.

    Returns
    -------
    Bool of shape (n_mentees, n_mentors) by ``"required_"`` and the criterion's key.

    Raises
    ------
    ValueError
        If a key is no criterion.
    """
    return {
        REQUIRED + criterion.key: not_met(criterion, instance)
        for criterion in required_criteria(required)
    }


def required_criteria(keys: Collection[str]) -> list[Criterion]:
    """The criteria of these keys; raises ValueError if a key is none."""
    unknown = sorted(set(keys) - {criterion.key for criterion in CRITERIA})
    if unknown:
        raise ValueError(f"required: no such criterion: {', '.join(unknown)}")
    return [criterion for criterion in CRITERIA if criterion.key in keys]


def not_met(criterion: Criterion, instance: Instance) -> BoolArray:
    """Pairs that do not meet a criterion even in part; shape (n_mentees, n_mentors)."""
    none: BoolArray = criterion.score(instance) == 0
    return none


def largest_remainder(weights: list[int], total: int) -> list[int]:
    """Share out ``total`` in whole numbers, in proportion to ``weights``.

    Everyone gets the whole part of the exact share; what is left goes one by one to the largest
    fractional parts, the earlier first among equals (Hamilton's method). All weights zero give
    all shares zero.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [Fraction(weight * total, whole) for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda k: shares[k] - exact[k])
    for k in by_remainder[: total - sum(shares)]:
        shares[k] += 1
    return shares


@dataclass(frozen=True, slots=True)
class Product:
    """Points of a share: what each thing asked for earns, where it is offered."""

    earned: FloatArray  # (n_mentees, d), whole points
    offered: FloatArray  # (n_mentors, d), 0 or 1

    def of(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Points of single pairs; same shape as ``rows``."""
        points = np.einsum("kd,kd->k", self.earned[rows], self.offered[columns])
        whole: IntArray = points.astype(np.int64)
        return whole


@dataclass(frozen=True, slots=True)
class Scores:
    """The points of all pairs by what they are made of: few numbers, and none for each pair."""

    n_mentees: int
    n_mentors: int
    parts: dict[str, Product | Table]  # by criterion key, in the order of CRITERIA

    def points(self) -> SmallIntArray:
        """Points of all pairs, within 0 and 100; shape (n_mentees, n_mentors).

        Contributions of single pairs add up to them exactly.
        """
        products = [part for part in self.parts.values() if isinstance(part, Product)]
        # Through float because NumPy multiplies integer matrices without BLAS; small sums are
        # exact in float32.
        earned = [np.zeros((self.n_mentees, 0)), *(one.earned for one in products)]
        offered = [np.zeros((self.n_mentors, 0)), *(one.offered for one in products)]
        points = np.hstack(earned).astype(np.float32) @ np.hstack(offered).astype(np.float32).T
        for part in self.parts.values():
            if isinstance(part, Table) and part.values.any():
                points += part.whole()
        return points.astype(np.int16)

    def contributions(self, rows: IntArray, columns: IntArray) -> IntArray:
        """What each criterion contributes to single pairs; shape (n_pairs, n_criteria)."""
        return np.column_stack([part.of(rows, columns) for part in self.parts.values()])


def scores(tables: Tables, maxima: Mapping[str, int]) -> Scores:
    """The points of all pairs of an instance.

    Each criterion contributes whole points within 0 and its maximum: the score times the maximum,
    rounded to the nearest, halves up; where the score is a share, the maximum is first shared out
    among the things asked for, by largest remainder.

    Parameters
    ----------
    maxima
        What `criterion_maxima` gave.
    """
    parts: dict[str, Product | Table] = {}
    for criterion in CRITERIA:
        if maxima[criterion.key] == 0:
            parts[criterion.key] = tables.same_for_all(0)
        elif criterion.parts is not None:
            parts[criterion.key] = _product(criterion.parts(tables.instance), maxima[criterion.key])
        else:
            points_of = partial(criterion_points, criterion, maximum=maxima[criterion.key])
            parts[criterion.key] = tables.table(criterion.fields, points_of)
    return Scores(tables.instance.n_mentees, tables.instance.n_mentors, parts)


def _product(parts: Parts, maximum: int) -> Product:
    asked_nothing = np.where(parts.weights.any(axis=1), 0, maximum)[:, np.newaxis]
    everybody = np.ones((len(parts.offered), 1))
    return Product(
        np.hstack([shared_out(parts.weights, maximum), asked_nothing]).astype(np.float64),
        np.hstack([parts.offered, everybody]),
    )


def criterion_points(criterion: Criterion, instance: Instance, maximum: int) -> IntArray:
    """The points of one criterion; int of shape (n_mentees, n_mentors)."""
    if maximum == 0:
        return np.zeros((instance.n_mentees, instance.n_mentors), dtype=np.int64)
    if criterion.parts is not None:
        product = _product(criterion.parts(instance), maximum)
        covered: IntArray = (product.earned @ product.offered.T).astype(np.int64)
        return covered
    if criterion.gauge is not None:
        gauge = criterion.gauge(instance)
        return gauge.read(points_of_scores(gauge.scores, maximum))
    return points_of_scores(criterion.score(instance), maximum)


def points_of_scores(scores: FloatArray, maximum: int) -> IntArray:
    """Scores within [0, 1] as whole points, to the nearest, halves up; same shape."""
    points: IntArray = np.floor(scores * maximum + 0.5).astype(np.int64)
    return points


def shared_out(weights: IntArray | BoolArray, total: int) -> IntArray:
    """`largest_remainder` for every row at once.

    Returns
    -------
    Int of the shape of ``weights``; each row sums to ``total``, or to 0 where it weighs nothing.
    """
    weights = weights.astype(np.int64)
    whole = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    shares, remainders = np.divmod(weights * total, whole)
    left = np.where(weights.any(axis=1), total - shares.sum(axis=1), 0)
    order = np.argsort(-remainders, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return shares + (rank < left[:, np.newaxis])
