import numpy as np
from hypothesis import given, settings

from matching.engine.assignment import assign
from matching.engine.tiers import Objective, Tier
from matching.engine.trades import Reached, Trade, reached, trades
from tests.matching.engine.brute_force import all_solutions, rank, solutions_of
from tests.matching.engine.factories import make_problem, problems


def test_what_served_cost_the_total_is_told():
    # For points alone mentee 0 takes the only mentor of mentee 1, who is then left out.
    problem = make_problem([[95, 10], [40, -1]], [1, 1])
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    mate = assign(problem, objective).mate

    assert mate.tolist() == [1, 0]
    assert reached(problem, mate) == Reached(n_served=2, worst=10, total=50)
    assert trades(problem, objective, mate) == (
        Trade(Tier.TOTAL, Reached(n_served=1, worst=95, total=95), n_changed=2),
        Trade(Tier.WORST, Reached(n_served=2, worst=10, total=50), n_changed=0),
    )


@settings(max_examples=100)
@given(problem=problems(4, 3))
def test_no_solution_has_more_points_or_a_better_worst_pair(problem):
    objective = Objective((Tier.SERVED, Tier.PRIORITY, Tier.TOTAL))
    mate = assign(problem, objective).mate

    found = {one.tier: one for one in trades(problem, objective, mate)}

    assert list(found) == [Tier.PRIORITY, Tier.TOTAL, Tier.WORST]
    for tier, one in found.items():
        # The other goals come behind, in their order.
        rest = [other for other in objective.tiers if other is not tier]
        wanted = Objective((tier, *rest))
        best = min(solutions_of(problem), key=lambda other: rank(problem, wanted, other))
        assert (one.reached, one.n_changed) == (reached(problem, best), (best != mate).sum())
    every = [reached(problem, one) for one in all_solutions(problem.eligible, problem.capacity)]
    assert found[Tier.TOTAL].reached.total == max(one.total for one in every)
    most = max(one.n_served for one in every)
    assert found[Tier.WORST].reached.n_served == most
    assert found[Tier.WORST].reached.worst == max(
        one.worst for one in every if one.n_served == most
    )


def test_the_first_goal_is_traded_for_nothing():
    problem = make_problem([[50]], [1])

    found = trades(problem, Objective((Tier.TOTAL,)), np.array([0]))

    assert [one.tier for one in found] == [Tier.WORST]
