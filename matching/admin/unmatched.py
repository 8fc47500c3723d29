"""Mentees without a mentor: why, what would help, and an answer for each of them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from matching.admin.answers import AnswerPages
from matching.closing import close, open_again
from matching.models import MatchRun, Unmatched
from matching.other_formats import OtherFormats
from matching.without_mentor import everyone_left, last_run_of, unanswered, without_mentor
from signups.admin.scoped import ReviewAdmin
from signups.models import Cohort, ReviewError


@admin.register(Unmatched)
class UnmatchedAdmin(AnswerPages, ReviewAdmin):
    """Who has no mentor is read and answered cohort by cohort, never typed in by hand."""

    def get_urls(self) -> list[URLPattern]:
        def own(address: str, view: object, name: str) -> URLPattern:
            return path(
                address, self.admin_site.admin_view(view), name=f"matching_unmatched_{name}"
            )

        return [
            own("", self.cohorts_view, "changelist"),
            own("<int:cohort_id>/", self.cohort_view, "cohort"),
            own("runs/<int:run_id>/close/", self.close_view, "close"),
            own("runs/<int:run_id>/open-again/", self.open_again_view, "open_again"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Unmatched | None = None) -> bool:
        return request.user.has_perm("matching.view_pairing")

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.review_pairing")

    def has_status_permission(self, request: HttpRequest) -> bool:
        """Whether the person may take somebody out of the cohort too."""
        may_decide = request.user.has_perm("signups.review_application")
        return self.has_review_permission(request) and may_decide

    def cohorts_view(self, request: HttpRequest) -> HttpResponse:
        """How many have no mentor, and how many of them no answer, in each cohort."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        cohorts = list(Cohort.objects.visible_to(request.user).select_related("program"))
        ids = [cohort.pk for cohort in cohorts]
        left = list(without_mentor(ids).values_list("cohort", flat=True))
        waiting = list(unanswered(ids).values_list("cohort", flat=True))
        context = self.admin_site.each_context(request) | {
            "title": "Without a mentor",
            "opts": self.opts,
            "rows": [(one, left.count(one.pk), waiting.count(one.pk)) for one in cohorts],
        }
        return TemplateResponse(request, "admin/matching/unmatched/cohorts.html", context)

    def cohort_view(self, request: HttpRequest, cohort_id: int) -> HttpResponse:
        """Everybody of a cohort without a mentor; or, sent back, what to do for those ticked."""
        cohort = self._visible_cohort(request, cohort_id)
        if request.method == "POST":
            return self._answer(request, cohort)
        ids = list(without_mentor([cohort.pk]).values_list("pk", flat=True))
        others = OtherFormats(cohort, ids)
        rows = everyone_left(cohort, others)
        context = self.admin_site.each_context(request) | {
            "title": f"Without a mentor: {cohort}",
            "opts": self.opts,
            "cohort": cohort,
            "rows": rows,
            "n_waiting": sum(not row.is_answered for row in rows),
            "formats": others.all(),
            "run": last_run_of(cohort),
            "can_review": self.has_review_permission(request),
            "can_decide": self.has_status_permission(request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/matching/unmatched/cohort.html", context)

    def close_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Close a run, if nobody is forgotten."""
        return self._change_run(request, run_id, lambda run: close(run, by=request.user), "Closed.")

    def open_again_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Take back that a run is closed."""
        return self._change_run(request, run_id, open_again, "Opened again.")

    def _change_run(
        self, request: HttpRequest, run_id: int, deed: Callable[[MatchRun], None], done: str
    ) -> HttpResponse:
        runs = MatchRun.objects.visible_to(request.user).select_related("cohort__program")
        run = get_object_or_404(runs, pk=run_id)
        if not self.has_review_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            deed(run)
        except ReviewError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.log_change(request, run, done)
            self.message_user(request, f"{run}: {done.lower()}")
        return redirect("admin:matching_unmatched_cohort", run.cohort_id)

    def _visible_cohort(self, request: HttpRequest, cohort_id: int) -> Cohort:
        """A cohort of the person's own programs; others are not found."""
        cohorts = Cohort.objects.visible_to(request.user).select_related("program")
        cohort = get_object_or_404(cohorts, pk=cohort_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        return cohort
