from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import large, lottery, pricing, sketch
from matching.engine.certificate import CertificateError
from matching.engine.cohort import edge_costs, large_cohort, values
from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.edges import EdgeFace
from matching.engine.face import Prices
from matching.engine.factors import factorise
from matching.engine.large import assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.pairs import PairList
from matching.engine.pricing import PriceList, scan
from matching.engine.progress import CancelledError
from matching.engine.solution import match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.brute_force import all_solutions
from tests.matching.engine.factories import instances, make_instance

KEYS = [criterion.key for criterion in CRITERIA]
OTHERS = (Tier.SERVED, Tier.PRIORITY, Tier.DRAW, Tier.KEEP, Tier.SPREAD, Tier.LIKING)
BY_PAIR = ("conflicts", "earlier_partners", "mentee_wishes", "mentor_wishes")


@st.composite
def objectives(draw):
    """Every objective that a large cohort can have, in every order."""
    points = draw(st.sampled_from([(Tier.SHORTFALL,), (Tier.TOTAL,), (Tier.SHORTFALL, Tier.TOTAL)]))
    tiers = draw(st.permutations([*draw(st.sets(st.sampled_from(OTHERS))), *points]))
    return Objective(tuple(tiers), draw(st.sampled_from([0, 5, 300, 10_000])))


@st.composite
def cohorts(draw, max_mentees, max_mentors):
    """An instance with last proposals, and what counts and is required in it."""
    instance = draw(instances(max_mentees, max_mentors))
    had = st.sampled_from([-1, 99_999, *instance.mentor_ids])
    last = draw(st.lists(had, min_size=instance.n_mentees, max_size=instance.n_mentees))
    importances = draw(st.fixed_dictionaries({key: st.integers(0, 10) for key in KEYS}))
    required = draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))
    return replace(instance, mentee_last_mentors=np.array(last, dtype=int)), importances, required


def with_lists(instance):
    """The same instance with lists of pairs in place of matrices."""
    shape = (instance.n_mentees, instance.n_mentors)
    pairs = {name: PairList.of(shape, *np.nonzero(getattr(instance, name))) for name in BY_PAIR}
    return replace(instance, **pairs)


@contextmanager
def in_small_tiles():
    """All pairs are looked at in tiles of a few people, so that small cohorts have several."""
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"ROWS": 8, "TILE": 16, "CHUNK": 4, "STRIDE": 4}.items():
            patch.setattr(pricing, name, size)
        yield


@settings(max_examples=250)
@given(
    case=cohorts(25, 18), objective=objectives(), few=st.integers(1, 3), sketches=st.integers(0, 2)
)
@in_small_tiles()
def test_a_large_run_finds_what_the_dense_one_finds(case, objective, few, sketches):
    instance, importances, required = case
    dense = match(instance, importances, objective, required)
    cohort = large_cohort(factorise(with_lists(instance), importances, required))

    with pytest.MonkeyPatch.context() as patch:
        # So few to begin with that most pairs have to be found by their prices.
        for name in ("FIRST_PER_MENTEE", "FIRST_PER_MENTOR", "MORE_PER_MENTEE"):
            patch.setattr(sketch, name, few)
        patch.setattr(large, "MORE_PER_MENTEE", few)
        patch.setattr(large, "CHEAPEST", few)
        patch.setattr(sketch, "MAX_SKETCHES", sketches)
        found = assign_large(cohort, objective)

    np.testing.assert_array_equal(found.mate, dense.mate)
    verify_large(cohort, objective, found)
    assert values(cohort, objective, found) == dense.values


@settings(max_examples=15)
@given(instance=instances(60, 45))
@in_small_tiles()
def test_a_larger_run_without_importances_finds_it_too(instance):
    found = assign_large(large_cohort(factorise(instance, {})), Objective())

    np.testing.assert_array_equal(found.mate, match(instance, {}).mate)


