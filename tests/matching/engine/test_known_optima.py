"""Cases whose best value is known from elsewhere, and solvers that are none of ours."""

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.engine import solver
from matching.engine.assignment import assign
from matching.engine.certificate import verify
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Objective, Tier, tier_costs
from tests.matching.engine.brute_force import all_solutions, value_of
from tests.matching.engine.factories import make_problem, random_problem

MOST_POINTS = Objective((Tier.SERVED, Tier.TOTAL))


def or_library_case(seed, n):
    """As Beasley made his for the OR-Library: n by n costs, uniform on 1 to 100."""
    costs = np.random.default_rng(seed).integers(1, 101, (n, n))
    return costs, make_problem((100 - costs).tolist(), [1] * n)


@pytest.mark.parametrize(("seed", "n"), [(1, 10), (2, 60), (3, 100), (4, 200)])
def test_cases_like_those_of_the_or_library_have_the_cost_scipy_finds(seed, n):
    costs, problem = or_library_case(seed, n)

    found = assign(problem, MOST_POINTS)

    verify(problem, MOST_POINTS, found.mate, found.certificate)
    assert sorted(found.mate.tolist()) == list(range(n))
    least = costs[linear_sum_assignment(costs)].sum()
    assert costs[np.arange(n), found.mate].sum() == 100 * n - found.values[Tier.TOTAL] == least


@pytest.mark.parametrize("seed", range(20))
def test_small_cases_like_those_of_the_or_library_have_the_cost_of_brute_force(seed):
    _, problem = or_library_case(seed, 5)

    found = assign(problem, MOST_POINTS)

    best = max(
        value_of(problem.points, mate)
        for mate in all_solutions(problem.eligible, problem.capacity)
        if (mate >= 0).all()
    )
    assert found.values == {Tier.SERVED: 5, Tier.TOTAL: best}


def by_highs(problem, objective):
    """Goal by goal with HiGHS: the value of each is held fixed while the next one is improved."""
    n, m = problem.n_mentees, problem.n_mentors
    pairs, stay, nth = n * m, n, m * n
    # Columns: pairs, then who stays unmatched, then each mentor's first, second, ... mentee.
    one_each = np.zeros((n, pairs + stay + nth))
    loads = np.zeros((m, pairs + stay + nth))
    for i in range(n):
        one_each[i, i * m : (i + 1) * m] = one_each[i, pairs + i] = 1
    for j in range(m):
        loads[j, j:pairs:m] = 1
        loads[j, pairs + stay + j * n : pairs + stay + (j + 1) * n] = -1
    high = np.ones(pairs + stay + nth)
    high[:pairs] = problem.eligible.reshape(-1)
    high[pairs + stay :] = (np.arange(n) < problem.capacity[:, np.newaxis]).reshape(-1)
    rules = [LinearConstraint(one_each, 1, 1), LinearConstraint(loads, 0, 0)]
    for tier in (*objective.tiers, Tier.LOTTERY):
        costs = tier_costs(problem, objective, tier, 0)
        place = np.resize(costs.place, n) if len(costs.place) == 1 else costs.place
        cost = np.concatenate([costs.pair.reshape(-1), costs.unmatched, np.tile(place, m)])
        found = milp(cost, constraints=rules, integrality=1, bounds=(0, high))
        assert found.success
        rules.append(LinearConstraint(cost, round(found.fun), round(found.fun)))
    chosen = np.rint(found.x[: pairs + stay]).astype(bool)
    mate = np.full(n, UNMATCHED)
    rows, columns = np.nonzero(chosen[:pairs].reshape(n, m))
    mate[rows] = columns
    return mate


@pytest.mark.parametrize("seed", range(12))
def test_another_solver_goal_by_goal_finds_the_same_pairs(seed):
    problem = random_problem(seed, 7, 5)

    mate = assign(problem, Objective()).mate

    np.testing.assert_array_equal(by_highs(problem, Objective()), mate)


def sparse_matching(value):
    """scipy's other solver, another algorithm, under the name of the first."""
    n_rows, n_columns = value.shape
    if n_rows > n_columns:
        columns, rows = sparse_matching(value.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    return min_weight_full_bipartite_matching(csr_array(value - value.min() + 1))


@pytest.mark.parametrize("changes", [{}, {"capacity": np.full(60, 1)}])
def test_another_algorithm_inside_makes_the_same_pairs(monkeypatch, changes):
    random = np.random.default_rng(5)
    # Few different points, and so very many equals: without the lottery every solver differs.
    given = {"capacity": random.integers(0, 4, 60)} | changes
    problem = make_problem(random.integers(60, 64, (110, 60)).tolist(), [1] * 60, **given)
    found = assign(problem, Objective())
    called = []

    def another(value):
        called.append(value.shape)
        return sparse_matching(value)

    monkeypatch.setattr(solver, "linear_sum_assignment", another)

    again = assign(problem, Objective())

    assert called
    np.testing.assert_array_equal(again.mate, found.mate)
    verify(problem, Objective(), again.mate, again.certificate)
