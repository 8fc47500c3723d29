"""Orientation: its sessions, and who has a place in which."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import ngettext

from mig_site.dates import moment_in_words
from signups.models.applications import Application
from signups.models.programs import Cohort
from signups.models.scope import CommitteeQuerySet
from signups.models.statuses import ApplicationStatus
from signups.models.texts import second_language

# Who leaves the program gives the place back at once; see also release_places_left_behind.
TAKES_PART = Q(places_taken__application__status=ApplicationStatus.ACCEPTED)


class OrientationSessionQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def to_come(self) -> Self:
        """Sessions that were not dropped and have not begun."""
        return self.filter(dropped_at=None, starts_at__gt=timezone.now())

    def with_n_taken(self) -> Self:
        return self.annotate(n_taken=Count("places_taken", filter=TAKES_PART))


class OrientationSession(models.Model):
    """One meeting in which people learn how the program works."""

    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, related_name="orientation_sessions"
    )
    starts_at = models.DateTimeField(
        "begins", help_text="In UTC; people see it in the program's own time zone."
    )
    minutes = models.PositiveSmallIntegerField("length in minutes", default=60)
    how_to_join = models.TextField(
        max_length=1000, help_text="Link, telephone number, room. Told to those with a place."
    )
    places = models.PositiveSmallIntegerField(default=100)
    dropped_at = models.DateTimeField("dropped", null=True, blank=True, editable=False)
    i18n = second_language("how_to_join")

    objects = OrientationSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = "orientation session"
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=600),
                name="orientationsession_length_sensible",
                violation_error_message="A session takes 5 to 600 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="orientationsession_has_places",
                violation_error_message="A session has one place at least.",
            ),
        ]

    def __str__(self) -> str:
        return self.when

    def clean(self) -> None:
        if self.pk and self.places is not None and self.places < (n_taken := self.count_taken()):
            raise ValidationError(
                {"places": f"{n_taken} people have a place already: give {n_taken} at least."}
            )

    @property
    def when(self) -> str:
        """When it begins, in the program's zone, with the zone's name."""
        return moment_in_words(self.starts_at, self.cohort.program.time_zone)

    @property
    def when_and_how_long(self) -> str:
        """When it begins and how long it takes, for those who choose."""
        return ngettext(
            "%(when)s, %(minutes)d minute", "%(when)s, %(minutes)d minutes", self.minutes
        ) % {"when": self.when, "minutes": self.minutes}

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_to_come(self) -> bool:
        return self.dropped_at is None and self.starts_at > timezone.now()

    def count_taken(self) -> int:
        places = self.places_taken.filter(application__status=ApplicationStatus.ACCEPTED)
        return places.count()

    def is_news_after(self, before: OrientationSession) -> bool:
        """Whether those who have a place must hear of what changed since ``before``."""
        told = ["starts_at", "minutes", "how_to_join", "how_to_join_es"]
        # A text in the second language is not there, or empty: nothing is said either way.
        return any((getattr(self, name) or "") != (getattr(before, name) or "") for name in told)


class OrientationPlaceQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"

    def held(self) -> Self:
        """Places in a session, as against those given back."""
        return self.exclude(session=None)

    def of_participants(self) -> Self:
        return self.filter(application__status=ApplicationStatus.ACCEPTED)


class OrientationPlace(models.Model):
    """The one place of one application; kept when it is given back.

    A calendar knows it by ``uid``, and takes the entry with the higher ``sequence``: so choosing
    another session moves the entry, and does not make a second one.
    """

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="orientation_place"
    )
    session = models.ForeignKey(
        OrientationSession,
        on_delete=models.PROTECT,
        null=True,
        related_name="places_taken",
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrientationPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["application__name", "pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.session or 'no session'}"

    def move_to(self, session: OrientationSession | None) -> None:
        """Hold a place in ``session``, or in none; calendars are to take it as news."""
        self.session = session
        self.sequence += 1
        self.changed_at = timezone.now()
        self.save(update_fields=["session", "sequence", "changed_at"])
