"""What an applicant can choose from: rows of each program, edited by its committee."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet


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
        return self.name


class Format(ProgramOption):
    """An entry of the Menu of Options: a way of mentoring that the program offers."""

    summary = models.CharField(max_length=300, help_text="What it is and whom it suits.")
    takes = models.CharField(
        "time it takes", max_length=80, blank=True, help_text="Such as “one hour, once”."
    )
    is_formal = models.BooleanField("formal", default=False)

    history = HistoricalRecords()


class Topic(ProgramOption):
    """What a mentee wants to work on and a mentor can help with."""

    history = HistoricalRecords()


class LibraryType(ProgramOption):
    """A kind of library that people work in, or want to."""

    history = HistoricalRecords()

    class Meta(ProgramOption.Meta):
        verbose_name = "library type"


class CareerStage(ProgramOption):
    """A step of a career."""

    rank = models.PositiveSmallIntegerField(
        help_text="How far along a career this is, from 0. Stages may share a rank."
    )

    history = HistoricalRecords()

    class Meta(ProgramOption.Meta):
        verbose_name = "career stage"


class Region(ProgramOption):
    """A part of the program's area, small enough to meet in person within it."""

    history = HistoricalRecords()


class MeetingWay(ProgramOption):
    """A way of meeting, such as video or in person."""

    needs_same_region = models.BooleanField(
        "only within a region",
        default=False,
        help_text="Tick for meeting in person: it helps only two people of one region.",
    )

    history = HistoricalRecords()

    class Meta(ProgramOption.Meta):
        verbose_name = "way of meeting"
        verbose_name_plural = "ways of meeting"


class Language(ProgramOption):
    """A language in which a person can mentor or be mentored."""

    history = HistoricalRecords()
