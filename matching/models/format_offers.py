"""Another format that a mentee without a mentor was asked about, and what they answered."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from signups.models import Application, CommitteeQuerySet, Format


class FormatAnswer(models.TextChoices):
    WAITING = "waiting", "No answer yet"
    ACCEPTED = "accepted", "Would like it"
    DECLINED = "declined", "Would not like it"


class FormatOfferQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"

    def waiting(self) -> Self:
        return self.filter(answer=FormatAnswer.WAITING)

    def accepted(self) -> Self:
        return self.filter(answer=FormatAnswer.ACCEPTED)


class FormatOffer(models.Model):
    """The question whether somebody would like a format that they had not chosen."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="format_offers"
    )
    format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=8, choices=FormatAnswer, default=FormatAnswer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FormatOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "format"],
                condition=Q(answer=FormatAnswer.WAITING),
                name="formatoffer_one_open_per_person_and_format",
                violation_error_message="This person was asked about this format already.",
            ),
            models.CheckConstraint(
                condition=Q(answer=FormatAnswer.WAITING, answered_at=None)
                | Q(
                    answer__in=[FormatAnswer.ACCEPTED, FormatAnswer.DECLINED],
                    answered_at__isnull=False,
                ),
                name="formatoffer_answer_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format}: {self.get_answer_display().lower()}"

    @property
    def is_waiting(self) -> bool:
        return self.answer == FormatAnswer.WAITING
