"""Whom people would like to be paired with: by name, as far as they know it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from signups.models.applications import Application
from signups.models.scope import CommitteeQuerySet

MAX_WISHES = 3


class WishQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"


class Wish(models.Model):
    """Someone whom an applicant would like to be paired with, as they wrote it.

    Who is meant is found out when it is needed, see signups/wishes.py, so that nothing the
    applicant sees tells whether somebody of that name has applied.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="wishes")
    wanted_name_or_email = models.CharField("wants", max_length=200)
    wanted = models.ForeignKey(
        Application,
        # Whoever is erased takes along what others wrote of them.
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="wished_by",
        verbose_name="who is meant",
        help_text="Only where it cannot be found out from what was written.",
    )

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["application", "pk"]
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "wanted_name_or_email"], name="wish_once_per_application"
            ),
            models.CheckConstraint(
                condition=~Q(wanted_name_or_email=""), name="wish_names_somebody"
            ),
            models.CheckConstraint(
                condition=Q(wanted=None) | ~Q(wanted=F("application")),
                name="wish_is_for_somebody_else",
                violation_error_message="Nobody can be paired with themselves.",
            ),
        ]

    def __str__(self) -> str:
        return self.wanted_name_or_email

    def clean(self) -> None:
        if self.wanted is None:
            return
        wishing = self.application
        if (self.wanted.cohort_id, self.wanted.role) != (
            wishing.cohort_id,
            wishing.role_enum.other,
        ):
            raise ValidationError(
                {"wanted": "Choose an application for the other role in the same cohort."}
            )
