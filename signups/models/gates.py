"""What a cohort asks for before someone can be paired, and who has met it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from mig_site.dates import day_in_words
from signups.models.decisions import ReviewError
from signups.models.options import CareerStage
from signups.models.programs import Cohort
from signups.models.roles import Role
from signups.models.scope import CommitteeQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from signups.models.applications import Application


# Something known of an application: its value, or a column of the query outside.
Expression = models.F | models.Value


class GateKind(models.TextChoices):
    MEMBERSHIP = "membership", "Membership, checked on a date"
    ORIENTATION = "orientation", "Orientation attended"
    EXPERIENCE = "experience", "Minimum experience, for mentors"


class GateStatus(models.TextChoices):
    NOT_YET = "not_yet", "Not yet"
    MET = "met", "Met"
    WAIVED = "waived", "Waived"


PASSED = [GateStatus.MET, GateStatus.WAIVED]


class HowMet(models.TextChoices):
    MEMBER_LIST = "member_list", "on the association's member list"
    ATTENDED = "attended", "attended"
    RECORDING = "recording", "watched the recording"
    BY_HAND = "by_hand", "checked by hand"


class GateQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def due(self, on: date) -> Self:
        """Gates whose date has come."""
        return self.filter(due_on__lte=on)

    def open_for(self, application: Application) -> Self:
        """What the cohort asks of ``application`` and it has neither met nor been waived."""
        return self.filter(cohort=application.cohort_id)._open(
            application=models.Value(application.pk),
            role=models.Value(application.role),
            rank=models.Value(application.career_stage.rank),
        )

    def open_for_outer_application(self) -> Self:
        """The same for each application of the query that this one is a part of."""
        return self.filter(cohort=OuterRef("cohort"))._open(
            application=OuterRef("pk"), role=OuterRef("role"), rank=OuterRef("career_stage__rank")
        )

    def _open(self, *, application: Expression, role: Expression, rank: Expression) -> Self:
        inner = OuterRef(application) if isinstance(application, OuterRef) else application
        passed = GateState.objects.filter(gate=OuterRef("pk"), application=inner, state__in=PASSED)
        asked_role = models.ExpressionWrapper(role, output_field=models.CharField())
        # Experience is read from the answers as they stand, so that it cannot be out of date.
        lacks_experience = Q(asked_role=Role.MENTOR, minimum_stage__rank__gt=rank)
        return (
            self.annotate(asked_role=asked_role)
            .filter(~Q(kind=GateKind.EXPERIENCE) | lacks_experience)
            .exclude(Exists(passed))
        )


class Gate(models.Model):
    """One thing that a cohort asks for, and the day from which it counts."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="gates")
    kind = models.CharField(max_length=11, choices=GateKind)
    due_on = models.DateField(
        "counts from",
        help_text="From this day on, whoever has not met it is left out of match runs.",
    )
    association = models.CharField(
        max_length=80,
        blank=True,
        help_text="For a membership: of what, such as “ALA”. One row for each association.",
    )
    minimum_stage = models.ForeignKey(
        CareerStage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For experience: the earliest career stage at which one can be a mentor.",
    )

    objects = GateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "kind", "association"]
        permissions = [("check_gate", "Can record who meets a gate, and waive it")]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "kind", "association"],
                name="gate_once_per_cohort",
                violation_error_message="The cohort asks for this already.",
            ),
            models.CheckConstraint(condition=Q(kind__in=GateKind.values), name="gate_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=GateKind.MEMBERSHIP) & ~Q(association="")
                | ~Q(kind=GateKind.MEMBERSHIP) & Q(association=""),
                name="gate_association_for_membership_only",
                violation_error_message="Say of what one must be a member; leave the association "
                "blank for anything but a membership.",
            ),
            models.CheckConstraint(
                condition=Q(kind=GateKind.EXPERIENCE, minimum_stage__isnull=False)
                | ~Q(kind=GateKind.EXPERIENCE) & Q(minimum_stage=None),
                name="gate_stage_for_experience_only",
                violation_error_message="Choose the minimum stage; leave it blank for anything "
                "but experience.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort}: {self.what}"

    @property
    def what(self) -> str:
        """What is asked for, in a few words that follow “for” or stand alone."""
        return {
            GateKind.MEMBERSHIP: f"membership of {self.association}",
            GateKind.ORIENTATION: "the orientation",
            GateKind.EXPERIENCE: f"experience as a mentor: {self.minimum_stage} or more",
        }[GateKind(self.kind)]

    @property
    def has_come_due(self) -> bool:
        return self.due_on <= timezone.localdate(timezone=self.cohort.program.time_zone)

    def clean(self) -> None:
        foreign = (
            self.minimum_stage
            and self.cohort_id
            and self.minimum_stage.program_id != self.cohort.program_id
        )
        if foreign:
            raise ValidationError({"minimum_stage": "Choose a stage of the cohort's own program."})

    def note_met(self, application: Application, *, how: HowMet, by: User) -> None:
        """Record that ``application`` meets this gate; raises ReviewError if it is not asked to."""
        if self.kind == GateKind.EXPERIENCE:
            raise ReviewError("Experience is read from the answers; it can be waived.")
        self._note(application, state=GateStatus.MET, how=how, decided_by=by)

    def waive(self, application: Application, *, reason: str, by: User) -> None:
        """Ask this of ``application`` no longer; raises ReviewError without a reason."""
        if not reason.strip():
            raise ReviewError("Say why: a waiver is recorded with its reason.")
        self._note(application, state=GateStatus.WAIVED, reason=reason.strip(), decided_by=by)

    def take_back(self, application: Application, *, by: User) -> None:
        """Record that ``application`` has not met this gate after all."""
        self._note(application, state=GateStatus.NOT_YET, decided_by=by)

    def _note(self, application: Application, **fields: Any) -> None:
        if application.cohort_id != self.cohort_id or (
            self.kind == GateKind.EXPERIENCE and application.role != Role.MENTOR
        ):
            raise ReviewError(f"This is not asked of {application}.")
        GateState.objects.update_or_create(
            gate=self,
            application_id=application.pk,
            defaults={"how": "", "reason": "", "decided_at": timezone.now(), **fields},
        )


class GateStateQuerySet(CommitteeQuerySet):
    program_path = "gate__cohort__program__"

    def passed(self) -> Self:
        return self.filter(state__in=PASSED)


class GateState(models.Model):
    """How far one application is with one gate; without a row, not yet."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="states")
    application = models.ForeignKey(
        "signups.Application", on_delete=models.CASCADE, related_name="gate_states"
    )
    state = models.CharField(max_length=7, choices=GateStatus, default=GateStatus.NOT_YET)
    how = models.CharField(max_length=11, choices=HowMet, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = GateStateQuerySet.as_manager()

    class Meta:
        ordering = ["gate", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "gate"], name="gatestate_once_per_application_and_gate"
            ),
            models.CheckConstraint(
                condition=Q(state__in=GateStatus.values), name="gatestate_state_known"
            ),
            models.CheckConstraint(
                condition=Q(how__in=["", *HowMet.values]), name="gatestate_how_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=GateStatus.WAIVED)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="gatestate_waived_by_whom_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state=GateStatus.MET, decided_at__isnull=False) & ~Q(how="")
                | ~Q(state=GateStatus.MET) & Q(how=""),
                name="gatestate_met_when_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.in_words}"

    @property
    def in_words(self) -> str:
        """What was recorded, for the committee: how, or why, by whom and when."""
        said = self.reason if self.state == GateStatus.WAIVED else self.get_how_display()
        by = f"by {self.decided_by}" if self.decided_by else ""
        day = f"on {day_in_words(self.decided_at)}" if self.decided_at else ""
        recorded = " ".join(filter(None, [by, day]))
        return " ".join(filter(None, [said, recorded and f"(recorded {recorded})"]))
