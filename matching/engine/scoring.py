"""From importances and scores to whole points, 0 to 100 for a pair, that add up exactly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

import numpy as np

from matching.engine.arrays import BoolArray, FloatArray, IntArray
from matching.engine.criteria import CRITERIA, Criterion
from matching.engine.instance import Instance
from matching.engine.problem import MAX_POINTS

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
    unknown = sorted(set(required) - {criterion.key for criterion in CRITERIA})
    if unknown:
        raise ValueError(f"required: no such criterion: {', '.join(unknown)}")
    return {
        REQUIRED + criterion.key: criterion.score(instance) == 0
        for criterion in CRITERIA
        if criterion.key in required
    }


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


def contributions(instance: Instance, maxima: Mapping[str, int]) -> dict[str, IntArray]:
    """What each criterion contributes to each pair, in whole points.

    Parameters
    ----------
    maxima
        What `criterion_maxima` gave.

    Returns
    -------
    Int arrays of shape (n_mentees, n_mentors) by criterion key, each within 0 and the criterion's
    maximum: the score times the maximum, rounded to the nearest, halves up; where the score is
    a share, the maximum is first shared out among the things asked for, by largest remainder.
    """
    return {
        criterion.key: criterion_points(criterion, instance, maxima[criterion.key])
        for criterion in CRITERIA
    }


def criterion_points(criterion: Criterion, instance: Instance, maximum: int) -> IntArray:
    """`contributions` of one criterion; int of shape (n_mentees, n_mentors)."""
    if maximum == 0:
        return np.zeros((instance.n_mentees, instance.n_mentors), dtype=np.int64)
    if criterion.parts is None:
        return points_of_scores(criterion.score(instance), maximum)
    parts = criterion.parts(instance)
    shares = shared_out(parts.weights, maximum)
    asked_nothing = np.where(parts.weights.any(axis=1), 0, maximum)[:, np.newaxis]
    # Through float because NumPy multiplies integer matrices without BLAS; the sums are exact.
    covered = shares.astype(np.float64) @ parts.offered.T.astype(np.float64)
    return covered.astype(np.int64) + asked_nothing


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


def total_points(instance: Instance, parts: Mapping[str, IntArray]) -> IntArray:
    """The points of every pair: the sum of its contributions.

    Returns
    -------
    Int of shape (n_mentees, n_mentors), within 0 and 100.
    """
    points = np.zeros((instance.n_mentees, instance.n_mentors), dtype=np.int64)
    for part in parts.values():
        points += part
    return points
