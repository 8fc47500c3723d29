from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import groups
from matching.engine.alternatives import best_alternatives
from matching.engine.assignment import InfeasibleError, assign, first_guess
from matching.engine.certificate import CertificateError, verify
from matching.engine.face import INFINITE, prices, whole_problem
from matching.engine.formats import offers, waiting_groups
from matching.engine.groups import as_they_meet, assign_formats, with_liking
from matching.engine.lottery import draw_ranks, pair_tickets
from matching.engine.menu import Menu
from matching.engine.problem import UNMATCHED
from matching.engine.tiers import Objective, Tier, tier_costs
from matching.engine.what_if import PRICED, losses_of, unpacked, what_if
from tests.matching.engine.brute_force import rank, solutions_of
from tests.matching.engine.factories import (
    any_problems,
    make_problem,
    random_nested_problem,
    random_problem,
)

OBJECTIVES = (
    Objective((Tier.SERVED, Tier.TOTAL)),
    Objective((Tier.SERVED, Tier.PRIORITY, Tier.LIKING, Tier.SHORTFALL, Tier.SPREAD)),
    Objective((Tier.SERVED, Tier.SHORTFALL, Tier.LIKING), spread_price=400),
    Objective((Tier.LIKING, Tier.SERVED, Tier.LEXIMIN)),
    Objective((Tier.DRAW, Tier.WORST)),
    Objective((Tier.KEEP, Tier.SERVED, Tier.SPREAD, Tier.TOTAL)),
    Objective((Tier.TOTAL,)),
)


def make_menu(liking, places, **changes):
    """A menu in which places are offered and no format is a group, except for ``changes``."""
    places = np.array(places)
    n_formats = places.shape[1]
    is_group = np.array(changes.pop("is_group", [False] * n_formats))
    least = np.broadcast_to(np.array(changes.pop("least", [1] * n_formats)), places.shape)
    return Menu(
        **{
            "format_ids": tuple(range(1, n_formats + 1)),
            "is_group": is_group,
            "liking": np.array(liking),
            "offered": places > 0,
            "places": places,
            "least": least,
            **changes,
        }
    )


@dataclass
class Case:
    """Mentors with places in each format, before anything is made of them."""

    problem: object
    menu: Menu

    @property
    def offered(self):
        return offers(self.problem, self.menu)


def random_case(seed, n_mentees, n_mentors, n_formats):
    random = np.random.default_rng(seed)
    problem = random_problem(seed, n_mentees, n_mentors)
    shape = (n_mentors, n_formats)
    offered = random.random(shape) < random.choice([0.5, 0.9])
    return Case(
        replace(problem, steps_down=np.zeros((n_mentees, n_mentors), dtype=int)),
        Menu(
            format_ids=tuple(random.permutation(100)[:n_formats].tolist()),
            is_group=random.random(n_formats) < 0.4,
            liking=random.integers(0, random.choice([2, 4]), (n_mentees, n_formats)),
            offered=offered,
            places=np.where(offered, random.integers(0, 4, shape), 0),
            least=random.integers(0, 4, shape),
        ),
    )


cases = st.builds(
    random_case, st.integers(0, 2**32 - 1), st.integers(0, 4), st.integers(0, 3), st.integers(1, 3)
)


def all_choices(case):
    """Every way to give each mentee nobody or a mentor and a format, by the rules as people say."""
    problem, menu = case.problem, case.menu
    open_to = [
        [
            (j, f)
            for j, f in np.argwhere(menu.offered).tolist()
            if problem.eligible[i, j] and menu.liking[i, f]
        ]
        for i in range(problem.n_mentees)
    ]
    for choice in product(*([None, *some] for some in open_to)):
        taken = [one for one in choice if one]
        in_pairs = [j for j, f in taken if not menu.is_group[f]]
        if any(taken.count((j, f)) > menu.places[j, f] for j, f in taken):
            continue
        if any(in_pairs.count(j) > problem.capacity[j] for j in in_pairs):
            continue
        if any(menu.is_group[f] and taken.count((j, f)) < menu.least[j, f] for j, f in taken):
            continue
        yield choice


def column_of(offered, j, f):
    [further] = np.nonzero((offered.mentors == j) & (offered.formats == f))
    return int(further[0]) if len(further) else j


