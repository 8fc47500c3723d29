import numpy as np
from hypothesis import given, settings

from matching.engine.assignment import assign
from matching.engine.stability import blocking_pairs
from matching.engine.tiers import Objective
from tests.matching.engine.factories import any_problems, make_problem


def blocks(problem, mate, i, j):
    """The definition, read aloud."""
    if not problem.eligible[i, j] or problem.capacity[j] == 0 or mate[i] == j:
        return False
    own = problem.points[i, mate[i]] if mate[i] >= 0 else -1
    mentees = [k for k in range(problem.n_mentees) if mate[k] == j]
    has_free = len(mentees) < problem.capacity[j]
    pool = problem.pool[j]
    if pool >= 0:
        if problem.pool_capacity[pool] == 0:
            return False
        sharing = [
            k for k in range(problem.n_mentees) if mate[k] >= 0 and problem.pool[mate[k]] == pool
        ]
        if has_free and len(sharing) == problem.pool_capacity[pool]:
            mentees, has_free = sharing, False
    return problem.points[i, j] > own and (
        has_free or any(problem.points[i, j] > problem.points[k, mate[k]] for k in mentees)
    )


@settings(max_examples=200)
@given(problem=any_problems(6, 5))
def test_blocking_pairs_are_those_of_the_definition(problem):
    mate = assign(problem, Objective()).mate

    found = {(pair.mentee, pair.mentor) for pair in blocking_pairs(problem, mate)}

    assert found == {
        (i, j)
        for i in range(problem.n_mentees)
        for j in range(problem.n_mentors)
        if blocks(problem, mate, i, j)
    }


def test_gains_are_counted_for_both_and_largest_first():
    problem = make_problem([[100, 60, 70], [60, 10, -1]], [1, 1, 1])

    found = blocking_pairs(problem, assign(problem, Objective()).mate)

    assert [(p.mentee, p.mentor, p.mentee_gains, p.mentor_gains) for p in found] == [(0, 0, 30, 40)]


def test_what_both_gain_together_decides_the_order():
    problem = make_problem([[50, 60, -1, -1], [-1, -1, 20, 40]], [1, 1, 1, 1])

    found = blocking_pairs(problem, np.array([0, 2]))

    gains = [(p.mentee, p.mentor, p.mentee_gains, p.mentor_gains) for p in found]
    assert gains == [(0, 1, 10, 60), (1, 3, 20, 40)]


def test_ids_and_not_rows_decide_between_equal_gains():
    problem = make_problem([[50, 50], [50, 50]], [1, 1], mentee_ids=(9, 4), mentor_ids=(7, 3))

    found = blocking_pairs(problem, np.array([-1, -1]))

    assert [(p.mentee, p.mentor) for p in found] == [(1, 1), (1, 0), (0, 1), (0, 0)]


def test_a_free_place_gains_all_points_of_a_pair():
    problem = make_problem([[30, 80], [50, -1]], [2, 1], last_mentor=[0, 0])
    mate = np.array([0, 0])

    [one] = blocking_pairs(problem, mate)
    assert (one.mentee, one.mentor, one.mentee_gains, one.mentor_gains) == (0, 1, 50, 80)
    half_full = make_problem([[30, 80], [50, -1]], [2, 1])
    assert [p.mentor_gains for p in blocking_pairs(half_full, np.array([1, -1]))] == [50]
    roomy = make_problem([[30, 80], [90, -1]], [3, 1])
    assert [p.mentor_gains for p in blocking_pairs(roomy, np.array([0, -1]))] == [90, 80]
