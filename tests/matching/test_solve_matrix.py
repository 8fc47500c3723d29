"""Anyone's own matrix: the best assignment and its proof, or a sentence naming what is wrong."""

from __future__ import annotations

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from scipy.optimize import linear_sum_assignment

from matching.engine.certificate import CertificateError
from matching.management.commands import solve_matrix


def solve(tmp_path, *options, **arrays):
    path = tmp_path / "case.npz"
    np.savez(path, **arrays)
    out = StringIO()
    call_command("solve_matrix", str(path), *options, stdout=out)
    return out.getvalue()


def solved(tmp_path, **arrays):
    return json.loads(solve(tmp_path, "--json", **arrays).splitlines()[-1])


def test_assignment_values_and_proof_are_printed(tmp_path):
    points, capacity = np.array([[90, 80], [85, -1], [10, 20]]), np.array([1, 1])

    assert solved(tmp_path, points=points, capacity=capacity) == {
        "assignment": [1, 0, -1],
        "tiers": {"served": 2, "total": 165},
        "certificate": True,
    }
    assert solve(tmp_path, points=points, capacity=capacity).splitlines() == [
        "Mentor of each mentee, by row and column, -1 for none:",
        "1 0 -1",
        "served: 2",
        "total: 165",
        "certificate: holds",
    ]


@pytest.mark.parametrize("seed", range(3))
def test_totals_are_those_of_scipy(tmp_path, seed):
    points = np.random.default_rng(seed).integers(0, 101, (30, 20))
    capacity = np.full(20, 2)

    result = solved(tmp_path, points=points, capacity=capacity)

    rows, columns = linear_sum_assignment(np.repeat(points, 2, axis=1), maximize=True)
    best = int(np.repeat(points, 2, axis=1)[rows, columns].sum())
    assert result["tiers"] == {"served": 30, "total": best}


def test_an_array_with_an_unknown_name_is_not_passed_over_in_silence(tmp_path, capsys):
    solve(tmp_path, points=np.array([[1]]), capacity=np.array([1]), prioritty=np.array([1]))

    assert capsys.readouterr().err == "Not read, as nothing here has that name: prioritty\n"


def test_priority_counts_where_it_is_given(tmp_path):
    arrays = {"points": np.array([[90], [10]]), "capacity": np.array([1])}

    assert solved(tmp_path, **arrays)["assignment"] == [0, -1]
    assert solved(tmp_path, **arrays, priority=np.array([0, 1])) == {
        "assignment": [-1, 0],
        "tiers": {"served": 1, "priority": 0, "total": 10},
        "certificate": True,
    }


def test_tiers_are_taken_in_their_order(tmp_path):
    # Together they can have 100 + 10 points, or nobody less than 50.
    arrays = {"points": np.array([[100, 50], [50, 10]]), "capacity": np.array([1, 1])}

    by_total = solved(tmp_path, **arrays, tiers=np.array(["served", "total"]))
    by_worst = solved(tmp_path, **arrays, tiers=np.array(["served", "worst", "total"]))

    assert (by_total["assignment"], by_total["tiers"]["total"]) == ([0, 1], 110)
    assert by_worst["assignment"] == [1, 0]
    assert list(by_worst["tiers"].items()) == [("served", 2), ("worst", 50), ("total", 100)]


@pytest.mark.parametrize(
    ("points", "capacity", "assignment"),
    [
        (np.zeros((0, 0)), np.zeros(0), []),
        (np.zeros((0, 2)), np.array([1, 1]), []),
        (np.zeros((2, 0)), np.zeros(0), [-1, -1]),
        (np.full((2, 1), -1), np.array([5]), [-1, -1]),
        (np.array([[50], [60]]), np.array([0]), [-1, -1]),
        (np.array([[50], [60]]), np.array([2**63 - 1]), [0, 0]),
        (np.array([[50], [60]]), np.array([2**64 - 1], dtype=np.uint64), [0, 0]),
    ],
)
def test_trivial_cases_have_their_answer(tmp_path, points, capacity, assignment):
    result = solved(tmp_path, points=points, capacity=capacity)

    assert (result["assignment"], result["certificate"]) == (assignment, True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"points": None}, "has no array named points"),
        ({"capacity": None}, "has no array named capacity"),
        ({"points": np.array([[np.nan, 1.0]])}, "points: contains NaN"),
        ({"points": np.array([[0.5, 1.0]])}, "points: must be whole numbers"),
        ({"points": np.array([["a", "b"]])}, "points: must be whole numbers"),
        ({"points": np.array([1, 2])}, r"points: must be \(mentees, mentors\)"),
        ({"points": np.array([[101, 2], [3, 4]])}, "points: must lie within 0 and 100"),
        ({"points": np.array([[-2, 2], [3, 4]])}, "points: must lie within 0 and 100"),
        ({"points": np.array([[2**63, 0]], dtype=np.uint64)}, "points: must lie within 0 and 100"),
        ({"capacity": np.array([1])}, "capacity: has 1 entries, and points 2 columns"),
        ({"capacity": np.array([[1, 1]])}, "capacity: must be one number for each"),
        ({"capacity": np.array([1, -1])}, "capacity: must not be negative"),
        ({"capacity": np.array([1.5, 1])}, "capacity: must be whole numbers"),
        ({"priority": np.array([1])}, "priority: has 1 entries, and points 2 rows"),
        ({"priority": np.array([1, 1001])}, "priority: must lie within 0 and 1000"),
        ({"priority": np.array([1, 2**63], dtype=np.uint64)}, "priority: must lie within 0"),
        ({"priority": np.array([1.0, np.nan])}, "priority: contains NaN"),
        ({"tiers": np.array(["served", "charm"])}, "tiers: no such tier: charm"),
        ({"tiers": np.array(["served", "served"])}, "tiers: a tier occurs twice"),
        ({"tiers": np.array(["lottery"])}, "tiers: the lottery always comes last"),
        ({"tiers": np.array([1, 2])}, "tiers: must be a list of names"),
        ({"points": np.array([[None, 1]], dtype=object)}, "no .npz file of plain numbers"),
    ],
)
def test_bad_input_is_named(tmp_path, changes, sentence):
    arrays = {"points": np.array([[1, 2], [3, 4]]), "capacity": np.array([1, 1])} | changes

    with pytest.raises(CommandError, match=sentence):
        solve(tmp_path, **{name: array for name, array in arrays.items() if array is not None})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read"), (b"points", "no .npz file"), (b"PK\x03\x04", "no .npz file")],
)
def test_a_file_that_is_none_of_ours_is_named(tmp_path, content, sentence):
    path = tmp_path / "case.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        call_command("solve_matrix", str(path))


def test_a_single_array_is_no_case(tmp_path):
    np.save(tmp_path / "case.npy", np.zeros((2, 2)))

    with pytest.raises(CommandError, match="holds a single array"):
        call_command("solve_matrix", str(tmp_path / "case.npy"))


def test_a_result_that_is_not_proven_says_so(tmp_path, monkeypatch):
    def refuse(*args):
        raise CertificateError("prices: wrong")

    monkeypatch.setattr(solve_matrix, "verify", refuse)

    with pytest.raises(CommandError, match="The result is not proven: prices: wrong"):
        solve(tmp_path, points=np.array([[1]]), capacity=np.array([1]))
