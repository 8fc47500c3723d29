"""What a committee may see: the rows of the programs on whose committee one sits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class CommitteeQuerySet(models.QuerySet):
    """Rows that belong to a program, found along ``program_path``."""

    program_path: ClassVar[str] = "program__"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows of the programs on whose committee ``user`` sits; all rows for a superuser."""
        if user.is_superuser:
            return self
        if user.is_anonymous:
            # Asked for None, a seat without a login would answer.
            return self.none()
        return self.filter(**{f"{self.program_path}seats__user": user.pk})
