"""Counts of people that tell about groups, and of no one in a small group."""

from __future__ import annotations

from collections.abc import Sequence

# Smaller groups are not told, and an empty one is not either: it tells something of everyone.
SMALLEST_GROUP = 5


def told(count: int) -> int | None:
    """A count that stands alone, or None where the group is too small to be told."""
    return count if count >= SMALLEST_GROUP else None


def told_together(counts: Sequence[int]) -> list[int | None]:
    """Counts whose sum is known, with None for each that is not told.

    Parameters
    ----------
    counts
        At least two cells that hold every person exactly once, not all of them empty, in an
        order that does not depend on the counts.

    Returns
    -------
    One entry a cell. Not told are all groups that are too small, and with them the first one
    that is not: otherwise the difference from the sum would tell a single small one. Whoever
    knows the told counts, the sum and these rules finds at least two possible values for every
    cell that is not told.
    """
    cells = [told(count) for count in counts]
    if None not in cells:
        return cells
    companion = next((at for at, cell in enumerate(cells) if cell is not None), None)
    if companion is not None:
        # The first in order, not the smallest or largest: that would say how it compares.
        cells[companion] = None
    hidden = sum(count for count, cell in zip(counts, cells, strict=True) if cell is None)
    if hidden == SMALLEST_GROUP:
        # The companion could not be less, so all of the others would be known to be empty.
        return [None] * len(cells)
    return cells
