"""What an applicant can choose from: rows of each program, edited by its committee."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from mig_site.languages import text_of
from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet
from signups.models.texts import HistoryOfTexts, second_language

MAX_SIZE = 30  # of a group


class OptionQuerySet(CommitteeQuerySet):
    def offered(self) -> Self:
        return self.filter(is_offered=True)


class ProgramOption(models.Model):
    """One entry of one of a program's lists; compared as a row, never as text."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="%(class)ss")
    name = models.CharField(max_length=100)
    is_offered = models.BooleanField(
        "offered",
        default=True,
        help_text="Take the tick away to stop offering it; earlier answers keep it.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("name")

    objects = OptionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "program",
                name="%(class)s_name_once_per_program",
                violation_error_message="The program already has this entry.",
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "name")


class Format(ProgramOption):
    """An entry of the Menu of Options: a way of mentoring that the program offers."""

    summary = models.CharField(max_length=300, help_text="What it is.")
    suits = models.CharField(
        "whom it suits", max_length=200, blank=True, help_text="Such as “who has one question”."
    )
    takes = models.CharField(
        "time it takes", max_length=80, blank=True, help_text="Such as “one hour, once”."
    )
    is_formal = models.BooleanField("formal", default=False)
    least_size = models.PositiveSmallIntegerField(
        "mentees at least",
        default=1,
        help_text="1 for pairs. A circle or group with fewer mentees does not meet.",
    )
    greatest_size = models.PositiveSmallIntegerField(
        "mentees at most",
        default=1,
        help_text="1 for pairs; more for a circle or group, which counts places of its own.",
    )
    i18n = second_language("name", "summary", "suits", "takes")

    class Meta(ProgramOption.Meta):
        constraints = [
            *ProgramOption.Meta.constraints,
            models.CheckConstraint(
                condition=Q(least_size__gte=1),
                name="format_least_size_from_1",
                violation_error_message="A format has one mentee at least.",
            ),
            models.CheckConstraint(
                condition=Q(greatest_size__gte=F("least_size")),
                name="format_greatest_size_not_below_least",
                violation_error_message="A format cannot have fewer mentees at most than at least.",
            ),
            models.CheckConstraint(
                condition=Q(greatest_size__lte=MAX_SIZE),
                name="format_greatest_size_to_30",
                violation_error_message=f"A group has {MAX_SIZE} mentees at most.",
            ),
        ]

    @property
    def is_group(self) -> bool:
        """Whether several mentees meet together, instead of each with a mentor of their own."""
        return self.greatest_size > 1

    history = HistoryOfTexts()


class Topic(ProgramOption):
    """What a mentee wants to work on and a mentor can help with."""

    history = HistoryOfTexts()


class LibraryType(ProgramOption):
    """A kind of library that people work in, or want to."""

    history = HistoryOfTexts()

    class Meta(ProgramOption.Meta):
        verbose_name = "library type"


class CareerStage(ProgramOption):
    """A step of a career."""

    rank = models.PositiveSmallIntegerField(
        help_text="How far along a career this is, from 0. Stages may share a rank."
    )

    history = HistoryOfTexts()

    class Meta(ProgramOption.Meta):
        verbose_name = "career stage"


class Region(ProgramOption):
    """A part of the program's area, small enough to meet in person within it."""

    history = HistoryOfTexts()


class MeetingWay(ProgramOption):
    """A way of meeting, such as video or in person."""

    needs_same_region = models.BooleanField(
        "only within a region",
        default=False,
        help_text="Tick for meeting in person: it helps only two people of one region.",
    )

    history = HistoryOfTexts()

    class Meta(ProgramOption.Meta):
        verbose_name = "way of meeting"
        verbose_name_plural = "ways of meeting"


class Language(ProgramOption):
    """A language in which a person can mentor or be mentored."""

    history = HistoryOfTexts()


class AvailabilityTime(ProgramOption):
    """A part of the week in which people can usually meet, such as “Weekday evenings”."""

    class Meta(ProgramOption.Meta):
        verbose_name = "time to meet"
        verbose_name_plural = "times to meet"

    history = HistoryOfTexts()
