from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import certificate, lottery
from matching.engine.assignment import assign
from matching.engine.certificate import (
    MAX_LOTTERY_ROUNDS,
    MAX_PLACES,
    MAX_PRICE,
    Certificate,
    CertificateError,
    Step,
    lower_bound,
    seal,
    verify,
)
from matching.engine.face import Prices, whole_problem
from matching.engine.tiers import Objective, Tier, cost_of, tier_costs
from tests.matching.engine.brute_force import all_solutions, rank, solutions_of
from tests.matching.engine.factories import any_problems, make_problem

OBJECTIVES = (
    Objective(),
    Objective((Tier.SERVED, Tier.WORST, Tier.TOTAL)),
    Objective((Tier.LEXIMIN,)),
    Objective((Tier.TOTAL, Tier.SPREAD), spread_price=3),
)


def resealed(problem, objective, mate, certificate):
    """As a forger would do who knows how the seal is made."""
    return Certificate(certificate.steps, seal(problem, objective, mate, certificate.steps))


@settings(max_examples=40)
@given(problem=any_problems(4, 3), objective=st.sampled_from(OBJECTIVES))
def test_no_other_solution_is_accepted_with_the_proof(problem, objective):
    found = assign(problem, objective)
    for mate in all_solutions(np.ones_like(problem.eligible), problem.capacity + 1):
        if np.array_equal(mate, found.mate):
            continue
        with pytest.raises(CertificateError):
            verify(problem, objective, mate, resealed(problem, objective, mate, found.certificate))


