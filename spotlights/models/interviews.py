"""Interviews: what was asked, and what was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString
from simple_history.models import HistoricalRecords

from signups.models import CommitteeQuerySet
from spotlights.markdown import render_markdown


class QuestionQuerySet(CommitteeQuerySet):
    program_path = "spotlight__program__"


class InterviewQuestion(models.Model):
    """One question of a spotlight's interview, with the answer; asked in order of ``position``."""

    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="questions"
    )
    position = models.PositiveSmallIntegerField(default=0)
    question = models.CharField(max_length=300)
    answer = models.TextField(
        max_length=10_000, help_text="In Markdown, as the free text is; a blank line is enough."
    )

    objects = QuestionQuerySet.as_manager()
    # Whoever wants to be in the series no more is not kept here either.
    history = HistoricalRecords(cascade_delete_history=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "question and answer"
        verbose_name_plural = "interview"
        constraints = [
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""),
                name="interviewquestion_has_both_sides",
                violation_error_message="A question needs an answer, and an answer a question.",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def answer_html(self) -> SafeString:
        """The answer for the page, below its question."""
        return render_markdown(self.answer, top_level=3)

    @property
    def answer_html_for_feeds(self) -> SafeString:
        """The answer for a place where relative links lead nowhere."""
        return render_markdown(self.answer, base_url=self.spotlight.absolute_url, top_level=3)
