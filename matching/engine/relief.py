"""The smallest change of rules that would give a mentee somebody back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Relief:
    """Rules that would have to give way together, and whom that would bring."""

    rules: tuple[str, ...]  # keys, in the order of the masks
    mentors: tuple[int, ...]  # rows of the mentors whom these rules exclude and no other
    n_free: int  # of them with a free place


def smallest_relief(
    masks: Mapping[str, BoolArray],
    row: int,
    capacity: IntArray,
    free_places: IntArray,
    fixed: Collection[str] = (),
) -> Relief | None:
    """The fewest rules without which somebody could mentor a mentee.

    Parameters
    ----------
    masks
        Forbidden pairs by rule key, each of shape (n_mentees, n_mentors).
    row
        The mentee.
    capacity, free_places
        Int of shape (n_mentors,). Mentors who offer no place are left out.
    fixed
        Keys of rules that nobody can change, such as that nobody mentors themselves.

    Returns
    -------
    Of several sets of as few rules the one that brings most mentors with a free place, then most
    mentors, then the first by the order of the masks. None where somebody is eligible already, or
    nothing would help.
    """
    possible = capacity > 0
    changeable = {key: mask[row] for key, mask in masks.items() if key not in fixed}
    for key in fixed:
        if key in masks:
            possible = possible & ~masks[key][row]
    by_rules: dict[tuple[str, ...], list[int]] = {}
    for j in np.flatnonzero(possible).tolist():
        rules = tuple(key for key, forbidden in changeable.items() if forbidden[j])
        by_rules.setdefault(rules, []).append(j)
    if not by_rules or () in by_rules:
        return None
    order = list(changeable)
    found = [
        Relief(rules, tuple(mentors), int((free_places[mentors] > 0).sum()))
        for rules, mentors in by_rules.items()
    ]
    return min(
        found,
        key=lambda one: (
            len(one.rules),
            -one.n_free,
            -len(one.mentors),
            [order.index(key) for key in one.rules],
        ),
    )