def rank_of(case, objective, choice):
    """Sorts choices as the objective wants them, the best first, without the engine's columns."""
    problem, menu = case.problem, case.menu
    served = [(i, *one) for i, one in enumerate(choice) if one]
    left = [i for i, one in enumerate(choice) if not one]
    points = sorted(int(problem.points[i, j]) for i, j, _ in served)
    in_pairs = [j for _, j, f in served if not menu.is_group[f]]
    twos = sum(in_pairs.count(j) * (in_pairs.count(j) - 1) // 2 for j in set(in_pairs))
    steps = sum(int(menu.liking[i, f]) - 1 for i, _, f in served)
    draw = draw_ranks(problem.salt, problem.mentee_ids)
    of_tier = {
        Tier.SERVED: len(left),
        Tier.PRIORITY: sum(int(problem.priority[i]) for i in left),
        Tier.DRAW: sum(int(draw[i]) for i in left),
        Tier.LIKING: steps,
        Tier.SHORTFALL: sum((100 - one) ** 2 for one in points)
        + 10_000 * len(left)
        + twos * objective.spread_price,
        Tier.WORST: (len(left), -min(points, default=0)),
        Tier.LEXIMIN: (len(left), [-one for one in points]),
        Tier.TOTAL: -sum(points),
        Tier.SPREAD: twos,
        # Kept: in the mentor's first column, as no format of last time is known.
        Tier.KEEP: -sum(
            problem.last_mentor[i] == j and column_of(case.offered, j, f) == j for i, j, f in served
        ),
    }
    return [of_tier[tier] for tier in objective.tiers] + [steps]


def lottery_of(offered, choice):
    problem = offered.problem
    tickets = pair_tickets(problem.salt, 0, problem.mentee_ids, problem.mentor_ids)
    columns = [column_of(offered, *one) if one else UNMATCHED for one in choice]
    formats_ = [offered.menu.format_ids[one[1]] if one else 0 for one in choice]
    return int(tickets[np.arange(len(columns)), columns].sum()), formats_


@settings(max_examples=400, deadline=None)
@given(case=cases, objective=st.sampled_from(OBJECTIVES))
def test_people_are_served_across_formats_as_brute_force_does(case, objective):
    offered = case.offered
    wanted = with_liking(offered, objective)

    found = assign_formats(offered, wanted)

    best = min(
        all_choices(case),
        key=lambda one: (rank_of(case, objective, one), lottery_of(offered, one)),
    )
    chosen = [
        (j, f) if j != UNMATCHED else None
        for j, f in zip(found.mentor.tolist(), found.format.tolist(), strict=True)
    ]
    assert chosen == list(best)
    assert found.is_best
    verify(found.decided, wanted, found.offer, found.best.certificate)


@settings(max_examples=100, deadline=None)
@given(case=cases, objective=st.sampled_from(OBJECTIVES))
def test_stopped_early_the_answer_keeps_all_rules_and_says_so(case, objective):
    offered = case.offered
    wanted = with_liking(offered, objective)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "MAX_SOLVES", 2)
        found = assign_formats(offered, wanted)

    chosen = tuple(
        (j, f) if j != UNMATCHED else None
        for j, f in zip(found.mentor.tolist(), found.format.tolist(), strict=True)
    )
    choices = list(all_choices(case))
    assert chosen in choices
    if found.is_best:
        best = min(rank_of(case, objective, one) for one in choices)
        assert rank_of(case, objective, chosen) == best
    verify(found.decided, wanted, found.offer, found.best.certificate)


def groups_that_meet(offered, mate):
    """Which groups have enough people; nothing else where one has too few."""
    load = np.bincount(mate[mate >= 0], minlength=len(offered.least))
    groups = np.flatnonzero(offered.problem.is_group & (load > 0))
    return None if (load[groups] < offered.least[groups]).any() else groups.tolist()


@settings(max_examples=200, deadline=None)
@given(case=cases, objective=st.sampled_from(OBJECTIVES[:3]))
def test_another_choice_costs_what_is_said_while_the_same_groups_meet(case, objective):
    offered = case.offered
    wanted = with_liking(offered, objective)
    assert set(wanted.tiers) <= set(PRICED)
    found = assign_formats(offered, wanted)
    problem = as_they_meet(offered, found.decided, found.offer)

    question = what_if(problem, wanted, found.offer)

    goals = replace(wanted, tiers=question.tiers)
    base = rank(problem, goals, found.offer)[:-1]
    solutions = [
        (rank(problem, goals, mate)[:-1], mate)
        for mate in solutions_of(offered.problem)
        if groups_that_meet(offered, mate) == groups_that_meet(offered, found.offer)
    ]
    losses = losses_of(question, np.arange(problem.n_mentees))
    for i, j in np.argwhere(problem.eligible & (problem.capacity > 0)).tolist():
        costs = [key for key, mate in solutions if mate[i] == j]
        if not costs:
            continue
        said = list(unpacked(question, int(losses[i, j])).values())
        assert said == [a - b for a, b in zip(min(costs), base, strict=True)]


