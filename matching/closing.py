"""When the committee has done with a run: everybody decided on, and nobody forgotten."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from matching.models import MatchRun, Pairing, RunStatus
from matching.models.deciding import lock
from matching.without_mentor import unanswered
from signups.models import ReviewError


def hindrances(run: MatchRun) -> list[str]:
    """Why a run cannot be closed yet, a sentence each."""
    if run.status != RunStatus.FINISHED:
        return ["Only a run that has finished can be closed."]
    sentences = []
    if n := Pairing.objects.of(run.cohort).undecided().count():
        pairs = "1 pair is" if n == 1 else f"{n} pairs are"
        sentences.append(f"{pairs} not decided yet: approve or reject first.")
    if n := unanswered([run.cohort_id]).count():
        mentees = "1 accepted mentee has" if n == 1 else f"{n} accepted mentees have"
        sentences.append(f"{mentees} neither a pair nor an answer.")
    return sentences


@transaction.atomic
def close(run: MatchRun, *, by: User) -> None:
    """Note that the committee has done with a run; raises ReviewError while it has not."""
    # Nothing is decided between the look at everybody and the note.
    lock([run.cohort_id])
    run.refresh_from_db()
    if run.is_closed:
        raise ReviewError(f"{run} was closed already.")
    if sentences := hindrances(run):
        raise ReviewError(" ".join([f"{run} cannot be closed.", *sentences]))
    run.closed_at, run.closed_by = timezone.now(), by
    run.save(update_fields=["closed_at", "closed_by"])


@transaction.atomic
def open_again(run: MatchRun) -> None:
    """Take back that a run is closed; raises ReviewError when it is not."""
    lock([run.cohort_id])
    run.refresh_from_db()
    if not run.is_closed:
        raise ReviewError(f"{run} is open already.")
    run.closed_at = run.closed_by = None
    run.save(update_fields=["closed_at", "closed_by"])
