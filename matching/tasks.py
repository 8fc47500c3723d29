"""Match runs as background work: asked for by the committee, carried out by a worker."""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from matching.engine.progress import CancelledError
from matching.large_runs import is_large, match_large_and_save
from matching.models import MatchRun, MatchSettings, RunStatus
from matching.runs import match_and_save
from signups.models import Cohort, ReviewError

logger = logging.getLogger(__name__)


def start_run(cohort: Cohort, *, by: User | None) -> MatchRun:
    """Ask for a match run by the program's present settings; a worker carries it out.

    Raises ReviewError when one is under way for this cohort.
    """
    try:
        with transaction.atomic():
            counts = MatchSettings.objects.what_counts(cohort.program)
            run = MatchRun.objects.create(
                cohort=cohort,
                asked_by=by,
                importances=counts.importances,
                required=counts.required,
                tiers=counts.tiers,
                spread_price=counts.spread_price,
            )
            carry_out_run.enqueue(run.pk)
    except IntegrityError as error:
        raise ReviewError(f"A run for {cohort} is already under way.") from error
    return run


@task
def carry_out_run(run_id: int) -> None:
    """Carry out a waiting run; whatever goes wrong ends as a failed run with a reason."""
    claimed = MatchRun.objects.filter(pk=run_id, status=RunStatus.WAITING)
    now = timezone.now()
    if not claimed.update(status=RunStatus.RUNNING, started_at=now, last_sign_at=now):
        return
    run = MatchRun.objects.select_related("cohort__program").get(pk=run_id)
    try:
        (match_large_and_save if is_large(run) else match_and_save)(run)
    except CancelledError:
        MatchRun.objects.filter(pk=run_id, status=RunStatus.RUNNING).update(
            status=RunStatus.STOPPED, ended_at=timezone.now()
        )
    except Exception as error:
        logger.exception("Match run %s failed", run_id)
        MatchRun.objects.filter(pk=run_id, status=RunStatus.RUNNING).update(
            status=RunStatus.FAILED,
            ended_at=timezone.now(),
            fault=f"{type(error).__name__}: {error}",
        )


def take_up_abandoned_runs() -> int:
    """Queue again the runs whose worker died; returns how many."""
    n_taken_up = 0
    for run in MatchRun.objects.abandoned():
        with transaction.atomic():
            abandoned = MatchRun.objects.abandoned().filter(pk=run.pk)
            if abandoned.update(status=RunStatus.WAITING, started_at=None, last_sign_at=None):
                carry_out_run.enqueue(run.pk)
                n_taken_up += 1
    return n_taken_up
