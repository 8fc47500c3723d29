"""Gates: who has met them, and the pages on which a committee records it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from signups.admin.member_lists import MemberListPages
from signups.admin.scoped import CommitteeInline, ReviewAdmin
from signups.forms.gates import GateOutcomeForm
from signups.membership import letters_to_write
from signups.models import (
    Application,
    Gate,
    GateKind,
    GateState,
    GateStatus,
    HowMet,
    OrientationSession,
    ReviewError,
)
from signups.models.gates import PASSED


class GateInline(CommitteeInline):
    model = Gate
    fields = ["kind", "due_on", "association", "minimum_stage"]
    verbose_name_plural = "what people have to meet before they can be paired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of a gate's page."""

    application: Application
    status: str
    label: str
    details: str
    session: OrientationSession | None

    @property
    def is_ticked(self) -> bool:
        return self.status == GateStatus.MET


@admin.register(Gate)
class GateAdmin(MemberListPages, ReviewAdmin):
    """Gates are made on the cohort's page; here it is recorded who meets them."""

    list_display = ["what", "cohort", "due_on"]
    list_display_links = ["what"]
    list_select_related = ["cohort__program", "minimum_stage"]
    list_filter = ["kind", ("cohort", admin.RelatedOnlyFieldListFilter)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gate]:
        gates = super().get_queryset(request)
        return gates.select_related("cohort__program", "minimum_stage")

    def get_urls(self) -> list[URLPattern]:
        def own(address: str, view: object, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"signups_gate_{name}")

        return [
            own("<int:gate_id>/attendance/", self.attendance_view, "attendance"),
            own("<int:gate_id>/people/<int:application_id>/", self.person_view, "person"),
            own("<int:gate_id>/members/", self.upload_view, "members"),
            own("<int:gate_id>/members/<int:check_id>/", self.check_view, "check"),
            own("<int:gate_id>/letters/", self.letters_view, "letters"),
            *super().get_urls(),
        ]

    def gate_to_check(self, request: HttpRequest, gate_id: int) -> Gate:
        """A gate of the person's own programs, for someone who may record who meets it."""
        if not self.may_check(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=gate_id)

    def may_check(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.check_gate")

    def context_of(self, request: HttpRequest, gate: Gate, **more: object) -> dict[str, object]:
        context = self.admin_site.each_context(request)
        return context | {"title": str(gate), "opts": self.opts, "gate": gate} | more

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Everyone of whom the gate asks something, with how far they are."""
        gate = self.visible_or_404(request, object_id)
        is_orientation = gate.kind == GateKind.ORIENTATION
        sessions, session = [], None
        if is_orientation:
            sessions = list(gate.cohort.orientation_sessions.select_related("cohort__program"))
            wanted = request.GET.get("session")
            session = next((one for one in sessions if str(one.pk) == wanted), None)
        people = _people(gate, session)
        is_membership = gate.kind == GateKind.MEMBERSHIP
        context = self.context_of(
            request,
            gate,
            people=people,
            n_open=sum(person.status == GateStatus.NOT_YET for person in people),
            sessions=sessions,
            session=session,
            can_check=self.may_check(request),
            is_orientation=is_orientation,
            is_membership=is_membership,
            check_to_apply=gate.member_checks.to_apply().first() if is_membership else None,
            n_letters=len(letters_to_write(gate)) if is_membership else 0,
        )
        return TemplateResponse(request, "admin/signups/gate/gate.html", context)

    def attendance_view(self, request: HttpRequest, gate_id: int) -> HttpResponse:
        """Record who attended: only what was ticked or unticked on this page is changed."""
        gate = self.gate_to_check(request, gate_id)
        back = reverse("admin:signups_gate_change", args=[gate.pk])
        if request.method != "POST" or gate.kind != GateKind.ORIENTATION:
            return redirect(back)
        # Someone else may have ticked meanwhile: what this page did not touch stays as it is.
        before, now = (set(request.POST.getlist(name)) for name in ("was_attended", "attended"))
        changed = [key for key in before ^ now if key.isascii() and key.isdecimal()]
        with transaction.atomic():
            people = asked(gate).filter(pk__in=[key for key in changed if len(key) < 10])
            for application in people:
                if str(application.pk) in now:
                    gate.note_met(application, how=HowMet.ATTENDED, by=request.user)
                else:
                    gate.take_back(application, by=request.user)
        if people:
            message = f"Attendance of {len(people)} {pluralize(people, 'person,people')} recorded."
            self.log_change(request, gate, message)
        else:
            message = "Nothing was changed."
        self.message_user(request, message, messages.SUCCESS)
        session = request.POST.get("session", "")
        return redirect(f"{back}?session={session}" if session.isdecimal() else back)

    def person_view(self, request: HttpRequest, gate_id: int, application_id: int) -> HttpResponse:
        """Record one person: the recording, a check by hand, a waiver, or none of it."""
        gate = self.gate_to_check(request, gate_id)
        application = get_object_or_404(asked(gate), pk=application_id)
        state = gate.states.filter(application=application).select_related("decided_by").first()
        if request.method == "POST":
            form = GateOutcomeForm(request.POST, gate=gate)
            if form.is_valid():
                outcome, reason = form.cleaned_data["outcome"], form.cleaned_data["reason"]
                try:
                    _record(gate, application, outcome, reason, request)
                except ReviewError as error:
                    form.add_error(None, str(error))
                else:
                    # By number: the log is not erased with the person.
                    self.log_change(request, gate, f"Application {application.pk}: {outcome}.")
                    self.message_user(request, f"Recorded for {application}.", messages.SUCCESS)
                    return redirect("admin:signups_gate_change", gate.pk)
        else:
            outcome = state and (state.how or state.state)
            reason = state.reason if state else ""
            form = GateOutcomeForm(gate=gate, initial={"outcome": outcome, "reason": reason})
        context = self.context_of(
            request, gate, title=f"{application}: {gate.what}", form=form, state=state
        )
        return TemplateResponse(request, "admin/signups/gate/person.html", context)


def asked(gate: Gate) -> QuerySet[Application]:
    """The applications of which a gate asks something."""
    people = Application.objects.filter(cohort=gate.cohort_id).considered()
    if gate.kind == GateKind.ORIENTATION:
        return people.accepted()
    return people.mentors() if gate.kind == GateKind.EXPERIENCE else people


def _people(gate: Gate, session: OrientationSession | None) -> list[Person]:
    applications = asked(gate).select_related(
        "career_stage", "orientation_place__session__cohort__program"
    )
    if session:
        applications = applications.filter(orientation_place__session=session)
    states = GateState.objects.filter(gate=gate).select_related("decided_by")
    return [
        _person(gate, application)
        for application in applications.prefetch_related(
            Prefetch("gate_states", queryset=states, to_attr="states_here")
        )
    ]


def _person(gate: Gate, application: Application) -> Person:
    state = next(iter(application.states_here), None)
    status, details = (state.state, state.in_words) if state else (GateStatus.NOT_YET, "")
    if gate.kind == GateKind.EXPERIENCE and status not in PASSED:
        details = str(application.career_stage)
        if application.career_stage.rank >= gate.minimum_stage.rank:
            status = GateStatus.MET
    place = getattr(application, "orientation_place", None)
    return Person(
        application=application,
        status=status,
        label=GateStatus(status).label,
        details=details,
        session=place and place.session,
    )


def _record(
    gate: Gate, application: Application, outcome: str, reason: str, request: HttpRequest
) -> None:
    if outcome == GateStatus.WAIVED:
        gate.waive(application, reason=reason, by=request.user)
    elif outcome == GateStatus.NOT_YET:
        gate.take_back(application, by=request.user)
    else:
        gate.note_met(application, how=HowMet(outcome), by=request.user)
