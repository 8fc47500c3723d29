import numpy as np
import pytest
from hypothesis import given

from matching.engine import criteria
from matching.engine.criteria import CRITERIA
from tests.matching.engine.factories import instances, make_instance


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.key)
@given(instance=instances())
def test_scores_lie_within_0_and_1(criterion, instance):
    score = criterion.score(instance)

    assert score.shape == (instance.n_mentees, instance.n_mentors)
    assert ((score >= 0) & (score <= 1)).all()


def test_every_criterion_has_a_key_of_its_own():
    assert len({criterion.key for criterion in CRITERIA}) == len(CRITERIA)


def test_the_topic_wanted_most_counts_most():
    instance = make_instance(
        3,
        4,
        mentee_topic_ranks=[[1, 2, 3], [0, 0, 1], [0, 0, 0]],
        mentor_topics=np.array([[1, 1, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]], dtype=bool),
    )

    np.testing.assert_allclose(
        criteria.topics(instance), [[1, 3 / 6, 1 / 6, 0], [1, 0, 1, 0], [1, 1, 1, 1]]
    )


def test_two_career_stages_ahead_is_best():
    instance = make_instance(
        1, 7, mentee_stages=[1], mentor_stages=[0, 1, 2, 3, 4, 9, -1], capacity=np.ones(7, int)
    )

    np.testing.assert_allclose(criteria.career(instance), [[0, 0.25, 0.75, 1, 0.75, 0.5, 0.5]])


def test_library_type_is_the_share_of_the_mentees_types():
    instance = make_instance(
        2,
        2,
        mentee_library_types=[[True, True], [False, False]],
        mentor_library_types=[[True, False], [False, False]],
    )

    np.testing.assert_allclose(criteria.library_type(instance), [[0.5, 0], [1, 1]])


def test_meeting_is_half_ways_and_half_nearness():
    instance = make_instance(
        1,
        4,
        way_needs_same_place=[True, False],
        mentee_ways=[[True, True]],
        mentor_ways=[[True, True]] * 4,
        mentee_regions=[1],
        mentor_regions=[1, 2, 2, -1],
        mentor_utc_offsets=[600, 0, 240, 600],
    )

    np.testing.assert_allclose(criteria.meeting(instance), [[1, 0.75, 0.5, 0.25]])


def test_formats_and_languages_are_shares_of_what_the_mentee_named():
    instance = make_instance(
        1,
        1,
        mentee_formats=[[True, True]],
        mentor_formats=[[True, False]],
        mentee_languages=[[True, True, True, True]],
        mentor_languages=[[True, False, False, False]],
    )

    assert criteria.formats(instance).tolist() == [[0.5]]
    assert criteria.languages(instance).tolist() == [[0.25]]
