"""The decisions on pairings in the admin: a page before each, and no decision on a stale page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from matching.admin.decision_forms import DecisionForm, seen_in, seen_of
from matching.groups import warnings_about_size
from matching.models import (
    Decision,
    DecisionKind,
    MatchSettings,
    Pairing,
    PairingStatus,
    StalePageError,
)
from matching.models.deciding import Outcome, changes_since
from matching.models.decisions import STEPS
from signups.models import Cohort

MAX_REFUSALS_SAID = 12

CONSEQUENCES = {
    DecisionKind.RECOMMEND: "Somebody else can then approve. Until then a later run keeps the "
    "pair and its place.",
    DecisionKind.APPROVE: "Nobody is told yet: letters are a step of their own.",
    DecisionKind.REJECT: "No later run of this cohort proposes these two again. Nobody is told.",
    DecisionKind.FORBID: "The two become a conflict: they are not proposed again, in this cohort "
    "or a later one. Nobody is told.",
    DecisionKind.FIX: "Every later run keeps the pair and its place; it is still to be approved.",
    DecisionKind.HOLD: "The pair is set aside. Later runs keep it, and nobody else gets the place.",
    DecisionKind.UNDO: "What was before comes back, where it still can. Letters that are written "
    "cannot be undone.",
}


class DecisionPages:
    """What people decide on pairings, one or many at a time; a part of the pairings' admin."""

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.review_pairing")

    def has_propose_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.propose_pairing")

    @admin.action(description="Recommend selected pairings…", permissions=["propose"])
    def recommend_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.RECOMMEND)

    @admin.action(description="Approve selected pairings…", permissions=["review"])
    def approve_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.APPROVE)

    @admin.action(description="Reject selected pairings…", permissions=["review"])
    def reject_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.REJECT)

    @admin.action(description="Fix selected pairings: they stay…", permissions=["review"])
    def fix_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.FIX)

    @admin.action(description="Put selected pairings on hold…", permissions=["review"])
    def hold_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.HOLD)

    @admin.action(description="Forbid selected pairings: a conflict…", permissions=["review"])
    def forbid_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.FORBID)

    @admin.action(description="Undo the last decision on selected…", permissions=["propose"])
    def undo_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        return self._decide_selected(request, queryset, DecisionKind.UNDO)

    @admin.action(description="Let two selected pairings swap mentors…", permissions=["review"])
    def swap_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> HttpResponse | None:
        pairing_ids = list(queryset.order_by("pk").values_list("pk", flat=True))
        if len(pairing_ids) != 2:
            message = f"Tick exactly two pairs to swap their mentors; {len(pairing_ids)} are."
            self.message_user(request, message, messages.WARNING)
            return self.back(request)
        return redirect("admin:matching_pairing_swap", *pairing_ids)

    def _decide_selected(
        self, request: HttpRequest, queryset: QuerySet[Pairing], kind: DecisionKind
    ) -> HttpResponse | None:
        """Show the pairs and their number first; once confirmed, decide and say the result."""
        form, changes = DecisionForm(kind=kind), []
        if "confirmed" in request.POST:
            form = DecisionForm(request.POST, kind=kind)
            if form.is_valid():
                try:
                    outcome = self._carry_out(request, queryset, kind, form.cleaned_data)
                except StalePageError as error:
                    changes = error.changes
                else:
                    self._report(request, outcome, kind)
                    return self.back(request)
        elif "seen" in request.POST:
            changes = changes_since(queryset.order_by("pk"), seen_in(request.POST["seen"]))
        return self._decision_page(request, queryset, kind, form, changes)

    def _carry_out(
        self,
        request: HttpRequest,
        queryset: QuerySet[Pairing],
        kind: DecisionKind,
        answers: dict[str, Any],
    ) -> Outcome:
        # Filtered by what may be seen, and joined with what shows it: the keys are all it takes.
        rows = Pairing.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        if kind == DecisionKind.UNDO:
            own_only = not self.has_review_permission(request)
            return rows.undo(
                by=request.user, seen=answers["seen"], words=answers["words"], own_only=own_only
            )
        return rows.decide(kind, by=request.user, **answers)

    def _report(self, request: HttpRequest, outcome: Outcome, kind: DecisionKind) -> None:
        done = "undone" if kind == DecisionKind.UNDO else STEPS[kind].done
        if outcome.decided:
            LogEntry.objects.log_actions(
                request.user.pk, outcome.decided, CHANGE, f"{done.capitalize()}."
            )
        for refusal in outcome.refusals[:MAX_REFUSALS_SAID]:
            self.message_user(request, refusal, messages.WARNING)
        n_more = len(outcome.refusals) - MAX_REFUSALS_SAID
        if n_more > 0:
            message = f"And {n_more} more that could not be {done} for such reasons."
            self.message_user(request, message, messages.WARNING)
        if kind == DecisionKind.APPROVE:
            for warning in warnings_about_size(outcome.decided):
                self.message_user(request, warning, messages.WARNING)
        n_decided, n_all = len(outcome.decided), len(outcome.decided) + len(outcome.refusals)
        level = messages.SUCCESS if n_decided else messages.WARNING
        self.message_user(request, f"{n_decided} of {n_all} {done}.", level)

    def _decision_page(
        self,
        request: HttpRequest,
        queryset: QuerySet[Pairing],
        kind: DecisionKind,
        form: DecisionForm,
        changes: list[str],
    ) -> HttpResponse | None:
        """The page before a decision: which pairs, how many, and what changed meanwhile."""
        every = list(queryset)
        rows = [pairing for pairing in every if _is_open_to(pairing, kind)]
        noun = "pairing" if len(rows) == 1 else "pairings"
        title = f"{_title(kind, f'{len(rows)} {noun}')}?"
        if not rows and not form.is_bound:
            for message in [
                *changes,
                "Nothing to do: that is decided already, or letters are out.",
            ]:
                self.message_user(request, message, messages.WARNING)
            return self.back(request)
        context = self.admin_site.each_context(request) | {
            "title": title if rows else "Nothing left to decide here",
            "opts": self.opts,
            "rows": rows,
            "n_left_out": len(every) - len(rows),
            "form": form,
            "changes": changes,
            "seen": seen_of(rows),
            "action": request.POST["action"],
            "consequence": CONSEQUENCES[kind],
            "warnings": warnings_about_size(rows) if kind == DecisionKind.APPROVE else [],
            "confirm": f"Yes, {_title(kind, str(len(rows))).lower()}",
            "back_to": {
                name: request.POST[name]
                for name in ("from_run", "from_pairing")
                if request.POST.get(name, "").isdecimal()
            },
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/matching/pairing/decide_selected.html", context)

    def back(self, request: HttpRequest) -> HttpResponse | None:
        """Return to the page on which the decision was taken; None is the list of pairings."""
        for name, view in (("from_pairing", "pairing"), ("from_run", "matchrun")):
            if request.POST.get(name, "").isdecimal():
                return redirect(f"admin:matching_{view}_change", request.POST[name])
        return None

    def decision_context(self, request: HttpRequest, pairing: Pairing) -> dict[str, Any]:
        """What admin/matching/pairing/decide.html shows of one pairing."""
        history = (
            Decision.objects.visible_to(request.user)
            .filter(pairing=pairing)
            .select_related("made_by", "undoes")
            .order_by("-number")
        )
        return {
            "decisions": [
                (f"{kind}_selected", _title(kind, "this pair"))
                for kind in self.possible_decisions(request, pairing)
            ],
            "history": history,
            "seen": seen_of([pairing]),
            "can_choose_another": self.has_review_permission(request)
            and pairing.status not in (PairingStatus.APPROVED, PairingStatus.SUPERSEDED),
        }

    def possible_decisions(self, request: HttpRequest, pairing: Pairing) -> list[DecisionKind]:
        """Which decisions a person may take on a pairing as it stands."""
        kinds = _kinds_for(request, pairing.cohort)
        possible = [kind for kind in kinds if _is_open_to(pairing, kind)]
        waits_for_another = pairing.recommended_by_id == request.user.pk or (
            DecisionKind.RECOMMEND in kinds and pairing.status != PairingStatus.RECOMMENDED
        )
        if waits_for_another and DecisionKind.APPROVE in possible:
            possible.remove(DecisionKind.APPROVE)
        return possible


def decisions_on_many(request: HttpRequest, cohort: Cohort) -> list[tuple[str, str]]:
    """The actions a person may take on ticked pairs of a cohort, with their labels."""
    kinds = _kinds_for(request, cohort)
    actions = [(f"{kind}_selected", _title(kind, "ticked")) for kind in kinds]
    may_swap = request.user.has_perm("matching.review_pairing")
    return [*actions, ("swap_selected", "Swap two ticked")] if may_swap else actions


def _kinds_for(request: HttpRequest, cohort: Cohort) -> list[DecisionKind]:
    """What a person may decide in a cohort, on pairings that are open to it."""
    if request.user.has_perm("matching.review_pairing"):
        # Who may approve has no need to recommend, unless the program asks for two people.
        asks_for_two = cohort.program_id in MatchSettings.objects.asking_for_two()
        return [one for one in BUTTONS if asks_for_two or one != DecisionKind.RECOMMEND]
    if request.user.has_perm("matching.propose_pairing"):
        return [DecisionKind.RECOMMEND, DecisionKind.UNDO]
    return []


# In the order in which they are offered.
BUTTONS = [
    DecisionKind.APPROVE,
    DecisionKind.RECOMMEND,
    DecisionKind.FIX,
    DecisionKind.HOLD,
    DecisionKind.REJECT,
    DecisionKind.FORBID,
    DecisionKind.UNDO,
]

TITLES = {
    DecisionKind.HOLD: "Put {} on hold",
    DecisionKind.UNDO: "Undo the last decision on {}",
}


def _title(kind: DecisionKind, what: str) -> str:
    """What a button or a page is about to do: "Approve 2 pairings"."""
    return TITLES.get(kind, f"{kind.value.capitalize()} {{}}").format(what)


def _is_open_to(pairing: Pairing, kind: DecisionKind) -> bool:
    if kind == DecisionKind.UNDO:
        not_decided = (PairingStatus.PROPOSED, PairingStatus.SUPERSEDED)
        return pairing.status not in not_decided and not pairing.is_told
    return pairing.status in STEPS[kind].open_to
