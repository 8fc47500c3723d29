"""The pages on which a member list is uploaded, looked over and applied."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse

from signups.forms.gates import MemberListForm
from signups.imports.sheets import ImportRefusedError
from signups.letters import LINK_PLACEHOLDER
from signups.membership import (
    apply_check,
    check_members,
    letters_to_write,
    write_to_those_missing,
)
from signups.models import (
    Gate,
    GateKind,
    GateState,
    GateStatus,
    MemberCheckRow,
    MemberFinding,
    ReviewError,
)


class MemberListPages:
    """For the admin of gates: upload, look over, apply, write to those who are missing."""

    def upload_view(self, request: HttpRequest, gate_id: int) -> HttpResponse:
        gate = self._membership_gate(request, gate_id)
        if request.method == "POST":
            form = MemberListForm(request.POST, request.FILES)
            if form.is_valid():
                file = form.cleaned_data["file"]
                try:
                    check = check_members(gate, file.read(), file.name, by=request.user)
                except ImportRefusedError as error:
                    form.add_error("file", str(error))
                else:
                    return redirect("admin:signups_gate_check", gate.pk, check.pk)
        else:
            form = MemberListForm()
        context = self.context_of(request, gate, title="Upload a member list", form=form)
        return TemplateResponse(request, "admin/signups/gate/upload.html", context)

    def check_view(self, request: HttpRequest, gate_id: int, check_id: int) -> HttpResponse:
        """What the list says, person by person; nothing changes before it is applied."""
        gate = self._membership_gate(request, gate_id)
        if request.method == "POST":
            return self._apply(request, gate, check_id)
        check = gate.member_checks.to_apply().filter(pk=check_id).first()
        if check is None:
            message = "This list was applied already, or a newer one has replaced it."
            self.message_user(request, message, messages.WARNING)
            return redirect("admin:signups_gate_change", gate.pk)
        rows = list(check.rows.select_related("application"))
        states = dict(GateState.objects.filter(gate=gate).values_list("application", "state"))
        to_apply = [row for row in rows if states.get(row.application_id) not in _PASSED]
        by_number = _found(to_apply, MemberFinding.NUMBER)
        by_address = _found(to_apply, MemberFinding.ADDRESS)
        context = self.context_of(
            request,
            gate,
            title=f"What the list says about {gate.what}",
            check=check,
            by_number=by_number,
            by_address=by_address,
            n_found=len(by_number) + len(by_address),
            nearly=_found(to_apply, MemberFinding.NEARLY),
            missing=_found(to_apply, MemberFinding.MISSING),
            lapsed=[
                row
                for row in rows
                if states.get(row.application_id) == GateStatus.MET
                and row.finding in (MemberFinding.NEARLY, MemberFinding.MISSING)
            ],
            n_passed=len(rows) - len(to_apply),
        )
        return TemplateResponse(request, "admin/signups/gate/check.html", context)

    def _apply(self, request: HttpRequest, gate: Gate, check_id: int) -> HttpResponse:
        if not gate.member_checks.filter(pk=check_id).exists():
            check_id = 0  # of another gate, or replaced: the answer is the same
        try:
            n_met, n_left_out = apply_check(
                check_id,
                confirmed=_keys(request, "confirmed"),
                lapsed=_keys(request, "lapsed"),
                by=request.user,
            )
        except ReviewError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.log_change(request, gate, f"Member list applied: {n_met} met.")
            message = f"{n_met} more {pluralize(n_met, 'person has,people have')} met {gate.what}."
            if n_left_out:
                message += (
                    f" {n_left_out} changed their answers meanwhile and "
                    f"{pluralize(n_left_out, 'was,were')} left out: upload the "
                    "list again to look for them."
                )
            self.message_user(request, message, messages.SUCCESS)
        return redirect("admin:signups_gate_change", gate.pk)

    def letters_view(self, request: HttpRequest, gate_id: int) -> HttpResponse:
        """Say how many letters will leave; then write them, once."""
        gate = self._membership_gate(request, gate_id)
        if request.method == "POST":
            n_written = write_to_those_missing(gate)
            if n_written:
                self.log_change(request, gate, f"{n_written} letters about membership written.")
                message = (
                    f"{n_written} letter{pluralize(n_written)} written; "
                    f"{pluralize(n_written, 'it leaves,they leave')} in the next minutes."
                )
                self.message_user(request, message, messages.SUCCESS)
            else:
                message = "No letter was written: these people have theirs already."
                self.message_user(request, message, messages.WARNING)
            return redirect("admin:signups_gate_change", gate.pk)
        letters = sorted(letters_to_write(gate), key=lambda letter: letter.application.name)
        context = self.context_of(
            request,
            gate,
            title=f"Write {len(letters)} letter{pluralize(letters)}?"
            if letters
            else "No letter to write",
            letters=letters,
            example=letters[0].body.replace(LINK_PLACEHOLDER, "(link)") if letters else "",
        )
        return TemplateResponse(request, "admin/signups/gate/letters.html", context)

    def _membership_gate(self, request: HttpRequest, gate_id: int) -> Gate:
        gate = self.gate_to_check(request, gate_id)
        if gate.kind != GateKind.MEMBERSHIP:
            raise Http404
        return gate


_PASSED = {GateStatus.MET, GateStatus.WAIVED}


def _found(rows: list[MemberCheckRow], finding: MemberFinding) -> list[MemberCheckRow]:
    return [row for row in rows if row.finding == finding]


def _keys(request: HttpRequest, name: str) -> set[int]:
    keys = request.POST.getlist(name)
    return {int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 10}
