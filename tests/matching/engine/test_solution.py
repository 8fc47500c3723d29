import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.solution import match
from matching.engine.tiers import Objective, Tier
from matching.engine.unmatched import Reason
from tests.matching.engine.brute_force import all_solutions, value_of
from tests.matching.engine.factories import instances, make_instance, random_instance


@settings(max_examples=300)
@given(instance=instances())
def test_most_are_served_and_then_points_are_highest(instance):
    result = match(instance, DEFAULT_IMPORTANCES, Objective((Tier.SERVED, Tier.TOTAL)))
    best = max(
        (int((mate >= 0).sum()), value_of(result.points, mate))
        for mate in all_solutions(result.eligible, instance.capacity)
    )

    assert (len(result.pairs), sum(int(result.points[pair]) for pair in result.pairs)) == best


@given(instance=instances())
def test_rules_and_capacity_are_kept(instance):
    result = match(instance, DEFAULT_IMPORTANCES)

    assert all(result.eligible[pair] for pair in result.pairs)
    assert (result.free_places >= 0).all()
    taken = np.bincount([j for _, j in result.pairs], minlength=instance.n_mentors)
    np.testing.assert_array_equal(taken + result.free_places, instance.capacity)
    mentees = [i for i, _ in result.pairs] + [one.mentee for one in result.unmatched]
    assert sorted(mentees) == list(range(instance.n_mentees))


@given(instance=instances())
def test_a_breakdown_adds_up_to_the_points_of_its_pair(instance):
    result = match(instance, DEFAULT_IMPORTANCES)

    for at, pair in enumerate(result.pairs):
        breakdown = result.breakdown(at)
        assert list(breakdown) == [criterion.key for criterion in CRITERIA]
        assert sum(breakdown.values()) == result.points[pair]


@pytest.mark.parametrize("importances", [DEFAULT_IMPORTANCES, {"career": 1}, {}])
@settings(max_examples=60)
@given(instance=instances(8, 6), data=st.data())
def test_the_order_of_rows_changes_nothing(importances, instance, data):
    rows = np.array(data.draw(st.permutations(range(instance.n_mentees))), dtype=int)
    columns = np.array(data.draw(st.permutations(range(instance.n_mentors))), dtype=int)

    assert ids_of(instance.subset(rows, columns), importances) == ids_of(instance, importances)


def test_the_order_of_rows_changes_nothing_among_many_equals():
    instance = make_instance(40, 30, capacity=np.full(30, 2))
    rows, columns = np.arange(40)[::-1], np.arange(30)[::-1]

    assert ids_of(instance.subset(rows, columns), {}) == ids_of(instance, {})


def test_another_salt_is_another_lottery():
    drawn = {frozenset(ids_of(make_instance(6, 6, salt=f"{n}"), {})) for n in range(5)}

    assert len(drawn) > 1


def test_all_weights_zero_still_serves_everyone():
    result = match(make_instance(3, 3), {})

    assert len(result.pairs) == 3
    assert not result.points.any()


def test_huge_capacities_are_harmless():
    result = match(make_instance(3, 1, capacity=[2**62]), DEFAULT_IMPORTANCES)

    assert len(result.pairs) == 3


def test_no_mentors_is_a_reason():
    [one] = match(make_instance(1, 0), DEFAULT_IMPORTANCES).unmatched

    assert one.reason == Reason.NO_MENTORS
    assert one.sentence == "No mentor offers a place in this cohort."


def test_mentors_without_places_are_no_mentors():
    [one] = match(make_instance(1, 2, capacity=[0, 0]), DEFAULT_IMPORTANCES).unmatched

    assert one.reason == Reason.NO_MENTORS


def test_rules_that_leave_nobody_are_counted():
    instance = make_instance(
        1,
        3,
        mentee_languages=[[True, False]],
        mentor_languages=[[False, True], [False, True], [True, True]],
        conflicts=[[True, False, True]],
    )

    [one] = match(instance, DEFAULT_IMPORTANCES).unmatched

    assert one.reason == Reason.NOBODY_ELIGIBLE
    assert one.excluded_by == {"conflict": 2, "no_common_language": 2}
    assert one.regained == {"conflict": 1, "no_common_language": 1}
    assert one.sentence == (
        "The rules exclude all 3 mentors with a place: "
        "named conflict (2) and no language in common (2). Lifting one rule alone would give back: "
        "named conflict (1) and no language in common (1)."
    )


def test_rules_that_only_together_leave_nobody_are_said_so():
    instance = make_instance(1, 1, mentee_languages=[[False]], conflicts=[[True]])

    [one] = match(instance, DEFAULT_IMPORTANCES).unmatched

    assert one.regained == {}
    assert one.sentence == (
        "The rules exclude the only mentor with a place: named conflict (1) and no language in "
        "common (1). Lifting one rule alone would give nobody back."
    )


def test_a_requirement_is_a_rule_with_a_reason():
    instance = make_instance(1, 1, mentor_topics=[[False]])

    [one] = match(instance, DEFAULT_IMPORTANCES, required=["topics"]).unmatched

    assert one.excluded_by == {"required_topics": 1}
    assert one.sentence == (
        "The rules exclude the only mentor with a place: topics covered, which is required (1)."
    )


def test_a_shortage_of_places_is_a_reason():
    result = match(make_instance(2, 1), DEFAULT_IMPORTANCES)
    [one] = result.unmatched

    assert one.reason == Reason.ALL_FULL
    [shortage] = result.shortages
    assert (shortage.mentees, shortage.mentors) == ((0, 1), (0,))
    assert one.sentence == "Could be paired with one mentor, but every place there is taken."


def test_stages_are_timed():
    seconds = match(random_instance(1, 5, 5), DEFAULT_IMPORTANCES).seconds

    assert list(seconds) == ["scoring", "solving", "proving", "explaining"]
    assert all(value >= 0 for value in seconds.values())


def ids_of(instance, importances):
    return {
        (instance.mentee_ids[i], instance.mentor_ids[j])
        for i, j in match(instance, importances).pairs
    }
