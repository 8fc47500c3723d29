"""The posts of the Let's Connect series."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from signups.models import CommitteeQuerySet, Program


class SpotlightStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SpotlightQuerySet(CommitteeQuerySet):
    def published(self) -> Self:
        """What the public may read now; see also ``Spotlight.is_published``."""
        return self.filter(status=SpotlightStatus.PUBLISHED, published_at__lte=timezone.now())


class Spotlight(models.Model):
    """One post of the Let's Connect series: a library leader, in their own words."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="spotlights")
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    person_name = models.CharField("who", max_length=120)
    pronouns = models.CharField(max_length=40, blank=True)
    position_title = models.CharField("position", max_length=160, blank=True)
    library = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=120, blank=True)
    summary = models.CharField(
        max_length=300, help_text="One or two sentences for lists and feeds."
    )
    pull_quote = models.CharField(max_length=300, blank=True)
    body = models.TextField(
        help_text="Markdown: a blank line starts a paragraph, ## a heading, **bold**, *italic*, "
        "[words](https://address)."
    )
    status = models.CharField(max_length=9, choices=SpotlightStatus, default=SpotlightStatus.DRAFT)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="Shown from this moment on, once published."
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = SpotlightQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SpotlightStatus.values), name="spotlight_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=SpotlightStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="spotlight_publishing_is_dated",
                violation_error_message="Say from when it is published.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("spotlights:spotlight", args=[self.slug])

    def is_published(self) -> bool:
        return (
            self.status == SpotlightStatus.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )
