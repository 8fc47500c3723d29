"""Counts of groups: what is not told cannot be worked out either."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signups.counts import told, told_together


def test_small_and_empty_groups_are_not_told():
    assert [told(count) for count in (0, 1, 4, 5, 12)] == [None, None, None, 5, 12]


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ([7, 5, 9], [7, 5, 9]),
        # The first large group keeps the small one company.
        ([20, 3, 9], [None, None, 9]),
        ([3, 9, 20], [None, None, 20]),
        # Alone with empty groups, a companion of five would tell that they are empty.
        ([5, 0, 9], [None, None, None]),
        ([6, 0, 9], [None, None, 9]),
        ([3, 2, 4], [None, None, None]),
    ],
)
def test_what_is_told(counts, cells):
    assert told_together(counts) == cells


@pytest.mark.parametrize(("n_cells", "largest_sum"), [(2, 24), (3, 20), (4, 16)])
def test_no_hidden_count_follows_even_for_one_who_knows_the_rules(n_cells, largest_sum):
    # Every table there is, by what is told of it: what a reader can still think possible.
    possible = defaultdict(list)
    for counts in product(range(largest_sum + 1), repeat=n_cells):
        if 0 < sum(counts) <= largest_sum:
            possible[sum(counts), tuple(told_together(counts))].append(counts)

    for (_, cells), tables in possible.items():
        for at, cell in enumerate(cells):
            if cell is None:
                assert len({counts[at] for counts in tables}) > 1, (cells, tables)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=9))
def test_every_hidden_count_could_have_been_another(counts):
    assume(sum(counts) > 0)
    cells = told_together(counts)
    hidden = [at for at, cell in enumerate(cells) if cell is None]

    assert all(cell in (None, count) for cell, count in zip(cells, counts, strict=True))
    assert all(cell is None or cell >= 5 for cell in cells)
    assert len(hidden) != 1
    for at in hidden:
        others = [
            table
            for table in tables_like(counts, hidden)
            if table[at] != counts[at] and told_together(table) == cells
        ]
        assert others


def tables_like(counts, hidden):
    """Tables with the same sum: one person moved between hidden cells, or all in one cell."""
    for source, target in product(hidden, repeat=2):
        if source != target and counts[source]:
            table = list(counts)
            table[source] -= 1
            table[target] += 1
            yield table
    for at in hidden:
        yield [sum(counts) if cell == at else 0 for cell in range(len(counts))]