@pytest.mark.parametrize("seed", range(4))
def test_between_equal_tickets_further_rounds_decide(monkeypatch, seed):
    monkeypatch.setattr(lottery, "LOTTERY_BITS", 3)
    instance = make_instance(5, 4, salt=f"{seed}")
    cohort = large_cohort(factorise(instance, {}))
    objective = Objective((Tier.TOTAL, Tier.SERVED))

    found = assign_large(cohort, objective)

    verify_large(cohort, objective, found)
    np.testing.assert_array_equal(found.mate, match(instance, {}, objective).mate)


@pytest.mark.parametrize(
    ("n_mentors", "mates"), [(2, [-1, 0, 1]), (1, [-1, 0])], ids=["of mentors", "to have one"]
)
def test_a_lottery_that_leaves_a_choice_proves_nothing(monkeypatch, n_mentors, mates):
    monkeypatch.setattr(lottery, "LOTTERY_BITS", 0)  # all tickets are 0
    cohort = large_cohort(factorise(make_instance(1, n_mentors), {}))
    objective = Objective((Tier.TOTAL,))
    found = assign_large(cohort, objective)

    for mate in mates:
        either = replace(found, mate=np.array([mate]), points=np.array([min(mate, 0)]))
        with pytest.raises(CertificateError, match=r"^lottery: the result is not proven"):
            verify_large(cohort, objective, either)


@pytest.mark.parametrize("shortage", [True, False])
def test_several_passes_find_what_the_dense_run_finds(shortage):
    instance = synthetic_instance(420, 300, seed=3, shortage=shortage)
    cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))

    found = assign_large(cohort, Objective())

    assert found.n_passes > 1
    assert found.n_pairs < 420 * 300 / 2
    np.testing.assert_array_equal(found.mate, match(instance, DEFAULT_IMPORTANCES).mate)


def test_a_cancelled_run_goes_on_to_the_same_result():
    cohort = large_cohort(factorise(synthetic_instance(300, 200, seed=1), DEFAULT_IMPORTANCES))
    reports = []

    def watch(progress):
        reports.append(progress)
        if progress.n_passes == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        assign_large(cohort, Objective(), watch)
    whole = assign_large(cohort, Objective())
    rest = assign_large(cohort, Objective(), start=reports[-1])

    np.testing.assert_array_equal(rest.mate, whole.mate)
    assert rest.n_passes == whole.n_passes
    verify_large(cohort, Objective(), rest)


@settings(max_examples=80)
@given(instance=instances(12, 9), objective=objectives(), data=st.data())
@in_small_tiles()
def test_a_changed_result_is_refused(instance, objective, data):
    cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    found = assign_large(cohort, objective)
    if instance.n_mentees == 0:
        return
    i = data.draw(st.integers(0, instance.n_mentees - 1))
    j = data.draw(st.integers(-1, instance.n_mentors))
    mate = found.mate.copy()
    mate[i] = j
    if np.array_equal(mate, found.mate):
        return
    points = found.points.copy()
    if 0 <= j < instance.n_mentors:
        points[i] = cohort.factors.points_of(np.array([i]), np.array([j]))[0]
    with pytest.raises(CertificateError):
        verify_large(cohort, objective, replace(found, mate=mate, points=points))


@pytest.mark.parametrize(
    ("mate", "points", "sentence"),
    [
        ([0], [100], "wrong shape or type"),
        ([0.0, 1.0], [100, 100], "wrong shape or type"),
        ([0, 2], [100, 100], "does not exist"),
        ([0, -2], [100, 100], "does not exist"),
        ([1, 0], [-1, 100], "not eligible"),
        ([0, 1], [100, 99], "other points"),
        ([0, 0], [100, 100], "more mentees than places"),
    ],
)
def test_a_result_that_is_not_allowed_is_named(mate, points, sentence):
    instance = make_instance(2, 2, conflicts=[[False, True], [False, False]])
    cohort = large_cohort(factorise(instance, {"topics": 1}))
    found = assign_large(cohort, Objective())
    assert (found.mate.tolist(), found.points.tolist()) == ([0, 1], [100, 100])

    with pytest.raises(CertificateError, match=f"^mate: .*{sentence}"):
        verify_large(
            cohort, Objective(), replace(found, mate=np.array(mate), points=np.array(points))
        )


