"""Two runs side by side, and the record of a run to download; a part of the runs' admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from matching.comparing import Change, compare
from matching.models import MatchRun, RunStatus
from matching.models.settings import CRITERION_LABELS
from matching.repeating import record_of


class RunRecordPages:
    """What is read of runs beside the page of each."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:first_id>/compare/<int:second_id>/",
                view(self.compare_view),
                name="matching_matchrun_compare",
            ),
            path("<int:run_id>/stop/", view(self.stop_view), name="matching_matchrun_stop"),
            path("<int:run_id>/record/", view(self.record_view), name="matching_matchrun_record"),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest, first_id: int, second_id: int) -> HttpResponse:
        """Who changed, who gained and who lost between two runs of a cohort."""
        first, second = (self._finished_or_404(request, pk) for pk in (first_id, second_id))
        if first.cohort_id != second.cohort_id or first == second:
            raise Http404
        comparison = compare(first, second)
        context = self.admin_site.each_context(request) | {
            "title": f"Two runs for {first.cohort}",
            "opts": self.opts,
            "comparison": comparison,
            "groups": [
                (change, [one for one in comparison.mentees if one.change == change])
                for change in Change
            ],
            "can_review": request.user.has_perm("matching.review_pairing"),
        }
        return TemplateResponse(request, "admin/matching/matchrun/compare.html", context)

    def record_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Settings, numbers, fingerprints and pairs of a run, as a file."""
        run = self._finished_or_404(request, run_id)
        response = JsonResponse(record_of(run), json_dumps_params={"indent": 2})
        response["Content-Disposition"] = f'attachment; filename="run-{run.pk}.json"'
        return response

    def stop_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Stop a run that is under way; by POST only."""
        run = self.visible_or_404(request, str(run_id))
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if run.stop():
            self.log_change(request, run, "Stopped.")
            self.message_user(request, "The run stops, and proposes nothing.", messages.SUCCESS)
        else:
            self.message_user(request, "The run had ended already.", messages.WARNING)
        return redirect("admin:matching_matchrun_change", run.pk)

    def _finished_or_404(self, request: HttpRequest, run_id: int) -> MatchRun:
        run = self.visible_or_404(request, str(run_id))
        if run.status != RunStatus.FINISHED:
            raise Http404
        return run


def others_to_compare(run: MatchRun) -> list[MatchRun]:
    """The cohort's other finished runs, the latest first."""
    others = MatchRun.objects.finished().filter(cohort=run.cohort_id).exclude(pk=run.pk)
    return list(others.select_related("cohort__program")[:10])


def comparisons(run: MatchRun) -> dict[str, Any]:
    """Runs to compare one with, and how far it disturbed what the run before it proposed."""
    before = (
        MatchRun.objects.finished()
        .filter(cohort=run.cohort_id, asked_at__lte=run.asked_at)
        .exclude(pk=run.pk)
        .first()
    )
    return {
        "others": others_to_compare(run),
        "run_before": before,
        "since_run_before": compare(before, run).sentence if before else "",
    }


def record_lines(run: MatchRun) -> list[tuple[str, str]]:
    """What it takes to repeat a run: settings, versions, fingerprints."""

    def listed(values: dict[str, Any]) -> str:
        return ", ".join(f"{key} {value}" for key, value in values.items())

    labels = {CRITERION_LABELS.get(key, key): value for key, value in run.importances.items()}
    started = f"{run.asked_by or 'a command'}, {run.asked_at:%-d %B %Y, %H:%M} UTC"
    proof = f"{run.proof_seal} (manage.py verify_run {run.pk} checks it again)"
    return [
        (name, value)
        for name, value in [
            ("Started by", started),
            ("Importance", listed(labels)),
            ("Required", ", ".join(CRITERION_LABELS.get(key, key) for key in run.required)),
            ("Seconds", listed(run.seconds)),
            ("Versions", listed(run.versions)),
            ("Fingerprint of the input", run.input_digest),
            ("Stored proof", proof if run.proof_seal else ""),
            ("Salt for ties", run.salt),
        ]
        if value
    ]
