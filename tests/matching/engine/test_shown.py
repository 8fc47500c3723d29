"""What is shown of a run tells nothing of private answers but the pairs they led to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.face import whole_problem
from matching.engine.forced import assign_with
from matching.engine.problem import UNMATCHED
from matching.engine.shown import next_best, private_points_missed, shown
from matching.engine.solution import match
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from tests.matching.engine.factories import instances, make_instance

GOALS = [
    Objective((Tier.SERVED, Tier.TOTAL)),
    Objective((Tier.SERVED, Tier.PRIORITY, Tier.SHORTFALL, Tier.TOTAL), spread_price=400),
    Objective((Tier.TOTAL, Tier.SPREAD, Tier.SERVED)),
]
# So much that it often changes who is paired with whom.
IMPORTANCES = DEFAULT_IMPORTANCES | {"identity": 10}


def seen_of(instance, objective):
    matching = match(instance, IMPORTANCES, objective)
    missed = private_points_missed(instance, matching.maxima)
    return matching, shown(matching, missed)


def without_wishes(instance):
    return replace(instance, mentee_identity_wishes=np.zeros_like(instance.mentee_identity_wishes))


@given(instance=instances(), objective=st.sampled_from(GOALS))
def test_what_is_shown_is_that_of_a_cohort_without_wishes(instance, objective):
    _, seen = seen_of(instance, objective)
    nobody_wished = match(without_wishes(instance), IMPORTANCES, objective)

    assert seen.problem.digest() == nobody_wished.problem.digest()
    assert seen.best.tolist() == nobody_wished.mate.tolist()


@given(instance=instances(), objective=st.sampled_from(GOALS), data=st.data())
def test_other_private_answers_with_the_same_pairs_show_the_same(instance, objective, data):
    shape = instance.mentee_identity_wishes.shape
    other = replace(
        instance,
        mentee_identity_wishes=np.array(
            data.draw(
                st.lists(st.booleans(), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1])
            ),
            dtype=bool,
        ).reshape(shape),
    )
    matching, seen = seen_of(instance, objective)
    other_matching, other_seen = seen_of(other, objective)
    assume(matching.pairs == other_matching.pairs)

    assert next_best(seen, 3) == next_best(other_seen, 3)
    assert seen.problem.digest() == other_seen.problem.digest()
    assert matching.maxima == other_matching.maxima


@given(instance=instances(), objective=st.sampled_from(GOALS))
def test_other_mentors_cost_exactly_what_the_best_choice_around_them_loses(instance, objective):
    _, seen = seen_of(instance, objective)

    for i, others in next_best(seen, 3):
        for other in others:
            forced = assign_with(seen.problem, objective, i, other.mentor).mate
            everyone = whole_problem(seen.problem)
            costs = {tier: tier_costs(seen.problem, objective, tier, 0) for tier in objective.tiers}
            lost = {
                tier: cost_of(everyone, costs[tier], forced)
                - cost_of(everyone, costs[tier], seen.mate)
                for tier in objective.tiers
            }
            assert other.losses == lost


@given(instance=instances(), objective=st.sampled_from(GOALS))
def test_whoever_moves_leads_from_the_chosen_pairs_to_that_cost(instance, objective):
    _, seen = seen_of(instance, objective)

    for i, others in next_best(seen, 3):
        for other in others:
            everyone = whole_problem(seen.problem)
            costs = {tier: tier_costs(seen.problem, objective, tier, 0) for tier in objective.tiers}
            after = seen.mate.copy()
            after[i] = other.mentor
            for move in other.moves:
                assert seen.mate[move.mentee] == move.from_mentor != move.to_mentor
                after[move.mentee] = move.to_mentor
            lost = {
                tier: cost_of(everyone, costs[tier], after)
                - cost_of(everyone, costs[tier], seen.mate)
                for tier in objective.tiers
            }
            assert (len({move.mentee for move in other.moves}), lost) == (
                len(other.moves),
                other.losses,
            )


@given(instance=instances(), objective=st.sampled_from(GOALS))
def test_nobody_is_offered_their_own_mentor_or_one_twice(instance, objective):
    _, seen = seen_of(instance, objective)

    for i, others in next_best(seen, 3):
        mentors = [other.mentor for other in others]
        n_possible = int((seen.problem.eligible[i] & (seen.problem.capacity > 0)).sum())
        has_mentor = int(seen.mate[i] != UNMATCHED)
        assert seen.mate[i] not in mentors
        assert UNMATCHED not in mentors
        assert len(set(mentors)) == len(mentors) == min(3, n_possible - has_mentor)


def test_a_wish_decides_and_is_not_seen():
    """Ana wishes; of two mentors that are alike, only the second shares what she wished for."""
    instance = make_instance(
        1,
        2,
        mentee_identity_wishes=[[True]],
        mentor_identities=[[False], [True]],
        identity_dimensions=[0],
    )

    matching, seen = seen_of(instance, GOALS[0])

    assert matching.mate.tolist() == [1]
    assert np.diff(matching.points[0]).tolist() == [matching.maxima["identity"]]
    assert np.diff(seen.problem.points[0]).tolist() == [0]
    [(_, [other])] = next_best(seen, 3)
    assert other.losses == {Tier.SERVED: 0, Tier.TOTAL: 0}
