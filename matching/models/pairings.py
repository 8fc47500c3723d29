"""A mentor and a mentee put together, and the committee's decision on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from matching.models.deciding import DecidingQuerySet, Outcome
from matching.models.decisions import TAKES_PLACE, UNDECIDED, DecisionKind, PairingStatus
from matching.models.runs import MatchRun
from signups.models import (
    Cohort,
    CommitteeQuerySet,
    Format,
    MenteeApplication,
    MentorApplication,
    ReviewError,
    Role,
)
from signups.models.comments import CommentBase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def strongest(reasons: list[dict[str, Any]], n: int) -> list[dict[str, Any]]:
    """The ``n`` criteria that gave most points, strongest first; none that gave nothing.

    Points that every pair gets, as nothing was asked or nothing may be told, are no reason.
    """
    giving = [r for r in reasons if r["points"] and r.get("is_reason", True)]
    return sorted(giving, key=lambda reason: -reason["points"])[:n]


def weakest(reasons: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The criterion that gave the smallest part of its points, the weightiest among equals.

    None where every criterion gave all it could. Of what is private nothing is told.
    """
    wanting = [
        reason
        for reason in reasons
        if reason["points"] < reason["max_points"] and not reason.get("is_private")
    ]
    return min(
        wanting,
        key=lambda reason: (reason["points"] / reason["max_points"], -reason["max_points"]),
        default=None,
    )


class PairingQuerySet(DecidingQuerySet):
    # A pairing made by hand has no run.
    program_path = "mentee__cohort__program__"

    def of(self, cohort: Cohort) -> Self:
        return self.filter(mentee__cohort=cohort)

    def by_hand(self) -> Self:
        """Pairings that people put together, and no run."""
        return self.filter(run=None)

    def in_groups(self) -> Self:
        """Pairings of which several meet one mentor together."""
        return self.filter(format__greatest_size__gt=1)

    def awaiting_review(self) -> Self:
        return self.filter(status=PairingStatus.PROPOSED)

    def undecided(self) -> Self:
        """Pairings that are neither approved nor out of the question."""
        return self.filter(status__in=UNDECIDED)

    def active(self) -> Self:
        """Pairings that are proposed or take up a place; a mentee has one at most."""
        return self.filter(status__in=[PairingStatus.PROPOSED, *TAKES_PLACE], ended_at=None)

    def approved(self) -> Self:
        return self.filter(status=PairingStatus.APPROVED)

    def rejected(self) -> Self:
        return self.filter(status=PairingStatus.REJECTED)

    def kept_apart(self) -> Self:
        """Pairings that are not proposed again: rejected, or approved and ended since."""
        ended = Q(status=PairingStatus.APPROVED, ended_at__isnull=False)
        return self.filter(Q(status=PairingStatus.REJECTED) | ended)

    def current(self) -> Self:
        """Pairings that still count: all but those that gave way."""
        return self.exclude(status=PairingStatus.SUPERSEDED)

    def standing(self) -> Self:
        """Approved pairings that have not ended."""
        return self.approved().filter(ended_at=None)

    def to_offer(self) -> Self:
        """Approved pairings that were not put to their two people yet."""
        return self.standing().filter(offer=None, introduced_at=None)

    def to_introduce(self) -> Self:
        """Approved pairings whose two letters are not written yet."""
        return self.standing().filter(introduced_at=None)