@settings(max_examples=100, deadline=None)
@given(case=cases)
def test_a_free_place_is_where_one_more_could_join(case):
    offered = case.offered
    objective = with_liking(offered, Objective((Tier.SERVED, Tier.TOTAL)))
    found = assign_formats(offered, objective)

    free = offered.free_places(found.offer)

    menu, problem = case.menu, case.problem
    taken = [
        (j, f)
        for j, f in zip(found.mentor.tolist(), found.format.tolist(), strict=True)
        if j != UNMATCHED
    ]
    for j, f in np.ndindex(menu.offered.shape):
        more = [*taken, (j, f)]
        in_pairs = [1 for k, g in more if k == j and not menu.is_group[g]]
        assert free[j, f] == (
            menu.offered[j, f]
            and more.count((j, f)) <= menu.places[j, f]
            and (
                more.count((j, f)) >= menu.least[j, f]
                if menu.is_group[f]
                else len(in_pairs) <= problem.capacity[j]
            )
        )


@settings(max_examples=100)
@given(problem=any_problems(5, 3), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_places_that_must_be_filled_are(problem, objective, data):
    must_fill = np.array([data.draw(st.integers(0, int(c))) for c in problem.capacity], dtype=int)
    problem = replace(problem, must_fill=must_fill)
    allowed = list(solutions_of(problem))
    if not allowed:
        with pytest.raises(InfeasibleError):
            assign(problem, objective)
        return

    found = assign(problem, objective)

    best = min(allowed, key=lambda mate: rank(problem, objective, mate))
    np.testing.assert_array_equal(found.mate, best)
    verify(problem, objective, found.mate, found.certificate)


@given(problem=any_problems(6, 4))
def test_places_are_counted_once_however_they_lie_within_each_other(problem):
    problem = replace(problem, eligible=np.ones_like(problem.eligible))

    most = max(int((mate != UNMATCHED).sum()) for mate in solutions_of(problem))

    assert min(whole_problem(problem).n_places, problem.n_mentees) == most


@pytest.mark.parametrize("seed", range(4))
def test_the_first_guess_serves_those_who_rank_first_where_places_are_shared(seed):
    problem = random_nested_problem(seed, 40, 12)
    face = whole_problem(problem)
    assert face.n_places < problem.n_mentees

    n_solved, mate = first_guess(problem, Objective((Tier.DRAW, Tier.TOTAL)))

    costs = tier_costs(problem, Objective(), Tier.DRAW, 0)
    prices(face, costs, mate)  # there are none of a solution that is not best
    assert n_solved == 2


def test_a_search_that_is_cut_short_claims_nothing(monkeypatch):
    # Each would rather have a circle of their own, and only both together make one.
    problem = make_problem([[90, 10], [10, 90]], [0, 0])
    menu = make_menu([[1]] * 2, [[2], [2]], is_group=[True], least=[2])
    offered = offers(problem, menu)
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    monkeypatch.setattr(groups, "MAX_SOLVES", 2)

    found = assign_formats(offered, objective)

    assert (found.mentor.tolist(), found.is_best) == ([-1, -1], False)
    monkeypatch.undo()
    found = assign_formats(offered, objective)
    assert (len(set(found.mentor.tolist())), found.is_best) == (1, True)


def test_what_does_not_hold_is_no_answer(monkeypatch):
    problem = make_problem([[90, 80]], [1, 1])
    offered = offers(problem, make_menu([[1]], [[1], [1]]))
    objective = Objective((Tier.SERVED, Tier.TOTAL))

    def worse(problem, objective):
        return replace(assign(problem, objective), mate=np.array([1]))

    monkeypatch.setattr(groups, "assign", worse)

    with pytest.raises(CertificateError):
        assign_formats(offered, objective)


def test_nobody_is_priced_out_of_a_group_that_needs_them():
    problem = make_problem([[50, 40], [50, 40], [50, 40]], [0, 1])
    menu = make_menu([[2, 1]] * 3, [[0, 3], [1, 0]], is_group=[False, True], least=[1, 3])
    offered = offers(problem, menu)
    objective = Objective((Tier.SERVED, Tier.TOTAL, Tier.LIKING))
    found = assign_formats(offered, objective)
    assert found.mentor.tolist() == [0, 0, 0]

    problem = as_they_meet(offered, found.decided, found.offer)
    question = what_if(problem, objective, found.offer)

    # The pair has a free place, and whoever took it would leave two in a circle of three.
    assert (losses_of(question, np.arange(3))[:, 1] == INFINITE).all()
    assert (best_alternatives(question, np.arange(3), 3)[0] == UNMATCHED).all()


def test_with_pairs_alone_the_problem_stays_as_it_was():
    problem = make_problem([[90, 40], [80, 50], [70, 60]], [1, 2])
    menu = make_menu([[1]] * 3, [[1], [2]])

    assert offers(problem, menu).problem.digest() == problem.digest()


@pytest.mark.parametrize(
    ("places", "capacity"), [([2, 2], 2), ([2, 0], 3)], ids=["all of them", "the only kind"]
)
def test_kinds_that_need_no_column_of_their_own_have_none(places, capacity):
    problem = make_problem([[90]] * 3, [capacity])

    offered = offers(problem, make_menu([[1, 2]] * 3, [places])).problem

    assert (offered.mentor_ids, offered.capacity.tolist()) == (problem.mentor_ids, [2])


def test_a_place_is_one_in_the_format_and_with_the_mentor():
    menu = make_menu([[2, 1, 0, 1]], [[1, 0, 1, 3]] * 2, is_group=[False, False, False, True])
    menu = replace(menu, offered=np.array([[True, True, True, True], [True, True, False, True]]))
    capacity = np.array([1, 0])

    assert menu.with_place(capacity).tolist() == [
        [True, False, True, True],
        [False, False, False, True],
    ]
    # What the mentee likes best first, then by id.
    assert list(menu.formats_of(0, 0, capacity).items()) == [(2, False), (4, True), (1, True)]


def test_groups_that_wait_for_people_are_counted_for_whoever_could_join():
    # The first meets; of three that do not, one is not allowed and one of a format not accepted.
    problem = make_problem([[90, -1, -1, -1], [90, -1, -1, -1], [80, 70, -1, 60]], [0] * 4)
    menu = make_menu(
        [[1, 1], [1, 1], [1, 0]],
        [[2, 0], [3, 0], [3, 0], [0, 3]],
        is_group=[True] * 2,
        least=[2, 2],
    )
    offered = offers(problem, menu)
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    mate = assign_formats(offered, objective).offer
    left = np.flatnonzero(mate == UNMATCHED)

    found = waiting_groups(offered, left, problem.eligible[left], mate)

    assert (left.tolist(), found.tolist()) == ([2], [1])


def test_who_gets_no_pair_gets_the_circle():
    problem = make_problem([[90], [80], [70]], [1])
    menu = make_menu([[1, 2]] * 3, [[1, 5]], is_group=[False, True], least=[1, 2])

    found = assign_formats(offers(problem, menu), Objective((Tier.SERVED, Tier.TOTAL)))

    assert sorted(found.format.tolist()) == [0, 1, 1]
    assert found.mentor.tolist() == [0, 0, 0]
    assert (found.n_solves, found.is_best) == (1, True)


def test_a_circle_takes_somebody_from_a_pair_rather_than_leave_one_alone():
    problem = make_problem([[90], [80]], [1])
    menu = make_menu([[1, 2]] * 2, [[1, 5]], is_group=[False, True], least=[1, 2])

    found = assign_formats(offers(problem, menu), Objective((Tier.SERVED, Tier.TOTAL)))

    assert found.format.tolist() == [1, 1]
    assert found.n_solves > 1


def test_kinds_with_fewer_places_share_those_of_the_mentor():
    problem = make_problem([[90], [80], [70], [60]], [3])
    menu = make_menu([[1, 2]] * 4, [[1, 3]])

    found = assign_formats(offers(problem, menu), Objective((Tier.SERVED, Tier.LIKING, Tier.TOTAL)))

    assert found.mentor.tolist() == [0, 0, 0, -1]
    assert sorted(found.format.tolist()) == [-1, 0, 1, 1]
    assert (found.n_solves, found.is_best) == (1, True)


def test_three_kinds_that_no_list_of_places_could_hold():
    # Any two of the three kinds, each once: three places with a kind each would allow all three,
    # two places would rule out some two.
    problem = make_problem([[90], [80], [70]], [2])
    menu = make_menu([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 1, 1]])

    found = assign_formats(offers(problem, menu), Objective((Tier.SERVED, Tier.TOTAL)))

    assert found.format.tolist() == [0, 1, -1]


