import numpy as np
from hypothesis import given, settings

from matching.engine.assignment import assign
from matching.engine.shortage import shortages
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.brute_force import solutions_of
from tests.matching.engine.factories import any_problems, make_problem, with_one_more_place


@settings(max_examples=200)
@given(problem=any_problems(6, 4))
def test_shortages_account_for_everyone_unmatched(problem):
    mate = assign(problem, Objective()).mate

    found = shortages(problem, mate)

    unmatched = set(np.flatnonzero(mate < 0).tolist())
    assert sum(one.n_unserved for one in found) == len(unmatched)
    assert unmatched <= {i for one in found for i in one.mentees}
    for one in found:
        assert one.n_unserved == len(one.mentees) - one.n_places > 0
        # Closed: nobody of the group has another mentor with a place.
        shared = np.append(problem.pool_capacity, 1)[problem.pool]
        reach = problem.eligible[list(one.mentees)].any(axis=0) & (problem.capacity > 0)
        reach &= shared > 0
        assert set(np.flatnonzero(reach).tolist()) == set(one.mentors)


@settings(max_examples=300)
@given(problem=any_problems(5, 3))
def test_one_more_place_in_a_shortage_serves_one_more(problem):
    mate = assign(problem, Objective()).mate
    n_served = int((mate >= 0).sum())
    solutions = list(solutions_of(problem))
    for one in shortages(problem, mate):
        # However the group is put first, no more of it can be served.
        of_group = [int((other[list(one.mentees)] >= 0).sum()) for other in solutions]
        assert max(of_group) == one.n_places
        for j in one.mentors:
            more = with_one_more_place(problem, j)
            most = max((s >= 0).sum() for s in solutions_of(more))
            assert most == n_served + 1


def test_separate_shortages_are_told_apart():
    problem = make_problem([[5, -1], [5, -1], [-1, 5], [-1, 5], [-1, 5]], [1, 1])

    found = shortages(problem, assign(problem, Objective()).mate)

    assert [(one.mentees, one.mentors, one.n_unserved) for one in found] == [
        ((0, 1), (0,), 1),
        ((2, 3, 4), (1,), 2),
    ]
    assert found[0].sentence == (
        "Two mentees can only be served by one mentor with one place together, all taken. "
        "One more place with this mentor would serve everyone."
    )
    assert found[1].sentence == (
        "Three mentees can only be served by one mentor with one place together, all taken. "
        "One more place with this mentor would serve one more; 2 are missing."
    )


def test_a_shortage_of_several_mentors_or_of_none_is_said():
    problem = make_problem([[5, 5, -1], [5, 5, -1], [5, 5, -1], [-1, -1, -1]], [1, 1, 0])

    found = shortages(problem, assign(problem, Objective()).mate)

    assert [one.sentence for one in found] == [
        "Three mentees can only be served by two mentors with two places together, all taken. "
        "One more place with one of them would serve everyone.",
        "One mentee has no eligible mentor with a place.",
    ]


def test_a_locked_proposal_is_no_shortage():
    # The second mentee keeps the only mentor of the first, and could have gone elsewhere.
    problem = make_problem([[5, -1], [5, 5]], [1, 1], last_mentor=[-1, 0])
    mate = assign(problem, Objective((Tier.KEEP, Tier.SERVED))).mate

    assert mate.tolist() == [-1, 0]
    assert shortages(problem, mate) == ()


def test_whoever_takes_up_a_shared_place_belongs_to_the_shortage():
    # One mentor with one place for either of two formats, and each mentee accepts another.
    problem = make_problem([[5, -1], [-1, 5]], [1, 1], pool=[0, 0], pool_capacity=[1])

    [one] = shortages(problem, assign(problem, Objective()).mate, np.array([0, 0]))

    assert (one.mentees, one.mentors, one.n_places, one.n_unserved) == ((0, 1), (0,), 1, 1)
