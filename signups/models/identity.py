"""What people may tell about themselves: kept apart from the application, and sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mig_site.languages import text_of
from signups.models.applications import Application
from signups.models.options import OptionQuerySet, ProgramOption
from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet
from signups.models.sealed import SealedJSONField
from signups.models.statuses import ApplicationStatus
from signups.models.texts import second_language

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PREFERS_NOT_TO_SAY = _("I prefer not to say")


class IdentityDimensionQuerySet(OptionQuerySet):
    def asked(self, program: Program, application: Application | None = None) -> Self:
        """What a program asks now, and whatever ``application`` has answered before."""
        asked = Q(is_offered=True)
        if application and application.pk:
            asked |= Q(pk__in=application.identity_answers.values("dimension"))
        return self.filter(asked, program=program).prefetch_related("options")


class IdentityDimension(ProgramOption):
    """Something that people may say about themselves, such as race or gender."""

    explanation = models.CharField(
        max_length=300, blank=True, help_text="Shown below the question. Most need none."
    )
    takes_several = models.BooleanField(
        "several answers", default=False, help_text="Whether more than one answer may be ticked."
    )
    i18n = second_language("name", "explanation")

    objects = IdentityDimensionQuerySet.as_manager()

    class Meta(ProgramOption.Meta):
        verbose_name = "identity question"
        permissions = [("count_identitydimension", "Can see identity answers in counts")]


class IdentityOptionQuerySet(CommitteeQuerySet):
    program_path = "dimension__program__"


class IdentityOption(models.Model):
    """An answer that can be chosen to an identity question."""

    dimension = models.ForeignKey(
        IdentityDimension, on_delete=models.CASCADE, related_name="options"
    )
    name = models.CharField(max_length=100)
    is_offered = models.BooleanField(
        "offered",
        default=True,
        help_text="Take the tick away to stop offering it; earlier answers keep it.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("name")

    objects = IdentityOptionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = "answer to choose"
        verbose_name_plural = "answers to choose"
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "dimension",
                name="identityoption_name_once_per_dimension",
                violation_error_message="This question already has this answer.",
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "name")


class IdentityAnswerQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"

    def usable_in_matching(self) -> Self:
        """Of accepted people, with their consent, to questions the program still asks."""
        return self.filter(
            is_for_matching=True,
            dimension__is_offered=True,
            application__status=ApplicationStatus.ACCEPTED,
        )

    def with_options(self) -> Self:
        """With what is needed to say the answers in words."""
        return self.select_related("dimension").prefetch_related("dimension__options")


class IdentityAnswer(models.Model):
    """What one person said to one identity question; no row means that it was left blank."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="identity_answers"
    )
    dimension = models.ForeignKey(
        IdentityDimension,
        on_delete=models.PROTECT,
        related_name="answers",
        verbose_name="question",
    )
    # Keys of the chosen options; none of them means "I prefer not to say".
    chosen = SealedJSONField(default=list)
    is_for_matching = models.BooleanField("may be used in matching", default=False)
    wants_shared = models.BooleanField("wants a mentor who shares it", default=False)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = IdentityAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["dimension__position", "pk"]
        verbose_name = "identity answer"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "dimension"], name="identityanswer_once_per_dimension"
            ),
            models.CheckConstraint(
                condition=Q(wants_shared=False) | Q(is_for_matching=True),
                name="identityanswer_wish_needs_consent",
            ),
        ]

    def __str__(self) -> str:
        # Says neither who nor what: admin pages and messages show it.
        return f"Identity answer {self.pk}"

    @property
    def in_words(self) -> str:
        """The answer as it was chosen; see also ``with_options``."""
        chosen = [
            option.name for option in self.dimension.options.all() if option.pk in self.chosen
        ]
        return ", ".join(chosen) if self.chosen else str(PREFERS_NOT_TO_SAY)

    @transaction.atomic
    def read(self, *, by: User) -> str:
        """The answer in words, for someone other than its writer; that it was read is kept."""
        IdentityReading.objects.create(
            reader=by,
            program=self.application.cohort.program,
            application=self.application,
            dimension=self.dimension,
        )
        return self.in_words


class IdentityReading(models.Model):
    """That a person has read an identity answer of somebody else."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="who"
    )
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    # Whoever is erased is erased here too; that somebody read stays.
    application = models.ForeignKey(
        Application,
        on_delete=models.SET_NULL,
        null=True,
        related_name="identity_readings",
        verbose_name="whose",
    )
    dimension = models.ForeignKey(
        IdentityDimension,
        on_delete=models.PROTECT,
        related_name="readings",
        verbose_name="question",
    )
    read_at = models.DateTimeField("when", default=timezone.now)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["-read_at", "-pk"]
        verbose_name = "reading of an identity answer"
        verbose_name_plural = "readings of identity answers"

    def __str__(self) -> str:
        return f"Reading of {self.read_at:%Y-%m-%d}"
