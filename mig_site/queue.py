"""How the queue of background work is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

# A worker takes a due task within seconds, unless a large match run keeps it busy.
TOO_LONG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many tasks wait to be done now, and since when the oldest of them does."""

    n_due: int
    oldest_due_since: datetime | None

    @classmethod
    def now(cls) -> Self:
        due = list(DBTaskResult.objects.ready().values_list("run_after", "enqueued_at"))
        now = timezone.now()
        # A task without a start time of its own carries a date far ahead.
        since = [enqueued if run_after > now else run_after for run_after, enqueued in due]
        return cls(n_due=len(due), oldest_due_since=min(since, default=None))

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
