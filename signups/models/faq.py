"""What people ask a program again and again, with the committee's answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet
from signups.models.texts import HistoryOfTexts, second_language


class Audience(models.TextChoices):
    """Whom an answer is for."""

    EVERYONE = "everyone", _("For everyone")
    MENTEES = "mentees", _("For mentees")
    MENTORS = "mentors", _("For mentors")


class FrequentQuestionQuerySet(CommitteeQuerySet):
    def shown(self) -> FrequentQuestionQuerySet:
        return self.filter(is_shown=True)


class FrequentQuestion(models.Model):
    """A question that the program's page answers before anybody has to ask it."""

    program = models.ForeignKey(
        Program, on_delete=models.CASCADE, related_name="frequent_questions"
    )
    question = models.CharField(max_length=200)
    answer = models.TextField(
        max_length=4000,
        help_text="In Markdown: a blank line starts a paragraph, a line that begins with “- ” is "
        "an entry of a list, and [words](https://example.org/) are a link.",
    )
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    is_shown = models.BooleanField("shown in public", default=True)
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("question", "answer")

    objects = FrequentQuestionQuerySet.as_manager()
    history = HistoryOfTexts()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "frequently asked question"
        constraints = [
            models.UniqueConstraint(
                fields=["program", "question"],
                name="frequentquestion_once_per_program",
                violation_error_message="The program answers this question already.",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="frequentquestion_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return self.question
