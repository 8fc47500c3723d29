from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.engine import assignment, lottery
from matching.engine.assignment import assign
from matching.engine.certificate import MAX_LOTTERY_ROUNDS, verify
from matching.engine.face import whole_problem
from matching.engine.problem import Problem
from matching.engine.tiers import (
    DEFAULT_TIERS,
    TIER_LABELS,
    Objective,
    Tier,
    cost_of,
    tier_costs,
    tier_value,
)
from tests.matching.engine.brute_force import rank, solutions_of
from tests.matching.engine.factories import any_problems, make_problem, problems, random_problem

N_SEEDS = 150  # times the orders below: some thousands of problems
OFFERED = [tier for tier in Tier if tier is not Tier.LOTTERY]


def check_against_brute_force(problem, objective):
    found = assign(problem, objective)
    verify(problem, objective, found.mate, found.certificate)
    best = min(solutions_of(problem), key=lambda mate: rank(problem, objective, mate))
    np.testing.assert_array_equal(found.mate, best)


@settings(max_examples=300)
@given(
    problem=any_problems(),
    order=st.permutations(OFFERED),
    n_tiers=st.integers(0, 10),
    data=st.data(),
)
def test_tiers_in_any_order_are_those_of_brute_force(problem, order, n_tiers, data):
    spread_price = data.draw(st.sampled_from([0, 5, 400]))

    check_against_brute_force(problem, Objective(tuple(order[:n_tiers]), spread_price))


@pytest.mark.parametrize("tier", OFFERED)
@settings(max_examples=60)
@given(problem=any_problems())
def test_each_tier_alone_is_that_of_brute_force(tier, problem):
    check_against_brute_force(problem, Objective((tier,)))


@settings(max_examples=100)
@given(problem=problems())
def test_the_default_order_is_that_of_brute_force(problem):
    check_against_brute_force(problem, Objective())


# What a new program begins with, all goals, each goal alone, and each before all others.
ORDERS = (
    (Tier.SERVED, Tier.TOTAL),
    DEFAULT_TIERS,
    *((tier,) for tier in OFFERED),
    *((tier, *(other for other in DEFAULT_TIERS if other is not tier)) for tier in OFFERED),
)


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_small_problems_by_the_hundred_are_those_of_brute_force(order):
    objective = Objective(order, spread_price=5)
    for seed in range(N_SEEDS):
        problem = random_problem(seed, 1 + seed % 4, 1 + seed % 3)
        found = assign(problem, objective)
        verify(problem, objective, found.mate, found.certificate)

        best = rank(problem, objective, found.mate)

        others = solutions_of(problem)
        assert all(
            best < rank(problem, objective, mate)
            for mate in others
            if not np.array_equal(mate, found.mate)
        )


@settings(max_examples=100)
@given(problem=problems(4, 3))
def test_between_equal_tickets_further_rounds_decide(problem):
    objective = Objective((Tier.SERVED,))
    with pytest.MonkeyPatch.context() as patch:
        # Tickets of 0 to 7, so that many sums are equal in one round, and none in all.
        patch.setattr(lottery, "LOTTERY_BITS", 3)
        found = assign(problem, objective)
        verify(problem, objective, found.mate, found.certificate)
        rounds = [
            lottery.pair_tickets(problem.salt, round_, problem.mentee_ids, problem.mentor_ids)
            for round_ in range(MAX_LOTTERY_ROUNDS)
        ]

    everyone = np.arange(problem.n_mentees)
    best = min(
        solutions_of(problem),
        key=lambda mate: [(mate < 0).sum(), *(drawn[everyone, mate].sum() for drawn in rounds)],
    )
    np.testing.assert_array_equal(found.mate, best)


def test_every_order_of_the_usual_tiers_has_its_own_meaning():
    problem = make_problem(
        [[90, 20], [80, 10], [70, 95]], [1, 1], priority=[0, 1, 0], last_mentor=[0, 1, 0]
    )
    tiers = (Tier.SERVED, Tier.PRIORITY, Tier.TOTAL, Tier.KEEP)

    for order in permutations(tiers):
        check_against_brute_force(problem, Objective(order))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(problem=problems())
def test_a_wrong_first_guess_changes_nothing(problem, monkeypatch):
    right = assign(problem, Objective())
    nobody = np.full(problem.n_mentees, -1)
    with monkeypatch.context() as patch:
        patch.setattr(assignment, "first_guess", lambda problem, objective: (4, nobody))

        np.testing.assert_array_equal(assign(problem, Objective()).mate, right.mate)


