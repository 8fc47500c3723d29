"""Identity questions, the answers as stewards may read them, and who has read."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from signups.admin.cohort_choice import chosen_cohort
from signups.admin.scoped import CommitteeAdmin, CommitteeInline, ReviewAdmin
from signups.identity import counts_of
from signups.models import (
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    IdentityReading,
    Role,
)


class IdentityOptionInline(CommitteeInline):
    model = IdentityOption

    def has_delete_permission(
        self, request: HttpRequest, obj: IdentityDimension | None = None
    ) -> bool:
        # Answers are sealed, so the database cannot tell which options they hold.
        is_answered = obj is not None and obj.answers.exists()
        return not is_answered and super().has_delete_permission(request, obj)


@admin.register(IdentityDimension)
class IdentityDimensionAdmin(CommitteeAdmin):
    """What a program asks about identity, and what was answered in counts."""

    list_display = ["name", "program", "takes_several", "is_offered", "position"]
    list_select_related = ["program"]
    list_filter = [("program", admin.RelatedOnlyFieldListFilter)]
    fields = ["program", "name", "explanation", "takes_several", "is_offered", "position"]
    inlines = [IdentityOptionInline]
    change_list_template = "admin/signups/identitydimension/list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.counts_view)
        return [
            path("counts/", view, name="signups_identitydimension_counts"),
            *super().get_urls(),
        ]

    def counts_view(self, request: HttpRequest) -> HttpResponse:
        """The answers of one cohort in counts, small groups left out."""
        if not request.user.has_perm("signups.count_identitydimension"):
            raise PermissionDenied
        cohorts, cohort = chosen_cohort(request)
        roles = [(role.label, *counts_of(cohort, role)) for role in Role] if cohort else []
        context = self.admin_site.each_context(request) | {
            "title": "Identity answers in counts",
            "opts": self.opts,
            "cohorts": cohorts,
            "cohort": cohort,
            "roles": roles,
        }
        return TemplateResponse(request, "admin/signups/identitydimension/counts.html", context)


@admin.register(IdentityAnswer)
class IdentityAnswerAdmin(ReviewAdmin):
    """For stewards: the list says who answered which question; what, only the answer's own page."""

    list_display = ["applicant", "role", "cohort", "dimension", "answered_at"]
    list_select_related = ["application__cohort__program", "dimension"]
    list_filter = [
        ("application__cohort", admin.RelatedOnlyFieldListFilter),
        ("dimension", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["application__name", "application__email"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityAnswer]:
        # What need not be read stays sealed.
        return super().get_queryset(request).defer("chosen")

    @admin.display(ordering="application__name")
    def applicant(self, answer: IdentityAnswer) -> str:
        return answer.application.name

    @admin.display(ordering="application__role")
    def role(self, answer: IdentityAnswer) -> str:
        return answer.application.get_role_display()

    @admin.display(ordering="application__cohort")
    def cohort(self, answer: IdentityAnswer) -> str:
        return str(answer.application.cohort)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """One answer, whose reading is recorded before it is shown."""
        answer = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, answer):
            raise PermissionDenied
        if answer is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": "One identity answer",
            "opts": self.opts,
            "answer": answer,
            "in_words": answer.read(by=request.user),
        }
        return TemplateResponse(request, "admin/signups/identityanswer/answer.html", context)


@admin.register(IdentityReading)
class IdentityReadingAdmin(ReviewAdmin):
    """The record of who has read whose answers; nobody changes it."""

    list_display = ["read_at", "reader", "application", "dimension", "program"]
    list_display_links = None
    list_select_related = ["reader", "application", "dimension", "program"]
    list_filter = [
        ("program", admin.RelatedOnlyFieldListFilter),
        ("reader", admin.RelatedOnlyFieldListFilter),
    ]
    date_hierarchy = "read_at"
    actions = None