def forged_for(cohort, objective, found, mate, how="as they were"):
    """The proof of another result, as somebody would forge it: everyone meets their prices.

    Places are worth what they were, nothing, or as much as it takes for no pair to be cheaper.
    """
    n, m = len(mate), len(cohort.mentor_ids)
    rows, columns = np.indices((n, m)).reshape(2, -1)
    of_all = cohort.factors.points_of(rows, columns)
    face = EdgeFace(rows, columns, mate < 0, np.zeros(m, int), cohort.capacity)
    chosen = np.flatnonzero(mate >= 0)
    points = np.full(n, -1, dtype=np.int64)
    points[chosen] = of_all.reshape(n, m)[chosen, mate[chosen]]
    steps = []
    for step in found.steps:
        costs = edge_costs(cohort, objective, step.tier, step.level, face, of_all)
        pair = costs.pair.reshape(n, m)
        own = costs.unmatched.copy()
        own[chosen] = pair[chosen, mate[chosen]]
        place = step.prices.place if how == "as they were" else np.zeros(m, dtype=np.int64)
        if how == "raised":
            dearest = np.where(of_all.reshape(n, m) < 0, -(2**40), own[:, np.newaxis] - pair)
            for _ in range(m + 1):
                worth = dearest + np.append(place, 0)[mate][:, np.newaxis]
                place = np.maximum(place, worth.max(axis=0, initial=0))
        prices = Prices(own + np.append(place, 0)[mate], place)
        steps.append(replace(step, prices=prices))
    return replace(found, mate=mate, points=points, steps=tuple(steps))


def contested_instance(seed, n_mentees, n_mentors):
    """Everybody fits everybody, more or less well, and places may be short."""
    random = np.random.default_rng(seed)
    ranks = np.eye(3, dtype=int)[random.integers(0, 3, n_mentees)]
    return make_instance(
        n_mentees,
        n_mentors,
        salt=f"{seed}",
        mentee_topic_ranks=ranks,
        mentor_topics=random.random((n_mentors, 3)) < 0.5,
        capacity=random.integers(0, 4, n_mentors),
        mentee_priorities=random.integers(0, 3, n_mentees),
        mentee_last_mentors=random.integers(100, 104, n_mentees),
    )


@settings(max_examples=40)
@given(
    instance=st.builds(
        contested_instance, st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 3)
    ),
    importances=st.sampled_from([{}, {"topics": 1}]),
    objective=objectives(),
)
@in_small_tiles()
def test_no_other_result_is_accepted_with_prices_made_for_it(instance, importances, objective):
    cohort = large_cohort(factorise(instance, importances))
    found = assign_large(cohort, objective)
    every_pair = np.ones((instance.n_mentees, instance.n_mentors), dtype=bool)

    verify_large(cohort, objective, forged_for(cohort, objective, found, found.mate))
    for mate in all_solutions(every_pair, instance.capacity):
        if not np.array_equal(mate, found.mate):
            for how in ("as they were", "nothing", "raised"):
                forged = forged_for(cohort, objective, found, mate, how)
                with pytest.raises(CertificateError):
                    verify_large(cohort, objective, forged)


def test_a_pair_that_is_better_by_a_wish_is_not_overlooked():
    instance = make_instance(1, 2, mentee_wishes=[[False, True]])
    cohort, objective = large_cohort(factorise(instance, {"wishes": 1})), Objective((Tier.TOTAL,))
    found = assign_large(cohort, objective)
    assert found.mate.tolist() == [1]

    forged = forged_for(cohort, objective, found, np.array([0]), "nothing")

    with pytest.raises(CertificateError, match="a pair is cheaper than its prices"):
        verify_large(cohort, objective, forged)


