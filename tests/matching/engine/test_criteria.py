from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import criteria
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import RULES
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
    unknown = make_instance(1, 2, mentee_stages=[-1], mentor_stages=[0, -1])
    np.testing.assert_allclose(criteria.career(unknown), [[0.5, 0.5]])


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
    far = make_instance(1, 1, mentor_utc_offsets=[600])
    np.testing.assert_allclose(criteria.meeting(far), [[0.5]])  # two unknown regions are not one


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


def test_identity_is_the_share_of_dimensions_with_a_wish_met():
    instance = make_instance(
        2,
        3,
        identity_dimensions=[0, 0, 1],
        mentee_identity_wishes=[[True, True, True], [False, False, False]],
        mentor_identities=[[True, True, False], [False, False, True], [True, False, True]],
    )

    assert criteria.identity(instance).tolist() == [[0.5, 0.5, 1.0], [1.0, 1.0, 1.0]]


def test_three_shared_times_are_enough():
    instance = make_instance(
        3,
        2,
        mentee_times=[[True] * 5, [True, True, False, False, False], [False] * 5],
        mentor_times=[[True, True, True, True, False], [False, False, True, False, False]],
    )

    np.testing.assert_allclose(criteria.availability(instance), [[1, 1 / 3], [1, 0], [1, 1]])


def test_experience_counts_in_topics_asked_for_and_offered():
    instance = make_instance(
        1,
        3,
        mentee_topic_ranks=[[1, 3, 0]],
        mentor_topics=[[True, True, True], [True, False, True], [False, False, True]],
        mentor_topic_years=[[5, 20, 9], [10, 10, 9], [10, 10, 9]],
    )

    np.testing.assert_allclose(criteria.experience(instance), [[2.5 / 4, 3 / 4, 0]])


def test_wishes_count_half_for_each_side():
    instance = make_instance(
        2,
        3,
        mentee_wishes=[[True, False, False], [False, False, False]],
        mentor_wishes=[[True, False, False], [False, True, False]],
    )

    assert criteria.wishes(instance).tolist() == [[1.0, 0.0, 0.5], [0.5, 1.0, 1.0]]


@pytest.mark.parametrize("key", ["identity", "availability", "experience", "wishes"])
def test_a_criterion_nobody_asked_for_does_not_apply(key):
    [criterion] = [criterion for criterion in CRITERIA if criterion.key == key]

    assert not criterion.applies(make_instance())
    assert (criterion.score(make_instance(mentee_topic_ranks=[[0], [0]])) == 1).all()


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("wishes", {"mentee_wishes": [[True, False], [False, False]]}),
        ("wishes", {"mentor_wishes": [[True, False], [False, False]]}),
        ("availability", {"mentee_times": [[True], [False]], "mentor_times": [[False], [False]]}),
        ("experience", {"mentor_topic_years": [[0], [1]]}),
    ],
)
def test_a_criterion_one_person_asked_for_applies(key, changes):
    [criterion] = [criterion for criterion in CRITERIA if criterion.key == key]

    assert criterion.applies(make_instance(**changes))


def test_times_that_only_mentors_named_do_not_apply():
    [criterion] = [criterion for criterion in CRITERIA if criterion.key == "availability"]
    times = {"mentee_times": [[False], [False]], "mentor_times": [[True], [True]]}

    assert not criterion.applies(make_instance(**times))


@pytest.mark.parametrize(
    ("one", "of"),
    [
        *((criterion, criterion.score) for criterion in CRITERIA if criterion.fields),
        *((rule, rule.forbids) for rule in RULES if rule.fields),
    ],
    ids=lambda one: getattr(one, "key", ""),
)
@given(instance=instances(), data=st.data())
def test_what_is_worked_out_once_for_many_depends_on_its_fields_alone(one, of, instance, data):
    rows, columns = (
        np.array(data.draw(st.permutations(range(n))), dtype=int)
        for n in (instance.n_mentees, instance.n_mentors)
    )
    names = [f"{side}_{name}" for side in ("mentee", "mentor") for name in one.fields]
    kept = {name: getattr(instance, name) for name in names if hasattr(instance, name)}
    others = replace(instance.subset(rows, columns), **kept)

    np.testing.assert_array_equal(of(others), of(instance))


@given(instance=instances(6, 5), data=st.data())
def test_a_pair_is_scored_alike_with_few_others_around(instance, data):
    rows, columns = (
        np.array(data.draw(st.lists(st.integers(0, n - 1), unique=True) if n else st.just([])), int)
        for n in (instance.n_mentees, instance.n_mentors)
    )
    few = instance.subset(rows, columns)

    for criterion in CRITERIA:
        np.testing.assert_array_equal(
            criterion.score(few), criterion.score(instance)[np.ix_(rows, columns)]
        )
