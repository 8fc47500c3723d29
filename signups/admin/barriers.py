"""Barriers and supports, and what people told about them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from signups.admin.cohort_choice import chosen_cohort
from signups.admin.scoped import CommitteeAdmin
from signups.barriers import report_on
from signups.models import Barrier, ProgramOption, Support


class ToldOptionAdmin(CommitteeAdmin):
    """Entries are taken off the list, not deleted: answers hold them where nobody sees it."""

    list_display = ["name", "program", "is_offered", "position"]
    list_select_related = ["program"]
    list_filter = [("program", admin.RelatedOnlyFieldListFilter)]

    def has_delete_permission(self, request: HttpRequest, obj: ProgramOption | None = None) -> bool:
        return False


@admin.register(Barrier)
class BarrierAdmin(ToldOptionAdmin):
    change_list_template = "admin/signups/barrier/list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.report_view)
        return [path("report/", view, name="signups_barrier_report"), *super().get_urls()]

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """What one cohort told, in counts and in words that may be quoted."""
        if not request.user.has_perm("signups.report_barrier"):
            raise PermissionDenied
        cohorts, cohort = chosen_cohort(request)
        context = self.admin_site.each_context(request) | {
            "title": "Barriers, in counts and quotations",
            "opts": self.opts,
            "cohorts": cohorts,
            "cohort": cohort,
            "report": report_on(cohort) if cohort else None,
        }
        return TemplateResponse(request, "admin/signups/barrier/report.html", context)


@admin.register(Support)
class SupportAdmin(ToldOptionAdmin):
    pass
