"""What an application chooses with something to add: a rank, years, places."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from signups.models.applications import Application
from signups.models.options import MAX_SIZE, Format, Topic
from signups.models.scope import CommitteeQuerySet

MAX_RANKED_TOPICS = 3
MAX_RANKED_FORMATS = 3
MAX_YEARS = 60


class ChoiceQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"


class TopicChoice(models.Model):
    """A topic in an application: ranked by a mentee, ticked by a mentor."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="topic_choices"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 is what a mentee wants most; mentors do not rank."
    )
    years = models.PositiveSmallIntegerField(
        "years of experience", null=True, blank=True, help_text="Of a mentor; blank: not told."
    )

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "topic__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "topic"], name="topicchoice_topic_once_per_application"
            ),
            models.UniqueConstraint(
                fields=["application", "rank"], name="topicchoice_rank_once_per_application"
            ),
            models.CheckConstraint(
                condition=Q(rank=None) | Q(rank__gte=1, rank__lte=MAX_RANKED_TOPICS),
                name="topicchoice_rank_from_1_to_3",
            ),
            models.CheckConstraint(
                condition=Q(years=None) | Q(rank=None, years__gte=0, years__lte=MAX_YEARS),
                name="topicchoice_years_of_mentors_only",
                violation_error_message=f"A mentor has 0 to {MAX_YEARS} years of experience in a "
                "topic; a mentee is not asked.",
            ),
        ]

    def __str__(self) -> str:
        if self.rank:
            return f"{self.rank}. {self.topic}"
        if self.years is None:
            return str(self.topic)
        return f"{self.topic} ({self.years} year{'s' * (self.years != 1)})"


class FormatChoice(models.Model):
    """A format in an application: liked more or less by a mentee, with places by a mentor."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="format_choices"
    )
    format = models.ForeignKey(Format, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="1 is what a mentee would like most; equal ranks are liked alike.",
    )
    places = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Of a mentor; blank: as many as they take mentees, and a group as it can hold.",
    )

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "format__position", "format__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "format"], name="formatchoice_format_once_per_application"
            ),
            models.CheckConstraint(
                condition=Q(rank=None) | Q(rank__gte=1, places=None),
                name="formatchoice_rank_of_mentees_only",
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gte=1, places__lte=MAX_SIZE),
                name="formatchoice_places_from_1_to_30",
                violation_error_message=f"A format has 1 to {MAX_SIZE} places.",
            ),
        ]

    def __str__(self) -> str:
        if self.rank:
            return f"{self.rank}. {self.format}"
        if self.places is None:
            return str(self.format)
        return f"{self.format} ({self.places} place{'s' * (self.places != 1)})"
