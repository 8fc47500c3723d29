"""Which spotlights the public may read, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from signups.models import CommitteeQuerySet

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight


class PublishingError(Exception):
    """A step that a spotlight cannot take now; its text tells the committee why."""


class SpotlightStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"  # written; the committee and the person read it
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SpotlightQuerySet(CommitteeQuerySet):
    def published(self) -> Self:
        """What the public may read now, latest first; see also ``Spotlight.is_published``."""
        # The program comes along: its zone says which day a spotlight is from.
        return (
            self.filter(status=SpotlightStatus.PUBLISHED, published_at__lte=timezone.now())
            .select_related("program")
            .order_by("-published_at", "-pk")
        )

    def before(self, spotlight: Spotlight) -> Self:
        """Those dated earlier than ``spotlight``; of the same moment, those with a smaller key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=spotlight.pk))

    def after(self, spotlight: Spotlight) -> Self:
        """Those dated later than ``spotlight``; of the same moment, those with a larger key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__gt=moment) | Q(published_at=moment, pk__gt=spotlight.pk))
