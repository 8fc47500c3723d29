"""Pairs that must not be made, named by the committee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from signups.models import (
    Cohort,
    CommitteeQuerySet,
    MenteeApplication,
    MentorApplication,
    Program,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ConflictReason(models.TextChoices):
    SUPERVISOR = "supervisor", "One supervises the other, or did"
    CLOSE = "close", "Family, friends or close colleagues"
    ASKED = "asked", "One of them asked not to be paired with the other"
    OTHER = "other", "Another reason"


class ConflictQuerySet(CommitteeQuerySet):
    program_path = "mentee__cohort__program__"

    def addresses(self, program: Program) -> list[tuple[str, str]]:
        """The e-mail addresses of both people of each conflict in a program, in any cohort.

        By their addresses people are known again when they apply to a later cohort.
        """
        rows = self.filter(mentee__cohort__program=program)
        return [
            (mentee.casefold(), mentor.casefold())
            for mentee, mentor in rows.values_list("mentee__email", "mentor__email")
        ]


class Conflict(models.Model):
    """Two people who must not be paired, in this cohort of the program and in later ones."""

    mentee = models.ForeignKey(
        MenteeApplication, on_delete=models.PROTECT, related_name="conflicts_as_mentee"
    )
    mentor = models.ForeignKey(
        MentorApplication, on_delete=models.PROTECT, related_name="conflicts_as_mentor"
    )
    reason = models.CharField(max_length=10, choices=ConflictReason)
    words = models.CharField(
        "in words",
        max_length=300,
        blank=True,
        help_text="What the committee should know. Nobody else reads it.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "mentor"],
                name="conflict_once_per_pair",
                violation_error_message="This conflict is named already.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ConflictReason.values), name="conflict_reason_known"
            ),
            models.CheckConstraint(
                condition=~Q(reason=ConflictReason.OTHER) | ~Q(words=""),
                name="conflict_other_reason_is_said",
                violation_error_message="Say in words what the reason is.",
            ),
        ]

    def __str__(self) -> str:
        # Names nobody: the log of the admin keeps it, also of conflicts that are gone.
        return f"Conflict {self.pk}"

    def clean(self) -> None:
        both_chosen = self.mentee_id and self.mentor_id
        if both_chosen and self.mentee.cohort_id != self.mentor.cohort_id:
            raise ValidationError(
                {"mentor": "Choose a mentor of the mentee's cohort. It holds in later ones too."}
            )

    @transaction.atomic
    def name(self, *, by: User) -> None:
        """Save this conflict; a run that is being saved at this moment comes before or after."""
        Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=self.mentee.cohort_id)
        self.made_by = by
        self.save()
