"""Bare scipy on the matrix of a made-up cohort, in a process of its own: seconds and memory.

``python -m matching.peers.bare_scipy MENTEES MENTORS SEED [--shortage]`` prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.instance import Instance
from matching.engine.problem import MAX_POINTS
from matching.engine.synthetic import synthetic_instance

# Above every sum of squared shortfalls met here, so that scipy serves as many as it can.
LEFT_OUT = 10**9
ROWS_AT_A_TIME = 64
ENTRIES = 150_000_000  # beyond, scipy alone would take many minutes
BYTES_AN_ENTRY = 18  # float64 twice, as scipy may copy the matrix, and some room


def floor_matrix(instance: Instance) -> np.ndarray:
    """Squared shortfall of every pair and place, shape (n_mentees, places), ready for scipy."""
    factors = factorise(instance, DEFAULT_IMPORTANCES)
    owner = np.repeat(
        np.arange(instance.n_mentors), np.minimum(instance.capacity, instance.n_mentees)
    )
    matrix = np.empty((instance.n_mentees, len(owner)))
    for at in range(0, instance.n_mentees, ROWS_AT_A_TIME):
        points = factors.points(slice(at, at + ROWS_AT_A_TIME))
        rows, columns = np.indices(points.shape)
        forbidden = factors.forbidden((rows + at).reshape(-1), columns.reshape(-1))
        allowed = (points >= 0) & ~forbidden.reshape(points.shape)
        costs = np.where(allowed, (MAX_POINTS - points) ** 2, LEFT_OUT)
        matrix[at : at + ROWS_AT_A_TIME] = costs[:, owner]
    return matrix


def why_not(n_mentees: int, n_places: int) -> str:
    """Why bare scipy is not run at a size; empty if it can be."""
    n_entries = n_mentees * n_places
    need = n_entries * BYTES_AN_ENTRY
    if n_entries > ENTRIES:
        return (
            f"its matrix of {n_entries:,} entries would take {need / 2**30:,.1f} GB and very long"
        )
    free = free_memory()
    if free is not None and need > free:
        return f"it needs {need / 2**30:,.1f} GB, and {free / 2**30:,.1f} GB are free"
    return ""


def measure(instance: Instance, seed: int, folder: Path, *, shortage: bool) -> tuple[float, float]:
    """Seconds and MB of bare scipy on a made-up cohort, in a process of its own."""
    command = [sys.executable, "-m", "matching.peers.bare_scipy"]
    command += [str(instance.n_mentees), str(instance.n_mentors), str(seed)]
    done = subprocess.run(  # noqa: S603, our own module and three numbers
        command + ["--shortage"] * shortage, cwd=folder, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    return found["seconds"], found["peak_mb"]


def free_memory() -> int | None:
    """Bytes that a new process can use, where the system says so."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    [available] = [line.split()[1] for line in lines if line.startswith("MemAvailable:")] or ["0"]
    return int(available) * 2**10


def peak_memory() -> float:
    """Most memory this process ever held, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # Kilobytes on Linux, bytes on macOS.
        return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    # What getrusage says of a new process counts the one it came from.
    [peak_kb] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak_kb) / 2**10


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("mentees", "mentors", "seed"):
        parser.add_argument(name, type=int)
    parser.add_argument("--shortage", action="store_true")
    given = parser.parse_args()
    matrix = floor_matrix(
        synthetic_instance(given.mentees, given.mentors, seed=given.seed, shortage=given.shortage)
    )
    started = time.perf_counter()
    linear_sum_assignment(matrix)
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_memory()}))


if __name__ == "__main__":
    main()
