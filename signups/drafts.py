"""Drafts that nobody has sent yet: reminded of once, and counted for the committee."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from signups import emails
from signups.models import Draft, Role
from signups.models.programs import CohortQuerySet

REMINDED_BEFORE = timedelta(days=3)

# Who has saved so lately has the link at hand.
LEFT_ALONE = timedelta(days=1)


def remind_of_drafts() -> int:
    """Write to everyone whose draft can still be sent but not for long; returns to how many.

    A window without end gives no reason to hurry, and no reminder.
    """
    now = timezone.now()
    closing = Q()
    for role in Role:
        closes = f"cohort__{role}_closes_at"
        closing |= Q(**{"role": role, f"{closes}__lte": now + REMINDED_BEFORE})
    drafts = Draft.objects.not_reminded().filter(closing, saved_at__lte=now - LEFT_ALONE)
    n_reminded = 0
    for draft in drafts.select_related("cohort__program"):
        if not draft.window.is_open:
            continue
        with transaction.atomic():
            # Another worker's sweep may have been here since.
            if Draft.objects.not_reminded().filter(pk=draft.pk).update(reminded_at=now):
                emails.write_draft_reminder(draft)
                n_reminded += 1
    return n_reminded


def count_open_drafts(cohorts: CohortQuerySet) -> CohortQuerySet:
    """Cohorts with ``n_open_drafts``: how many people have begun and can still send."""
    # As in Window.ends_at: the closing minute counts to its end.
    still_open = timezone.now() - timedelta(minutes=1)
    can_be_sent = Q()
    for role in Role:
        ends = Q(**{f"{role}_closes_at": None}) | Q(**{f"{role}_closes_at__gt": still_open})
        can_be_sent |= Q(drafts__role=role) & ends
    return cohorts.annotate(n_open_drafts=Count("drafts", filter=can_be_sent, distinct=True))
