"""Runs of cohorts too large for a matrix of their pairs: watched, stopped, and taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from matching import loading
from matching.engine.checkpoint import fingerprint, keeper, load
from matching.engine.cohort import large_cohort
from matching.engine.criteria import CRITERIA
from matching.engine.factors import factorise
from matching.engine.instance import Instance
from matching.engine.large_solution import LargeMatching, match_large
from matching.engine.progress import CancelledError, Progress
from matching.engine.sentences import Labels
from matching.engine.tiers import Objective, Tier
from matching.fingerprints import digest
from matching.models import MatchRun, Pairing, RunStatus, Unmatched
from matching.models.deciding import lock
from matching.reasons import reason_of, reasons_for
from signups.models import Application, Role

SECONDS_A_SIGN = 2
BATCH = 1000  # rows written at a time


class TooLargeError(Exception):
    """A cohort of this size cannot be matched as its program is set; says what to change."""


def is_large(run: MatchRun) -> bool:
    """Whether the run's cohort is matched without a matrix of all pairs."""
    accepted = Application.objects.accepted().filter(cohort=run.cohort_id)
    n_mentees, n_mentors = (accepted.filter(role=role).count() for role in Role)
    return n_mentees * n_mentors > loading.MAX_MATRIX


def match_large_and_save(run: MatchRun) -> None:
    """Propose pairings for a large cohort, giving a sign every few seconds.

    A run whose worker was killed goes on from its last look at all pairs. Raises CancelledError
    when somebody stops it, TooLargeError when the program's menu needs a smaller cohort.
    """
    objective = Objective(tuple(Tier(tier) for tier in run.tiers), spread_price=run.spread_price)
    instance, labels = _load(run)
    _refuse_groups(instance)
    cohort = large_cohort(factorise(instance, run.importances, run.required))
    mark, path = fingerprint(cohort, objective), checkpoint_of(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    large = match_large(
        instance,
        run.importances,
        objective,
        run.required,
        watch=keeper(path, mark, _signs(run)),
        start=_start(path, mark),
    )
    _save(run, instance, labels, large)
    path.unlink(missing_ok=True)


def checkpoint_of(run: MatchRun) -> Path:
    """Where a large run keeps how far it is; numbers of rows and prices, and no answers."""
    return Path(settings.STORAGES["private"]["OPTIONS"]["location"]) / "runs" / f"{run.pk}.npz"


def _start(path: Path, mark: bytes) -> Progress | None:
    try:
        return load(path, mark)
    except (OSError, ValueError):
        return None  # begun on what has changed since, or not at all


def _signs(run: MatchRun) -> Callable[[Progress], None]:
    last = 0.0

    def watch(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < SECONDS_A_SIGN:
            return
        last = time.monotonic()
        rows = MatchRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING)
        rows.update(
            last_sign_at=timezone.now(),
            progress={
                "stage": progress.stage,
                "n_passes": progress.n_passes,
                "n_violations": progress.n_violations,
                "share": round(progress.share, 3),
            },
        )
        if not rows.filter(stop_asked_at=None).exists():
            raise CancelledError

    return watch


def _load(run: MatchRun) -> tuple[Instance, Labels]:
    instance, labels = loading.load_instance(
        run.cohort, salt=run.salt, keeps_last=Tier.KEEP in run.tiers
    )
    return instance, labels


def _refuse_groups(instance: Instance) -> None:
    menu = instance.menu
    if menu is None:
        return
    limited = menu.offered & (menu.places < instance.capacity[:, np.newaxis]) & ~menu.is_group
    if menu.possible_groups().any() or limited.any():
        raise TooLargeError(
            "A cohort of this size is matched one to one only. Stop offering circles and places "
            "by kind of mentoring for it, or match it in parts."
        )


@transaction.atomic
def _save(run: MatchRun, instance: Instance, labels: Labels, large: LargeMatching) -> None:
    """Store what a large run proposes; raises RuntimeError when the cohort has changed since."""
    # Approving takes the same lock, so nothing is decided between this look and the saving.
    lock([run.cohort_id])
    present, _ = _load(run)
    if digest(present) != digest(instance):
        raise RuntimeError(
            "Applications or decisions changed while this run was computing. Start it again."
        )
    started = time.perf_counter()
    Pairing.objects.of(run.cohort).supersede(by=run.asked_by)
    points = _shown_points(large)
    Pairing.objects.bulk_create(
        (
            Pairing(
                run=run,
                mentee_id=instance.mentee_ids[i],
                mentor_id=instance.mentor_ids[j],
                format_id=_format_of(instance, i, j),
                points=points[pair],
                reasons=reasons_for(instance, labels, (i, j), large.breakdown(pair), large.maxima),
            )
            for pair, (i, j) in enumerate(large.pairs)
        ),
        batch_size=BATCH,
    )
    Unmatched.objects.bulk_create(
        (
            Unmatched(
                run=run,
                mentee_id=instance.mentee_ids[left.mentee],
                reason=reason_of(left, labels),
            )
            for left in large.unmatched
        ),
        batch_size=BATCH,
    )
    run.status = RunStatus.FINISHED
    run.ended_at = timezone.now()
    run.input_digest = digest(instance)
    run.versions = {package: version(package) for package in ("numpy", "scipy")}
    run.seconds = {stage: round(seconds, 4) for stage, seconds in large.seconds.items()}
    run.seconds["saving"] = round(time.perf_counter() - started, 4)
    run.n_mentees = int(np.count_nonzero(instance.mentee_admitted))
    places = instance.n_places[instance.mentor_admitted]
    run.n_mentors = int(np.count_nonzero(places))
    run.n_places = int(places.sum())
    run.n_served = len(large.pairs)
    run.total_points = sum(points)
    run.progress = {}
    run.save()


def _shown_points(large: LargeMatching) -> list[int]:
    """Points as the pages tell them: what is private is the same for every pair."""
    shown = [
        sum(
            large.maxima[criterion.key] if criterion.is_private else part
            for criterion, part in zip(CRITERIA, row, strict=True)
        )
        for row in large.contributions.tolist()
    ]
    return shown


def _format_of(instance: Instance, i: int, j: int) -> int | None:
    """What the mentee likes best of what both accept."""
    if instance.menu is None:
        return None
    return next(iter(instance.menu.formats_of(i, j, instance.capacity)), None)
