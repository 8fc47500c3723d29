"""Lists of pairs say what the matrix of the same pairs says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.pairs import PairList, any_of, block, contains, listed, matrix
from tests.matching.engine.factories import make_instance, random_instance

SHAPES = st.tuples(st.integers(0, 6), st.integers(0, 6))


@given(shape=SHAPES, data=st.data())
def test_a_list_and_a_matrix_of_the_same_pairs_agree(shape, data):
    size = shape[0] * shape[1]
    flags = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    whole = np.array(flags, dtype=bool).reshape(shape)
    pairs = PairList.of(shape, *np.nonzero(whole))
    rows, columns = np.indices(shape).reshape(2, -1)

    np.testing.assert_array_equal(matrix(pairs), whole)
    np.testing.assert_array_equal(contains(pairs, rows, columns), contains(whole, rows, columns))
    np.testing.assert_array_equal(listed(pairs), listed(whole))
    assert any_of(pairs) == any_of(whole)
    some = np.arange(shape[0])[::-2], np.arange(shape[1])[1:]
    np.testing.assert_array_equal(block(pairs, *some), block(whole, *some))


def test_pairs_may_come_in_any_order_and_twice():
    pairs = PairList.of((3, 4), np.array([2, 0, 2]), np.array([1, 3, 1]))

    assert [one.tolist() for one in listed(pairs)] == [[0, 2], [3, 1]]


@pytest.mark.parametrize(("row", "column"), [(3, 0), (-1, 0), (0, 4), (0, -1)])
def test_a_row_that_does_not_exist_is_refused(row, column):
    side = "mentee" if column == 0 else "mentor"

    with pytest.raises(ValueError, match=f"pairs: name a {side} row that does not exist"):
        PairList.of((3, 4), np.array([row]), np.array([column]))


def test_one_entry_for_all_pairs_is_not_written_out():
    nobody = np.broadcast_to(np.zeros((), dtype=bool), (10**6, 10**6))

    assert not any_of(nobody)
    assert [len(one) for one in listed(nobody)] == [0, 0]


def test_a_part_of_an_instance_has_its_pairs_as_matrices():
    whole = random_instance(3, 6, 5)
    pairs = PairList.of((6, 5), *np.nonzero(whole.conflicts))
    instance = make_instance(6, 5, conflicts=pairs)

    part = instance.subset(np.array([4, 1]), np.array([0, 3]))

    np.testing.assert_array_equal(part.conflicts, whole.conflicts[np.ix_([4, 1], [0, 3])])


def test_a_list_for_another_cohort_is_refused():
    nobody = PairList((3, 3), np.zeros(0, dtype=np.int64))

    with pytest.raises(ValueError, match=r"^conflicts: shape must be \(2, 2\), not \(3, 3\)$"):
        make_instance(2, 2, conflicts=nobody)
