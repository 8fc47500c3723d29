"""How people are told what the committee decided: a step of its own, once for each decision."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from signups import emails
from signups.letters import LINK_PLACEHOLDER, write
from signups.models import Application, Letter

# What stands in a preview where the letter has the person's own link.
LINK_IN_PREVIEW = "[here stands the person's own link]"


def decision_on(application: Application) -> str:
    """Which decision a letter would tell; another one later on reads otherwise."""
    return f"{application.pk}:{application.status}:{application.decided_at.isoformat()}"


@transaction.atomic
def tell(seen: Iterable[str]) -> int:
    """Write the letters of decisions that were looked at, and note that they are told.

    ``seen`` are decisions as ``decision_on`` names them. One that was changed since, or told
    already, is left alone. Returns how many letters were written.
    """
    seen = set(seen)
    ids = [int(decision.split(":")[0]) for decision in seen]
    applications = [
        application
        # Locked, so that nothing is decided anew between the letter and noting it.
        for application in Application.objects.to_tell()
        .select_for_update(no_key=True, of=["self"])
        .filter(pk__in=ids)
        .select_related("cohort__program")
        .order_by("pk")
        if decision_on(application) in seen
    ]
    n_written = write([emails.decision(application) for application in applications])
    note_told([application.pk for application in applications])
    return n_written


def note_told(application_ids: Iterable[int]) -> None:
    """Note that people know the decision as it now is, by its own letter or by a later one."""
    to_tell = Application.objects.to_tell().filter(pk__in=application_ids)
    to_tell.update(told_status=F("status"), told_at=timezone.now())


def preview(application: Application) -> Letter:
    """The letter as it would be written now, not saved."""
    letter = emails.decision(application)
    letter.body = letter.body.replace(LINK_PLACEHOLDER, LINK_IN_PREVIEW)
    return letter


def write_test_letter(application: Application, *, to: User) -> None:
    """Send someone on the committee the letter that an applicant would get."""
    letter = emails.trial_of(preview(application), to=to)
    write([letter])
