"""One execution of the engine for a cohort, and whom it left without a partner."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.engine.tiers import MAX_SPREAD_PRICE
from signups.models import Application, Cohort, CommitteeQuerySet
from signups.models.sealed import SealedBinaryField

# A run takes seconds, and a large one gives a sign every few seconds; one that has given none for
# so long has lost its worker.
LEASE = timedelta(minutes=30)


def new_salt() -> str:
    return secrets.token_hex(8)


class RunStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class MatchRunQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def finished(self) -> Self:
        return self.filter(status=RunStatus.FINISHED)

    def under_way(self) -> Self:
        return self.filter(status__in=[RunStatus.WAITING, RunStatus.RUNNING])

    def abandoned(self) -> Self:
        """Runs whose worker died."""
        return self.filter(status=RunStatus.RUNNING, last_sign_at__lt=timezone.now() - LEASE)


class MatchRun(models.Model):
    """One execution of the engine for a cohort, with everything needed to repeat it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=8, choices=RunStatus, default=RunStatus.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    last_sign_at = models.DateTimeField(null=True, editable=False)
    stop_asked_at = models.DateTimeField(null=True, editable=False)
    # Of a large run: stage, looks at all pairs that are done, and pairs found missing in the last.
    progress = models.JSONField(default=dict, editable=False)
    ended_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    salt = models.CharField(
        max_length=32, default=new_salt, help_text="Settles ties between equally good results."
    )
    importances = models.JSONField(default=dict)
    required = models.JSONField(default=list, help_text="Criteria without which no pair was made.")
    tiers = models.JSONField(default=list, help_text="What was wanted, most important first.")
    spread_price = models.PositiveSmallIntegerField(
        default=0, help_text="What a second mentee of one mentor cost, in squared points."
    )
    input_digest = models.CharField(max_length=64, blank=True)
    proof_seal = models.CharField(
        max_length=64, blank=True, help_text="Fingerprint of the stored proof; empty without one."
    )
    is_proven_across_groups = models.BooleanField(
        default=True,
        help_text="Whether every other choice of which groups meet was ruled out.",
    )
    versions = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict, help_text="How long each stage took.")
    n_mentees = models.PositiveIntegerField("mentees to serve", default=0)
    n_mentors = models.PositiveIntegerField("mentors with a place", default=0)
    n_places = models.PositiveIntegerField("places", default=0)
    n_served = models.PositiveIntegerField("mentees served", default=0)
    total_points = models.PositiveIntegerField(default=0)

    closed_at = models.DateTimeField(
        "closed", null=True, blank=True, help_text="When the committee had done with it."
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        permissions = [("start_matchrun", "Can start match runs")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RunStatus.values), name="matchrun_status_known"
            ),
            models.CheckConstraint(
                condition=Q(spread_price__lte=MAX_SPREAD_PRICE),
                name="matchrun_spread_price_within_0_and_10000",
            ),
            models.CheckConstraint(
                condition=Q(n_served__lte=models.F("n_mentees"))
                & Q(n_served__lte=models.F("n_places")),
                name="matchrun_serves_no_more_than_there_are",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, status=RunStatus.FINISHED),
                name="matchrun_closed_by_somebody_when_finished",
            ),
            models.UniqueConstraint(
                fields=["cohort"],
                condition=Q(status__in=[RunStatus.WAITING, RunStatus.RUNNING]),
                name="matchrun_one_under_way_per_cohort",
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} for {self.cohort}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (RunStatus.WAITING, RunStatus.RUNNING)

    def stop(self) -> bool:
        """Stop a run before it proposes anything; False when it has ended already.

        One that waits is stopped at once, one that runs at its next sign.
        """
        now = timezone.now()
        rows = MatchRun.objects.filter(pk=self.pk)
        if rows.filter(status=RunStatus.WAITING).update(status=RunStatus.STOPPED, ended_at=now):
            return True
        return bool(rows.filter(status=RunStatus.RUNNING).update(stop_asked_at=now))

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Unmatched(models.Model):
    """An accepted mentee whom a run left without a mentor, and why."""

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="unmatched")
    mentee = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    best_points = models.PositiveSmallIntegerField(
        null=True, help_text="Points with the best mentor, had the mentee been alone."
    )
    # One entry per rule that excludes somebody: key, label, n_excluded, n_regained.
    rules = models.JSONField(default=list)
    smallest_change = models.TextField(blank=True, help_text="What would help, said in words.")
    # As of a pairing: what it would cost the whole to give the mentee a mentor all the same.
    alternatives = models.JSONField(default=list)

    class Meta:
        ordering = ["mentee__name"]
        verbose_name_plural = "unmatched"
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee"], name="unmatched_once_per_run"),
        ]

    def __str__(self) -> str:
        return f"{self.mentee}: {self.reason}"


class RunProof(models.Model):
    """What a run solved, its result and the proof, so that anyone can check it again."""

    run = models.OneToOneField(MatchRun, on_delete=models.CASCADE, related_name="proof")
    # A compressed NumPy file, see matching/proofs.py. Sealed: points and ids, and no answer of
    # anyone, but the points that were weighed tell of private answers.
    content = SealedBinaryField()

    def __str__(self) -> str:
        return f"Proof of {self.run}"
