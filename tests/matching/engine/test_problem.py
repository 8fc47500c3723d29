from dataclasses import replace

import numpy as np
import pytest

from matching.engine.assignment import assign
from matching.engine.tiers import Objective
from tests.matching.engine.factories import make_problem


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("points", np.zeros((2, 3), dtype=int), r"shape must be \(2, 2\)"),
        ("points", np.full((2, 2), np.nan), "wrong type"),
        ("points", np.full((2, 2), 101), "within 0 and 100"),
        ("points", np.full((2, 2), 2**62), "within 0 and 100"),
        ("eligible", np.ones((2, 2), dtype=int), "wrong type"),
        ("capacity", np.array([1, -1]), "negative"),
        ("capacity", np.array([1]), r"shape must be \(2,\)"),
        ("capacity", np.array([1.0, np.nan]), "wrong type"),
        ("priority", np.array([0, -1]), "within 0 and 1000"),
        ("priority", np.array([0, 1001]), "within 0 and 1000"),
        ("last_mentor", np.array([0, 2]), "does not exist"),
        ("must_fill", np.array([0, 2]), "within 0 and the capacity"),
        ("must_fill", np.array([0, -1]), "within 0 and the capacity"),
        ("steps_down", np.full((2, 2), 101), "within 0 and 100"),
        ("mentee_ids", (1, 1), "twice"),
    ],
)
def test_a_wrong_field_is_named(field, wrong, sentence):
    with pytest.raises(ValueError, match=f"^{field}: .*{sentence}"):
        make_problem([[1, 2], [3, 4]], [1, 1], **{field: wrong})


@pytest.mark.parametrize(
    ("points", "capacity", "mate"),
    [
        ([], [], []),
        ([], [1, 1], []),
        ([[-1, -1], [-1, -1]], [1, 1], [-1, -1]),
        ([[50, 50]], [0, 0], [-1]),
        ([[0]], [1], [0]),
        ([[50], [50], [50]], [2**62], [0, 0, 0]),
    ],
)
def test_trivial_cases_have_their_answer(points, capacity, mate):
    assert assign(make_problem(points, capacity), Objective()).mate.tolist() == mate


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("salt", "another"),
        ("capacity", np.array([1, 2])),
        ("priority", np.array([0, 1])),
        ("last_mentor", np.array([-1, 0])),
        ("must_fill", np.array([1, 0])),
        ("steps_down", np.ones((2, 2), dtype=int)),
        ("mentee_ids", (2, 1)),
        ("mentor_ids", (102, 101)),
    ],
)
def test_every_field_is_in_the_fingerprint(field, changed):
    problem = make_problem([[1, 2], [3, 4]], [1, 1])

    assert replace(problem, **{field: changed}).digest() != problem.digest()
