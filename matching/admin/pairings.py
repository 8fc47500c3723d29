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
from matching.admin.filters import PairFilterForm
from matching.admin.offers import OfferedFilter, offer_selected
from matching.models import Pairing
from matching.reading import decided_in, neighbours, warnings_of
from matching.sharing import side_by_side
from matching.summary import People, choices_of
from signups.admin.comments import CommentPages
from signups.admin.scoped import ReviewAdmin
from signups.models import Application


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
        """Both applications side by side, what each criterion gave, and what else there was."""
        pairing = self.visible_or_404(request, object_id)
        people = Application.objects.filter(pk__in=[pairing.mentee_id, pairing.mentor_id])
        # "mentee" sorts before "mentor", so that rows and columns stand as everywhere.
        mentee, mentor = _with_answers(people).order_by("role")
        cohort = mentee.cohort
        filters = PairFilterForm(request.GET, cohort=cohort)
        decided = decided_in(cohort)
        before, after, place, n_found = (
            # What people put together stands in no run's table.
            (None, None, 0, 0)
            if pairing.is_by_hand
            else neighbours(pairing, filters.chosen(), decided)
        )
        context = self.admin_site.each_context(request) | {
            "title": str(pairing),
            "opts": self.opts,
            "pairing": pairing,
            "address": filters.address(),
            "before": before,
            "after": after,
            "place": place,
            "n_found": n_found,
            "warnings": warnings_of(pairing, decided),
            "answers": side_by_side(mentee, mentor),
            "people": [("Mentee", mentee), ("Mentor", mentor)],
            "choices": choices_of(pairing.alternatives, People(cohort)),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            **self.decision_context(request, pairing),
            **self.comment_context(request, pairing),
        }
        return TemplateResponse(request, "admin/matching/pairing/pairing.html", context)


def _with_answers(applications: QuerySet[Application]) -> QuerySet[Application]:
    return applications.select_related(
        "cohort__program", "career_stage", "library_type", "region"
    ).prefetch_related(
        "topic_choices__topic", "other_library_types", "formats", "meeting_ways", "languages"
    )