@settings(max_examples=80)
@given(instance=instances(12, 9), objective=objectives(), data=st.data())
@in_small_tiles()
def test_changed_prices_prove_the_same_or_are_refused(instance, objective, data):
    cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    found = assign_large(cohort, objective)
    at = data.draw(st.integers(0, len(found.steps) - 1))
    old = found.steps[at].prices
    mentee, place = old.mentee.copy(), old.place.copy()
    array = data.draw(st.sampled_from([mentee, place]))
    if len(array) == 0:
        return
    array[data.draw(st.integers(0, len(array) - 1))] += data.draw(st.sampled_from([-50, -1, 1, 50]))
    steps = list(found.steps)
    steps[at] = replace(steps[at], prices=Prices(mentee, place))
    try:
        verify_large(cohort, objective, replace(found, steps=tuple(steps)))
    except CertificateError:
        return
    # Other prices may be as good; then they prove the one result there is.
    np.testing.assert_array_equal(found.mate, match(instance, DEFAULT_IMPORTANCES, objective).mate)


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ((Tier.SERVED,), "a large cohort needs shortfall or total"),
        ((), "a large cohort needs shortfall or total"),
        ((Tier.SERVED, Tier.LEXIMIN, Tier.TOTAL), "leximin needs a smaller cohort"),
        ((Tier.SERVED, Tier.TOTAL, Tier.WORST), "worst needs a smaller cohort"),
    ],
)
def test_objectives_for_smaller_cohorts_are_refused_by_name(tiers, message):
    cohort = large_cohort(factorise(synthetic_instance(5, 5), DEFAULT_IMPORTANCES))

    with pytest.raises(ValueError, match=f"^tiers: {message}"):
        assign_large(cohort, Objective(tiers))


def test_a_forbidden_pair_hides_no_violation():
    # Mentors 0, 32 and 64 are looked at together, and the mentee works with the first.
    employers = np.full(65, -1)
    employers[0] = 7
    instance = make_instance(1, 65, mentee_employers=[7], mentor_employers=employers)
    factors = factorise(instance, DEFAULT_IMPORTANCES)
    dear = Prices(np.array([20_000]), np.zeros(65, dtype=np.int64))

    nobody = PairList((1, 65), np.zeros(0, dtype=np.int64))
    listed = PriceList((), dear, Tier.SHORTFALL, nobody)
    _, mentors = scan(factors, listed, 100, lambda share: None).missing

    assert 0 not in mentors
    assert {32, 64} & set(mentors.tolist())


@pytest.mark.parametrize(
    "tiers",
    [
        (Tier.SERVED, Tier.SHORTFALL),
        (Tier.PRIORITY, Tier.TOTAL),
        (Tier.TOTAL, Tier.SERVED),
        (Tier.SERVED, Tier.TOTAL, Tier.SPREAD),
        (Tier.SERVED, Tier.DRAW, Tier.TOTAL),
    ],
    ids="-".join,
)
def test_a_proof_for_other_goals_is_refused(tiers):
    cohort = large_cohort(factorise(make_instance(2, 3), DEFAULT_IMPORTANCES))
    found = assign_large(cohort, Objective((Tier.SERVED, Tier.TOTAL)))

    with pytest.raises(CertificateError, match="other steps than the objective"):
        verify_large(cohort, Objective(tiers), found)


def test_a_proof_that_ends_before_the_points_is_refused():
    cohort = large_cohort(factorise(make_instance(2, 3), DEFAULT_IMPORTANCES))
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    found = assign_large(cohort, objective)

    with pytest.raises(CertificateError, match="other steps than the objective"):
        verify_large(cohort, objective, replace(found, steps=found.steps[:1]))


def two_mentors():
    """One mentee with the better of two mentors, and the prices of the points changed."""
    instance = make_instance(1, 2, mentor_topics=[[True], [False]])
    cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    objective = Objective((Tier.SERVED, Tier.SHORTFALL))
    found = assign_large(cohort, objective)
    assert found.mate.tolist() == [0]

    def with_prices(mentee, place):
        prices = Prices(np.array(mentee), np.array(place))
        steps = (found.steps[0], replace(found.steps[1], prices=prices))
        verify_large(cohort, objective, replace(found, steps=steps))

    return with_prices


def test_who_is_chosen_has_to_meet_the_price():
    with pytest.raises(CertificateError, match="not where the prices say"):
        two_mentors()([-1], [0, 0])


def test_no_pair_may_be_cheaper_than_its_prices():
    with pytest.raises(CertificateError, match="a pair is cheaper than its prices"):
        two_mentors()([0], [0, -20_000])
