import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from matching.engine.face import Costs, whole_problem
from matching.engine.solver import MANY, opening_prices, solve
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from tests.matching.engine.factories import make_problem, random_problem


def test_costs_that_float64_would_round_are_refused():
    problem = make_problem([[1, 2], [3, 4]], [1, 1])
    costs = Costs(np.full((2, 2), 2**50), np.zeros(2, dtype=np.int64), np.zeros(1, dtype=np.int64))

    with pytest.raises(OverflowError, match="too large to be exact"):
        solve(whole_problem(problem), costs)


@pytest.mark.parametrize("seed", range(4))
def test_an_auction_beforehand_changes_no_value(seed):
    problem = random_problem(seed, MANY + 30, MANY - 20)
    face = whole_problem(problem)
    costs = tier_costs(problem, Objective(), Tier.SHORTFALL, 0)

    mate = solve(face, costs)

    places = np.repeat(np.arange(problem.n_mentors), face.high)
    saved = np.where(face.allowed, costs.pair - costs.unmatched[:, np.newaxis], 0)[:, places]
    rows, columns = linear_sum_assignment(np.minimum(saved, 0))
    assert cost_of(face, costs, mate) == costs.unmatched.sum() + saved[rows, columns].sum()


def test_opening_prices_are_paid_only_where_people_compete():
    costs = np.full((MANY, 3), 9.0)
    costs[:, 0] = 1.0

    prices = opening_prices(costs, np.array([1, MANY, MANY]))

    assert prices[0] > 0
    assert prices[1:].tolist() == [0, 0]
