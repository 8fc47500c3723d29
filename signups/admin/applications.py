"""Applications, as the committee reads and decides them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from signups.admin.exports import export_csv, export_xlsx
from signups.admin.questions import AnswerInline
from signups.admin.scoped import CommitteeInline, ReviewAdmin
from signups.models import (
    Application,
    MenteeApplication,
    MentorApplication,
    TopicChoice,
)


class TopicChoiceInline(CommitteeInline):
    model = TopicChoice
    verbose_name_plural = "topics"
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[TopicChoice]:
        return super().get_queryset(request).select_related("topic")

    def has_add_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return True


class ApplicationAdmin(ReviewAdmin):
    """What both roles have in common: read, then accept, waitlist or decline by action."""

    list_display = ["name", "email", "employer", "cohort", "status", "submitted_at", "decided_by"]
    list_select_related = ["cohort__program", "decided_by"]
    list_filter = ["status", ("cohort", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "email", "employer"]
    date_hierarchy = "submitted_at"
    inlines = [TopicChoiceInline, AnswerInline]
    actions = [
        "accept_selected",
        "waitlist_selected",
        "decline_selected",
        export_csv,
        export_xlsx,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "cohort",
                    "status",
                    ("decided_at", "decided_by"),
                    "submitted_at",
                ]
            },
        ),
        (
            "Who",
            {
                "fields": [
                    "name",
                    "pronouns",
                    "email",
                    "position_title",
                    "employer",
                    "membership_number",
                ]
            },
        ),
        ("Work", {"fields": ["career_stage", "library_type", "other_library_types"]}),
        ("In their own words", {"fields": ["statement"]}),
        (
            "How and where",
            {"fields": ["formats", "capacity", "region", "time_zone", "meeting_ways", "languages"]},
        ),
        ("Promised", {"fields": ["promises_orientation", "agrees_to_rules"]}),
    ]

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.review_application")

    @admin.action(description="Accept selected applications…", permissions=["review"])
    def accept_selected(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return self.decide_each(
            request, queryset, Application.accept, verb="accept", done="accepted"
        )

    @admin.action(description="Put selected applications on the waitlist…", permissions=["review"])
    def waitlist_selected(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return self.decide_each(
            request, queryset, Application.waitlist, verb="waitlist", done="waitlisted"
        )

    @admin.action(description="Decline selected applications…", permissions=["review"])
    def decline_selected(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return self.decide_each(
            request, queryset, Application.decline, verb="decline", done="declined"
        )


@admin.register(MenteeApplication)
class MenteeApplicationAdmin(ApplicationAdmin):
    pass


@admin.register(MentorApplication)
class MentorApplicationAdmin(ApplicationAdmin):
    list_display = [*ApplicationAdmin.list_display, "capacity"]
