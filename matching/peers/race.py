"""Peers side by side on one matrix: how long each takes, how many it serves, with which points."""

from __future__ import annotations

import json
import subprocess
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.problem import MAX_POINTS

HERE = Path(__file__).resolve().parent
TIMEOUT = 300  # seconds for one peer
DEAR = 10**6  # for a pair that must not be: more than all others together can save

# Script, environment and what is in it. Two of them install a package called ``matching``, which
# would hide each other and ours.
IN_ENVIRONMENTS = {
    "Gale-Shapley (matching)": ("by_gale_shapley.py", "matching", ["matching==1.4.3"]),
    "munkres": ("by_munkres.py", "munkres", ["munkres==3.0.0"]),
    "mentor-match": ("by_mentor_match.py", "mentor-match", ["mentor-match==7.0.1"]),
}


class PeerError(Exception):
    """A peer that did not finish; its text says why."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What one peer needed and reached."""

    seconds: float
    served: int
    total: int


def race(points: np.ndarray, capacity: np.ndarray, folder: Path) -> dict[str, Finish | str]:
    """Every peer in turn on points (-1 forbidden); a sentence in place of who did not finish.

    ``folder`` holds the environments, which are made when they are missing.
    """
    owners = np.repeat(np.arange(len(capacity)), np.minimum(capacity, len(points)))
    found: dict[str, Finish | str] = {
        "scipy alone": _timed(by_scipy, points, owners),
        "greedy": _timed(by_greed, points, owners),
    }
    case = {"points": points.tolist(), "capacity": capacity.tolist(), "owners": owners.tolist()}
    for name, (script, environment, packages) in IN_ENVIRONMENTS.items():
        try:
            python = environment_of(folder / environment, packages)
            found[name] = _finish(points, *run_script(python, script, case))
        except PeerError as error:
            found[name] = str(error)
    return found


def by_scipy(points: np.ndarray, owners: np.ndarray) -> list[tuple[int, int]]:
    """The most pairs with the most points, a column per place."""
    values = np.where(points >= 0, MAX_POINTS - points, DEAR)[:, owners]
    rows, places = linear_sum_assignment(values)
    pairs = zip(rows.tolist(), owners[places].tolist(), strict=True)
    return [(i, j) for i, j in pairs if points[i, j] >= 0]


def by_greed(points: np.ndarray, owners: np.ndarray) -> list[tuple[int, int]]:
    """The best pair that is left, again and again."""
    free = np.bincount(owners, minlength=points.shape[1])
    waiting = np.ones(len(points), dtype=bool)
    pairs = []
    for at in np.argsort(-points, axis=None, kind="stable").tolist():
        i, j = divmod(at, points.shape[1])
        if points[i, j] < 0:
            break
        if waiting[i] and free[j]:
            waiting[i] = False
            free[j] -= 1
            pairs.append((i, j))
    return pairs


def environment_of(folder: Path, packages: list[str]) -> Path:
    """The Python of an environment that holds ``packages`` only; raises PeerError."""
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    venv.create(folder, with_pip=True, clear=True)
    installed = subprocess.run(  # noqa: S603 - our own words
        [python, "-m", "pip", "install", "--quiet", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        raise PeerError(f"could not be installed: {installed.stderr.strip().splitlines()[-1]}")
    ready.touch()
    return python


def run_script(python: Path, script: str, case: dict) -> tuple[float, list[tuple[int, int]]]:
    """Seconds and pairs of a peer in a process of its own; raises PeerError."""
    result = json.loads(output_of(python, script, case))
    return result["seconds"], [(i, j) for i, j in result["pairs"]]


def output_of(python: Path, script: str, case: dict) -> str:
    """What a peer's script writes about a case; raises PeerError."""
    try:
        # Isolated, so that the folder of the script and ours stay out of its imports.
        run = subprocess.run(  # noqa: S603 - our own words
            [python, "-I", HERE / script],
            input=json.dumps(case),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"not done after {TIMEOUT} s") from error
    if run.returncode:
        lines = run.stderr.strip().splitlines() or [f"ended with {run.returncode}"]
        raise PeerError(f"failed: {lines[-1]}")
    return run.stdout


def _timed(
    solve: Callable[[np.ndarray, np.ndarray], list[tuple[int, int]]],
    points: np.ndarray,
    owners: np.ndarray,
) -> Finish:
    started = time.perf_counter()
    pairs = solve(points, owners)
    return _finish(points, time.perf_counter() - started, pairs)


def _finish(points: np.ndarray, seconds: float, pairs: list[tuple[int, int]]) -> Finish:
    return Finish(seconds, len(pairs), sum(int(points[i, j]) for i, j in pairs))
