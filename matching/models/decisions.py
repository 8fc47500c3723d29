"""What people decided on pairings: who, when and why, and what it did. Rows are only added."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from matching.models.conflicts import ConflictReason
from signups.models import CommitteeQuerySet, ReviewError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_WORDS = 1000


class PairingStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    RECOMMENDED = "recommended", "Recommended"  # one person is for it, another has to approve it
    FIXED = "fixed", "Fixed"  # must stay, though not yet approved
    HELD = "held", "On hold"  # set aside; nobody else gets the place meanwhile
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    SUPERSEDED = "superseded", "Superseded"  # gave way to a later run, or to another pair


# These take up the mentee and a place; every later run keeps them.
TAKES_PLACE = (
    PairingStatus.RECOMMENDED,
    PairingStatus.FIXED,
    PairingStatus.HELD,
    PairingStatus.APPROVED,
)


class DecisionKind(models.TextChoices):
    RECOMMEND = "recommend", "Recommended"
    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    FORBID = "forbid", "Forbidden"
    FIX = "fix", "Fixed"
    HOLD = "hold", "Put on hold"
    BY_HAND = "by_hand", "Put together by hand"
    SWAP = "swap", "Put together by a swap"
    REPLACE = "replace", "Given up for another pair"
    UNDO = "undo", "Undone"


@dataclass(frozen=True, slots=True)
class Step:
    """What one kind of decision does to a pairing, and how that is said."""

    open_to: tuple[PairingStatus, ...]
    leads_to: PairingStatus
    done: str  # "... was not approved", "2 of 3 approved"


UNDECIDED = (
    PairingStatus.PROPOSED,
    PairingStatus.RECOMMENDED,
    PairingStatus.FIXED,
    PairingStatus.HELD,
)

# Decisions on a pairing that is there; the others make pairings, or undo. See also deciding.py.
STEPS = {
    DecisionKind.RECOMMEND: Step(
        (PairingStatus.PROPOSED, PairingStatus.FIXED, PairingStatus.HELD),
        PairingStatus.RECOMMENDED,
        "recommended",
    ),
    DecisionKind.APPROVE: Step(UNDECIDED, PairingStatus.APPROVED, "approved"),
    DecisionKind.REJECT: Step(UNDECIDED, PairingStatus.REJECTED, "rejected"),
    DecisionKind.FORBID: Step(UNDECIDED, PairingStatus.REJECTED, "forbidden"),
    DecisionKind.FIX: Step(
        (PairingStatus.PROPOSED, PairingStatus.HELD), PairingStatus.FIXED, "fixed"
    ),
    DecisionKind.HOLD: Step(
        (PairingStatus.PROPOSED, PairingStatus.RECOMMENDED, PairingStatus.FIXED),
        PairingStatus.HELD,
        "put on hold",
    ),
}


class RejectReason(models.TextChoices):
    # The first three are those of a conflict too; see also ConflictReason.
    SUPERVISOR = ConflictReason.SUPERVISOR.value, ConflictReason.SUPERVISOR.label
    CLOSE = ConflictReason.CLOSE.value, ConflictReason.CLOSE.label
    ASKED = ConflictReason.ASKED.value, ConflictReason.ASKED.label
    GOALS = "goals", "What one asks for is not what the other offers"
    DISTANCE = "distance", "Place, time or way of meeting does not work"
    BETTER = "better", "There is a better pair for one of them"
    OTHER = "other", "Another reason, in words"


class StalePageError(ReviewError):
    """A decision taken on a page that no longer shows how things are; it was not taken."""

    def __init__(self, changes: list[str]) -> None:
        super().__init__(" ".join(changes))
        self.changes = changes


class DecisionQuerySet(CommitteeQuerySet):
    program_path = "pairing__mentee__cohort__program__"

    def effective(self) -> Self:
        """Decisions that still hold, in the order in which they were taken."""
        return self.exclude(kind=DecisionKind.UNDO).filter(undone_by=None).order_by("number")


class Decision(models.Model):
    """One thing that somebody decided on one pairing."""

    pairing = models.ForeignKey(
        "matching.Pairing", on_delete=models.PROTECT, related_name="decisions"
    )
    # The version of the pairing that it made: a page that shows an earlier one is stale.
    number = models.PositiveIntegerField()
    # Decisions of one act, such as the four of a swap, are undone together.
    act = models.UUIDField(default=uuid.uuid4, db_index=True)
    kind = models.CharField(max_length=9, choices=DecisionKind)
    reason = models.CharField(max_length=10, choices=RejectReason, blank=True)
    words = models.TextField("in words", max_length=MAX_WORDS, blank=True)
    overridden = models.TextField(
        blank=True, help_text="Sentences of the hard rules that this went against, one a line."
    )
    status_before = models.CharField(max_length=11, choices=PairingStatus)
    status_after = models.CharField(max_length=11, choices=PairingStatus)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pairing", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *RejectReason.values]), name="decision_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(kind__in=[DecisionKind.REJECT, DecisionKind.FORBID]),
                name="decision_reason_of_rejections_only",
            ),
            models.CheckConstraint(
                condition=~Q(reason=RejectReason.OTHER) | ~Q(words=""),
                name="decision_other_reason_in_words",
                violation_error_message="Say the reason in words.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.HOLD) | ~Q(words=""),
                name="decision_hold_in_words",
                violation_error_message="Say what this pair is waiting for.",
            ),
            models.CheckConstraint(
                condition=Q(overridden="") | ~Q(words=""),
                name="decision_against_a_rule_in_words",
                violation_error_message="Say why the rule does not count here.",
            ),
            models.CheckConstraint(
                condition=Q(status_before__in=PairingStatus.values)
                & Q(status_after__in=PairingStatus.values),
                name="decision_statuses_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.UNDO, undoes__isnull=False)
                | ~Q(kind=DecisionKind.UNDO) & Q(undoes=None),
                name="decision_undoing_names_what",
            ),
            models.UniqueConstraint(fields=["pairing", "number"], name="decision_one_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.pairing}: {self.what}"

    @property
    def what(self) -> str:
        """What was decided, in a few words."""
        if self.undoes is not None:
            return f"Undone: {self.undoes.get_kind_display().lower()}"
        return self.get_kind_display()

    @property
    def overridden_sentences(self) -> list[str]:
        return self.overridden.splitlines()

    @property
    def who_and_when(self) -> str:
        return f"{name_of(self.made_by)}, {said(self.made_at)}"

    @property
    def sentence(self) -> str:
        """What somebody did, for people whose page does not show it yet."""
        return f"{self.what} by {name_of(self.made_by)} {said(self.made_at)}"


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def said(moment: datetime) -> str:
    """A moment as the review room says it."""
    return f"on {moment.astimezone(UTC):%-d %B %Y at %H:%M} UTC"
