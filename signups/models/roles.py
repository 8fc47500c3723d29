"""The two sides of a mentorship."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")

    @property
    def other(self) -> Role:
        return Role.MENTOR if self == Role.MENTEE else Role.MENTEE