def test_priority_goes_before_points():
    problem = make_problem([[90], [10]], [1], priority=[0, 1])

    assert assign(problem, Objective()).mate.tolist() == [-1, 0]


def test_the_draw_and_not_the_points_decides_who_waits():
    served = {
        int(np.argmax(assign(make_problem([[90], [10]], [1], salt=f"{n}"), Objective()).mate))
        for n in range(20)
    }

    assert served == {0, 1}


def test_squared_shortfall_lifts_who_is_far_below():
    problem = make_problem([[100, 60], [60, 10]], [1, 1])

    assert assign(problem, Objective((Tier.SERVED, Tier.SHORTFALL))).mate.tolist() == [1, 0]
    assert assign(make_problem([[100, 60], [60, 25]], [1, 1]), Objective((Tier.TOTAL,))).values == {
        Tier.TOTAL: 125
    }


def test_a_second_mentee_only_where_it_is_worth_it():
    problem = make_problem([[90, 60], [90, 80]], [2, 2])
    tiers = (Tier.SERVED, Tier.SHORTFALL)

    assert assign(problem, Objective(tiers)).mate.tolist() == [0, 0]
    # The second mentor costs 400 instead of 100 squared points for the second mentee.
    assert assign(problem, Objective(tiers, spread_price=299)).mate.tolist() == [0, 0]
    assert assign(problem, Objective(tiers, spread_price=301)).mate.tolist() == [0, 1]


def test_keep_first_locks_the_last_proposals():
    problem = make_problem([[90, 10], [10, 90]], [1, 1], last_mentor=[1, -1])

    assert assign(problem, Objective((Tier.KEEP, *DEFAULT_TIERS[:-1]))).mate.tolist() == [1, 0]
    assert assign(problem, Objective()).mate.tolist() == [0, 1]


@settings(max_examples=60)
@given(problem=problems(10, 8), data=st.data())
def test_the_order_of_rows_changes_nothing(problem, data):
    rows = np.array(data.draw(st.permutations(range(problem.n_mentees))), dtype=int)
    columns = np.array(data.draw(st.permutations(range(problem.n_mentors))), dtype=int)
    place_of = np.append(np.argsort(columns), -1)
    shuffled = Problem(
        points=problem.points[np.ix_(rows, columns)],
        eligible=problem.eligible[np.ix_(rows, columns)],
        capacity=problem.capacity[columns],
        mentee_ids=tuple(problem.mentee_ids[i] for i in rows),
        mentor_ids=tuple(problem.mentor_ids[j] for j in columns),
        priority=problem.priority[rows],
        last_mentor=place_of[problem.last_mentor[rows]],
        steps_down=problem.steps_down[np.ix_(rows, columns)],
        salt=problem.salt,
    )

    mate = assign(shuffled, Objective()).mate

    np.testing.assert_array_equal(mate, place_of[assign(problem, Objective()).mate[rows]])


@given(problem=problems())
def test_values_are_what_the_solution_reaches(problem):
    found = assign(problem, Objective())

    assert list(found.values) == list(DEFAULT_TIERS)
    assert found.values[Tier.SERVED] == (found.mate >= 0).sum()
    assert found.values[Tier.TOTAL] == tier_value(problem, Objective(), Tier.TOTAL, found.mate)


@pytest.mark.parametrize(
    "tier", [Tier.PRIORITY, Tier.DRAW, Tier.LIKING, Tier.SHORTFALL, Tier.SPREAD]
)
@given(problem=any_problems())
def test_what_is_made_small_is_what_is_told(tier, problem):
    objective = Objective((tier,), spread_price=7)
    mate = assign(problem, Objective()).mate

    told = tier_value(problem, objective, tier, mate)

    assert told == rank(problem, objective, mate)[0]
    assert told == cost_of(whole_problem(problem), tier_costs(problem, objective, tier, 0), mate)


@pytest.mark.parametrize(
    ("tiers", "price", "sentence"),
    [
        ((Tier.SERVED, Tier.SERVED), 0, "tiers: a tier occurs twice"),
        ((Tier.SERVED, Tier.LOTTERY), 0, "tiers: the lottery always comes last"),
        (("luck",), 0, "tiers: no such tier: luck"),
        ((), -1, "spread_price: must lie within 0 and 10000"),
        ((), 10_001, "spread_price: must lie within 0 and 10000"),
    ],
)
def test_a_wrong_objective_is_named(tiers, price, sentence):
    with pytest.raises(ValueError, match=sentence):
        Objective(tiers, price)


def test_every_tier_is_said_in_words():
    assert set(TIER_LABELS) == set(Tier)
