"""Match runs: starting one, and the page that shows what it proposes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse

from matching.admin.decision_forms import seen_of
from matching.admin.decisions import decisions_on_many
from matching.admin.filters import PairFilterForm
from matching.admin.run_records import RunRecordPages, comparisons, record_lines
from matching.before_run import before_run
from matching.engine.tiers import TIER_LABELS, Tier
from matching.groups import groups_of
from matching.models import MatchRun, Pairing, PairingStatus, RunAnswers, RunStatus
from matching.models.decisions import TAKES_PLACE, UNDECIDED
from matching.reading import MAX_ROWS, ORDERS, USUAL_ORDER, Decided, decided_in, pairs_of
from matching.summary import (
    People,
    choices_of,
    fairness_of,
    mentors_with_free_places,
    named,
    sentences_of,
    shortages_of,
    traded,
)
from matching.tasks import start_run
from signups.admin.scoped import ReviewAdmin
from signups.models import ApplicationStatus, Cohort, ReviewError, Role

MAX_UNMATCHED = 300  # told one by one

# Of the table of pairs: heading, and the order it leads to.
COLUMNS = [("Mentee", "mentee"), ("Mentor", "mentor"), ("Points", "points"), ("State", "state")]

# What a group is shown with: all that may still meet.
SHOWN_IN_GROUPS = (PairingStatus.PROPOSED, *TAKES_PLACE)


class CohortChoiceField(forms.ModelChoiceField):
    """A cohort, with the number of people a run would match."""

    def label_from_instance(self, cohort: Cohort) -> str:
        mentees = f"{cohort.n_mentees} mentee{pluralize(cohort.n_mentees)}"
        mentors = f"{cohort.n_mentors} mentor{pluralize(cohort.n_mentors)}"
        return f"{cohort}: {mentees} and {mentors} accepted"


class StartRunForm(forms.Form):
    """For which cohort to start a run."""

    cohort = CohortChoiceField(queryset=Cohort.objects.none(), empty_label="Choose a cohort")


@admin.register(MatchRun)
class MatchRunAdmin(RunRecordPages, ReviewAdmin):
    """Runs are started and read here; what they propose is decided pair by pair."""

    list_display = [
        "__str__",
        "status",
        "n_mentees",
        "n_served",
        "total_points",
        "asked_by",
        "asked_at",
    ]
    list_select_related = ["cohort__program", "asked_by"]
    list_filter = ["status", ("cohort", admin.RelatedOnlyFieldListFilter)]
    date_hierarchy = "asked_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.start_matchrun")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Choose a cohort and start a run for it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            form = self._start_form(request, request.POST)
            if form.is_valid():
                try:
                    run = start_run(form.cleaned_data["cohort"], by=request.user)
                except ReviewError as error:
                    form.add_error("cohort", str(error))
                else:
                    self.log_addition(request, run, "Started.")
                    return redirect("admin:matching_matchrun_change", run.pk)
        else:
            form = self._start_form(request, initial={"cohort": request.GET.get("cohort")})
        context = self.admin_site.each_context(request) | {
            "title": "Start a match run",
            "opts": self.opts,
            "form": form,
            "can_set": request.user.has_perm("matching.change_matchsettings"),
        }
        chosen = form.fields["cohort"].queryset.filter(pk=_number(form["cohort"].value())).first()
        if chosen is not None:
            context |= {"cohort": chosen, "before": before_run(chosen)}
        return TemplateResponse(request, "admin/matching/matchrun/start.html", context)

    def _start_form(
        self, request: HttpRequest, data: dict | None = None, initial: dict | None = None
    ) -> StartRunForm:
        form = StartRunForm(data, initial=initial)
        accepted = Q(applications__status=ApplicationStatus.ACCEPTED, applications__erased_at=None)
        form.fields["cohort"].queryset = (
            Cohort.objects.visible_to(request.user)
            .select_related("program")
            .annotate(
                n_mentees=Count("applications", accepted & Q(applications__role=Role.MENTEE)),
                n_mentors=Count("applications", accepted & Q(applications__role=Role.MENTOR)),
            )
        )
        return form

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """What a run proposes, whom it leaves out, and the way to decide."""
        run = self.visible_or_404(request, object_id)
        context = self.admin_site.each_context(request) | {
            "title": str(run),
            "opts": self.opts,
            "run": run,
            "record": record_lines(run),
            "is_under_way": run.is_under_way,
            "can_stop": self.has_add_permission(request),
            "can_review": request.user.has_perm("matching.review_pairing"),
            "can_offer": request.user.has_perm("matching.offer_pairing"),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        if run.status == RunStatus.FINISHED:
            filters = PairFilterForm(request.GET, cohort=run.cohort)
            decided = decided_in(run.cohort)
            context |= _pairs(run, filters, decided) | _findings(run, decided) | comparisons(run)
            if any(row.is_open for row in context["shown"].rows):
                context["decisions"] = decisions_on_many(request, run.cohort)
        return TemplateResponse(request, "admin/matching/matchrun/run.html", context)


def _pairs(run: MatchRun, filters: PairFilterForm, decided: Decided) -> dict[str, Any]:
    """The table of pairs, and the numbers above it."""
    chosen = filters.chosen()
    shown = pairs_of(run, chosen, decided)
    to_offer = list(run.pairings.to_offer().values_list("pk", flat=True)[:MAX_ROWS])
    return {
        "filters": filters,
        "is_filtered": bool(chosen.keys() - {"sort"}),
        "address": filters.address(),
        "shown": shown,
        "columns": _columns(filters, chosen.get("sort", USUAL_ORDER)),
        "undecided": [row for row in shown.rows if row.is_undecided],
        "seen": seen_of(shown.rows),
        "to_offer": to_offer,
        "n_letters_to_write": 2 * len(to_offer),
        "n_by_state": run.pairings.aggregate(
            undecided=Count("pk", Q(status__in=UNDECIDED)),
            approved=Count("pk", Q(status=PairingStatus.APPROVED)),
            offered=Count("pk", Q(offer__isnull=False) | Q(introduced_at__isnull=False)),
        ),
        "groups": groups_of(
            run.pairings.in_groups()
            .filter(status__in=SHOWN_IN_GROUPS)
            .select_related("mentor", "format")
        ),
        "by_hand": Pairing.objects.of(run.cohort)
        .by_hand()
        .current()
        .select_related("mentee", "mentor", "format"),
    }


def _columns(filters: PairFilterForm, present: str) -> list[tuple[str, str, str]]:
    """Of each heading that orders the table: its words, where it leads, and how it orders now."""
    columns = []
    for label, order in COLUMNS:
        direction = {order: "ascending", f"-{order}": "descending"}.get(present, "")
        turned = f"-{order}" if direction == "ascending" and f"-{order}" in ORDERS else order
        columns.append((label, filters.address(sort=turned), direction))
    return columns


def _findings(run: MatchRun, decided: Decided) -> dict[str, Any]:
    """What the run says of the whole: as it was stored, with the names of the people."""
    answers = RunAnswers.objects.filter(run=run).first()
    people = People(run.cohort)
    # "run" is named as Django would ask for it row by row, to know where each row came from.
    worst = run.pairings.select_related("mentee", "mentor").only(
        "run", "points", "mentee__name", "mentor__name"
    )
    unmatched = run.unmatched.select_related("mentee").only(
        "run", "reason", "rules", "smallest_change", "alternatives", "mentee__name"
    )
    found = {
        "sentences": sentences_of(run, answers, worst.first()),
        "goals": [TIER_LABELS[Tier(tier)] for tier in run.tiers],
        "n_unmatched": run.unmatched.count(),
        "unmatched": [
            (left, choices_of(left.alternatives, people)) for left in unmatched[:MAX_UNMATCHED]
        ],
        "with_free_places": mentors_with_free_places(run.cohort, decided.n_taken),
        "answers": answers,
        "weighs_what_is_private": _weighs_what_is_private(run),
    }
    if answers is not None:
        found |= {
            "traded": traded(run, answers),
            "fairness": fairness_of(answers),
            "shortages": shortages_of(answers, people),
            "places": named(answers.places, people),
            "blocking": named(answers.blocking, people),
        }
    return found


def _weighs_what_is_private(run: MatchRun) -> bool:
    """Every pair has a row for each criterion that counts, but of those erased."""
    reasons = run.pairings.exclude(reasons=[]).values_list("reasons", flat=True).first()
    return any(reason.get("is_private") for reason in reasons or [])


def _number(text: object) -> int | None:
    """What an address names, where it names a row at all."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else None
