"""Pairings: where the committee approves, rejects, and has the letters written."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern

from matching.admin.by_hand import ByHandPages
from matching.admin.decisions import DecisionPages
from matching.admin.offers import OfferedFilter, offer_selected
from matching.models import Pairing
from signups.admin.comments import CommentPages
from signups.admin.scoped import ReviewAdmin
from signups.models import Application, MentorApplication


@admin.register(Pairing)
class PairingAdmin(CommentPages, DecisionPages, ByHandPages, ReviewAdmin):
    """The committee decides by action and edits nothing by hand."""

    list_display = [
        "__str__",
        "points",
        "status",
        "decided_by",
        "decided_at",
        "introduced_at",
        "ended_at",
    ]
    list_filter = [
        "status",
        ("run", admin.EmptyFieldListFilter),
        OfferedFilter,
        ("ended_at", admin.EmptyFieldListFilter),
        ("mentee__cohort", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["mentee__name", "mentor__name"]
    actions = [
        "recommend_selected",
        "approve_selected",
        "fix_selected",
        "hold_selected",
        "reject_selected",
        "forbid_selected",
        "swap_selected",
        "undo_selected",
        "offer_selected",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pairing]:
        # A pairing is named by its people, in the list, the messages and the pages of actions.
        people = ["mentee__cohort__program", "mentor", "format", "decided_by", "run", "offer"]
        return super().get_queryset(request).select_related(*people)

    def get_urls(self) -> list[URLPattern]:
        return [self.comment_address(), *super().get_urls()]

    def has_offer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.offer_pairing")

    @admin.action(description="Make offers to selected pairings…", permissions=["offer"])
    def offer_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return offer_selected(self, request, queryset) or self.back(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Both applications side by side, and what each criterion gave."""
        pairing = self.visible_or_404(request, object_id)
        people = Application.objects.filter(pk__in=[pairing.mentee_id, pairing.mentor_id])
        # "mentee" sorts before "mentor", so that rows and columns stand as everywhere.
        mentee, mentor = _with_answers(people).order_by("role")
        context = self.admin_site.each_context(request) | {
            "title": str(pairing),
            "opts": self.opts,
            "pairing": pairing,
            "answers": _side_by_side(mentee, mentor),
            "alternatives": _next_best(pairing),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            **self.decision_context(request, pairing),
            **self.comment_context(request, pairing),
        }
        return TemplateResponse(request, "admin/matching/pairing/pairing.html", context)


def _with_answers(applications: QuerySet[Application]) -> QuerySet[Application]:
    return applications.select_related("career_stage", "library_type", "region").prefetch_related(
        "topic_choices__topic", "other_library_types", "formats", "meeting_ways", "languages"
    )


def _next_best(pairing: Pairing) -> list[tuple[MentorApplication, int, str]]:
    """The mentee's next best mentors when the run was saved: mentor, points, cost to the whole."""
    mentors = (
        MentorApplication.objects.not_erased()
        .filter(cohort=pairing.mentee.cohort_id)
        .in_bulk([one["mentor_id"] for one in pairing.alternatives])
    )
    return [
        (mentors[one["mentor_id"]], one["points"], one["sentence"])
        for one in pairing.alternatives
        if one["mentor_id"] in mentors
    ]


def _side_by_side(mentee: Application, mentor: Application) -> list[tuple[str, str, str]]:
    """What each of the two answered, question by question: label, mentee, mentor."""
    return [
        (label, mentee_answer, mentor_answer)
        for (label, mentee_answer), (_, mentor_answer) in zip(
            _answers(mentee), _answers(mentor), strict=True
        )
    ]


def _answers(application: Application) -> list[tuple[str, str]]:
    def listed(options: QuerySet) -> str:
        return ", ".join(str(option) for option in options.all())

    return [
        ("Topics", listed(application.topic_choices)),
        ("Formats", listed(application.formats)),
        ("Places", str(application.capacity or "")),
        ("Position", application.position_title),
        ("Employer", application.employer),
        ("Career stage", str(application.career_stage)),
        ("Library type", str(application.library_type)),
        ("Other library types", listed(application.other_library_types)),
        ("Region", str(application.region)),
        ("Time zone", str(application.time_zone)),
        ("Ways of meeting", listed(application.meeting_ways)),
        ("Languages", listed(application.languages)),
        ("In their own words", application.statement),
    ]
