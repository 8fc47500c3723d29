import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import circles
from matching.engine.circles import mend
from matching.engine.edges import EdgeFace, edge_prices, own_edge_cost, solve_edges
from matching.engine.face import Costs, NotOptimalError
from tests.matching.engine.factories import problems


def face_of(problem, kept):
    rows, columns = np.nonzero(problem.eligible & kept)
    return EdgeFace(
        rows,
        columns,
        np.ones(problem.n_mentees, dtype=bool),
        np.zeros(problem.n_mentors, dtype=np.int64),
        np.minimum(problem.capacity, problem.n_mentees),
    )


def costs_of(problem, face, place):
    return Costs(
        (100 - problem.points[face.rows, face.columns]) ** 2,
        np.full(problem.n_mentees, 50_000),
        np.array(place),
    )


def total(problem, face, costs, mate):
    nth = np.arange(problem.n_mentees + 1)
    load = np.bincount(mate[mate >= 0], minlength=problem.n_mentors)
    place = costs.place[np.minimum(nth, len(costs.place) - 1)]
    chosen = mate[face.rows] == face.columns
    return (
        costs.pair[chosen].sum()
        + costs.unmatched[mate < 0].sum()
        + sum(place[:n].sum() for n in load)
    )


@settings(max_examples=300)
@given(problem=problems(12, 9), place=st.sampled_from([[0], [0, 30, 900]]), data=st.data())
def test_a_mended_solution_is_as_good_as_a_new_one(problem, place, data):
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    fewer = face_of(problem, random.random(problem.eligible.shape) < 0.5)
    before = solve_edges(fewer, costs_of(problem, fewer, place))
    guide = edge_prices(fewer, costs_of(problem, fewer, place), before)
    face = face_of(problem, True)
    costs = costs_of(problem, face, place)

    mate, found = mend(face, costs, before, guide.place)

    assert (np.bincount(mate[mate >= 0], minlength=problem.n_mentors) <= problem.capacity).all()
    best = solve_edges(face, costs)
    assert total(problem, face, costs, mate) == total(problem, face, costs, best)
    np.testing.assert_array_equal(
        found.mentee, own_edge_cost(face, costs, mate) + np.append(found.place, 0)[mate]
    )
    edge_prices(face, costs, mate)


def test_a_solution_that_takes_too_long_to_mend_is_given_up(monkeypatch):
    monkeypatch.setattr(circles, "MAX_ROUNDS", 0)
    face = EdgeFace(
        np.array([0]), np.array([0]), np.ones(1, bool), np.zeros(1, int), np.ones(1, int)
    )
    costs = Costs(np.array([1]), np.array([5]), np.zeros(1, int))
    nobody = np.array([-1])

    assert (
        mend(
            face,
            costs,
            nobody,
            edge_prices(face.part(np.array([False])), costs_without(costs), nobody).place,
        )
        is None
    )


def costs_without(costs):
    return Costs(costs.pair[:0], costs.unmatched, costs.place)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([-1, 0, 1], [False] * 3),
        ([1, 0, 1], [True, True, False]),
        ([2, -1, 0], [True, False, True]),
    ],
)
def test_circles_are_found(before, expected):
    assert circles._on_circles(np.array(before)).tolist() == expected


def any_solution(problem, random):
    """Mentees in a random order, each with a random mentor who has a place, or with none."""
    mate, left = np.full(problem.n_mentees, -1), problem.capacity.copy()
    for i in random.permutation(problem.n_mentees):
        open_to = [-1, *np.flatnonzero(problem.eligible[i] & (left > 0))]
        mate[i] = random.choice(open_to)
        if mate[i] >= 0:
            left[mate[i]] -= 1
    return mate


@settings(max_examples=200)
@given(problem=problems(6, 5), place=st.sampled_from([[0], [0, 30, 900]]), data=st.data())
def test_only_a_best_solution_has_prices(problem, place, data):
    face = face_of(problem, True)
    costs = costs_of(problem, face, place)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    mate = any_solution(problem, random)

    best = total(problem, face, costs, solve_edges(face, costs))
    if total(problem, face, costs, mate) == best:
        edge_prices(face, costs, mate)
    else:
        with pytest.raises(NotOptimalError):
            edge_prices(face, costs, mate)


def test_a_pair_that_is_not_on_the_face_is_refused():
    face = EdgeFace(
        np.array([0]), np.array([0]), np.ones(1, bool), np.zeros(2, int), np.ones(2, int)
    )
    costs = Costs(np.array([1]), np.array([5]), np.zeros(1, int))

    with pytest.raises(ValueError, match="not on the face"):
        edge_prices(face, costs, np.array([1]))
