"""A large run that was killed goes on from its file, to the same result."""

import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from matching.engine.checkpoint import fingerprint, keeper, load, save
from matching.engine.cohort import large_cohort
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.large import assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.pairs import PairList
from matching.engine.progress import CancelledError, Progress
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective, Tier

KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from matching.engine.checkpoint import fingerprint, keeper
from matching.engine.large import assign_large
from matching.engine.tiers import Objective
from tests.matching.engine.test_checkpoint import made_up

def watch(progress):
    if progress.n_passes == 2:
        os.kill(os.getpid(), signal.SIGKILL)

cohort = made_up()
keep = keeper(Path(sys.argv[1]), fingerprint(cohort, Objective()), watch)
assign_large(cohort, Objective(), keep)
"""


def made_up(n_mentees=420, n_mentors=300, seed=3, importances=DEFAULT_IMPORTANCES, **changes):
    instance = synthetic_instance(n_mentees, n_mentors, seed=seed)
    return large_cohort(factorise(replace(instance, **changes), importances))


def test_a_killed_run_goes_on_from_its_last_pass_to_the_same_result(tmp_path):
    path = tmp_path / "run.npz"
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN, str(path)])
    cohort = made_up()
    reports = []

    start = load(path, fingerprint(cohort, Objective()))
    found = assign_large(cohort, Objective(), reports.append, start)

    whole = assign_large(cohort, Objective())
    assert killed.returncode == -signal.SIGKILL
    assert (start.n_passes, min(report.n_passes for report in reports)) == (2, 2)
    assert found.n_passes > 2
    np.testing.assert_array_equal(found.mate, whole.mate)
    verify_large(cohort, Objective(), found)


@pytest.mark.parametrize("shortage", [False, True])
def test_a_run_goes_on_from_any_of_its_files_to_the_same_result(tmp_path, shortage):
    instance = synthetic_instance(300, 210, seed=5, shortage=shortage)
    cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    mark, saved = fingerprint(cohort, Objective()), {}

    def watch(progress):
        saved.setdefault((progress.n_passes, progress.is_sketch), len(saved))
        path = tmp_path / f"{saved[progress.n_passes, progress.is_sketch]}.npz"
        if len(progress.pairs[0]) and not path.exists():
            save(path, mark, progress)

    whole = assign_large(cohort, Objective(), watch)

    files = sorted(tmp_path.iterdir())
    starts = [load(path, mark) for path in files]
    assert {start.is_sketch for start in starts} == {True, False}
    for start in starts:
        rest = assign_large(cohort, Objective(), start=start)
        np.testing.assert_array_equal(rest.mate, whole.mate)
        assert rest.n_passes >= start.n_passes


def test_what_is_loaded_is_what_was_saved(tmp_path):
    cohort = made_up()
    path, last = tmp_path / "run.npz", []
    mark = fingerprint(cohort, Objective())

    def watch(progress):
        last.append(progress)
        if progress.stage == "solving" and progress.n_violations < 30:
            raise CancelledError

    with pytest.raises(CancelledError):
        assign_large(cohort, Objective(), keeper(path, mark, watch))
    found = load(path, mark)

    [saved] = [one for one in last if one.stage == "solving"][-1:]
    assert (found.n_passes, found.n_violations) == (saved.n_passes, saved.n_violations)
    assert found.is_sketch == saved.is_sketch
    for name in ("mate", "place"):
        np.testing.assert_array_equal(getattr(found, name), getattr(saved, name))
    for one, other in zip(found.pairs, saved.pairs, strict=True):
        np.testing.assert_array_equal(one, other)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def pairs(*rows_and_columns):
    rows, columns = zip(*rows_and_columns, strict=True)
    return PairList.of((42, 30), np.array(rows), np.array(columns))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 4},
        {"importances": DEFAULT_IMPORTANCES | {"topics": 7}},
        {"salt": "another"},
        {"capacity": np.full(30, 3)},
        {"mentee_priorities": np.arange(42)},
        {"mentee_employers": np.zeros(42, dtype=int)},
        {"mentor_employers": np.zeros(30, dtype=int)},
        {"mentee_persons": np.arange(42)[::-1].copy()},
        {"mentor_persons": np.arange(30)},
        {"mentee_ids": tuple(range(101, 143))},
        {"mentor_ids": tuple(range(201, 231))},
        {"same_employer_allowed": True},
        {"mentee_last_mentors": np.full(42, 43)},
        {"conflicts": pairs((3, 4))},
        {"conflicts": pairs((3, 5))},
        {"earlier_partners": pairs((3, 4), (5, 6))},
    ],
)
def test_whatever_differs_makes_another_fingerprint(changes):
    usual = made_up(42, 30)

    assert fingerprint(made_up(42, 30), Objective()) == fingerprint(usual, Objective())
    assert fingerprint(made_up(42, 30, **changes), Objective()) != fingerprint(usual, Objective())


def test_another_objective_makes_another_fingerprint():
    cohort = made_up(42, 30)

    marks = {
        fingerprint(cohort, objective)
        for objective in (
            Objective(),
            Objective((Tier.SERVED, Tier.TOTAL)),
            Objective((Tier.TOTAL, Tier.SERVED)),
            Objective(spread_price=3),
        )
    }
    assert len(marks) == 4


def test_a_file_of_another_run_is_refused(tmp_path):
    path, cohort = tmp_path / "run.npz", made_up(42, 30)
    watch = keeper(path, fingerprint(cohort, Objective()), lambda progress: None)
    assign_large(cohort, Objective(), watch)

    with pytest.raises(ValueError, match="belongs to another cohort or to other settings"):
        load(path, fingerprint(made_up(42, 31), Objective()))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive at all", None])
def test_what_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "run.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ValueError, match="is no checkpoint of a large run"):
        load(path, b"")


def test_a_file_that_could_not_be_written_leaves_the_one_before(tmp_path):
    path, mark = tmp_path / "run.npz", b"the same"
    before = Progress("pricing", 1, 5, 1.0, (np.array([0, 70_000]), np.array([1, 50_000])))
    save(path, mark, before)
    # What cannot be written at all stands for a full disk: the writing breaks off in the middle.
    unwritable = replace(before, n_passes=2, mate=np.array([object()]))

    with pytest.raises(ValueError, match="allow_pickle"):
        save(path, mark, unwritable)

    kept = load(path, mark)
    assert kept.n_passes == 1
    np.testing.assert_array_equal(kept.pairs, before.pairs)
