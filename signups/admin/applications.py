"""Applications, as the committee reads and decides them."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern

from signups.admin.comments import CommentPages
from signups.admin.exports import export_csv, export_xlsx
from signups.admin.questions import AnswerInline
from signups.admin.scoped import CommitteeInline, ReviewAdmin
from signups.admin.telling import ToldFilter, tell_selected
from signups.forms.decisions import PriorityForm
from signups.models import (
    Application,
    FormatChoice,
    MenteeApplication,
    MentorApplication,
    Rating,
    TopicChoice,
    Wish,
)
from signups.models.ratings import IDENTIFYING, as_read_by
from signups.models.statuses import TOLD_STATUSES

HIDDEN = "hidden until you have rated it"


class ReadInline(CommitteeInline):
    """Answers that are read with the application and changed by nobody here."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return True


class TopicChoiceInline(ReadInline):
    model = TopicChoice
    verbose_name_plural = "topics"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TopicChoice]:
        return super().get_queryset(request).select_related("topic")


class FormatChoiceInline(ReadInline):
    model = FormatChoice
    verbose_name_plural = "formats"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormatChoice]:
        return super().get_queryset(request).select_related("format")


class WishInline(ReadInline):
    """What the applicant wrote; who is meant is corrected on the wish's own page."""

    model = Wish
    fk_name = "application"
    fields = ["wanted_name_or_email", "wanted"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        return super().get_queryset(request).select_related("wanted")


class ApplicationAdmin(CommentPages, ReviewAdmin):
    """What both roles have in common: read, then accept, waitlist or decline by action."""

    list_display = [
        "applicant",
        "address",
        "workplace",
        "cohort",
        "status",
        "is_told",
        "submitted_at",
        "decided_by",
        "left_out_before",
    ]
    list_select_related = ["cohort__program", "decided_by"]
    list_filter = [
        "status",
        ToldFilter,
        "left_out_before",
        ("keep_for_next_at", admin.EmptyFieldListFilter),
        ("cohort", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["name", "email", "employer"]
    search_help_text = (
        "By name, e-mail address or employer; not in applications that you read blind first."
    )
    change_form_template = "admin/signups/application/application.html"
    change_list_template = "admin/signups/application/list.html"
    date_hierarchy = "submitted_at"
    inlines = [TopicChoiceInline, FormatChoiceInline, WishInline, AnswerInline]
    actions = [
        "accept_selected",
        "waitlist_selected",
        "decline_for_lack_of_places",
        "decline_selected",
        "tell_selected",
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
                    ("decided_at", "decided_by", "lacked_place"),
                    ("told_status", "told_at"),
                    "submitted_at",
                    ("keep_for_next_at", "left_out_before"),
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
                    ("employer", "employer_row"),
                    "membership_number",
                ]
            },
        ),
        ("Work", {"fields": ["career_stage", "library_type", "other_library_types"]}),
        ("In their own words", {"fields": ["statement"]}),
        (
            "How and where",
            {"fields": ["capacity", "region", "time_zone", "meeting_ways", "times", "languages"]},
        ),
        ("Letters", {"fields": ["language"]}),
        ("Promised", {"fields": ["promises_orientation", "agrees_to_rules"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        # Erased rows are there to be counted, not to be read.
        rows = super().get_queryset(request).not_erased()
        return as_read_by(request.user, rows)

    def get_urls(self) -> list[URLPattern]:
        return [self.comment_address(), *super().get_urls()]

    def get_ordering(self, request: HttpRequest) -> list[OrderBy | str]:
        # By what is seen: a list by name would tell something of names that are hidden.
        return [F("shown_name").asc(), "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        rows, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        return rows.filter(is_blind=False) if search_term else rows, may_have_duplicates

    def get_fieldsets(
        self, request: HttpRequest, obj: Application | None = None
    ) -> list[tuple[str | None, dict]]:
        if obj is None or not obj.is_blind:
            return self.fieldsets
        hidden = {"fields": [], "description": f"Who wrote this is {HIDDEN}."}
        return [
            (title, hidden if IDENTIFYING.intersection(options["fields"]) else options)
            for title, options in self.fieldsets
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        application = self.visible_or_404(request, object_id)
        ratings = Rating.objects.readable_by(request.user).filter(application=application.pk)
        context = self.comment_context(request, application) | {
            "ratings": ratings.select_related("reader")
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        may_rate = {"may_rate": request.user.has_perm("signups.add_rating")}
        return super().changelist_view(request, may_rate | (extra_context or {}))

    @admin.display(description="name", ordering="shown_name")
    def applicant(self, application: Application) -> str:
        return str(application)

    @admin.display(description="e-mail address", ordering="shown_email")
    def address(self, application: Application) -> str:
        return HIDDEN if application.is_blind else application.email

    @admin.display(description="library or employer", ordering="shown_employer")
    def workplace(self, application: Application) -> str:
        return HIDDEN if application.is_blind else application.employer

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.review_application")

    def has_tell_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.tell_application")

    @admin.display(description="told", boolean=True)
    def is_told(self, application: Application) -> bool | None:
        decided = application.status in TOLD_STATUSES
        return application.is_told if decided else None

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

    @admin.action(
        description="Decline selected applications for lack of places…", permissions=["review"]
    )
    def decline_for_lack_of_places(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return self.decide_each(
            request,
            queryset,
            Application.decline_for_lack_of_places,
            verb="decline for lack of places",
            done="declined for lack of places",
        )

    @admin.action(description="Tell applicants what was decided…", permissions=["tell"])
    def tell_selected(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return tell_selected(self, request, queryset)


@admin.register(MenteeApplication)
class MenteeApplicationAdmin(ApplicationAdmin):
    """Besides, a committee may let mentees come first."""

    list_display = [*ApplicationAdmin.list_display, "comes_first"]
    list_filter = [*ApplicationAdmin.list_filter, ("priority_marked_at", EmptyFieldListFilter)]
    actions = [*ApplicationAdmin.actions, "let_come_first", "stand_in_line"]
    fieldsets = [
        *ApplicationAdmin.fieldsets[:1],
        (
            "When places are short",
            {"fields": [("priority_marked_at", "priority_marked_by"), "priority_reason"]},
        ),
        *ApplicationAdmin.fieldsets[1:],
    ]

    @admin.display(description="comes first", boolean=True, ordering="priority_marked_at")
    def comes_first(self, application: Application) -> bool:
        return application.priority_marked_at is not None

    @admin.action(description="Let come first when places are short…", permissions=["review"])
    def let_come_first(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        form = PriorityForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self.confirmation_page(
                request,
                queryset,
                verb="give precedence to",
                consequence="A match run then serves these people before others when there are "
                "fewer places than mentees.",
                form=form,
            )
        return self.decide_each(
            request,
            queryset,
            partial(Application.let_come_first, reason=form.cleaned_data["reason"]),
            verb="give precedence to",
            done="put first",
        )

    @admin.action(description="Take back that they come first…", permissions=["review"])
    def stand_in_line(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> TemplateResponse | None:
        return self.decide_each(
            request,
            queryset,
            Application.stand_in_line,
            verb="put in line with everyone",
            done="put in line with everyone",
        )


@admin.register(MentorApplication)
class MentorApplicationAdmin(ApplicationAdmin):
    list_display = [*ApplicationAdmin.list_display, "capacity"]
