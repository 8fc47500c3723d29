"""How long the engine takes on a made-up cohort, beside bare scipy on the same matrix."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from scipy.optimize import linear_sum_assignment

from matching.engine.alternatives import best_alternatives
from matching.engine.certificate import CertificateError
from matching.engine.cohort import large_cohort
from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.instance import Instance
from matching.engine.large import Progress, assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.lottery import draw_ranks
from matching.engine.nest import loads
from matching.engine.problem import MAX_POINTS, UNMATCHED
from matching.engine.sentences import Labels
from matching.engine.solution import Matching, match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective
from matching.engine.what_if import what_if
from matching.peers.race import PeerError, race
from matching.peers.sheets import MENTEE_COLUMNS, MENTOR_COLUMNS, compare, read_sheet

DENSE_PAIRS = 3000 * 3000  # beyond, the engine prices pairs instead of keeping them all
REPEATED_PAIRS = 1_000_000  # up to so many, engine and bare scipy are run five times
FLOOR_ENTRIES = 150_000_000  # of bare scipy's matrix of float64: 1.2 GB
N_ALTERNATIVES = 3
ROWS_AT_A_TIME = 64


PEERS = settings.BASE_DIR / "var" / "peers"

# Above every sum of squared shortfalls met here, so that scipy serves as many as it can.
LEFT_OUT = 10**9


class Command(BaseCommand):
    help = (
        "Measure the engine on a made-up cohort: seconds by stage, peak memory, what each goal "
        "reaches, whether the proof holds, and the time of bare scipy on the same matrix. Up to a "
        "million pairs both are run five times in this one process, and the median is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mentees", type=int)
        parser.add_argument("--mentors", type=int)
        parser.add_argument("--shortage", action="store_true", help="Every mentor takes only one.")
        parser.add_argument(
            "--peers",
            action="store_true",
            help="Also time other programs on the same matrix, in environments under var/peers.",
        )
        parser.add_argument(
            "--sheet",
            nargs=2,
            metavar=("MENTEES.csv", "MENTORS.csv"),
            help="Instead of a made-up cohort: sheets of mentor-match, by its rules, with rows as "
            "they are, reversed and shuffled, put to mentor-match and to the engine.",
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sheet"]:
            self._compare(*options["sheet"], with_json=options["json"])
            return
        for name in ("mentees", "mentors", "seed"):
            if options[name] is None:
                raise CommandError(f"--{name}: must be given, unless --sheet is")
            if options[name] < 0:
                raise CommandError(f"--{name}: must be zero or more, not {options[name]}")
        if options["peers"] and options["mentees"] * options["mentors"] > DENSE_PAIRS:
            raise CommandError(f"--peers: only up to {DENSE_PAIRS:,} pairs")
        shape = {"seed": options["seed"], "shortage": options["shortage"]}
        # What Python and the libraries do once, at their first use, is no part of the measure.
        run_dense(synthetic_instance(30, 20), Stages())
        instance = synthetic_instance(options["mentees"], options["mentors"], **shape)
        stages = Stages()
        try:
            if instance.n_mentees * instance.n_mentors <= DENSE_PAIRS:
                runs = [Stages() for _ in range(repeats(instance))]
                for one in runs:
                    tiers, fault = run_dense(instance, one), ""
                stages = sorted(runs, key=Stages.total)[len(runs) // 2]
            else:
                tiers, fault = run_large(instance, stages, self._say)
        except CertificateError as error:
            tiers, fault = {}, str(error)
        except (MemoryError, OverflowError) as error:
            raise CommandError(
                f"--mentees, --mentors: too many for this machine: {error}"
            ) from error
        peak_mb = peak_memory()
        floor_seconds = floor(instance)
        seconds = stages.total()
        result = {
            "mentees": instance.n_mentees,
            "mentors": instance.n_mentors,
            "places": int(instance.capacity.sum()),
            "seed": options["seed"],
            "shortage": options["shortage"],
            "stages": {name: round(one, 6) for name, one in stages.seconds.items()},
            "seconds": round(seconds, 6),
            "floor_seconds": None if floor_seconds is None else round(floor_seconds, 6),
            "ratio": round(seconds / floor_seconds, 2) if floor_seconds else None,
            "peak_mb": round(peak_mb),
            "served": tiers.get("served"),
            "tiers": tiers,
            "certificate": not fault,
        }
        self._write(result)
        if options["peers"]:
            result["peers"] = self._race(instance, seconds)
        if options["json"]:
            self.stdout.write(json.dumps(result))
        if fault:
            raise CommandError(f"The result is not proven: {fault}")

    def _compare(self, mentees: str, mentors: str, *, with_json: bool) -> None:
        """mentor-match and the engine on sheets, one line for each order of rows."""
        try:
            found = compare(
                read_sheet(mentees, MENTEE_COLUMNS), read_sheet(mentors, MENTOR_COLUMNS), PEERS
            )
        except (ValueError, PeerError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{'program':<14}{'rows':<13}{'served':>8}{'points':>9}{'changed':>9}{'seconds':>9}"
        )
        for one in found:
            self.stdout.write(
                f"{one.program:<14}{one.order:<13}{one.served:>8,}{one.total:>9,}"
                f"{one.changed:>9,}{one.seconds:>9.3f}"
            )
        if with_json:
            self.stdout.write(json.dumps([asdict(one) for one in found]))

    def _race(self, instance: Instance, seconds: float) -> dict[str, Any]:
        """Time the peers; ratios are theirs to the whole of ours, proof and answers included."""
        rivals = {}
        self.stdout.write(f"{'peers':<25}{'seconds':>10}{'ratio':>9}{'served':>9}{'points':>10}")
        found = race(points_matrix(instance), instance.capacity, PEERS)
        for name, finish in found.items():
            if isinstance(finish, str):
                rivals[name] = {"fault": finish}
                self.stdout.write(f"  {name:<23}{finish}")
                continue
            ratio = round(finish.seconds / seconds, 3) if seconds else None
            rivals[name] = asdict(finish) | {"ratio": ratio}
            self.stdout.write(
                f"  {name:<23}{finish.seconds:>10.4f}{ratio:>9}{finish.served:>9,}"
                f"{finish.total:>10,}"
            )
        return rivals

    def _say(self, progress: Progress) -> None:
        """One line per pass; written beside the result, so that it can be piped away."""
        if progress.stage == "solving":
            self.stderr.write(
                f"pass {progress.n_passes + 1}: {len(progress.pairs[0]):,} pairs, "
                f"{progress.n_violations:,} violations left"
            )

    def _write(self, result: dict[str, Any]) -> None:
        say = self.stdout.write
        say(
            f"{result['mentees']:,} mentees, {result['mentors']:,} mentors with "
            f"{result['places']:,} places, seed {result['seed']}"
        )
        for name, seconds in result["stages"].items():
            say(f"  {name:<13}{seconds:>10.4f} s")
        say(f"  {'together':<13}{result['seconds']:>10.4f} s")
        if result["floor_seconds"] is None:
            say("  bare scipy    not run: its matrix would not fit into 1.2 GB")
        else:
            say(f"  {'bare scipy':<13}{result['floor_seconds']:>10.4f} s")
            if result["ratio"] is not None:
                say(f"  {'ratio':<13}{result['ratio']:>10.2f}")
        say(f"  peak memory  {result['peak_mb']:>10,} MB, before bare scipy ran")
        for tier, value in result["tiers"].items():
            say(f"  {tier}: {value:,}")
        say("certificate: " + ("holds" if result["certificate"] else "does not hold"))


class Stages:
    """Wall-clock seconds by stage, in the order they were run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def total(self) -> float:
        return sum(self.seconds.values())


