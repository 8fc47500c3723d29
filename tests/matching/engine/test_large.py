from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.certificate import CertificateError
from matching.engine.cohort import large_cohort
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.face import Prices
from matching.engine.factors import factorise
from matching.engine.large import CancelledError, assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.solution import match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.factories import instances

IMPORTANCES = DEFAULT_IMPORTANCES | {"experience": 0, "wishes": 0}
OBJECTIVES = (
    Objective(),
    Objective((Tier.SERVED, Tier.TOTAL)),
    Objective((Tier.DRAW, Tier.SHORTFALL)),
    Objective((Tier.SERVED, Tier.SHORTFALL, Tier.TOTAL, Tier.SPREAD)),
)


@pytest.mark.parametrize("importances", [IMPORTANCES, {"career": 1}, {}])
@settings(max_examples=40)
@given(instance=instances(40, 30), objective=st.sampled_from(OBJECTIVES))
def test_a_large_run_finds_what_the_dense_one_finds(importances, instance, objective):
    dense = match(instance, importances, objective)
    cohort = large_cohort(factorise(instance, importances))

    found = assign_large(cohort, objective)

    np.testing.assert_array_equal(found.mate, dense.mate)
    verify_large(cohort, objective, found)


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
    rest = assign_large(cohort, Objective(), start=reports[-1].pairs)

    np.testing.assert_array_equal(rest.mate, whole.mate)
    assert rest.n_passes < whole.n_passes
    verify_large(cohort, Objective(), rest)


@settings(max_examples=80)
@given(instance=instances(12, 9), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_a_changed_result_is_refused(instance, objective, data):
    cohort = large_cohort(factorise(instance, IMPORTANCES))
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


@settings(max_examples=80)
@given(instance=instances(12, 9), objective=st.sampled_from(OBJECTIVES), data=st.data())
def test_changed_prices_prove_the_same_or_are_refused(instance, objective, data):
    cohort = large_cohort(factorise(instance, IMPORTANCES))
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
    np.testing.assert_array_equal(found.mate, match(instance, IMPORTANCES, objective).mate)


@pytest.mark.parametrize(
    "tiers", [(Tier.TOTAL,), (Tier.PRIORITY, Tier.TOTAL), (Tier.SERVED, Tier.LEXIMIN), ()]
)
def test_objectives_for_smaller_cohorts_are_refused(tiers):
    cohort = large_cohort(factorise(synthetic_instance(5, 5), DEFAULT_IMPORTANCES))

    with pytest.raises(ValueError, match=r"^tiers: a large cohort needs"):
        assign_large(cohort, Objective(tiers))
