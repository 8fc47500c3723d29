"""Applications that are not finished yet."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mig_site.languages import current_language
from signups.models.languages import language_field, language_known
from signups.models.programs import Cohort
from signups.models.roles import Role
from signups.models.scope import CommitteeQuerySet
from signups.models.sealed import SealedJSONField
from signups.windows import Window


class DraftQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def not_reminded(self) -> Self:
        return self.filter(reminded_at=None)


class Draft(models.Model):
    """What someone has answered so far, right or wrong, to be finished later."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="drafts")
    role = models.CharField(max_length=6, choices=Role)
    email = models.EmailField()
    language = language_field()
    # The form as it was sent, name by name, each with its list of values: also what is not valid.
    # Sealed, for identity answers are among them.
    answers = SealedJSONField(default=dict)
    # Counts the savings, so that a tab opened earlier does not undo what a later one saved.
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="draft_role_known"),
            language_known("draft_language_known"),
        ]

    def __str__(self) -> str:
        # Says nothing of who it is: a draft is nobody's business but its writer's.
        return f"Draft of {self.saved_at:%Y-%m-%d}"

    @property
    def role_enum(self) -> Role:
        """The role as a ``Role``: a row read from the database holds its plain text."""
        return Role(self.role)

    @property
    def window(self) -> Window:
        """When this draft can still be sent."""
        return self.cohort.window(self.role_enum)

    def save_answers(self, answers: dict[str, list[str]], *, seen_version: int) -> bool:
        """Keep new answers; False when another tab has saved since ``seen_version``.

        Letters then come in the language of the page at which they were given.
        """
        saved = Draft.objects.filter(pk=self.pk, version=seen_version).update(
            answers=answers,
            language=current_language(),
            version=F("version") + 1,
            saved_at=timezone.now(),
        )
        self.refresh_from_db()
        return bool(saved)
