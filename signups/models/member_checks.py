"""What an association's member list said about the applicants of a gate.

The list itself is read and let go: only what it says about people who applied is kept, the other
members' rows never are; and of those, the words from the list only until the check is applied.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from signups.models.applications import Application
from signups.models.gates import Gate
from signups.models.scope import CommitteeQuerySet

# A check that nobody applied in that time is deleted.
KEPT_FOR = timedelta(days=2)


class MemberFinding(models.TextChoices):
    NUMBER = "number", "Found by number"
    ADDRESS = "address", "Found by address"
    NEARLY = "nearly", "Nearly"
    MISSING = "missing", "Not found"


SURE = [MemberFinding.NUMBER, MemberFinding.ADDRESS]


class MemberCheckQuerySet(CommitteeQuerySet):
    program_path = "gate__cohort__program__"

    def to_apply(self) -> Self:
        return self.filter(applied_at=None)

    def out_of_date(self) -> Self:
        return self.to_apply().filter(made_at__lte=timezone.now() - KEPT_FOR)


class MemberCheck(models.Model):
    """One upload of a member list for one gate."""

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="member_checks")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    n_rows = models.PositiveIntegerField()
    applied_at = models.DateTimeField(null=True)

    objects = MemberCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gate"],
                condition=Q(applied_at=None),
                name="membercheck_one_to_apply_per_gate",
            ),
        ]

    def __str__(self) -> str:
        return f"Member list of {self.made_at:%Y-%m-%d %H:%M} UTC"


class MemberCheckRow(models.Model):
    """What a member list said about one application."""

    check_made = models.ForeignKey(MemberCheck, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    finding = models.CharField(max_length=7, choices=MemberFinding)
    why = models.CharField(max_length=500, blank=True)
    # The answers that were compared: other answers need a check of their own.
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ["application__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_made", "application"], name="membercheckrow_once_per_application"
            ),
            models.CheckConstraint(
                condition=Q(finding__in=MemberFinding.values), name="membercheckrow_finding_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_finding_display()}"
