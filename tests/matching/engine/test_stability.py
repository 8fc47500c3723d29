from hypothesis import given, settings

from matching.engine.assignment import assign
from matching.engine.stability import blocking_pairs
from matching.engine.tiers import Objective
from tests.matching.engine.factories import make_problem, problems


def blocks(problem, mate, i, j):
    """The definition, read aloud."""
    if not problem.eligible[i, j] or problem.capacity[j] == 0 or mate[i] == j:
        return False
    own = problem.points[i, mate[i]] if mate[i] >= 0 else -1
    mentees = [k for k in range(problem.n_mentees) if mate[k] == j]
    has_free = len(mentees) < problem.capacity[j]
    return problem.points[i, j] > own and (
        has_free or any(problem.points[i, j] > problem.points[k, j] for k in mentees)
    )


@settings(max_examples=200)
@given(problem=problems(6, 5))
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
