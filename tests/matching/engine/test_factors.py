import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.solution import match
from tests.matching.engine.factories import instances, make_instance

# Experience and single wishes depend on each pair, and are for cohorts of ordinary size.
IMPORTANCES = DEFAULT_IMPORTANCES | {"experience": 0, "wishes": 0}


@settings(max_examples=60)
@given(instance=instances(12, 9))
def test_the_product_is_the_points_of_every_eligible_pair(instance):
    dense = match(instance, IMPORTANCES, required=["career"])
    factors = factorise(instance, IMPORTANCES, required=["career"])
    rows, columns = np.divmod(np.arange(dense.points.size), max(instance.n_mentors, 1))

    points = factors.points_of(rows, columns).reshape(dense.points.shape)

    np.testing.assert_array_equal(points, np.where(dense.eligible, dense.points, -1))
    block = factors.points(slice(1, 4), slice(0, 5))
    np.testing.assert_array_equal(
        block[dense.eligible[1:4, :5]], dense.points[1:4, :5][dense.eligible[1:4, :5]]
    )


def test_what_no_table_holds_is_named():
    instance = make_instance(mentee_wishes=[[True, False], [False, False]])

    with pytest.raises(ValueError, match="wishes: cannot count"):
        factorise(instance, {"wishes": 1})
    with pytest.raises(ValueError, match="topics: cannot be required"):
        factorise(instance, {"topics": 1}, required=["topics"])
