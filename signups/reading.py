"""Reading applications one after another, each rated by its reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone

from signups.models import Application, ApplicationStatus, Cohort, Rating
from signups.models.considering import ApplicationQuerySet


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one reader is with a cohort."""

    cohort: Cohort
    n_read: int
    n_all: int

    @property
    def sentence(self) -> str:
        return f"{self.n_read} of {self.n_all} read"


def to_read(cohort: Cohort) -> ApplicationQuerySet:
    """What a cohort's readers may rate, in the order in which it arrived."""
    return Application.objects.filter(cohort=cohort).considered().order_by("pk")


def progress_of(reader: User, cohort: Cohort) -> Progress:
    own = Q(ratings__reader=reader)
    undecided = Q(status=ApplicationStatus.RECEIVED)
    counts = to_read(cohort).aggregate(
        n_read=Count("pk", filter=own, distinct=True),
        n_all=Count("pk", filter=own | undecided, distinct=True),
    )
    return Progress(cohort=cohort, **counts)


def next_unread(reader: User, cohort: Cohort, *, after: int = 0) -> Application | None:
    """The next undecided one that ``reader`` has not rated; behind the last, the first again."""
    undecided = to_read(cohort).filter(status=ApplicationStatus.RECEIVED)
    unread = undecided.exclude(ratings__reader=reader)
    return unread.filter(pk__gt=after).first() or unread.first()


def rate(application: Application, *, by: User, points: int, words: str) -> None:
    """Keep what a reader thinks; a second time it takes the place of the first."""
    Rating.objects.update_or_create(
        application_id=application.pk,
        reader=by,
        defaults={"points": points, "words": words, "rated_at": timezone.now()},
    )
