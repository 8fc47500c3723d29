"""How the queue of background work is doing, and what is cleared up behind a worker that died.

A task can be run more than once: its worker may be killed after the work and before noting it.
So every task begins by claiming the row it is about, and does nothing when it cannot.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

# A worker takes a due task within seconds, unless a large match run keeps it busy.
TOO_LONG = timedelta(minutes=15)

# Longer than any task takes. One that does take longer only finds its row claimed the second time.
HELD_TOO_LONG = timedelta(minutes=10)

# How a failed task says that the fault was not its own, and how long the database is given.
NO_DATABASE = ["django.db.utils.OperationalError", "django.db.utils.InterfaceError"]
NO_DATABASE_PAUSE = timedelta(minutes=1)

# A task that this many workers did not live to end is given to no other.
MAX_WORKERS = 5

# How long it can be seen what became of a task.
KEPT_FOR = timedelta(days=7)


class GivenUpError(Exception):
    """Noted with a task that no worker lived to end."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many tasks wait to be done now, and since when the oldest of them does."""

    n_due: int
    oldest_due_since: datetime | None

    @classmethod
    def now(cls) -> Self:
        # A task without a start time of its own carries a date far ahead.
        due_since = Case(
            When(run_after__gt=timezone.now(), then=F("enqueued_at")), default=F("run_after")
        )
        state = DBTaskResult.objects.ready().aggregate(n=Count("pk"), since=Min(due_since))
        return cls(n_due=state["n"], oldest_due_since=state["since"])

    def faults(self) -> list[str]:
        """Sentences that say what is wrong; empty when all is well."""
        if self.oldest_due_since and timezone.now() - self.oldest_due_since > TOO_LONG:
            return [
                f"{self.n_due} tasks wait, the oldest since {self.oldest_due_since:%Y-%m-%d %H:%M} "
                "UTC: is a worker running?"
            ]
        return []

    def as_dict(self) -> dict[str, object]:
        return {
            "due": self.n_due,
            "oldest_due_since": self.oldest_due_since and self.oldest_due_since.isoformat(),
        }


def take_up_lost_tasks() -> int:
    """Queue again the tasks whose worker died or lost its database; returns how many."""
    now = timezone.now()
    lost = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.RUNNING, started_at__lte=now - HELD_TOO_LONG)
        | Q(
            status=TaskResultStatus.FAILED,
            exception_class_path__in=NO_DATABASE,
            finished_at__lte=now - NO_DATABASE_PAUSE,
        )
    )
    n_taken_up = 0
    for task in lost:
        # Another worker's sweep may have been here since: only what is still lost is changed.
        still_lost = lost.filter(pk=task.pk)
        if len(task.worker_ids) < MAX_WORKERS:
            n_taken_up += still_lost.update(
                status=TaskResultStatus.READY, run_after=now, finished_at=None
            )
        elif still_lost.update(
            status=TaskResultStatus.FAILED,
            finished_at=now,
            exception_class_path=f"{GivenUpError.__module__}.{GivenUpError.__name__}",
        ):
            logger.error("Task %s is given up after %s workers.", task.pk, MAX_WORKERS)
    return n_taken_up


def tasks_to_forget() -> QuerySet[DBTaskResult]:
    """Tasks that ended a week ago."""
    return DBTaskResult.objects.finished().filter(finished_at__lte=timezone.now() - KEPT_FOR)
