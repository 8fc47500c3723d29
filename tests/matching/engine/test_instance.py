from dataclasses import fields

import numpy as np
import pytest

from matching.engine.instance import Instance
from tests.matching.engine.factories import make_instance, random_instance


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("mentee_ids", (1, 1), "twice"),
        ("salt", 3, "text"),
        ("mentee_persons", np.zeros(3, dtype=int), r"shape must be \(2\), not \(3,\)"),
        ("mentor_employers", np.array([-2, 0]), "within -1"),
        ("mentee_topic_ranks", np.array([[np.nan], [1.0]]), "NaN"),
        ("mentee_topic_ranks", np.array([[0.5], [1.0]]), "integers"),
        ("mentee_topic_ranks", np.array([[4], [0]]), "within 0 and 3"),
        ("mentor_topics", np.ones((2, 2), dtype=bool), r"shape must be \(2, 1\)"),
        ("mentor_topics", np.ones((2, 1), dtype=int), "booleans"),
        ("mentor_formats", [[True], [True]], None),
        ("mentor_ways", np.ones(2, dtype=bool), "shape"),
        ("way_needs_same_place", np.zeros(2, dtype=bool), r"shape must be \(1\)"),
        ("mentor_utc_offsets", np.array([0, 841]), "within -840 and 840"),
        ("mentee_stages", np.array([0, -2]), "within -1"),
        ("capacity", np.array([1, -1]), "within 0"),
        ("capacity", np.array([1.0, np.nan]), "NaN"),
        ("capacity", np.array([1, 2**63], dtype=np.uint64), "found 1 to 9223372036854775808"),
        ("conflicts", np.zeros((2, 3), dtype=bool), r"shape must be \(2, 2\)"),
    ],
)
def test_a_wrong_field_is_named(field, wrong, sentence):
    if sentence is None:
        make_instance(**{field: wrong})
        return
    with pytest.raises(ValueError, match=f"^{field}: .*{sentence}"):
        make_instance(**{field: wrong})


def test_a_list_is_refused():
    instance = make_instance()
    given = {field.name: getattr(instance, field.name) for field in fields(instance) if field.init}

    with pytest.raises(ValueError, match=r"^capacity: must be a NumPy array, not list"):
        type(instance)(**given | {"capacity": [1, 1]})


def test_arrays_cannot_be_changed_afterwards():
    instance = make_instance()

    with pytest.raises(ValueError, match="read-only"):
        instance.capacity[0] = 5


@pytest.mark.parametrize(("n_mentees", "n_mentors"), [(0, 0), (0, 3), (3, 0)])
def test_either_side_may_be_empty(n_mentees, n_mentors):
    instance = random_instance(1, n_mentees, n_mentors)

    assert (instance.n_mentees, instance.n_mentors) == (n_mentees, n_mentors)


def test_a_subset_keeps_what_belongs_to_its_people():
    instance = random_instance(1, 4, 3)
    rows, columns = np.array([2, 0]), np.array([1, 2])

    part = instance.subset(rows, columns)

    assert part.mentee_ids == (instance.mentee_ids[2], instance.mentee_ids[0])
    assert part.mentor_ids == (instance.mentor_ids[1], instance.mentor_ids[2])
    np.testing.assert_array_equal(part.mentor_topics, instance.mentor_topics[columns])
    np.testing.assert_array_equal(part.capacity, instance.capacity[columns])
    np.testing.assert_array_equal(part.conflicts, instance.conflicts[rows][:, columns])
    np.testing.assert_array_equal(part.way_needs_same_place, instance.way_needs_same_place)


def test_a_part_of_an_instance_is_read_only_too():
    part = random_instance(3, 6, 5).subset(np.array([4, 1]), np.array([0, 2, 3]))

    assert (part.n_mentees, part.n_mentors) == (2, 3)
    for name in Instance.__dataclass_fields__:
        value = getattr(part, name)
        assert not isinstance(value, np.ndarray) or not value.flags.writeable
