"""How often something was tried from one place, so that nobody can do it without end."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Deed(models.TextChoices):
    """What is counted."""

    SEND = "send", "Sending an application"
    SAVE = "save", "Saving a draft"
    LOST_LINK = "lost_link", "Asking for a link"
    UPLOAD = "upload", "Handing in a file"
    ASK = "ask", "Asking a question"
    SUGGEST = "suggest", "Suggesting a leader"


class Attempt(models.Model):
    """One try of something from one address, or from one network, that counted."""

    deed = models.CharField(max_length=9, choices=Deed)
    # A keyed hash: who wrote from where is nobody's business, only how often.
    place = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["deed", "place", "made_at"], name="attempt_of_a_place"),
            models.Index(fields=["made_at"], name="attempt_made_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deed__in=Deed.values), name="attempt_deed_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}, {self.made_at:%Y-%m-%d %H:%M}"