def test_a_circle_is_no_crowd():
    problem = make_problem([[90, 50]] * 3, [0, 1])
    menu = make_menu([[1, 1]] * 3, [[0, 3], [1, 0]], is_group=[False, True])

    found = assign_formats(offers(problem, menu), Objective((Tier.SERVED, Tier.SPREAD, Tier.TOTAL)))

    assert found.mentor.tolist() == [0, 0, 0]


def test_the_format_of_last_time_is_kept_too():
    problem = make_problem([[90, 90]] * 2, [1, 1], last_mentor=[0, 1])
    menu = make_menu([[1, 2]] * 2, [[1, 2], [1, 0]], is_group=[False, True], last=np.array([1, 0]))
    objective = Objective((Tier.SERVED, Tier.KEEP, Tier.LIKING))

    found = assign_formats(offers(problem, menu), objective)

    assert (found.mentor.tolist(), found.format.tolist()) == ([0, 1], [1, 0])


def test_a_mentor_of_last_time_is_kept_where_the_format_is_one_of_their_first_column():
    problem = make_problem([[90, 50]], [1, 1], last_mentor=[1])
    menu = make_menu([[1, 2]], [[1, 0], [1, 0]], last=np.array([0]))
    objective = Objective((Tier.SERVED, Tier.KEEP, Tier.TOTAL))

    assert assign_formats(offers(problem, menu), objective).mentor.tolist() == [1]


