"""Where a spotlight stands on its way to readers."""

from django.db import models


class PublishingError(Exception):
    """A step that a spotlight cannot take now; its text tells the committee why."""


class SpotlightStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"  # written; the committee and the person read it
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
