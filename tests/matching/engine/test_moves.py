from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.alternatives import best_alternatives
from matching.engine.assignment import assign
from matching.engine.face import whole_problem
from matching.engine.moves import who_moves
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from matching.engine.what_if import PRICED, losses_of, unpacked, what_if
from tests.matching.engine.brute_force import all_solutions, rank
from tests.matching.engine.factories import make_problem, problems, random_problem

objectives = st.permutations(PRICED).flatmap(
    lambda order: st.integers(1, len(order)).map(lambda n: Objective(tuple(order[:n])))
)


def asked(problem, objective, n=4):
    mate = assign(problem, objective).mate
    question = what_if(problem, objective, mate)
    everyone = np.arange(problem.n_mentees)
    mentors, costs = best_alternatives(question, everyone, n)
    return question, mentors, who_moves(question, everyone, mentors, costs)


def carried_out(mate, i, j, moves):
    changed = mate.copy()
    changed[i] = j
    for move in moves:
        assert changed[move.mentee] == move.from_mentor
        changed[move.mentee] = move.to_mentor
    return changed


@settings(max_examples=150)
@given(problem=problems(4, 3), objective=objectives)
def test_carried_out_the_moves_are_as_good_as_any_solution_with_that_pair(problem, objective):
    question, mentors, moved = asked(problem, objective)
    priced = Objective(question.tiers)
    solutions = list(all_solutions(problem.eligible, problem.capacity))

    for i, (of_mentors, of_moves) in enumerate(zip(mentors.tolist(), moved, strict=True)):
        for j, moves in zip(of_mentors, of_moves, strict=True):
            if j < 0:
                assert moves == ()
                continue
            after = carried_out(question.mate, i, j, moves)
            load = np.bincount(after[after >= 0], minlength=problem.n_mentors)
            assert (load <= problem.capacity).all()
            best = min(rank(problem, priced, one)[:-1] for one in solutions if one[i] == j)
            assert rank(problem, priced, after)[:-1] == best


@settings(max_examples=100)
@given(problem=problems(4, 3))
def test_nobody_moves_twice_and_no_fewer_could_move(problem):
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    question, mentors, moved = asked(problem, objective)
    solutions = list(all_solutions(problem.eligible, problem.capacity))

    for i, (of_mentors, of_moves) in enumerate(zip(mentors.tolist(), moved, strict=True)):
        for j, moves in zip(of_mentors, of_moves, strict=True):
            if j < 0:
                continue
            movers = [move.mentee for move in moves]
            assert len(movers) == len({*movers, i}) - 1
            after = carried_out(question.mate, i, j, moves)
            as_good = [
                int((one != question.mate).sum())
                for one in solutions
                if one[i] == j
                and rank(problem, objective, one)[:-1] == rank(problem, objective, after)[:-1]
            ]
            assert len(moves) + 1 == min(as_good)


def test_a_chain_through_a_full_mentor_names_each_person():
    # Mentee 0 may take the place of 1, who may take that of 2, for whom one is free.
    problem = make_problem([[90, 80, -1, -1], [-1, 80, 80, -1], [-1, -1, 80, 80]], [1, 1, 1, 1])
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    question = what_if(problem, objective, np.array([0, 1, 2]))
    mentors, costs = best_alternatives(question, np.array([0]), 1)

    [[moves]] = who_moves(question, np.array([0]), mentors, costs)

    assert mentors.tolist() == [[1]]
    assert [(m.mentee, m.from_mentor, m.to_mentor) for m in moves] == [(1, 1, 2), (2, 2, 3)]


def test_someone_left_out_takes_the_place_of_another():
    problem = make_problem([[90], [60]], [1])
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    question = what_if(problem, objective, np.array([0, -1]))
    mentors, costs = best_alternatives(question, np.array([1]), 1)

    [[moves]] = who_moves(question, np.array([1]), mentors, costs)

    assert [(m.mentee, m.from_mentor, m.to_mentor) for m in moves] == [(0, 0, -1)]


def test_who_moves_is_found_where_costs_leave_no_room_to_count_people():
    # Few pairs, so that chains are long and dear: their costs and people would not fit float64.
    random = np.random.default_rng(0)
    problem = replace(
        random_problem(1, 200, 100),
        points=random.integers(0, 101, (200, 100)),
        eligible=random.random((200, 100)) < 0.02,
        priority=random.integers(0, 1001, 200),
        capacity=random.integers(0, 4, 100),
    )
    objective = Objective((Tier.PRIORITY, Tier.SHORTFALL, Tier.TOTAL), spread_price=10_000)

    question, mentors, moved = asked(problem, objective)

    assert question.tiers == objective.tiers
    everyone = whole_problem(problem)
    costs = [tier_costs(problem, objective, tier, 0) for tier in objective.tiers]
    before = [cost_of(everyone, one, question.mate) for one in costs]
    losses = losses_of(question, np.arange(200))
    for i, nth in np.argwhere(mentors >= 0).tolist():
        after = carried_out(question.mate, i, mentors[i, nth], moved[i][nth])
        lost = [cost_of(everyone, one, after) for one in costs]
        said = unpacked(question, int(losses[i, mentors[i, nth]]))
        assert [b - a for a, b in zip(before, lost, strict=True)] == list(said.values())


def test_too_small_a_cost_is_refused():
    problem = make_problem([[90, 10], [90, 80]], [1, 1])
    question = what_if(problem, Objective((Tier.SERVED, Tier.TOTAL)), np.array([0, 1]))
    mentors, costs = best_alternatives(question, np.array([0]), 1)

    with pytest.raises(ValueError, match="costs"):
        who_moves(question, np.array([0]), mentors, costs - 1000)
