"""What stood in people's way, and what would have helped: told in counts and quotations only."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from signups.models.applications import Application
from signups.models.options import ProgramOption
from signups.models.scope import CommitteeQuerySet
from signups.models.sealed import SealedJSONField


class Barrier(ProgramOption):
    """Something that stands in people's way in library work."""

    class Meta(ProgramOption.Meta):
        permissions = [("report_barrier", "Can see barriers in counts and quotations")]


class Support(ProgramOption):
    """Something that helps, or would have helped, past a barrier."""

    class Meta(ProgramOption.Meta):
        verbose_name = "support that would help"
        verbose_name_plural = "supports that would help"


class BarrierAnswerQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"


class BarrierAnswer(models.Model):
    """What one person said about barriers; no row means that it was left blank."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="barrier_answer"
    )
    # Keys of ``barriers`` and ``supports``; ``barriers_words`` and ``supports_words`` beside them.
    told = SealedJSONField(default=dict)
    may_be_quoted = models.BooleanField("may be quoted without a name", default=False)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = BarrierAnswerQuerySet.as_manager()

    def __str__(self) -> str:
        # Says neither who nor what.
        return f"Barrier answer {self.pk}"
