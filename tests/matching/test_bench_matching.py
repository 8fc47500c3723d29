"""The measuring command: what it prints is what the engine did, whatever way it took."""

from __future__ import annotations

import json
import sys
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from scipy.optimize import linear_sum_assignment

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.solution import match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective, Tier
from matching.management.commands import bench_matching
from matching.peers import bare_scipy, race
from matching.peers import sheets as peer_sheets


def bench(*options):
    out = StringIO()
    call_command("bench_matching", *options, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def measured(mentees, mentors, *options):
    lines = bench("--mentees", str(mentees), "--mentors", str(mentors), "--json", *options)
    return json.loads(lines[-1])


def test_what_is_printed_is_what_the_engine_reaches():
    result = measured(40, 28, "--seed", "7")

    matching = match(synthetic_instance(40, 28, seed=7), DEFAULT_IMPORTANCES)
    assert result["tiers"] == {tier.value: value for tier, value in matching.values.items()}
    assert (result["mentees"], result["mentors"], result["certificate"]) == (40, 28, True)
    assert result["served"] == len(matching.pairs)
    assert list(result["stages"]) == [
        "scoring",
        "solving",
        "proving",
        "explaining",
        "reasons",
        "alternatives",
    ]
    assert abs(result["seconds"] - sum(result["stages"].values())) < 0.001
    assert result["ratio"] > 0
    assert result["floor_seconds"] > 0
    assert result["peak_mb"] > 10


@pytest.mark.parametrize("options", [(), ("--shortage",)])
def test_both_ways_of_the_engine_reach_the_same(monkeypatch, options):
    dense = measured(120, 90, *options)
    monkeypatch.setattr(bench_matching, "DENSE_PAIRS", 0)

    large = measured(120, 90, *options)

    assert (large["tiers"], large["certificate"]) == (dense["tiers"], True)
    assert list(large["stages"]) == ["scoring", "solving", "proving"]


def test_a_large_run_is_held_against_scipy_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(bench_matching, "DENSE_PAIRS", 0)

    result = measured(60, 42, "--seed", "2")

    assert result["ratio"] == pytest.approx(result["seconds"] / result["floor_seconds"], rel=0.05)
    assert result["floor_peak_mb"] > 10
    assert result["floor_skipped"] == ""
    assert result["cpu_seconds"] > 0
    assert result["passes"] > 0


def test_scipy_is_skipped_with_a_reason(monkeypatch):
    monkeypatch.setattr(bench_matching, "DENSE_PAIRS", 0)
    monkeypatch.setattr(bare_scipy, "ENTRIES", 10)

    lines = bench("--mentees", "20", "--mentors", "20", "--json")

    result = json.loads(lines[-1])
    assert (result["floor_seconds"], result["floor_peak_mb"], result["ratio"]) == (None, None, None)
    n_entries = 20 * result["places"]
    assert result["floor_skipped"].startswith(f"its matrix of {n_entries} entries would take")
    assert f"  bare scipy    not run: {result['floor_skipped']}" in lines


def test_scipy_is_skipped_where_memory_is_short(monkeypatch):
    monkeypatch.setattr(bare_scipy, "free_memory", lambda: 2**30)

    assert bare_scipy.why_not(10_000, 10_500) == "it needs 1.8 GB, and 1.0 GB are free"
    assert bare_scipy.why_not(5_000, 5_250) == ""


def test_a_large_run_goes_on_from_its_file(monkeypatch, tmp_path):
    monkeypatch.setattr(bench_matching, "DENSE_PAIRS", 0)
    path = str(tmp_path / "run.npz")
    whole = measured(120, 90, "--checkpoint", path)

    rest = measured(120, 90, "--resume", path)

    # The file was last written at the end, so that there is one more look at all pairs.
    assert (rest["tiers"], rest["passes"]) == (whole["tiers"], whole["passes"] + 1)
    with pytest.raises(CommandError, match=r"^--resume: .*run\.npz: belongs to another cohort"):
        measured(120, 90, "--resume", path, "--seed", "1")


@pytest.mark.parametrize("option", ["checkpoint", "resume"])
def test_files_are_for_large_runs(option):
    with pytest.raises(CommandError, match=f"--{option}: only for more than 9,000,000 pairs"):
        bench("--mentees", "3", "--mentors", "3", f"--{option}", "run.npz")


def test_shortage_leaves_somebody_out():
    result = measured(40, 28, "--shortage")

    assert result["places"] == 28
    assert 0 < result["served"] <= 28


def test_bare_scipy_solves_the_same_matrix():
    instance = synthetic_instance(60, 42, seed=2)
    problem_value = match(instance, DEFAULT_IMPORTANCES).values[Tier.SHORTFALL]

    matrix = bare_scipy.floor_matrix(instance)

    rows, columns = linear_sum_assignment(matrix)
    assert matrix.shape == (60, int(instance.capacity.sum()))
    assert len(rows) == 60
    assert int(matrix[rows, columns].sum()) == problem_value


def test_bare_scipy_is_left_out_where_its_matrix_does_not_fit(monkeypatch):
    monkeypatch.setattr(bench_matching, "FLOOR_ENTRIES", 10)

    result = measured(20, 20)

    assert (result["floor_seconds"], result["ratio"]) == (None, None)


@pytest.mark.parametrize(("mentees", "mentors"), [(0, 5), (5, 0), (0, 0)])
def test_an_empty_side_is_measured_too(mentees, mentors):
    result = measured(mentees, mentors)

    assert (result["served"], result["certificate"]) == (0, True)


@pytest.mark.parametrize("name", ["mentees", "mentors", "seed"])
def test_a_negative_number_is_named(name):
    numbers = {"mentees": "3", "mentors": "3", "seed": "0"} | {name: "-1"}

    with pytest.raises(CommandError, match=f"--{name}: must be zero or more"):
        bench(*(part for key, value in numbers.items() for part in (f"--{key}={value}",)))


POINTS = np.array([[90, 80, -1], [85, -1, -1], [10, 20, -1]])


def test_peers_reach_what_their_methods_reach():
    owners = np.array([0, 1])

    # Greedy takes the best pair first, and leaves the one who has nobody else.
    assert race.by_greed(POINTS, owners) == [(0, 0), (2, 1)]
    assert race.by_scipy(POINTS, owners) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("options", [(), ("--shortage",)])
def test_scipy_alone_serves_as_many_as_the_engine(options):
    shortage = bool(options)
    instance = synthetic_instance(60, 42, seed=3, shortage=shortage)
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    values = match(instance, DEFAULT_IMPORTANCES, objective).values

    points = bench_matching.points_matrix(instance)
    pairs = race.by_scipy(points, np.repeat(np.arange(42), instance.capacity))

    total = sum(int(points[i, j]) for i, j in pairs)
    assert (len(pairs), total) == (values[Tier.SERVED], values[Tier.TOTAL])


def test_peers_are_printed_as_ratios_and_whoever_fails_with_a_reason(monkeypatch, tmp_path):
    def run_script(python, script, case):
        if script == "by_munkres.py":
            raise race.PeerError("not done after 300 s")
        return 2.5, [(0, 0)]

    monkeypatch.setattr(race, "environment_of", lambda folder, packages: folder)
    monkeypatch.setattr(race, "run_script", run_script)

    result = measured(12, 8, "--peers")

    assert list(result["peers"]) == [
        "scipy alone",
        "greedy",
        "Gale-Shapley (matching)",
        "munkres",
        "mentor-match",
    ]
    assert result["peers"]["munkres"] == {"fault": "not done after 300 s"}
    mentor_match = result["peers"]["mentor-match"]
    assert (mentor_match["seconds"], mentor_match["served"]) == (2.5, 1)
    assert mentor_match["ratio"] == pytest.approx(2.5 / result["seconds"], rel=0.05)


SHEETS = (
    "first name,email address,grade,organisation,profession,identity to match\n"
    "Ada,ada@example.org,EO,Peace,HR,\n"
    "Bo,bo@example.org,EO,Truth,HR,\n",
    "first name,email address,grade,organisation,profession,characteristics\n"
    'Cy,cy@example.org,HEO,Truth,HR,"Gay, Lesbian"\n'
    "Di,di@example.org,HEO,Love,HR,\n",
)


def sheets(folder, contents=SHEETS):
    paths = [folder / "mentees.csv", folder / "mentors.csv"]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content)
    return [str(path) for path in paths]


