import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import factors as factors_module
from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.solution import match
from tests.matching.engine.factories import instances, make_instance

KEYS = [criterion.key for criterion in CRITERIA]


@settings(max_examples=120)
@given(
    instance=instances(12, 9),
    importances=st.fixed_dictionaries({key: st.integers(0, 10) for key in KEYS}),
    required=st.lists(st.sampled_from(KEYS), max_size=3, unique=True),
)
def test_product_and_exceptions_are_the_points_of_every_eligible_pair(
    instance, importances, required
):
    dense = match(instance, importances, required=required)
    factors = factorise(instance, importances, required)
    rows, columns = np.divmod(np.arange(dense.points.size), max(instance.n_mentors, 1))

    points = factors.points_of(rows, columns).reshape(dense.points.shape)

    np.testing.assert_array_equal(points, np.where(dense.eligible, dense.points, -1))
    usual = dense.eligible & (factors.exceptions.of(rows, columns) == 0).reshape(points.shape)
    block = factors.points(slice(1, 4), slice(0, 5))
    np.testing.assert_array_equal(block[usual[1:4, :5]], dense.points[1:4, :5][usual[1:4, :5]])
    assert (factors.exceptions.extra >= 0).all()


def test_a_required_criterion_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="required: no such criterion: luck"):
        factorise(make_instance(), DEFAULT_IMPORTANCES, ["luck"])


def test_too_many_different_mentors_are_named(monkeypatch):
    monkeypatch.setattr(factors_module, "MAX_PATTERNS", 2)
    instance = make_instance(2, 3, mentor_stages=[1, 2, 3])

    with pytest.raises(ValueError, match=r"^stages: mentors differ in 3 ways; .* takes 2$"):
        factorise(instance, DEFAULT_IMPORTANCES)