@settings(max_examples=100)
@given(problem=any_problems(4, 4), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_changed_prices_prove_the_same_result_or_are_refused(problem, objective, data):
    found = assign(problem, objective)
    steps = list(found.certificate.steps)
    if not steps:
        return
    at = data.draw(st.integers(0, len(steps) - 1))
    old = steps[at].prices
    side = data.draw(st.sampled_from(["mentee", "place"]))
    array = getattr(old, side).copy()
    if len(array) == 0:
        return
    change = data.draw(st.sampled_from([-(2**62), -100, -1, 1, 100, 2**62]))
    array[data.draw(st.integers(0, len(array) - 1))] += change
    steps[at] = replace(steps[at], prices=replace(old, **{side: array}))
    forged = Certificate(tuple(steps), found.certificate.seal)

    with pytest.raises(CertificateError, match="changed afterwards"):
        verify(problem, objective, found.mate, forged)
    # Another optimal price may prove the same; it never proves anything else.
    for mate in solutions_of(problem):
        try:
            verify(problem, objective, mate, resealed(problem, objective, mate, forged))
        except CertificateError:
            continue
        np.testing.assert_array_equal(mate, found.mate)


@settings(max_examples=60)
@given(problem=any_problems(4, 4), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_a_proof_without_one_of_its_steps_proves_nothing_else(problem, objective, data):
    found = assign(problem, objective)
    steps = found.certificate.steps
    if not steps:
        return
    at = data.draw(st.integers(0, len(steps) - 1))
    shorter = Certificate(steps[:at] + steps[at + 1 :], "")
    for mate in solutions_of(problem):
        try:
            verify(problem, objective, mate, resealed(problem, objective, mate, shorter))
        except CertificateError:
            continue
        assert rank(problem, objective, mate) == rank(problem, objective, found.mate)


def test_steps_that_belong_to_no_tier_are_refused():
    problem = make_problem([[50]], [1])
    objective = Objective((Tier.SERVED,))
    found = assign(problem, objective)
    nothing = Prices(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    rounds = [Step(Tier.LOTTERY, at, False, nothing) for at in range(MAX_LOTTERY_ROUNDS + 1)]

    for n_rounds, is_refused in ((MAX_LOTTERY_ROUNDS, False), (MAX_LOTTERY_ROUNDS + 1, True)):
        longer = Certificate((*found.certificate.steps, *rounds[:n_rounds]), "")
        sealed = resealed(problem, objective, found.mate, longer)
        with pytest.raises(CertificateError, match="no tier") if is_refused else nullcontext():
            verify(problem, objective, found.mate, sealed)


def test_a_lottery_that_leaves_a_choice_proves_nothing(monkeypatch):
    monkeypatch.setattr(lottery, "LOTTERY_BITS", 0)  # all tickets are 0
    problem = make_problem([[50, 50]], [1, 1])
    found = assign(problem, Objective())

    with pytest.raises(
        CertificateError, match=r"^lottery: the result is not proven to be the only"
    ):
        verify(problem, Objective(), found.mate, found.certificate)


@pytest.mark.parametrize("side", ["mentee", "place"])
def test_a_price_of_nobody_is_refused(side):
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    found = assign(problem, Objective())
    first, *rest = found.certificate.steps
    one_more = replace(first.prices, **{side: np.append(getattr(first.prices, side), 0)})
    longer = replace(found.certificate, steps=(replace(first, prices=one_more), *rest))
    forged = resealed(problem, Objective(), found.mate, longer)

    with pytest.raises(CertificateError, match=r"^prices: wrong shape or type"):
        verify(problem, Objective(), found.mate, forged)


def test_a_worst_pair_that_could_be_better_is_not_proven():
    problem = make_problem([[50, 60]], [1, 1])
    objective = Objective((Tier.SERVED, Tier.WORST))
    mate = np.array([0])
    nothing = Prices(np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64))
    steps = [Step(Tier.SERVED, 0, False, nothing)]
    steps += [Step(Tier.WORST, level, level == 51, nothing) for level in (0, 50, 51)]
    forged = Certificate(tuple(steps), "")

    with pytest.raises(CertificateError, match="a better worst pair is not ruled out"):
        verify(problem, objective, mate, resealed(problem, objective, mate, forged))


def test_staying_unmatched_bounds_what_a_mentee_can_cost():
    problem = make_problem([[-1]], [1])
    costs = tier_costs(problem, Objective(), Tier.SERVED, 0)
    dear = Prices(np.array([2]), np.zeros(1, dtype=np.int64))

    with pytest.raises(CertificateError, match="staying unmatched is cheaper"):
        lower_bound(whole_problem(problem), costs, dear)


def test_a_changed_problem_is_noticed():
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    found = assign(problem, Objective())
    other = make_problem([[50, 60], [70, 81]], [1, 1])

    with pytest.raises(CertificateError, match="changed afterwards"):
        verify(other, Objective(), found.mate, found.certificate)


@pytest.mark.parametrize(
    "other",
    [Objective(spread_price=1), Objective((Tier.SERVED, Tier.TOTAL))],
    ids=["price", "tiers"],
)
def test_a_changed_objective_is_noticed(other):
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    found = assign(problem, Objective())

    with pytest.raises(CertificateError, match="changed afterwards"):
        verify(problem, other, found.mate, found.certificate)


def test_a_changed_result_is_noticed():
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    found = assign(problem, Objective())

    with pytest.raises(CertificateError, match="changed afterwards"):
        verify(problem, Objective(), found.mate[::-1].copy(), found.certificate)


@pytest.mark.parametrize(
    "change",
    [{"tier": Tier.TOTAL}, {"level": 1}, {"is_bound": True}],
    ids=["tier", "level", "is_bound"],
)
def test_a_step_under_another_name_is_noticed_and_proves_nothing(change):
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    found = assign(problem, Objective())
    first, *rest = found.certificate.steps
    renamed = replace(found.certificate, steps=(replace(first, **change), *rest))

    with pytest.raises(CertificateError, match="changed afterwards"):
        verify(problem, Objective(), found.mate, renamed)
    forged = resealed(problem, Objective(), found.mate, renamed)
    with pytest.raises(CertificateError, match="another step here"):
        verify(problem, Objective(), found.mate, forged)


@pytest.mark.parametrize(
    ("mate", "sentence"),
    [
        ([0, 0], "more mentees than places"),
        ([1, 0], "not eligible"),
        ([0, 2], "does not exist"),
        ([0, -2], "does not exist"),
        ([0], "wrong shape"),
        ([0.0, 1.0], "wrong shape or type"),
    ],
)
def test_a_result_that_is_not_allowed_is_named(mate, sentence):
    problem = make_problem([[50, -1], [70, 80]], [1, 1])
    found = assign(problem, Objective())

    with pytest.raises(CertificateError, match=sentence):
        verify(problem, Objective(), np.array(mate), found.certificate)


@given(problem=any_problems(), data=st.data())
def test_a_bound_is_never_above_the_best(problem, data):
    face = whole_problem(problem)
    costs = tier_costs(problem, Objective(), Tier.SHORTFALL, 0)
    prices = Prices(
        mentee=np.array(
            data.draw(
                st.lists(
                    st.integers(-100, 20000),
                    min_size=problem.n_mentees,
                    max_size=problem.n_mentees,
                )
            ),
            dtype=np.int64,
        ),
        place=np.array(
            data.draw(
                st.lists(
                    st.integers(-100, 10000),
                    min_size=face.nest.outside,
                    max_size=face.nest.outside,
                )
            ),
            dtype=np.int64,
        ),
    )
    best = min(cost_of(face, costs, mate) for mate in solutions_of(problem))

    try:
        bound = lower_bound(face, costs, prices)
    except CertificateError:
        return
    assert bound <= best


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros(3, dtype=np.int64), "wrong shape or type"),
        (np.zeros(2), "wrong shape or type"),
        (np.full(2, MAX_PRICE + 1), "too large"),
        (np.full(2, -MAX_PRICE - 1), "too large"),
        (np.full(2, -(2**63)), "too large"),
    ],
)
def test_prices_that_cannot_be_checked_are_refused(array, sentence):
    problem = make_problem([[50, 60], [70, 80]], [1, 1])
    costs = tier_costs(problem, Objective(), Tier.TOTAL, 0)
    nothing = np.zeros(2, dtype=np.int64)

    for prices in (Prices(array, nothing), Prices(nothing, array)):
        with pytest.raises(CertificateError, match=f"^prices: {sentence}"):
            lower_bound(whole_problem(problem), costs, prices)


