from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import formats
from matching.engine.assignment import InfeasibleError, assign
from matching.engine.certificate import CertificateError, verify
from matching.engine.formats import FORMAT_TIERS, TooManyCirclesError, assign_formats, offers
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.brute_force import all_solutions, rank
from tests.matching.engine.factories import make_problem, problems

OBJECTIVES = (
    Objective(FORMAT_TIERS),
    Objective((Tier.SERVED, Tier.TOTAL)),
    Objective((Tier.LIKING, Tier.SERVED, Tier.LEXIMIN)),
    Objective((Tier.TOTAL,)),
)


@st.composite
def offered_problems(draw):
    problem = draw(problems(5, 2))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = random.integers(0, 4, (problem.n_mentors, 2))
    liking = random.integers(0, 3, (problem.n_mentees, 2))
    return offers(problem, places, liking, (1, 2), random.integers(0, 4, 2))


@settings(max_examples=150)
@given(offered=offered_problems(), objective=st.sampled_from(OBJECTIVES))
def test_circles_are_large_enough_or_empty_and_the_rest_is_best(offered, objective):
    found = assign_formats(offered, objective)

    allowed = (
        mate
        for mate in all_solutions(offered.problem.eligible, offered.problem.capacity)
        if all(
            load == 0 or load >= least
            for load, least in zip(
                np.bincount(mate[mate >= 0], minlength=len(offered.least)),
                offered.least,
                strict=True,
            )
        )
    )
    best = min(allowed, key=lambda mate: rank(offered.problem, objective, mate))
    np.testing.assert_array_equal(found.offer, best)
    verify(found.decided, objective, found.offer, found.best.certificate)


@settings(max_examples=100)
@given(problem=problems(5, 3), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_places_that_must_be_filled_are(problem, objective, data):
    must_fill = np.array([data.draw(st.integers(0, int(c))) for c in problem.capacity], dtype=int)
    problem = replace(problem, must_fill=must_fill)
    allowed = [
        mate
        for mate in all_solutions(problem.eligible, problem.capacity)
        if (np.bincount(mate[mate >= 0], minlength=problem.n_mentors) >= must_fill).all()
    ]
    if not allowed:
        with pytest.raises(InfeasibleError):
            assign(problem, objective)
        return

    found = assign(problem, objective)

    best = min(allowed, key=lambda mate: rank(problem, objective, mate))
    np.testing.assert_array_equal(found.mate, best)
    verify(problem, objective, found.mate, found.certificate)


def test_who_gets_no_pair_gets_the_circle():
    problem = make_problem([[90], [80], [70]], [0])

    found = assign_formats(
        offers(problem, np.array([[1, 5]]), np.array([[1, 2]] * 3), (1, 2), np.array([1, 2]))
    )

    assert sorted(found.format.tolist()) == [0, 1, 1]
    assert found.mentor.tolist() == [0, 0, 0]
    assert found.n_solves == 1


def test_a_circle_takes_somebody_from_a_pair_rather_than_leave_one_alone():
    problem = make_problem([[90], [80]], [0])

    found = assign_formats(
        offers(problem, np.array([[1, 5]]), np.array([[1, 2]] * 2), (1, 2), np.array([1, 2]))
    )

    assert found.format.tolist() == [1, 1]
    assert found.n_solves > 1


def test_an_empty_place_that_must_be_filled_is_noticed():
    problem = make_problem([[90], [80]], [2], must_fill=[1])
    found = assign(problem, Objective())

    with pytest.raises(CertificateError, match="must be filled"):
        verify(problem, Objective(), np.array([-1, -1]), found.certificate)


def test_too_many_circles_in_doubt_end_with_a_reason(monkeypatch):
    monkeypatch.setattr(formats, "MAX_SOLVES", 1)
    problem = make_problem([[90], [80]], [0])
    offered = offers(problem, np.array([[1, 5]]), np.array([[1, 2]] * 2), (1, 2), np.array([1, 2]))

    with pytest.raises(TooManyCirclesError, match="1 combinations"):
        assign_formats(offered)


@pytest.mark.parametrize(
    ("places", "liking", "least", "sentence"),
    [
        ([[1]], [[1, 2]], [1, 1], "places: must be integers"),
        ([[1, -1]], [[1, 2]], [1, 1], "places: must not be negative"),
        ([[1, 1]], [[1, 101]], [1, 1], "liking: must lie within"),
        ([[1, 1]], [[1, 2]], [1.5, 1.0], "least: must be integers"),
    ],
)
def test_a_wrong_argument_is_named(places, liking, least, sentence):
    problem = make_problem([[90]], [0])

    with pytest.raises(ValueError, match=sentence):
        offers(problem, np.array(places), np.array(liking), (1, 2), np.array(least))
