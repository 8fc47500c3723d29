import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.figures import SMALLEST_COUNT, fairness_figures, potential
from tests.matching.engine.factories import make_problem


def cohort(sizes, n_unserved):
    """Groups of these sizes, of which so many each are left out; every pair has 50 points."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    mate = np.zeros(len(groups), dtype=np.int64)
    for code, left_out in enumerate(n_unserved):
        mate[np.flatnonzero(groups == code)[:left_out]] = -1
    problem = make_problem([[50]] * len(groups), [len(groups)])
    return problem, mate, groups


def told(sizes, n_unserved):
    problem, mate, groups = cohort(sizes, n_unserved)
    figures = fairness_figures(problem, mate, groups)
    return [None if one is None else one.n_mentees for one in figures.groups.values()]


@pytest.mark.parametrize(
    ("sizes", "n_unserved", "shown"),
    [
        ([10, 20], [0, 0], [10, 20]),
        ([10, 20], [5, 10], [10, 20]),
        ([3, 10, 20], [0, 0, 0], [None, None, 20]),
        ([3, 4, 20], [0, 0, 0], [None, None, 20]),
        ([2, 2, 20, 30], [0, 0, 0, 0], [None, None, None, 30]),
        ([10, 20, 30], [4, 0, 10], [None, None, None]),
        ([10, 20, 30], [4, 5, 10], [None, None, 30]),
        ([3], [0], [None]),
    ],
)
def test_small_groups_and_those_that_would_give_them_away_are_suppressed(sizes, n_unserved, shown):
    assert told(sizes, n_unserved) == shown


@settings(max_examples=300)
@given(groups=st.lists(st.tuples(st.integers(1, 14), st.integers(0, 14)), min_size=1, max_size=6))
def test_nothing_small_follows_by_subtraction(groups):
    sizes = [size for size, _ in groups]
    n_unserved = [min(size, left_out) for size, left_out in groups]
    problem, mate, codes = cohort(sizes, n_unserved)

    figures = fairness_figures(problem, mate, codes)

    shown = [one for one in figures.groups.values() if one is not None]
    if figures.everybody is None:
        assert not shown
        return
    rests = [figures.everybody, *shown]
    hidden = (
        figures.everybody.n_mentees - sum(one.n_mentees for one in shown),
        figures.everybody.n_served - sum(one.n_served for one in shown),
    )
    counts = [(one.n_mentees, one.n_served) for one in rests] + [hidden]
    for n_mentees, n_served in counts:
        for count in (n_mentees, n_served, n_mentees - n_served):
            assert count == 0 or count >= SMALLEST_COUNT
    assert len(figures.groups) - len(shown) != 1 or len(figures.groups) == 1


def test_points_are_means_over_the_served():
    problem, mate, groups = cohort([10, 20], [5, 0])

    figures = fairness_figures(problem, mate, groups)

    assert figures.groups[0].mean_points == 50.0
    assert (figures.everybody.n_mentees, figures.everybody.n_served) == (30, 25)


def test_potential_compares_the_left_out_with_the_served():
    problem = make_problem([[50, 90]] * 5 + [[20, -1]] * 5, [5, 1])
    mate = np.array([0] * 5 + [-1] * 5)

    found = potential(problem, mate)

    assert (found.served, found.left_out) == (90.0, 20.0)


def test_a_mentor_without_places_is_nobodys_potential():
    problem = make_problem([[50, 90, 70]] * 5, [5, 0, 1], pool=[-1, -1, 0], pool_capacity=[0])

    assert potential(problem, np.zeros(5, dtype=np.int64)).served == 50.0


@pytest.mark.parametrize(("n_served", "n_left_out"), [(5, 4), (4, 5)])
def test_potential_of_few_is_not_told(n_served, n_left_out):
    problem = make_problem([[50]] * 9, [9])
    mate = np.array([0] * n_served + [-1] * n_left_out)

    found = potential(problem, mate)

    assert found.served == (50.0 if n_served == 5 else None)
    assert found.left_out == (50.0 if n_left_out == 5 else None)


def test_groups_of_another_shape_are_refused():
    problem, mate, _ = cohort([2], [0])

    with pytest.raises(ValueError, match=r"^groups: shape must be \(2,\)"):
        fairness_figures(problem, mate, np.zeros(3, dtype=np.int64))
