import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.eligibility import RULES, eligible_pairs, rule_masks, rules_excluding
from matching.engine.tables import Tables
from tests.matching.engine.factories import instances, make_instance

SHARED_NOTHING = {
    "no_common_format": ("formats", [[True, False]], [[False, True]]),
    "no_common_language": ("languages", [[True, False]], [[False, True]]),
    "no_way_to_meet": ("ways", [[True, False]], [[False, True]]),
}


def excluding(**changes):
    return [rule.key for rule in rules_excluding(make_instance(1, 1, **changes), 0, 0)]


def test_everybody_fits_everybody_unless_a_rule_forbids():
    assert eligible_pairs(Tables(make_instance(2, 3))).all()


@pytest.mark.parametrize("key", SHARED_NOTHING)
def test_two_people_who_share_nothing_are_excluded(key):
    what, mentee, mentor = SHARED_NOTHING[key]
    changes = {f"mentee_{what}": mentee, f"mentor_{what}": mentor}
    if what == "ways":
        changes["way_needs_same_place"] = [False, False]

    assert excluding(**changes) == [key]


def test_nobody_is_their_own_mentor():
    assert excluding(mentee_persons=[7], mentor_persons=[7]) == ["same_person"]


def test_colleagues_are_excluded_unless_the_program_allows_them():
    same = {"mentee_employers": [4], "mentor_employers": [4]}

    assert excluding(**same) == ["same_employer"]
    assert excluding(**same, same_employer_allowed=True) == []


def test_two_unknown_employers_are_not_the_same():
    assert excluding(mentee_employers=[-1], mentor_employers=[-1]) == []


def test_a_conflict_excludes():
    assert excluding(conflicts=[[True]]) == ["conflict"]


def test_an_earlier_pair_is_excluded():
    assert excluding(earlier_partners=[[True]]) == ["earlier_partner"]


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_who_does_not_meet_the_conditions_is_excluded(side):
    assert excluding(**{f"{side}_admitted": [False]}) == ["not_admitted"]


@pytest.mark.parametrize(
    ("mentee", "mentor", "keys"),
    [(1, 2, []), (1, 1, ["career_order"]), (2, 1, ["career_order"]), (-1, 0, []), (0, -1, [])],
)
def test_the_mentor_is_ahead_where_the_program_asks_for_it(mentee, mentor, keys):
    stages = {"mentee_stages": [mentee], "mentor_stages": [mentor]}

    assert excluding(**stages, career_order_required=True) == keys
    assert excluding(**stages) == []


@pytest.mark.parametrize(
    ("mentee_region", "mentor_region", "keys"),
    [(1, 1, []), (1, 2, ["no_way_to_meet"]), (-1, -1, ["no_way_to_meet"])],
)
def test_meeting_in_person_takes_one_known_region(mentee_region, mentor_region, keys):
    found = excluding(
        way_needs_same_place=[True],
        mentee_regions=[mentee_region],
        mentor_regions=[mentor_region],
    )

    assert found == keys


@given(instances(), st.data())
def test_every_excluded_pair_knows_its_rules(instance, data):
    eligible, masks = eligible_pairs(Tables(instance)), rule_masks(instance)
    if eligible.size == 0:
        return
    i = data.draw(st.integers(0, instance.n_mentees - 1))
    j = data.draw(st.integers(0, instance.n_mentors - 1))

    keys = {rule.key for rule in rules_excluding(instance, i, j)}

    assert keys == {key for key, mask in masks.items() if mask[i, j]}
    assert bool(keys) == (not eligible[i, j])


def test_every_rule_has_a_key_of_its_own():
    assert len({rule.key for rule in RULES}) == len(RULES)


@given(instances())
def test_masks_have_one_entry_per_pair(instance):
    for mask in rule_masks(instance).values():
        assert mask.shape == (instance.n_mentees, instance.n_mentors)
        assert mask.dtype == np.bool_
