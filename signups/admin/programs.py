"""Programs with their lists, committees and cohorts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Field, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from signups.admin.gates import GateInline
from signups.admin.questions import QuestionInline
from signups.admin.scoped import CommitteeAdmin, CommitteeInline
from signups.drafts import count_open_drafts
from signups.models import (
    AvailabilityTime,
    CareerStage,
    Cohort,
    CommitteeSeat,
    Format,
    FrequentQuestion,
    Language,
    LibraryType,
    MeetingWay,
    Objective,
    Program,
    Region,
    SeatRole,
    Topic,
)


class ObjectiveInline(CommitteeInline):
    model = Objective


class CommitteeSeatInline(CommitteeInline):
    model = CommitteeSeat
    fields = ["name", "library", "role", "user", "is_public", "position"]

    def get_field_queryset(
        self, db: str | None, db_field: Field, request: HttpRequest
    ) -> QuerySet | None:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "user" or request.user.is_superuser:
            return rows
        # Who sits on other committees is theirs to know.
        colleagues = User.objects.filter(seats__program__seats__user=request.user)
        newcomers = User.objects.filter(seats=None, is_superuser=False)
        return rows.filter(Q(pk__in=colleagues) | Q(pk__in=newcomers))


class FrequentQuestionInline(CommitteeInline):
    """Each with its answer below it: a table would leave the answer a keyhole."""

    model = FrequentQuestion
    template = "admin/edit_inline/stacked.html"
    fields = [
        ("question", "question_es"),
        ("answer", "answer_es"),
        ("audience", "is_shown", "position"),
    ]


class FormatInline(CommitteeInline):
    """One below the other: in two languages, a table would be three pages wide."""

    model = Format
    template = "admin/edit_inline/stacked.html"
    fields = [
        ("name", "name_es"),
        "summary",
        "summary_es",
        "suits",
        "suits_es",
        ("takes", "takes_es"),
        ("is_formal", "is_offered"),
        ("least_size", "greatest_size", "position"),
    ]


class TopicInline(CommitteeInline):
    model = Topic


class LibraryTypeInline(CommitteeInline):
    model = LibraryType


class CareerStageInline(CommitteeInline):
    model = CareerStage


class RegionInline(CommitteeInline):
    model = Region


class MeetingWayInline(CommitteeInline):
    model = MeetingWay


class AvailabilityTimeInline(CommitteeInline):
    model = AvailabilityTime


class LanguageInline(CommitteeInline):
    model = Language


@admin.register(Program)
class ProgramAdmin(CommitteeAdmin):
    """Everything a program needs to start, on one page."""

    list_display = ["name", "organisation", "is_published"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "organisation", "tagline", "is_published", "position"]}),
        ("What the public page says", {"fields": ["purpose", "audience", "commitment"]}),
        (
            "What applicants are asked",
            {"fields": ["rules", "membership_of", "time_zone", "contact_email"]},
        ),
        ("Review", {"fields": ["is_read_blind"]}),
        ("Matching", {"fields": ["same_employer_allowed", "career_order_required"]}),
        ("Privacy", {"fields": ["keep_for_days"]}),
    ]
    inlines = [
        ObjectiveInline,
        FormatInline,
        TopicInline,
        LibraryTypeInline,
        CareerStageInline,
        RegionInline,
        MeetingWayInline,
        AvailabilityTimeInline,
        LanguageInline,
        CommitteeSeatInline,
        FrequentQuestionInline,
    ]

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        program = form.instance
        if not change and not request.user.is_superuser:
            # Without a seat, whoever made the program would not see it again.
            name = request.user.get_full_name() or request.user.username
            _, is_new = program.seats.get_or_create(
                user=request.user,
                defaults={"name": name, "role": SeatRole.CHAIR, "is_public": False},
            )
            if is_new:
                self.message_user(request, f"You now chair {program}.", messages.SUCCESS)


@admin.register(Cohort)
class CohortAdmin(CommitteeAdmin):
    """One dated run of a program; runs and letters start from the lists behind it."""

    list_display = [
        "name",
        "program",
        "mentee_window",
        "mentor_window",
        "starts_on",
        "ends_on",
        "open_drafts",
    ]
    readonly_fields = ["open_drafts"]
    list_select_related = ["program"]
    list_filter = [("program", admin.RelatedOnlyFieldListFilter)]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [GateInline, QuestionInline]
    fieldsets = [
        (None, {"fields": ["program", "name", "slug"]}),
        (
            "Windows of applications",
            {
                "description": "Times on this page are in UTC; the public pages show them in the "
                "program's own time zone.",
                "fields": [
                    ("mentee_opens_at", "mentee_closes_at"),
                    ("mentor_opens_at", "mentor_closes_at"),
                ],
            },
        ),
        ("What comes next", {"fields": ["answer_by", ("starts_on", "ends_on"), "orientation"]}),
        ("Applications", {"fields": ["caps_mentees", "open_drafts"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        return count_open_drafts(super().get_queryset(request))

    @admin.display(description="open drafts")
    def open_drafts(self, cohort: Cohort) -> int:
        """How many, and never whose: a draft is nobody's business but its writer's."""
        return getattr(cohort, "n_open_drafts", 0)  # a cohort that is being added has none

    @admin.display(description="mentees")
    def mentee_window(self, cohort: Cohort) -> str:
        return cohort.window("mentee").sentence

    @admin.display(description="mentors")
    def mentor_window(self, cohort: Cohort) -> str:
        return cohort.window("mentor").sentence
