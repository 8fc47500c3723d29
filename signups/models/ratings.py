"""What each reader thinks of an application, and what a reader does not see before that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.utils import timezone

from signups.models.applications import Application
from signups.models.considering import ApplicationQuerySet
from signups.models.scope import CommitteeQuerySet
from signups.models.statuses import ApplicationStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_POINTS = 5

# What says who someone is. Of what people wrote themselves, only files and links are hidden too:
# nothing can tell whether other words name anyone.
IDENTIFYING = frozenset(
    {
        "name",
        "email",
        "pronouns",
        "position_title",
        "employer",
        "employer_row",
        "membership_number",
    }
)

# By these, lists can be sorted.
SORTED_BY = ("name", "email", "employer")


class RatingQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"

    def readable_by(self, user: User) -> Self:
        """One's own, and those of others on what one has rated oneself; superusers included."""
        own = Rating.objects.filter(application=OuterRef("application"), reader=user.pk)
        return self.visible_to(user).filter(Exists(own))


class Rating(models.Model):
    """What one reader thinks of one application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="ratings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(help_text="1 (weak) to 5 (strong).")
    words = models.TextField(max_length=2000, blank=True)
    rated_at = models.DateTimeField(default=timezone.now)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["application__name", "rated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reader"], name="rating_once_per_application_and_reader"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1, points__lte=MAX_POINTS),
                name="rating_points_from_1_to_5",
                violation_error_message=f"Give 1 to {MAX_POINTS} points.",
            ),
        ]

    def __str__(self) -> str:
        # Says neither who nor what: the admin's log and messages show it.
        return f"Rating {self.pk}"


def is_blind_to(user: User, *, application: str = "") -> Q:
    """Whether ``user`` may not know yet who wrote an application, as a condition of a query.

    So it is in a program that reads blind, until this reader has rated it or the committee has
    decided on it. ``application`` is the path to it, with two underscores at its end.
    """
    rated = Rating.objects.filter(application=OuterRef(f"{application}pk"), reader=user.pk)
    undecided_and_blind = {
        f"{application}status": ApplicationStatus.RECEIVED,
        f"{application}cohort__program__is_read_blind": True,
    }
    return Q(**undecided_and_blind) & ~Exists(rated)


def as_read_by(user: User, applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """``applications``, each knowing whether it ``is_blind`` to this reader.

    What lists are sorted by is there a second time, as ``shown_name`` and so on, and empty where
    it is hidden: an order tells of what it is made from.
    """
    applications = applications.annotate(
        is_blind=ExpressionWrapper(is_blind_to(user), output_field=BooleanField())
    )
    return applications.annotate(
        **{
            f"shown_{name}": Case(
                When(is_blind=True, then=Value("")),
                default=F(name),
                output_field=models.CharField(),
            )
            for name in SORTED_BY
        }
    )
