"""What one person submits for one role in one cohort."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from timezone_field import TimeZoneField

from signups.models.considering import ApplicationQuerySet
from signups.models.deciding import Deciding
from signups.models.employers import Employer
from signups.models.languages import language_field, language_known
from signups.models.options import (
    AvailabilityTime,
    CareerStage,
    Format,
    Language,
    LibraryType,
    MeetingWay,
    Region,
    Topic,
)
from signups.models.programs import Cohort
from signups.models.roles import Role
from signups.models.statuses import TOLD_STATUSES, ApplicationStatus
from signups.windows import Window

MAX_CAPACITY = 5

# History keeps what the committee decided, and nothing of what people told about themselves.
NOT_IN_HISTORY = [
    "submitted_at",
    "edited_at",
    "version",
    "language",
    "told_status",
    "told_at",
    "erased_at",
    "name",
    "email",
    "pronouns",
    "position_title",
    "employer",
    "employer_row",
    "membership_number",
    "priority_reason",
    "career_stage",
    "library_type",
    "region",
    "time_zone",
    "capacity",
    "topics_in_own_words",
    "statement",
    "promises_orientation",
    "agrees_to_rules",
]


class Application(Deciding, models.Model):
    """What one person submits for one role in one cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    role = models.CharField(max_length=6, choices=Role)
    status = models.CharField(
        max_length=10, choices=ApplicationStatus, default=ApplicationStatus.RECEIVED
    )
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts the changes, so that a tab opened earlier does not undo what a later one saved.
    version = models.PositiveIntegerField(default=1, editable=False)
    language = language_field()
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    lacked_place = models.BooleanField("declined for lack of places", default=False, editable=False)
    # Deciding and telling are two steps: what the person was told last, and when.
    told_status = models.CharField(
        "told", max_length=10, choices=ApplicationStatus, blank=True, editable=False
    )
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    keep_for_next_at = models.DateTimeField(
        "asked to be kept for the next cohort", null=True, blank=True, editable=False
    )
    left_out_before = models.BooleanField(
        "left out of the last cohort", default=False, editable=False
    )
    # The committee's mark on a mentee, for a match run that has to choose who gets a place.
    priority_marked_at = models.DateTimeField(
        "marked to come first", null=True, blank=True, editable=False
    )
    priority_marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="marked by",
    )
    priority_reason = models.CharField(
        "reason to come first", max_length=300, blank=True, editable=False
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    name = models.CharField(max_length=120)
    email = models.EmailField(_("e-mail address"))
    pronouns = models.CharField(max_length=40, blank=True)
    position_title = models.CharField(_("position"), max_length=160, blank=True)
    employer = models.CharField(_("library or employer"), max_length=160, blank=True)
    # Which employer that is, for comparing; see also signups/employers.py.
    employer_row = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="applications",
        verbose_name="employer",
    )
    membership_number = models.CharField(max_length=40, blank=True)

    # Empty only where a person was erased.
    career_stage = models.ForeignKey(
        CareerStage, on_delete=models.PROTECT, null=True, related_name="+"
    )
    library_type = models.ForeignKey(
        LibraryType,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="library type now",
    )
    other_library_types = models.ManyToManyField(LibraryType, blank=True, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    time_zone = TimeZoneField(use_pytz=False)
    meeting_ways = models.ManyToManyField(
        MeetingWay, related_name="+", verbose_name="ways of meeting"
    )
    languages = models.ManyToManyField(Language, related_name="+")
    times = models.ManyToManyField(
        AvailabilityTime, blank=True, related_name="+", verbose_name="times to meet"
    )
    formats = models.ManyToManyField(Format, through="FormatChoice", related_name="+")
    topics = models.ManyToManyField(Topic, through="TopicChoice", related_name="+")
    capacity = models.PositiveSmallIntegerField(
        "mentees at most",
        null=True,
        blank=True,
        help_text="How many mentees a mentor can take one to one; places in groups come on top.",
    )
    topics_in_own_words = models.TextField(max_length=1000, blank=True)
    statement = models.TextField(max_length=3000)
    promises_orientation = models.BooleanField("promises to attend orientation", default=False)
    agrees_to_rules = models.BooleanField("agrees to the program's rules")

    objects = ApplicationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=NOT_IN_HISTORY)

    # Whether who wrote it is hidden from whoever asked; see also signups/models/ratings.py.
    is_blind = False

    class Meta:
        ordering = ["name", "pk"]
        permissions = [
            ("review_application", "Can accept, waitlist and decline applications"),
            ("tell_application", "Can send the letters that tell decisions"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "cohort",
                "role",
                name="application_once_per_cohort_role_and_address",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="application_role_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            language_known("application_language_known"),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.RECEIVED, decided_at=None)
                | ~Q(status=ApplicationStatus.RECEIVED) & Q(decided_at__isnull=False),
                name="application_decision_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.MENTEE, capacity=None)
                # Said of its own: a comparison with NULL is no refusal.
                | Q(capacity__isnull=False)
                & Q(role=Role.MENTOR, capacity__gte=1, capacity__lte=MAX_CAPACITY),
                name="application_capacity_for_mentors_only",
                violation_error_message=f"A mentor takes 1 to {MAX_CAPACITY} mentees.",
            ),
            models.CheckConstraint(
                condition=Q(agrees_to_rules=True), name="application_agrees_to_rules"
            ),
            models.CheckConstraint(
                condition=Q(told_status="", told_at=None)
                | Q(told_status__in=TOLD_STATUSES, told_at__isnull=False),
                name="application_telling_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(lacked_place=False) | Q(status=ApplicationStatus.DECLINED),
                name="application_lacked_place_only_when_declined",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                | Q(career_stage__isnull=False, library_type__isnull=False, region__isnull=False),
                name="application_answers_missing_only_when_erased",
            ),
            models.CheckConstraint(
                condition=Q(priority_marked_at=None, priority_marked_by=None, priority_reason="")
                | Q(
                    role=Role.MENTEE,
                    priority_marked_at__isnull=False,
                    priority_marked_by__isnull=False,
                )
                & ~Q(priority_reason=""),
                name="application_priority_of_mentees_with_reason",
                violation_error_message="Only a mentee can come first, by someone's decision and "
                "with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}" if self.is_blind else self.name

    @property
    def role_enum(self) -> Role:
        """The role as a ``Role``: a row read from the database holds its plain text."""
        return Role(self.role)

    @property
    def window(self) -> Window:
        """When people may apply for this role."""
        return self.cohort.window(self.role_enum)

    @property
    def can_be_edited(self) -> bool:
        return (
            self.window.is_open
            and self.erased_at is None
            and self.status != ApplicationStatus.WITHDRAWN
        )

    @property
    def takes_part(self) -> bool:
        return self.status == ApplicationStatus.ACCEPTED and self.erased_at is None

    @property
    def known_status(self) -> ApplicationStatus:
        """Where the application stands as far as its writer was told."""
        if self.status in TOLD_STATUSES and not self.is_told:
            return ApplicationStatus(self.told_status or ApplicationStatus.RECEIVED)
        return ApplicationStatus(self.status)

    @property
    def is_told(self) -> bool:
        """Whether the writer was told the decision as it now is."""
        return bool(self.told_at and self.decided_at and self.told_at >= self.decided_at)

    def write_in(self, language: str) -> None:
        """Write this person's letters in another language from now on."""
        Application.objects.not_erased().filter(pk=self.pk).update(language=language)
        self.language = language


class MenteeManager(models.Manager.from_queryset(ApplicationQuerySet)):
    def get_queryset(self) -> ApplicationQuerySet:
        return super().get_queryset().mentees()


class MentorManager(models.Manager.from_queryset(ApplicationQuerySet)):
    def get_queryset(self) -> ApplicationQuerySet:
        return super().get_queryset().mentors()


class MenteeApplication(Application):
    """An application by someone who looks for a mentor."""

    objects = MenteeManager()

    class Meta:
        proxy = True


class MentorApplication(Application):
    """An application by someone who offers to mentor."""

    objects = MentorManager()

    class Meta:
        proxy = True
