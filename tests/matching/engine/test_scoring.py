import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.scoring import (
    applicable,
    criterion_maxima,
    criterion_points,
    largest_remainder,
    requirement_masks,
    scores,
    shared_out,
)
from matching.engine.tables import Tables
from tests.matching.engine.factories import instances, make_instance

IMPORTANCES = st.fixed_dictionaries({criterion.key: st.integers(0, 10) for criterion in CRITERIA})


@given(importances=IMPORTANCES)
def test_maxima_sum_to_100_unless_nothing_counts(importances):
    maxima = criterion_maxima(importances)

    assert sum(maxima.values()) == (100 if any(importances.values()) else 0)
    for key, importance in importances.items():
        assert importance > 0 or maxima[key] == 0


@given(weights=st.lists(st.integers(0, 1000), min_size=1), total=st.integers(0, 1000))
def test_shares_are_within_one_of_the_exact_ones(weights, total):
    shares = largest_remainder(weights, total)

    if sum(weights):
        assert sum(shares) == total
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share * sum(weights) - weight * total) < sum(weights)
    else:
        assert not any(shares)


@given(instance=instances(8, 8), importances=IMPORTANCES)
def test_contributions_stay_within_their_maximum_and_add_up(instance, importances):
    maxima = criterion_maxima(importances)

    found = scores(Tables(instance), maxima)

    points = found.points()
    assert list(found.parts) == [criterion.key for criterion in CRITERIA]
    assert points.shape == (instance.n_mentees, instance.n_mentors)
    assert ((points >= 0) & (points <= 100)).all()
    rows, columns = (at.reshape(-1) for at in np.indices(points.shape))
    contributed = found.contributions(rows, columns)
    assert (contributed >= 0).all()
    assert (contributed <= list(maxima.values())).all()
    np.testing.assert_array_equal(contributed.sum(axis=1), points[rows, columns])


@given(instance=instances(8, 8), importances=IMPORTANCES)
def test_each_criterion_contributes_what_it_would_alone(instance, importances):
    maxima = criterion_maxima(importances)
    rows, columns = (at.reshape(-1) for at in np.indices((instance.n_mentees, instance.n_mentors)))

    contributed = scores(Tables(instance), maxima).contributions(rows, columns)

    for k, criterion in enumerate(CRITERIA):
        alone = criterion_points(criterion, instance, maxima[criterion.key])
        np.testing.assert_array_equal(contributed[:, k], alone[rows, columns])
        rounded = np.floor(criterion.score(instance) * maxima[criterion.key] + 0.5)
        assert criterion.parts or (alone == rounded).all()


@pytest.mark.parametrize(
    ("importances", "sentence"),
    [
        ({"luck": 3}, "no such criterion: luck"),
        ({"topics": 11}, "within 0 and 10, not 11"),
        ({"topics": -1}, "within 0 and 10, not -1"),
        ({"topics": 2.5}, "whole number, not 2.5"),
        ({"topics": True}, "whole number, not True"),
    ],
)
def test_a_wrong_importance_is_named(importances, sentence):
    with pytest.raises(ValueError, match=f"^importances: .*{sentence}"):
        criterion_maxima(importances)


def test_one_criterion_alone_gets_all_points():
    assert criterion_maxima({"career": 1})["career"] == 100


def test_defaults_give_goals_the_most():
    maxima = criterion_maxima(DEFAULT_IMPORTANCES)

    assert max(maxima, key=maxima.__getitem__) == "topics"


def test_what_nobody_asked_for_dilutes_nothing():
    asked = applicable(make_instance(), {"topics": 3, "wishes": 5, "identity": 5})

    assert asked == {"topics": 3, "wishes": 0, "identity": 0}


def test_a_required_criterion_forbids_what_does_not_meet_it_at_all():
    instance = make_instance(
        1, 2, mentee_topic_ranks=[[1, 2]], mentor_topics=[[False, False], [False, True]]
    )

    masks = requirement_masks(instance, ["topics"])

    assert {key: mask.tolist() for key, mask in masks.items()} == {
        "required_topics": [[True, False]]
    }


def test_a_requirement_that_is_no_criterion_is_named():
    with pytest.raises(ValueError, match=r"^required: no such criterion: luck"):
        requirement_masks(make_instance(), ["luck"])


@given(
    weights=st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=6),
    total=st.integers(0, 100),
)
def test_rows_are_shared_out_like_a_single_list(weights, total):
    found = shared_out(np.array(weights), total)

    assert found.tolist() == [largest_remainder(row, total) for row in weights]


@pytest.mark.parametrize(
    "criterion", [one for one in CRITERIA if one.parts], ids=lambda criterion: criterion.key
)
@given(instance=instances(), maximum=st.integers(0, 100))
def test_points_of_a_share_are_within_one_for_each_thing(criterion, instance, maximum):
    points = criterion_points(criterion, instance, maximum)
    parts = criterion.parts(instance)

    assert ((points >= 0) & (points <= maximum)).all()
    assert (np.abs(points - criterion.score(instance) * maximum) < parts.offered.shape[1]).all()
    assert (points[criterion.score(instance) == 1] == maximum).all()
