"""What spotlights tell about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from signups.models.texts import HistoryOfTexts, second_language


class SpotlightTopic(models.Model):
    """A subject of the series, shared by the spotlights of all programs.

    Readers filter by it across programs, so it is no ``Topic``: those belong to one program each,
    and name what people want to be mentored in.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        max_length=80, unique=True, help_text="How addresses of filtered lists name it."
    )
    i18n = second_language("name")

    history = HistoryOfTexts()

    class Meta:
        verbose_name = "topic of spotlights"
        verbose_name_plural = "topics of spotlights"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="spotlighttopic_name_once",
                violation_error_message="There is a topic of this name already.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="spotlighttopic_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
