"""mentor-match and the engine on mentor-match's own sheets, by its rules, in three orders of rows.

Rules, weights and what is disallowed come from mentor-match itself, as points of every pair. The
order of rows is nobody's wish: a program that pairs people by it pairs them by accident.
"""

from __future__ import annotations

import csv
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.engine.assignment import assign
from matching.engine.certificate import verify
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier
from matching.peers.race import IN_ENVIRONMENTS, environment_of, output_of

SCRIPT = "by_mentor_match_sheet.py"
MENTEE_COLUMNS = ("email address", "grade", "organisation", "profession", "identity to match")
MENTOR_COLUMNS = ("email address", "grade", "organisation", "profession", "characteristics")


@dataclass(frozen=True, slots=True)
class Order:
    """What one program made of one order of rows."""

    program: str
    order: str
    seconds: float
    served: int
    total: int  # points of all pairs
    changed: int  # pairs it made in the first order, and not in this one


def read_sheet(path: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a sheet; raises ValueError when it cannot be read or a column is missing."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise ValueError(f"{path}: has no column named {' or '.join(missing)}")
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error


def compare(
    mentees: list[dict[str, str]], mentors: list[dict[str, str]], folder: Path
) -> list[Order]:
    """Both programs on the rows as they are, reversed, and shuffled; raises PeerError."""
    _, environment, packages = IN_ENVIRONMENTS["mentor-match"]
    python = environment_of(folder / environment, packages)
    random = np.random.default_rng(0)
    rows, columns = np.arange(len(mentees)), np.arange(len(mentors))
    orders = {
        "as they are": (rows, columns),
        "reversed": (rows[::-1], columns[::-1]),
        "shuffled": (random.permutation(rows), random.permutation(columns)),
    }
    found = []
    first: dict[str, set[tuple[int, int]]] = {}
    for order, (of_mentees, of_mentors) in orders.items():
        case = {
            "mentees": [mentees[i] for i in of_mentees.tolist()],
            "mentors": [mentors[j] for j in of_mentors.tolist()],
        }
        theirs = json.loads(output_of(python, SCRIPT, case))
        points = np.array(theirs["points"], dtype=np.int64).reshape(len(mentees), len(mentors))
        seconds, pairs = by_engine(points, of_mentees, of_mentors)
        for program, took, made in (
            ("mentor-match", theirs["seconds"], theirs["pairs"]),
            ("engine", seconds, pairs),
        ):
            people = {(int(of_mentees[i]), int(of_mentors[j])) for i, j in made}
            first.setdefault(program, people)
            total = sum(int(points[i, j]) for i, j in made)
            changed = len(first[program] - people)
            found.append(Order(program, order, took, len(made), total, changed))
    return sorted(found, key=lambda one: one.program != "mentor-match")


def by_engine(
    points: np.ndarray, mentee_ids: np.ndarray, mentor_ids: np.ndarray
) -> tuple[float, list[tuple[int, int]]]:
    """Seconds and pairs of the engine, one mentee each, most served and then most points; proven.

    Raises
    ------
    CertificateError
        If the result could not be proven.
    """
    started = time.perf_counter()
    problem = Problem(
        points=points,
        eligible=points >= 0,
        capacity=np.ones(len(mentor_ids), dtype=np.int64),
        mentee_ids=tuple(mentee_ids.tolist()),
        mentor_ids=tuple(mentor_ids.tolist()),
    )
    objective = Objective((Tier.SERVED, Tier.TOTAL))
    best = assign(problem, objective)
    verify(problem, objective, best.mate, best.certificate)
    seconds = time.perf_counter() - started
    return seconds, [(i, j) for i, j in enumerate(best.mate.tolist()) if j != UNMATCHED]