def run_dense(instance: Instance, stages: Stages) -> dict[str, int]:
    """Everything a run computes for a committee; what each goal reaches."""
    matching = match(instance, DEFAULT_IMPORTANCES, Objective())
    stages.seconds |= matching.seconds
    with stages.stage("reasons"):
        say_reasons(instance, matching)
    with stages.stage("alternatives"):
        if instance.n_mentees and instance.n_mentors:
            question = what_if(matching.problem, matching.objective, matching.mate)
            best_alternatives(question, np.arange(instance.n_mentees), N_ALTERNATIVES)
    return {tier.value: value for tier, value in matching.values.items()}


def say_reasons(instance: Instance, matching: Matching) -> None:
    """The sentences of every criterion about every pair, as a run stores them."""
    labels = Labels(
        **{
            name: tuple(f"{name} {k}" for k in range(columns.shape[1]))
            for name, columns in (
                ("topics", instance.mentor_topics),
                ("library_types", instance.mentor_library_types),
                ("formats", instance.mentor_formats),
                ("ways", instance.mentor_ways),
                ("languages", instance.mentor_languages),
                ("times", instance.mentor_times),
            )
        }
    )
    for pair, (i, j) in enumerate(matching.pairs):
        matching.breakdown(pair)
        for criterion in CRITERIA:
            if matching.maxima[criterion.key]:
                criterion.sentence(instance, labels, i, j)
    for shortage in matching.shortages:
        _ = shortage.sentence


def run_large(
    instance: Instance, stages: Stages, watch: Callable[[Progress], None] = lambda progress: None
) -> tuple[dict[str, int], str]:
    """The proven assignment of a cohort too large for tables; what goals reach, and any fault."""
    objective = Objective()
    with stages.stage("scoring"):
        cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    with stages.stage("solving"):
        found = assign_large(cohort, objective, watch)
    fault = ""
    with stages.stage("proving"):
        try:
            verify_large(cohort, objective, found)
        except CertificateError as error:
            fault = str(error)
    served = found.mate != UNMATCHED
    points = found.points[served]
    load = loads(found.mate, instance.n_mentors)
    n_left_out = len(served) - len(points)
    reached = {
        "served": len(points),
        "priority": int(instance.mentee_priorities[~served].sum()),
        "draw": int(draw_ranks(instance.salt, instance.mentee_ids)[~served].sum()),
        "shortfall": int(((MAX_POINTS - points) ** 2).sum()) + n_left_out * MAX_POINTS**2,
        "total": int(points.sum()),
        "spread": int((load * (load - 1) // 2).sum()),
        "keep": 0,  # nobody had a proposal before
    }
    return reached, fault


def points_matrix(instance: Instance) -> np.ndarray:
    """The points of every pair, -1 where a rule forbids it; shape (n_mentees, n_mentors)."""
    matching = match(instance, DEFAULT_IMPORTANCES, Objective())
    return np.where(matching.eligible, matching.points, -1)


def floor(instance: Instance) -> float | None:
    """Seconds of scipy alone for the squared shortfall of the same cohort, a column per place."""
    n_places = int(np.minimum(instance.capacity, instance.n_mentees).sum())
    if instance.n_mentees * n_places > FLOOR_ENTRIES:
        return None
    matrix = floor_matrix(instance)
    seconds = []
    for _ in range(repeats(instance)):
        started = time.perf_counter()
        linear_sum_assignment(matrix)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def repeats(instance: Instance) -> int:
    """How often a cohort is measured: a single short time says little on a busy machine."""
    return 5 if instance.n_mentees * instance.n_mentors <= REPEATED_PAIRS else 1


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


def peak_memory() -> float:
    """Most memory this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
