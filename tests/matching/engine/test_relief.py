from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.relief import Relief, smallest_relief

KEYS = ("a", "b", "c")


def masks_of(*rows):
    return {key: np.array([row], dtype=bool) for key, row in zip(KEYS, rows, strict=True)}


def test_the_fewest_rules_come_first_then_a_free_place():
    masks = masks_of([1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1])

    relief = smallest_relief(masks, 0, np.array([1, 1, 1, 1]), np.array([1, 0, 1, 0]))

    # Rule a alone brings mentor 1, b alone mentor 2, c alone mentor 3; only mentor 2 is free.
    assert relief == Relief(("b",), (2,), 1)


def test_among_as_few_rules_most_mentors_come_first_then_the_order_of_the_masks():
    places = np.array([1, 1, 1])

    for rows, relief in (
        # Rule a brings one mentor and b brings two; then each brings one.
        (([1, 0, 0], [0, 1, 1], [0, 0, 0]), Relief(("b",), (1, 2), 0)),
        (([0, 0, 1], [1, 0, 0], [0, 1, 0]), Relief(("a",), (2,), 0)),
    ):
        assert smallest_relief(masks_of(*rows), 0, places, places * 0) == relief


def test_a_rule_nobody_can_change_may_be_one_that_does_not_apply():
    places = np.array([1])

    relief = smallest_relief(masks_of([1], [0], [0]), 0, places, places, ("z",))

    assert relief == Relief(("a",), (0,), 1)


def test_nothing_is_said_where_somebody_is_eligible_or_nothing_helps():
    places = np.array([1, 1])

    assert smallest_relief(masks_of([0, 1], [0, 0], [0, 0]), 0, places, places) is None
    assert smallest_relief(masks_of([1, 1], [0, 0], [0, 0]), 0, places, places, ("a",)) is None
    assert smallest_relief(masks_of([1, 1], [0, 0], [0, 0]), 0, places * 0, places) is None


@given(data=st.data())
def test_no_smaller_set_of_rules_would_bring_anybody(data):
    n = data.draw(st.integers(1, 5))
    rows = [[data.draw(st.booleans()) for _ in range(n)] for _ in KEYS]
    capacity = np.array([data.draw(st.integers(0, 2)) for _ in range(n)])
    fixed = ("a",) if data.draw(st.booleans()) else ()

    relief = smallest_relief(masks_of(*rows), 0, capacity, capacity, fixed)

    def brought(lifted):
        return {
            j
            for j in range(n)
            if capacity[j]
            and not any(row[j] for key, row in zip(KEYS, rows, strict=True) if key not in lifted)
        }

    changeable = [key for key in KEYS if key not in fixed]
    helping = [
        set(lifted)
        for size in range(len(changeable) + 1)
        for lifted in combinations(changeable, size)
        if brought(lifted)
    ]
    if not helping or helping[0] == set():
        assert relief is None
    else:
        assert len(relief.rules) == len(helping[0])
        assert set(relief.mentors) == brought(relief.rules)
