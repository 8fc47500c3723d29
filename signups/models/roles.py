"""The two sides of a mentorship."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    MENTEE = "mentee", "Mentee"
    MENTOR = "mentor", "Mentor"

    @property
    def other(self) -> Role:
        return Role.MENTOR if self == Role.MENTEE else Role.MENTEE
