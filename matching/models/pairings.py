"""A mentor and a mentee put together, and the committee's decision on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from matching.models.runs import MatchRun
from signups.models import (
    Cohort,
    CommitteeQuerySet,
    MenteeApplication,
    MentorApplication,
    ReviewError,
    Role,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PairingStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    SUPERSEDED = "superseded", "Superseded"  # undecided when a later run made its own proposals


def strongest(reasons: list[dict[str, Any]], n: int) -> list[dict[str, Any]]:
    """The ``n`` criteria that gave most points, strongest first; none that gave nothing."""
    giving = [reason for reason in reasons if reason["points"]]
    return sorted(giving, key=lambda reason: -reason["points"])[:n]


def weakest(reasons: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The criterion that gave the smallest part of its points, the weightiest among equals.

    None where every criterion gave all it could.
    """
    wanting = [reason for reason in reasons if reason["points"] < reason["max_points"]]
    return min(
        wanting,
        key=lambda reason: (reason["points"] / reason["max_points"], -reason["max_points"]),
        default=None,
    )


class PairingQuerySet(CommitteeQuerySet):
    program_path = "run__cohort__program__"

    def awaiting_review(self) -> Self:
        return self.filter(status=PairingStatus.PROPOSED)

    def approved(self) -> Self:
        return self.filter(status=PairingStatus.APPROVED)

    def rejected(self) -> Self:
        return self.filter(status=PairingStatus.REJECTED)

    def current(self) -> Self:
        """Pairings that still count: all but those a later run replaced."""
        return self.exclude(status=PairingStatus.SUPERSEDED)

    def standing(self) -> Self:
        """Approved pairings that have not ended: they take up the mentee and a place."""
        return self.approved().filter(ended_at=None)

    def to_offer(self) -> Self:
        """Approved pairings that were not put to their two people yet."""
        return self.standing().filter(offer=None, introduced_at=None)

    def to_introduce(self) -> Self:
        """Approved pairings whose two letters are not written yet."""
        return self.standing().filter(introduced_at=None)


class Pairing(models.Model):
    """A mentor and a mentee whom a run put together, and the committee's decision on it."""

    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="pairings")
    mentee = models.ForeignKey(
        MenteeApplication, on_delete=models.PROTECT, related_name="pairings_as_mentee"
    )
    mentor = models.ForeignKey(
        MentorApplication, on_delete=models.PROTECT, related_name="pairings_as_mentor"
    )
    points = models.PositiveSmallIntegerField(help_text="0 to 100.")
    # One entry per criterion, as the run computed it: key, label, points, max_points and the
    # sentence for people. Approving and writing letters read it and compute nothing anew.
    reasons = models.JSONField(default=list)
    # The mentee's next best mentors when the run was saved: mentor_id, points, sentence, and the
    # moves of others, each a list: mentee, from and to which mentor, points before and after.
    alternatives = models.JSONField(default=list)
    mentee_best_points = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="With the best mentor, had the mentee been alone."
    )
    mentor_best_points = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="With the best mentee, had the mentor been alone."
    )

    status = models.CharField(max_length=10, choices=PairingStatus, default=PairingStatus.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    introduced_at = models.DateTimeField("introduced", null=True, blank=True)
    ended_at = models.DateTimeField("ended", null=True, blank=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        ordering = ["points", "pk"]
        permissions = [
            ("review_pairing", "Can approve and reject pairings"),
            ("offer_pairing", "Can put approved pairs to their two people"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="pairing_points_within_0_and_100"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PairingStatus.values), name="pairing_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=PairingStatus.PROPOSED, decided_at=None)
                | ~Q(status=PairingStatus.PROPOSED) & Q(decided_at__isnull=False),
                name="pairing_decision_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(introduced_at=None) | Q(status=PairingStatus.APPROVED),
                name="pairing_introduced_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(status=PairingStatus.APPROVED),
                name="pairing_ended_only_when_approved",
            ),
            models.UniqueConstraint(
                fields=["run", "mentee"], name="pairing_one_per_run_and_mentee"
            ),
            models.UniqueConstraint(
                fields=["mentee"],
                condition=Q(status=PairingStatus.APPROVED, ended_at=None),
                name="pairing_one_approved_per_mentee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} with {self.mentor}"

    @property
    def is_to_offer(self) -> bool:
        """As ``PairingQuerySet.to_offer`` says of a set."""
        is_free = self.introduced_at is None and self.ended_at is None
        return self.status == PairingStatus.APPROVED and is_free and not hasattr(self, "offer")

    def person(self, role: Role) -> MenteeApplication | MentorApplication:
        return self.mentee if role == Role.MENTEE else self.mentor

    def strongest_reasons(self, n: int) -> list[dict[str, Any]]:
        return strongest(self.reasons, n)

    @property
    def is_running(self) -> bool:
        """Whether the two were told of each other and their time together is not over."""
        ends_on = self.run.cohort.ends_on
        is_over = ends_on is not None and ends_on < timezone.localdate()
        return self.introduced_at is not None and self.ended_at is None and not is_over

    @transaction.atomic
    def approve(self, *, by: User) -> None:
        """Approve this pairing.

        Raises ReviewError when someone decided first, the mentor has no place left or the
        mentee already has a mentor.
        """
        # The lock makes two chairs who approve in one cohort count one after the other, and a
        # run that is being saved wait; see also matching/runs.py.
        Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=self.run.cohort_id)
        for person in (self.mentee, self.mentor):
            person.refresh_from_db(fields=["status", "erased_at"])
            if not person.takes_part:
                raise ReviewError(f"{person} no longer takes part: {self} was not approved.")
        if self.mentor.pairings_as_mentor.standing().count() >= self.mentor.capacity:
            raise ReviewError(f"{self.mentor} has no place left: {self} was not approved.")
        if self.mentee.pairings_as_mentee.standing().exists():
            raise ReviewError(f"{self.mentee} already has a mentor: {self} was not approved.")
        self._decide(PairingStatus.APPROVED, by=by)

    def reject(self, *, by: User) -> None:
        """Reject this pairing; raises ReviewError when someone decided first."""
        self._decide(PairingStatus.REJECTED, by=by)

    def _decide(self, status: PairingStatus, *, by: User) -> None:
        decision = {"status": status, "decided_by": by, "decided_at": timezone.now()}
        if not Pairing.objects.awaiting_review().filter(pk=self.pk).update(**decision):
            raise ReviewError(f"{self} was already decided; reload the list to see how.")
        for name, value in decision.items():
            setattr(self, name, value)
