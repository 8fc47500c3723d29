"""Which spotlights have been announced by letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.template.defaultfilters import pluralize
from django.utils import timezone


class Announcement(models.Model):
    """That a spotlight was announced, once: to everybody who had asked its program for news."""

    spotlight = models.OneToOneField(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="announcement"
    )
    announced_at = models.DateTimeField(default=timezone.now, editable=False)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    n_letters = models.PositiveIntegerField("letters", default=0)

    def __str__(self) -> str:
        return f"{self.spotlight}: {self.n_letters} letter{pluralize(self.n_letters)}"