class Pairing(models.Model):
    """A mentor and a mentee put together by a run or by hand, and what was decided on it."""

    run = models.ForeignKey(
        MatchRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pairings",
        help_text="Empty where people put the two together.",
    )
    mentee = models.ForeignKey(
        MenteeApplication, on_delete=models.PROTECT, related_name="pairings_as_mentee"
    )
    mentor = models.ForeignKey(
        MentorApplication, on_delete=models.PROTECT, related_name="pairings_as_mentor"
    )
    format = models.ForeignKey(
        Format,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="How the two work together; empty where it is for them to say.",
    )
    points = models.PositiveSmallIntegerField(help_text="0 to 100.")
    # One entry per criterion, as the run computed it: key, label, points, max_points, is_private,
    # is_reason and the sentences for people; what is private is the same for every pair.
    # Approving and writing letters read it and compute nothing anew.
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

    status = models.CharField(max_length=11, choices=PairingStatus, default=PairingStatus.PROPOSED)
    # Counts the changes of status, so that a page opened earlier does not decide on what it did
    # not show; see also Decision.number.
    version = models.PositiveIntegerField(default=1, editable=False)
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
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
            ("propose_pairing", "Can recommend pairings for approval"),
            ("review_pairing", "Can decide on pairings"),
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
            models.CheckConstraint(
                condition=Q(status=PairingStatus.RECOMMENDED, recommended_by__isnull=False)
                | Q(status=PairingStatus.APPROVED)
                | Q(recommended_by=None) & ~Q(status=PairingStatus.RECOMMENDED),
                name="pairing_recommended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(recommended_by=None)
                | ~Q(status=PairingStatus.APPROVED)
                | ~Q(recommended_by=F("decided_by")),
                name="pairing_approved_by_a_second_person",
                violation_error_message="Somebody else has to approve what you recommended.",
            ),
            models.UniqueConstraint(
                fields=["run", "mentee"], name="pairing_one_per_run_and_mentee"
            ),
            models.UniqueConstraint(
                fields=["mentee"],
                condition=Q(status__in=TAKES_PLACE, ended_at=None),
                name="pairing_one_mentor_per_mentee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} with {self.mentor}"

    @property
    def is_to_offer(self) -> bool:
        """As ``PairingQuerySet.to_offer`` says of a set."""
        is_free = self.introduced_at is None and self.ended_at is None
        return self.status == PairingStatus.APPROVED and is_free and not self.is_offered

    @property
    def is_offered(self) -> bool:
        """Whether the two were asked; fetch ``offer`` with the pairing where it is asked often."""
        return hasattr(self, "offer")

    @property
    def is_told(self) -> bool:
        """Whether letters to the two people are written: nothing is undone from then on."""
        return self.introduced_at is not None or self.is_offered

    def person(self, role: Role) -> MenteeApplication | MentorApplication:
        return self.mentee if role == Role.MENTEE else self.mentor

    def strongest_reasons(self, n: int) -> list[dict[str, Any]]:
        return strongest(self.reasons, n)

    @property
    def cohort(self) -> Cohort:
        return self.mentee.cohort

    @property
    def is_by_hand(self) -> bool:
        return self.run_id is None

    @property
    def is_undecided(self) -> bool:
        return self.status in UNDECIDED

    @property
    def is_running(self) -> bool:
        """Whether the two were told of each other and their time together is not over."""
        ends_on = self.cohort.ends_on
        is_over = ends_on is not None and ends_on < timezone.localdate()
        return self.introduced_at is not None and self.ended_at is None and not is_over

    def approve(self, *, by: User) -> None:
        """Approve this pairing; see ``decide``."""
        self.decide(DecisionKind.APPROVE, by=by)

    def reject(self, *, by: User, reason: str = "", words: str = "") -> None:
        """Reject this pairing; see ``decide``."""
        self.decide(DecisionKind.REJECT, by=by, reason=reason, words=words)

    def decide(self, kind: DecisionKind, *, by: User, reason: str = "", words: str = "") -> None:
        """Take a decision on this pairing, as it stands in the database.

        Raises ReviewError when someone decided first, the mentor has no place left or the mentee
        already has a mentor.
        """
        row = Pairing.objects.filter(pk=self.pk)
        self._take_over(row.decide(kind, by=by, reason=reason, words=words))

    def undo(self, *, by: User, words: str = "") -> None:
        """Take back the last decision on this pairing; raises ReviewError when it has to stay."""
        self._take_over(Pairing.objects.filter(pk=self.pk).undo(by=by, words=words))

    def _take_over(self, outcome: Outcome) -> None:
        if outcome.refusals:
            raise ReviewError(*outcome.refusals)
        [decided] = outcome.decided
        for name in ("status", "version", "recommended_by", "decided_by", "decided_at"):
            setattr(self, name, getattr(decided, name))


class PairingCommentQuerySet(CommitteeQuerySet):
    program_path = "pairing__mentee__cohort__program__"


class PairingComment(CommentBase):
    """Words of somebody on the committee about two people put together."""

    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="comments")

    objects = PairingCommentQuerySet.as_manager()