def test_sheets_are_put_to_both_programs_in_three_orders_of_rows(monkeypatch, tmp_path):
    def output_of(python, script, case):
        # Whoever stands first gets whoever stands first, as far as nobody minds.
        points = [
            [
                -1 if one["organisation"] == other["organisation"] else 18
                for other in case["mentors"]
            ]
            for one in case["mentees"]
        ]
        pairs = [(at, at) for at in range(2) if points[at][at] >= 0]
        return json.dumps({"seconds": 2.5, "pairs": pairs, "points": points})

    monkeypatch.setattr(peer_sheets, "environment_of", lambda folder, packages: folder)
    monkeypatch.setattr(peer_sheets, "output_of", output_of)

    *lines, last = bench("--sheet", *sheets(tmp_path), "--json")

    found = json.loads(last)
    assert len(lines) == 7
    assert [(one["program"], one["order"]) for one in found] == [
        (program, order)
        for program in ("mentor-match", "engine")
        for order in ("as they are", "reversed", "shuffled")
    ]
    assert [(one["served"], one["total"], one["changed"]) for one in found[3:]] == [(2, 36, 0)] * 3
    assert found[0] | {"seconds": 2.5} == found[0]
    assert (found[0]["served"], found[0]["total"], found[0]["changed"]) == (2, 36, 0)


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (("email address\n", SHEETS[1]), "no column named grade or organisation"),
        ((SHEETS[0], ""), "no column named email address or grade"),
    ],
)
def test_a_sheet_without_its_columns_is_named(tmp_path, contents, sentence):
    with pytest.raises(CommandError, match=sentence):
        bench("--sheet", *sheets(tmp_path, contents))


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv: cannot be read"):
        bench("--sheet", str(tmp_path / "nowhere.csv"), str(tmp_path / "nobody.csv"))


def test_a_made_up_cohort_needs_its_size():
    with pytest.raises(CommandError, match="--mentors: must be given, unless --sheet is"):
        bench("--mentees", "3")


def test_a_peer_that_breaks_says_its_last_words(monkeypatch, tmp_path):
    script = tmp_path / "by_nobody.py"
    script.write_text("raise SystemExit('no such solver')")

    with pytest.raises(race.PeerError, match="failed: no such solver"):
        race.run_script(sys.executable, script, {})
    script.write_text("while True: pass")
    monkeypatch.setattr(race, "TIMEOUT", 0.5)
    with pytest.raises(race.PeerError, match=r"not done after 0\.5 s"):
        race.run_script(sys.executable, script, {})


def test_peers_are_for_small_cohorts():
    with pytest.raises(CommandError, match="--peers: only up to 9,000,000 pairs"):
        bench("--mentees", "9001", "--mentors", "1000", "--peers")
