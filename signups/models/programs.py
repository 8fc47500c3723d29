"""Programs, the people on their committees, and their cohorts."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from timezone_field import TimeZoneField

from signups.models.scope import CommitteeQuerySet
from signups.models.texts import HistoryOfTexts, second_language
from signups.windows import Window

if TYPE_CHECKING:
    from signups.models.roles import Role


class ProgramQuerySet(CommitteeQuerySet):
    program_path = ""

    def published(self) -> Self:
        return self.filter(is_published=True)


class Program(models.Model):
    """A mentoring program of an organisation, such as CAL MIG or Core."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(
        unique=True, help_text="Part of the program's address; do not change it once it is public."
    )
    organisation = models.CharField(max_length=160)
    tagline = models.CharField(
        max_length=200, help_text="One sentence for the home page: what it offers, to whom."
    )
    purpose = models.TextField(
        help_text="What the program is for. A blank line starts a paragraph."
    )
    audience = models.TextField(help_text="For whom it is: who may apply as mentee and as mentor.")
    commitment = models.TextField(help_text="What one commits to, and for how long.")
    rules = models.TextField(
        help_text="The rules every applicant agrees to, shown above the agreement box."
    )
    membership_of = models.CharField(
        "membership asked for",
        max_length=120,
        blank=True,
        help_text="The association whose membership number the forms ask for, such as "
        "“ALA and Core”. Blank: no number is asked for.",
    )
    same_employer_allowed = models.BooleanField(
        "pairs from one employer are allowed",
        default=False,
        help_text="Otherwise two people of one employer are never paired.",
    )
    career_order_required = models.BooleanField(
        "mentors must be further along than their mentees",
        default=False,
        help_text="Then a mentor is paired only with mentees whose career stage has a lower rank. "
        "Otherwise the career stages only count for the points.",
    )
    is_read_blind = models.BooleanField(
        "applications are read blind at first",
        default=False,
        help_text="Names, addresses, pronouns, positions, employers, files and links are hidden in "
        "the review of applications from each reader until that reader has rated the application, "
        "or the committee has decided on it. What people write in their own words stays as it is.",
    )
    keep_for_days = models.PositiveIntegerField(
        "days that applications are kept",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Counted from the last day of a cohort; where it has none, from the last change "
        "or decision. Then everything about the person is erased, and only the counts stay. "
        "Blank: applications are kept until the committee decides.",
    )
    contact_email = models.EmailField(
        blank=True, help_text="Blank: the site's own address is shown instead."
    )
    time_zone = TimeZoneField(
        default="America/Denver",
        use_pytz=False,
        help_text="Deadlines are in this zone and mean the end of that minute.",
    )
    is_published = models.BooleanField(
        "shown in public", default=False, help_text="The home page lists it, and people can apply."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on the home page.")
    i18n = second_language(
        "name",
        "organisation",
        "tagline",
        "purpose",
        "audience",
        "commitment",
        "rules",
        "membership_of",
    )

    objects = ProgramQuerySet.as_manager()
    history = HistoryOfTexts()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name_i18n

    def get_absolute_url(self) -> str:
        return reverse("signups:program", args=[self.slug])

    @property
    def contact_address(self) -> str:
        """Where questions go: the program's own address, or else the site's."""
        return self.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


class Objective(models.Model):
    """One aim of a program, as its public page lists it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="objectives")
    text = models.CharField(max_length=250)
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("text")

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["program", "text"], name="objective_once_per_program"),
        ]

    def __str__(self) -> str:
        return self.text_i18n


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    CO_CHAIR = "co_chair", _("Co-Chair")
    MEMBER = "member", _("Member")


class CommitteeSeat(models.Model):
    """A person's place on a program's committee: shown in public, and what they see of it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="seats")
    name = models.CharField(max_length=120)
    library = models.CharField(max_length=160, blank=True)
    role = models.CharField(max_length=10, choices=SeatRole, default=SeatRole.MEMBER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name="login",
        help_text="With a login, this person sees the program's rows in the admin.",
    )
    is_public = models.BooleanField("shown in public", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = CommitteeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "name"], name="seat_once_per_program_and_name"
            ),
            models.UniqueConstraint(
                fields=["program", "user"],
                name="seat_once_per_program_and_login",
                violation_error_message="This login already has a seat on this committee.",
            ),
            models.CheckConstraint(condition=Q(role__in=SeatRole.values), name="seat_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_role(self) -> str:
        """The role as the public page shows it; plain members have none."""
        return "" if self.role == SeatRole.MEMBER else self.get_role_display()


class CohortQuerySet(CommitteeQuerySet):
    def published(self) -> Self:
        return self.filter(program__is_published=True)

    def open_for(self, role: Role, *, at: datetime | None = None) -> Self:
        """Cohorts whose window for ``role`` is open; see also ``Cohort.window``."""
        moment = at or timezone.now()
        opens, closes = f"{role}_opens_at", f"{role}_closes_at"
        # A window ends with the last second of its closing minute, as in Window.ends_at.
        still_open = Q(**{f"{closes}__gt": moment - timedelta(minutes=1)}) | Q(**{closes: None})
        return self.filter(still_open, **{f"{opens}__lte": moment})

    def without_end(self) -> Self:
        """Rolling cohorts: those with a window that no date closes."""
        return self.filter(Q(mentee_closes_at=None) | Q(mentor_closes_at=None))


class CohortManager(models.Manager.from_queryset(CohortQuerySet)):
    def get_queryset(self) -> CohortQuerySet:
        # A cohort is named, and its windows are said, by its program.
        return super().get_queryset().select_related("program")


class Cohort(models.Model):
    """One dated run of a program, with a window of applications for each role."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=100)
    slug = models.SlugField(help_text="Part of the cohort's address.")
    mentee_opens_at = models.DateTimeField("mentee applications open")
    mentee_closes_at = models.DateTimeField(
        "mentee applications close",
        null=True,
        blank=True,
        help_text="The whole of that minute still counts. Blank: always open.",
    )
    mentor_opens_at = models.DateTimeField("mentor applications open")
    mentor_closes_at = models.DateTimeField(
        "mentor applications close",
        null=True,
        blank=True,
        help_text="The whole of that minute still counts. Blank: always open.",
    )
    answer_by = models.DateField(
        "applicants are told by",
        null=True,
        blank=True,
        help_text="Blank for a rolling cohort: the page says that pairs are made all year.",
    )
    starts_on = models.DateField(null=True, blank=True, help_text="First day of the mentorships.")
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of the mentorships.")
    caps_mentees = models.BooleanField(
        "mentees are capped by the mentors' places",
        default=False,
        help_text="The form for mentees and the program's page then say how many mentees there "
        "are for how many places, and that one may be put on the waitlist. The form stays open.",
    )
    orientation = models.TextField(
        blank=True,
        help_text="What participants must attend and when. With a text here, applicants have to "
        "promise to attend. Blank: no orientation is asked for.",
    )
    i18n = second_language("name", "orientation")

    objects = CohortManager()
    history = HistoryOfTexts()

    class Meta:
        ordering = ["-mentee_opens_at", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "slug"], name="cohort_slug_once_per_program"
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(mentee_closes_at=None),
                name="cohort_one_without_end_per_program",
                violation_error_message="This program already has a cohort that never closes.",
            ),
            models.CheckConstraint(
                condition=Q(mentee_closes_at=None) | Q(mentee_closes_at__gte=F("mentee_opens_at")),
                name="cohort_mentee_window_closes_after_it_opens",
                violation_error_message="Mentee applications cannot close before they open.",
            ),
            models.CheckConstraint(
                condition=Q(mentor_closes_at=None) | Q(mentor_closes_at__gte=F("mentor_opens_at")),
                name="cohort_mentor_window_closes_after_it_opens",
                violation_error_message="Mentor applications cannot close before they open.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_starts",
                violation_error_message="Mentorships cannot end before they start.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} – {self.name_i18n}"

    def clean(self) -> None:
        for field in ("mentee_closes_at", "mentor_closes_at"):
            moment = getattr(self, field)
            if moment and (moment.second or moment.microsecond):
                raise ValidationError({field: "Give a whole minute, such as 23:59."})

    def window(self, role: Role) -> Window:
        """When people may apply for ``role``; see also ``CohortQuerySet.open_for``."""
        return Window(
            opens_at=getattr(self, f"{role}_opens_at"),
            closes_at=getattr(self, f"{role}_closes_at"),
            zone=self.program.time_zone,
        )
