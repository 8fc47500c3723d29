from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.alternatives import (
    alternatives,
    best_alternatives,
    gains_of_one_more_place,
)
from matching.engine.assignment import assign
from matching.engine.face import INFINITE, whole_problem
from matching.engine.forced import assign_with
from matching.engine.moves import who_moves
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from matching.engine.what_if import PRICED, losses_of, unpacked, what_if
from tests.matching.engine.brute_force import rank, solutions_of
from tests.matching.engine.factories import (
    any_problems,
    make_problem,
    random_problem,
    with_one_more_place,
)

objectives = st.builds(
    lambda order, n, price: Objective(tuple(order[:n]), price),
    st.permutations(PRICED),
    st.integers(1, len(PRICED)),
    st.sampled_from([0, 5, 400]),
)


def priced_rank(question, objective, mate):
    return rank(question.problem, Objective(question.tiers, objective.spread_price), mate)[:-1]


def ranked_solutions(question, objective, problem):
    for mate in solutions_of(problem):
        yield priced_rank(question, objective, mate), mate


@settings(max_examples=150)
@given(problem=any_problems(4, 4), objective=objectives)
def test_every_alternative_costs_exactly_what_brute_force_says(problem, objective):
    mate = assign(problem, objective).mate
    question = what_if(problem, objective, mate)
    base = priced_rank(question, objective, mate)
    solutions = list(ranked_solutions(question, objective, problem))
    for i in range(problem.n_mentees):
        found = alternatives(question, i, n=10)

        shared = np.append(problem.pool_capacity, 1)[problem.pool]
        possible = np.flatnonzero(problem.eligible[i] & (problem.capacity > 0) & (shared > 0))
        assert {one.mentor for one in found} == set(possible.tolist()) - {int(mate[i])}
        for one in found:
            best = min(key for key, other in solutions if other[i] == one.mentor)
            assert list(one.losses) == list(question.tiers)
            assert list(one.losses.values()) == [a - b for a, b in zip(best, base, strict=True)]
        losses = [list(one.losses.values()) for one in found]
        assert losses == sorted(losses)


@settings(max_examples=150)
@given(problem=any_problems(5, 4), objective=objectives)
def test_who_moves_leads_to_a_solution_of_that_cost(problem, objective):
    mate = assign(problem, objective).mate
    question = what_if(problem, objective, mate)
    base = priced_rank(question, objective, mate)
    for i in range(problem.n_mentees):
        for one in alternatives(question, i, n=10):
            changed = mate.copy()
            changed[i] = one.mentor
            for move in one.moves:
                assert changed[move.mentee] == move.from_mentor
                changed[move.mentee] = move.to_mentor

            assert any(np.array_equal(changed, other) for other in solutions_of(problem))
            after = priced_rank(question, objective, changed)
            assert [a - b for a, b in zip(after, base, strict=True)] == list(one.losses.values())


@settings(max_examples=100)
@given(problem=any_problems(4, 3), objective=objectives)
def test_one_more_place_is_worth_exactly_what_brute_force_says(problem, objective):
    mate = assign(problem, objective).mate
    question = what_if(problem, objective, mate)
    base = priced_rank(question, objective, mate)

    for j, gains in enumerate(gains_of_one_more_place(question)):
        more = with_one_more_place(problem, j)
        if problem.pool[j] >= 0:
            more = replace(more, capacity=problem.capacity)
        best = min(key for key, _ in ranked_solutions(question, objective, more))
        assert [b - a for a, b in zip(best, base, strict=True)] == list(gains.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_cheapest_alternatives_are_those_of_the_whole_table(seed):
    problem = random_problem(seed, 40, 25)
    objective = Objective()
    question = what_if(problem, objective, assign(problem, objective).mate)
    everyone = np.arange(40)

    mentors, costs = best_alternatives(question, everyone, 3)

    table = losses_of(question, everyone)
    own = question.mate >= 0
    table[everyone[own], question.mate[own]] = INFINITE
    np.testing.assert_array_equal(costs, np.sort(table, axis=1)[:, :3])
    rows, ranks = np.nonzero(mentors >= 0)
    np.testing.assert_array_equal(table[rows, mentors[rows, ranks]], costs[rows, ranks])


def test_only_goals_that_stay_exact_together_are_priced():
    random = np.random.default_rng(0)
    problem = replace(
        random_problem(1, 150, 100),
        points=random.integers(0, 101, (150, 100)),
        eligible=np.ones((150, 100), dtype=bool),
        priority=random.integers(0, 1001, 150),
    )
    objective = Objective(spread_price=300)
    mate = assign(problem, objective).mate

    question = what_if(problem, objective, mate)

    assert question.tiers == objective.tiers[: len(question.tiers)] != objective.tiers
    goals, everyone = replace(objective, tiers=question.tiers), whole_problem(problem)
    some = np.array([0, 70, 140])
    mentors, costs = best_alternatives(question, some, 2)
    for (at, nth), j in np.ndenumerate(mentors):
        forced = assign_with(problem, goals, some[at], j).mate
        lost = {}
        for tier in question.tiers:
            of_tier = tier_costs(problem, goals, tier, 0)
            lost[tier] = cost_of(everyone, of_tier, forced) - cost_of(everyone, of_tier, mate)
        assert unpacked(question, int(costs[at, nth])) == lost
    # Up to the dearest of all, each choice has the people who would move behind it.
    some = np.arange(0, 150, 10)
    who_moves(question, some, *best_alternatives(question, some, 100))


def test_equal_costs_are_ordered_by_points_and_then_by_id():
    problem = make_problem([[90, 30, 70, 70]], [1, 1, 1, 1], mentor_ids=(101, 104, 103, 102))
    objective = Objective((Tier.SERVED,))
    question = what_if(problem, objective, np.array([0]))

    mentors, costs = best_alternatives(question, np.array([0]), 3)

    assert mentors.tolist() == [[3, 2, 1]]
    assert costs.tolist() == [[0, 0, 0]]


def test_an_alternative_says_who_makes_room():
    problem = make_problem([[90, 80], [70, 60]], [1, 1])
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    mate = assign(problem, objective).mate

    [one] = alternatives(what_if(problem, objective, mate), 0)

    other = 1 - int(mate[0])
    assert (one.mentor, one.losses) == (other, {Tier.SERVED: 0, Tier.TOTAL: 0})
    assert [(move.mentee, move.from_mentor, move.to_mentor) for move in one.moves] == [
        (1, other, int(mate[0]))
    ]


def test_tiers_without_a_price_are_named():
    problem = make_problem([[90]], [1])

    with pytest.raises(ValueError, match="under: leximin"):
        what_if(problem, Objective((Tier.SERVED, Tier.LEXIMIN)), np.array([0]))


def test_a_solution_that_is_not_optimal_is_refused():
    problem = make_problem([[90, 80]], [1, 1])

    with pytest.raises(ValueError, match="not optimal"):
        what_if(problem, Objective(), np.array([1]))