def test_a_cohort_of_usual_size_with_pools_and_many_goals_is_proven():
    random = np.random.default_rng(0)
    n, m = 120, 80
    problem = random_problem(3, n, m)
    problem = replace(
        problem,
        points=random.integers(0, 101, (n, m)),
        eligible=np.ones((n, m), dtype=bool),
        steps_down=np.zeros((n, m), dtype=int),
    )
    places = np.where(random.random((m, 3)) < 0.3, 1, problem.capacity[:, np.newaxis])
    menu = make_menu(random.integers(0, 4, (n, 3)), places)
    offered = offers(problem, menu)
    assert offered.problem.n_pools > 10

    for objective in (
        *OBJECTIVES,
        Objective((Tier.SERVED, Tier.LIKING, Tier.SHORTFALL, Tier.TOTAL)),
    ):
        found = assign_formats(offered, with_liking(offered, objective))

        assert (found.n_solves, found.is_best) == (1, True)


def test_an_empty_place_that_must_be_filled_is_noticed():
    problem = make_problem([[90], [80]], [2], must_fill=[1])
    found = assign(problem, Objective())

    with pytest.raises(CertificateError, match="must be filled"):
        verify(problem, Objective(), np.array([-1, -1]), found.certificate)


def test_more_than_a_pool_has_is_noticed():
    problem = make_problem([[90, 90], [80, 80]], [1, 1], pool=[0, 0], pool_capacity=[1])
    found = assign(problem, Objective())

    assert sorted(found.mate.tolist())[0] == UNMATCHED
    with pytest.raises(CertificateError, match="more mentees than places"):
        verify(problem, Objective(), np.array([0, 1]), found.certificate)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"places": np.array([[1]])}, "places: must be integers"),
        ({"places": np.array([[1, -1]])}, "places: must not be negative"),
        ({"liking": np.array([[1, 101]])}, "liking: must lie within"),
        ({"least": np.array([[1.5, 1.0]])}, "least: must be integers"),
        ({"is_group": np.array([0, 1])}, "is_group: must be booleans"),
        ({"format_ids": (1, 1)}, "format_ids: an id occurs twice"),
        ({"last": np.array([2])}, "last: names a format that does not exist"),
    ],
)
def test_a_wrong_argument_is_named(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(make_menu([[1, 2]], [[1, 1]]), **changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pool": [0]}, "pool: names a pool that does not exist"),
        ({"pool": [0], "pool_capacity": [-1]}, "pool_capacity: must not be negative"),
        ({"pool": [0], "pool_capacity": [1], "is_group": [True]}, "is_group: a group has places"),
    ],
)
def test_a_wrong_pool_is_named(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        make_problem([[90]], [1], **changes)
