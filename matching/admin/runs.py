"""Match runs: starting one, and the page that shows what it proposes."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from matching.admin.decision_forms import seen_of
from matching.admin.decisions import decisions_on_many
from matching.admin.run_records import RunRecordPages
from matching.engine.tiers import TIER_LABELS, Tier
from matching.groups import groups_of
from matching.models import MatchRun, PairingStatus, RunStatus
from matching.models.decisions import TAKES_PLACE
from matching.models.places import in_pairs
from matching.models.settings import CRITERION_LABELS
from matching.tasks import start_run
from signups.admin.scoped import ReviewAdmin
from signups.models import ApplicationStatus, Cohort, MentorApplication, ReviewError, Role

# What a group is shown with: all that may still meet.
SHOWN_IN_GROUPS = (PairingStatus.PROPOSED, *TAKES_PLACE)


class CohortChoiceField(forms.ModelChoiceField):
    """A cohort, with the number of people a run would match."""

    def label_from_instance(self, cohort: Cohort) -> str:
        return f"{cohort}: {cohort.n_mentees} mentees and {cohort.n_mentors} mentors accepted"


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
        people = ["mentee", "mentor", "format", "decided_by", "offer"]
        pairings = list(run.pairings.select_related(*people))
        undecided = [p for p in pairings if p.is_undecided]
        approved = [p for p in pairings if p.status == PairingStatus.APPROVED]
        to_offer = [p for p in approved if p.is_to_offer]
        context = self.admin_site.each_context(request) | {
            "title": str(run),
            "opts": self.opts,
            "run": run,
            "goals": [TIER_LABELS[Tier(tier)] for tier in run.tiers],
            "importances": [
                (CRITERION_LABELS.get(key, key), importance)
                for key, importance in run.importances.items()
            ],
            "required": [CRITERION_LABELS.get(key, key) for key in run.required],
            "pairings": pairings,
            "weighs_what_is_private": any(
                reason.get("is_private") for pairing in pairings for reason in pairing.reasons
            ),
            "is_under_way": run.status in (RunStatus.WAITING, RunStatus.RUNNING),
            "undecided": undecided,
            "to_offer": to_offer,
            "n_letters_to_write": 2 * len(to_offer),
            "n_approved": len(approved),
            "n_offered": len(approved) - len(to_offer),
            "unmatched": run.unmatched.select_related("mentee"),
            "groups": groups_of(one for one in pairings if one.status in SHOWN_IN_GROUPS),
            "with_free_places": _mentors_with_free_places(run.cohort),
            "can_review": request.user.has_perm("matching.review_pairing"),
            "can_offer": request.user.has_perm("matching.offer_pairing"),
            "decisions": decisions_on_many(request, run.cohort) if undecided or approved else [],
            "seen": seen_of(pairings),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/matching/matchrun/run.html", context)


def _mentors_with_free_places(cohort: Cohort) -> list[tuple[MentorApplication, int]]:
    """Mentors with the number of places, of pairs, for which nobody is proposed or decided."""
    takes_a_place = in_pairs("pairings_as_mentor__") & Q(
        pairings_as_mentor__status__in=[PairingStatus.PROPOSED, *TAKES_PLACE],
        pairings_as_mentor__ended_at=None,
    )
    mentors = (
        MentorApplication.objects.filter(cohort=cohort)
        .accepted()
        .annotate(n_taken=Count("pairings_as_mentor", filter=takes_a_place))
    )
    free = [(mentor, mentor.capacity - mentor.n_taken) for mentor in mentors]
    return [(mentor, n_free) for mentor, n_free in free if n_free > 0]
