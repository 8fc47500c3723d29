"""A large run gives the committee what an ordinary one gives it, without a matrix."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine import large_solution
from matching.engine.certificate import CertificateError
from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.instance import Instance
from matching.engine.large import assign_large
from matching.engine.large_solution import match_large
from matching.engine.pairs import PairList
from matching.engine.progress import CancelledError
from matching.engine.solution import match
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.factories import make_instance
from tests.matching.engine.test_large import cohorts, in_small_tiles, objectives, with_lists


@settings(max_examples=80)
@given(case=cohorts(14, 10), objective=objectives())
@in_small_tiles()
def test_pairs_points_and_reasons_are_those_of_an_ordinary_run(case, objective):
    instance, importances, required = case
    dense = match(instance, importances, objective, required)

    large = match_large(with_lists(instance), importances, objective, required)

    assert large.pairs == dense.pairs
    assert large.points.tolist() == [int(dense.points[pair]) for pair in dense.pairs]
    np.testing.assert_array_equal(large.contributions, dense.contributions)
    assert [large.breakdown(k) for k in range(len(large.pairs))] == [
        dense.breakdown(k) for k in range(len(dense.pairs))
    ]
    assert large.unmatched == dense.unmatched
    assert large.free_places.tolist() == dense.free_places.tolist()
    assert (large.maxima, large.values) == (dense.maxima, dense.values)
    assert list(large.seconds) == ["scoring", "solving", "proving", "explaining"]


def test_many_unmatched_are_explained_each_under_their_own_row():
    instance = make_instance(70, 1, mentee_admitted=np.arange(70) % 2 == 0)

    large = match_large(instance, DEFAULT_IMPORTANCES, Objective())

    assert large.unmatched == match(instance, DEFAULT_IMPORTANCES).unmatched
    assert len(large.unmatched) == 69


def test_lists_of_pairs_hold_where_very_many_are_equally_good():
    n, m = 360, 300
    few = PairList.of((n, m), np.arange(n), np.arange(n) % m)
    instance = large_instance(n, m, few)

    importances, objective = {"wishes": 5, "topics": 5}, Objective((Tier.SERVED, Tier.TOTAL))

    large = match_large(instance, importances, objective)

    assert large.pairs == match(instance, importances, objective).pairs
    chosen = dict(large.pairs)
    assert len(chosen) == 300
    # Conflicts hold although everyone wishes for exactly the one they must not have.
    assert all(chosen[i] != i % m for i in chosen)
    assert int(large.contributions[:, [c.key for c in CRITERIA].index("topics")].min()) == 50


def large_instance(n: int, m: int, few: PairList) -> Instance:
    random = np.random.default_rng(4)
    return make_instance(
        n,
        m,
        mentor_ids=tuple(range(n + 1, n + m + 1)),
        mentee_persons=np.arange(n),
        mentor_persons=np.arange(n, n + m),
        mentee_topic_ranks=np.eye(25, dtype=int)[random.integers(0, 25, n)],
        mentor_topics=random.random((m, 25)) < 0.5,
        conflicts=few,
        mentee_wishes=few,
    )


def test_what_does_not_hold_is_no_answer(monkeypatch):
    def worse(cohort, *rest):
        found = assign_large(cohort, *rest)
        return replace(found, mate=np.array([-1]), points=np.array([-1]))

    monkeypatch.setattr(large_solution, "assign_large", worse)

    with pytest.raises(CertificateError):
        match_large(make_instance(1, 1), DEFAULT_IMPORTANCES, Objective())


def test_a_run_that_is_watched_can_be_stopped():
    def stop(progress):
        raise CancelledError

    with pytest.raises(CancelledError):
        match_large(make_instance(), DEFAULT_IMPORTANCES, Objective(), watch=stop)
