"""Anyone's own case put to the engine: a matrix of points in, the proven assignment out."""

from __future__ import annotations

import json
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from matching.engine.assignment import assign
from matching.engine.certificate import CertificateError, verify
from matching.engine.problem import MAX_POINTS, Problem
from matching.engine.tiers import Objective, Tier

FORBIDDEN = -1  # in place of a pair's points

REQUIRED = ("points", "capacity")
OPTIONAL = ("priority", "tiers")


class Command(BaseCommand):
    help = (
        "Solve one assignment problem exactly and check the proof. FILE.npz holds points "
        "(mentees by mentors, whole numbers 0 to 100, -1 forbidden) and capacity (places of each "
        "mentor), and may hold priority (0 to 1000 for each mentee) and tiers (names of goals, "
        "most important first). Without tiers: served, priority where given, total."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.npz")
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, **options: Any) -> None:
        arrays = read_arrays(options["file"])
        unread = sorted(set(arrays) - {*REQUIRED, *OPTIONAL})
        if unread:
            self.stderr.write(f"Not read, as nothing here has that name: {', '.join(unread)}")
        try:
            problem = problem_from(arrays)
            objective = Objective(tiers_from(arrays))
            best = assign(problem, objective)
        except (ValueError, OverflowError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except MemoryError as error:
            raise CommandError(
                f"points: {problem.n_mentees} mentees and {int(problem.capacity.sum())} places "
                "need more memory than there is"
            ) from error
        fault = ""
        try:
            verify(problem, objective, best.mate, best.certificate)
        except CertificateError as error:
            fault = str(error)
        result = {
            "assignment": best.mate.tolist(),
            "tiers": {tier.value: value for tier, value in best.values.items()},
            "certificate": not fault,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self._write(result)
        if fault:
            raise CommandError(f"The result is not proven: {fault}")

    def _write(self, result: dict[str, Any]) -> None:
        self.stdout.write("Mentor of each mentee, by row and column, -1 for none:")
        self.stdout.write(" ".join(map(str, result["assignment"])))
        for tier, value in result["tiers"].items():
            self.stdout.write(f"{tier}: {value}")
        self.stdout.write("certificate: " + ("holds" if result["certificate"] else "does not hold"))


def read_arrays(path: str) -> dict[str, np.ndarray]:
    """The arrays of a file, by name; raises CommandError when it is none of ours."""
    try:
        with Path(path).open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                raise CommandError(
                    f"{path}: holds a single array; save points and capacity by name"
                )
            arrays = {name: loaded[name] for name in loaded.files}
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise CommandError(f"{path}: is no .npz file of plain numbers and text: {error}") from error
    missing = [name for name in REQUIRED if name not in arrays]
    if missing:
        raise CommandError(f"{path}: has no array named {' or '.join(missing)}")
    return arrays


def problem_from(arrays: dict[str, np.ndarray]) -> Problem:
    """The problem in ``arrays``; raises ValueError naming the array that is wrong."""
    points = whole_numbers("points", arrays["points"], n_dimensions=2)
    n_mentees, n_mentors = points.shape
    if points.size and (points.min() < FORBIDDEN or points.max() > MAX_POINTS):
        raise ValueError(
            f"points: must lie within 0 and {MAX_POINTS}, or be -1 for a forbidden pair; "
            f"found {points.min()} to {points.max()}"
        )
    capacity = whole_numbers("capacity", arrays["capacity"], n_dimensions=1)
    if capacity.shape != (n_mentors,):
        raise ValueError(
            f"capacity: has {len(capacity)} entries, and points {n_mentors} columns; "
            "both must be the number of mentors"
        )
    if n_mentors and capacity.min() < 0:
        raise ValueError(f"capacity: must not be negative, found {capacity.min()}")
    priority = np.zeros(n_mentees, dtype=np.int64)
    if "priority" in arrays:
        priority = whole_numbers("priority", arrays["priority"], n_dimensions=1)
        if priority.shape != (n_mentees,):
            raise ValueError(
                f"priority: has {len(priority)} entries, and points {n_mentees} rows; "
                "both must be the number of mentees"
            )
    return Problem(
        points=points.astype(np.int64),
        eligible=points != FORBIDDEN,
        # Nobody can use more places than there are mentees, and their sum stays small.
        capacity=np.minimum(capacity, n_mentees).astype(np.int64),
        priority=priority,
        mentee_ids=tuple(range(n_mentees)),
        mentor_ids=tuple(range(n_mentors)),
    )


def whole_numbers(name: str, array: np.ndarray, *, n_dimensions: int) -> np.ndarray:
    """``array``, once it is known to be of whole numbers; raises ValueError naming it."""
    if array.ndim != n_dimensions:
        wanted = "(mentees, mentors)" if n_dimensions == 2 else "one number for each"
        raise ValueError(f"{name}: must be {wanted}, not an array of shape {array.shape}")
    if array.size == 0:
        return array.astype(np.int64)  # np.zeros((0, 3)) is float, and holds no wrong value
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(f"{name}: contains NaN")
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name}: must be whole numbers, not {array.dtype}")
    return array


def tiers_from(arrays: dict[str, np.ndarray]) -> tuple[Tier, ...]:
    """The goals named in ``arrays``; raises ValueError for one that does not exist."""
    if "tiers" not in arrays:
        priority = [Tier.PRIORITY] if "priority" in arrays else []
        return (Tier.SERVED, *priority, Tier.TOTAL)
    names = np.atleast_1d(arrays["tiers"])
    if names.dtype.kind not in "US" or names.ndim != 1:
        raise ValueError(f"tiers: must be a list of names, not {names.dtype} of {names.shape}")
    named = names.astype(str).tolist()
    unknown = sorted(set(named) - set(Tier))
    if unknown:
        known = ", ".join(tier for tier in Tier if tier is not Tier.LOTTERY)
        raise ValueError(f"tiers: no such tier: {', '.join(unknown)}; there are {known}")
    return tuple(map(Tier, named))
