"""In which language people are written to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


def language_field() -> models.CharField:
    """The language of a person's letters: that of the page on which they wrote to us."""
    return models.CharField(
        "language of letters",
        max_length=7,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        editable=False,
    )


def language_known(name: str) -> models.CheckConstraint:
    codes = [code for code, _ in settings.LANGUAGES]
    return models.CheckConstraint(condition=Q(language__in=codes), name=name)
