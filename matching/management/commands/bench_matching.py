"""How long the engine takes on a made-up cohort, beside bare scipy on the same matrix."""

from __future__ import annotations

import json
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from scipy.optimize import linear_sum_assignment

from matching.engine.alternatives import best_alternatives
from matching.engine.certificate import CertificateError
from matching.engine.checkpoint import fingerprint, keeper, load
from matching.engine.cohort import large_cohort, values
from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.factors import factorise
from matching.engine.instance import Instance
from matching.engine.large import assign_large
from matching.engine.large_certificate import verify_large
from matching.engine.progress import Progress, Watch
from matching.engine.sentences import Labels
from matching.engine.solution import Matching, match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective
from matching.engine.what_if import what_if
from matching.peers.bare_scipy import floor_matrix, measure, peak_memory, why_not
from matching.peers.race import PeerError, race
from matching.peers.sheets import MENTEE_COLUMNS, MENTOR_COLUMNS, compare, read_sheet

DENSE_PAIRS = 3000 * 3000  # beyond, the engine prices pairs instead of keeping them all
REPEATED_PAIRS = 1_000_000  # up to so many, engine and bare scipy are run five times
FLOOR_ENTRIES = 150_000_000  # of bare scipy's matrix of float64: 1.2 GB
N_ALTERNATIVES = 3


PEERS = settings.BASE_DIR / "var" / "peers"


class Command(BaseCommand):
    help = (
        "Measure the engine on a made-up cohort: seconds by stage, peak memory, what each goal "
        "reaches, whether the proof holds, and the time of bare scipy on the same matrix. Up to a "
        "million pairs both are run five times in this one process, and the median is printed."
    )

    said: tuple[int, str] | None = None  # the pass and stage of the last line about progress

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
        parser.add_argument(
            "--checkpoint", type=Path, metavar="FILE", help="Keep the progress of a large run here."
        )
        parser.add_argument(
            "--resume",
            type=Path,
            metavar="FILE",
            help="Go on from where a run of the same cohort was killed, and keep on writing there.",
        )

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
        is_large = options["mentees"] * options["mentors"] > DENSE_PAIRS
        for name in ("checkpoint", "resume"):
            if options[name] and not is_large:
                raise CommandError(f"--{name}: only for more than {DENSE_PAIRS:,} pairs")
        shape = {"seed": options["seed"], "shortage": options["shortage"]}
        # What Python and the libraries do once, at their first use, is no part of the measure.
        run_dense(synthetic_instance(30, 20), Stages())
        instance = synthetic_instance(options["mentees"], options["mentors"], **shape)
        stages = Stages()
        floor_peak_mb, no_floor = None, ""
        n_passes, n_runs = None, repeats(instance)
        cpu_started = time.process_time()
        try:
            if is_large:
                tiers, fault, n_passes = run_large(
                    instance, stages, self._say, options["checkpoint"], options["resume"]
                )
            else:
                runs = [Stages() for _ in range(n_runs)]
                for one in runs:
                    tiers, fault = run_dense(instance, one), ""
                stages = sorted(runs, key=Stages.total)[n_runs // 2]
        except CertificateError as error:
            tiers, fault = {}, str(error)
        except (MemoryError, OverflowError) as error:
            raise CommandError(
                f"--mentees, --mentors: too many for this machine: {error}"
            ) from error
        cpu_seconds = (time.process_time() - cpu_started) / n_runs
        peak_mb = peak_memory()
        if is_large:
            floor_seconds, floor_peak_mb, no_floor = floor_apart(instance, shape)
        else:
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
            "cpu_seconds": round(cpu_seconds, 3),
            "peak_mb": round(peak_mb),
            "floor_peak_mb": None if floor_peak_mb is None else round(floor_peak_mb),
            "floor_skipped": no_floor,
            "passes": n_passes,
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
        state = progress.n_passes, progress.stage
        if progress.stage in ("sketching", "solving") and state != self.said:
            self.said = state
            self.stderr.write(
                f"pass {progress.n_passes + 1}, {progress.stage}: "
                f"{len(progress.pairs[0]):,} pairs, {progress.n_violations:,} violations left"
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
            say(f"  bare scipy    not run: {result['floor_skipped'] or 'its matrix is too large'}")
        else:
            say(f"  {'bare scipy':<13}{result['floor_seconds']:>10.4f} s")
            if result["ratio"] is not None:
                say(f"  {'ratio':<13}{result['ratio']:>10.2f}")
        say(f"  {'CPU time':<13}{result['cpu_seconds']:>10.3f} s, without bare scipy")
        say(f"  peak memory  {result['peak_mb']:>10,} MB, without bare scipy")
        if result["floor_peak_mb"] is not None:
            say(f"  bare scipy   {result['floor_peak_mb']:>10,} MB")
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
    instance: Instance,
    stages: Stages,
    watch: Watch = lambda progress: None,
    checkpoint: Path | None = None,
    resume: Path | None = None,
) -> tuple[dict[str, int], str, int]:
    """The proven assignment of a cohort too large for tables.

    What goals reach, any fault, and the number of looks at all pairs.
    """
    objective = Objective()
    with stages.stage("scoring"):
        cohort = large_cohort(factorise(instance, DEFAULT_IMPORTANCES))
    start = None
    path = checkpoint or resume
    if path:
        mark = fingerprint(cohort, objective)
        watch = keeper(path, mark, watch)
    if resume:
        try:
            start = load(resume, mark)
        except ValueError as error:
            raise CommandError(f"--resume: {error}") from error
    with stages.stage("solving"):
        found = assign_large(cohort, objective, watch, start)
    fault = ""
    with stages.stage("proving"):
        try:
            verify_large(cohort, objective, found)
        except CertificateError as error:
            fault = str(error)
    reached = values(cohort, objective, found)
    return {tier.value: value for tier, value in reached.items()}, fault, found.n_passes


def floor_apart(
    instance: Instance, shape: dict[str, Any]
) -> tuple[float | None, float | None, str]:
    """Seconds and MB of bare scipy in a process of its own, or why it was not run."""
    n_places = int(np.minimum(instance.capacity, instance.n_mentees).sum())
    reason = why_not(instance.n_mentees, n_places)
    if reason:
        return None, None, reason
    return *measure(instance, folder=settings.BASE_DIR, **shape), ""


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