def test_a_place_worth_too_much_beyond_that_of_its_pool_is_refused():
    problem = make_problem([[50]], [1], pool=[0], pool_capacity=[1])
    costs = tier_costs(problem, Objective(), Tier.TOTAL, 0)
    dear = Prices(np.array([-MAX_PRICE]), np.array([MAX_PRICE, -1]))

    with pytest.raises(CertificateError, match=r"^prices: too large"):
        lower_bound(whole_problem(problem), costs, dear)


def test_the_largest_prices_of_the_most_places_add_up_exactly(monkeypatch):
    assert np.full(MAX_PLACES, MAX_PRICE).sum() == MAX_PLACES * MAX_PRICE

    # One place more than that is refused, with one mentor as with many.
    monkeypatch.setattr(certificate, "MAX_PLACES", 2)
    nothing = np.zeros(2, dtype=np.int64)
    for capacity, n_mentees in (([1, 2], 2), ([1, 1], 3)):
        problem = make_problem([[50, 60]] * n_mentees, capacity)
        costs = tier_costs(problem, Objective(), Tier.SERVED, 0)
        prices = Prices(np.zeros(n_mentees, dtype=np.int64), nothing)
        with pytest.raises(CertificateError, match=r"^more places than can be checked exactly"):
            lower_bound(whole_problem(problem), costs, prices)


@pytest.mark.parametrize(
    ("mentee", "sentence"), [(-50, None), (-49, "a pair is cheaper than its prices")]
)
def test_a_price_above_a_pair_is_refused_by_as_little_as_one(mentee, sentence):
    problem = make_problem([[50]], [1])
    costs = tier_costs(problem, Objective(), Tier.TOTAL, 0)
    prices = Prices(np.array([mentee]), np.zeros(1, dtype=np.int64))

    with pytest.raises(CertificateError, match=sentence) if sentence else nullcontext():
        assert lower_bound(whole_problem(problem), costs, prices) == mentee
