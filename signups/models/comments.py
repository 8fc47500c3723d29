"""What people on a committee say to each other about an applicant; no applicant ever reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from signups.models.applications import Application
from signups.models.scope import CommitteeQuerySet

MAX_WORDS = 2000


class CommentBase(models.Model):
    """Words of one person, kept with who and when; see also PairingComment in matching."""

    words = models.TextField(max_length=MAX_WORDS)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        # Says neither who nor what: the admin's log and messages show it.
        return f"Comment {self.pk}"


class CommentQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"


class Comment(CommentBase):
    """Words of somebody on the committee about an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="comments")

    objects = CommentQuerySet.as_manager()
