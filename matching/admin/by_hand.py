"""Putting pairs together by hand: another mentor for a mentee, or two mentees who swap theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from matching.admin.decision_forms import DecisionForm, seen_of
from matching.by_hand import Assessed, Assessor, put_together, seal_of, swap, swapped
from matching.models import DecisionKind, Pairing, PairingStatus, StalePageError
from matching.models.decisions import TAKES_PLACE
from matching.models.places import in_pairs
from signups.models import Format, MenteeApplication, MentorApplication, ReviewError

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A mentor whom a mentee could have."""

    mentor: MentorApplication
    pair: Assessed
    n_free: int
    n_proposed: int  # of the free places those that are proposed to others
    cost: str  # for the whole, when the last run was made; empty where nobody worked it out
    cost_rank: int  # the cheapest first

    @property
    def rank(self) -> tuple[bool, bool, bool, int, str]:
        return (
            self.pair.is_impossible,
            bool(self.pair.broken),
            self.n_free <= 0,
            -self.pair.points,
            self.mentor.name,
        )


class ByHandPages:
    """The pages on which pairs are put together by hand; a part of the pairings' admin."""

    def get_urls(self) -> list[URLPattern]:
        def own(address: str, view: object, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"matching_pairing_{name}")

        return [
            own("by-hand/<int:mentee_id>/", self.choose_mentor_view, "choose_mentor"),
            own("by-hand/<int:mentee_id>/<int:mentor_id>/", self.by_hand_view, "by_hand"),
            own("swap/<int:first_id>/<int:second_id>/", self.swap_view, "swap"),
            *super().get_urls(),
        ]

    def choose_mentor_view(self, request: HttpRequest, mentee_id: int) -> HttpResponse:
        """Every accepted mentor of the cohort for one mentee, the next best first."""
        mentee = self._visible_mentee(request, mentee_id)
        asked = request.GET.get("q", "").strip()
        present = _active_pairing(mentee)
        try:
            choices = _choices(mentee, present)
        except ReviewError as error:
            choices, fault = [], str(error)
        else:
            fault = ""
        next_best = sorted(
            (choice for choice in choices if choice.cost), key=lambda choice: choice.cost_rank
        )
        if asked:
            choices = [one for one in choices if _is_found(asked, one.mentor)]
        context = self.admin_site.each_context(request) | {
            "title": f"A mentor for {mentee}, chosen by hand",
            "opts": self.opts,
            "mentee": mentee,
            "present": present,
            "next_best": [] if asked else next_best,
            "choices": Paginator(choices, PER_PAGE).get_page(request.GET.get("p")),
            "asked": asked,
            "fault": fault,
        }
        return TemplateResponse(request, "admin/matching/pairing/decide_mentor.html", context)

    def by_hand_view(self, request: HttpRequest, mentee_id: int, mentor_id: int) -> HttpResponse:
        """What one pair would be; a second press makes it."""
        mentee = self._visible_mentee(request, mentee_id)
        mentors = MentorApplication.objects.not_erased().filter(cohort=mentee.cohort_id)
        mentor = get_object_or_404(mentors, pk=mentor_id)
        form, changes = self._form_of(request), []
        if form.is_bound and form.is_valid():
            try:
                pairing = put_together(
                    mentee,
                    mentor,
                    by=request.user,
                    seen=form.cleaned_data["seen"],
                    shown=_shown(request),
                    words=form.cleaned_data["words"],
                )
            except StalePageError as error:
                changes = error.changes
            except ReviewError as error:
                form.add_error(None, str(error))
            else:
                self.log_addition(request, pairing, "Put together by hand.")
                self.message_user(request, f"{pairing} are put together, and still to be approved.")
                return redirect("admin:matching_pairing_change", pairing.pk)
        present = _active_pairing(mentee)
        try:
            assessor = Assessor(mentee.cohort)
            pair = assessor.pair(mentee, mentor)
            format_ = assessor.format_of(pair, [present] if present else [])
        except ReviewError as error:
            return self._refused(request, str(error), "admin:matching_pairing_changelist")
        context = self.admin_site.each_context(request) | {
            "title": f"Give {mentee} the mentor {mentor}?",
            "opts": self.opts,
            "mentee": mentee,
            "mentor": mentor,
            "pair": pair,
            "reasons": assessor.reasons(pair),
            "present": present,
            "format": format_,
            "obstacle": _obstacle(present, mentor, format_),
            "proposed_to": _proposed_to_others(mentee, mentor),
            "form": form,
            "changes": changes,
            "seen": seen_of([present] if present else []),
            "shown": seal_of([pair]),
        }
        return TemplateResponse(request, "admin/matching/pairing/decide_by_hand.html", context)

    def swap_view(self, request: HttpRequest, first_id: int, second_id: int) -> HttpResponse:
        """Two pairs before and after their mentees exchange mentors; a second press does it."""
        if not self.has_review_permission(request):
            raise PermissionDenied
        both = [self.visible_or_404(request, str(pk)) for pk in (first_id, second_id)]
        form, changes = self._form_of(request), []
        if form.is_bound and form.is_valid():
            try:
                made = swap(
                    *both,
                    by=request.user,
                    seen=form.cleaned_data["seen"],
                    shown=_shown(request),
                    words=form.cleaned_data["words"],
                )
            except StalePageError as error:
                changes = error.changes
            except ReviewError as error:
                form.add_error(None, str(error))
            else:
                for pairing in made:
                    self.log_addition(request, pairing, "Put together by a swap.")
                said = " and ".join(str(pairing) for pairing in made)
                self.message_user(request, f"{said} are put together, and still to be approved.")
                return redirect("admin:matching_pairing_change", made[0].pk)
        both = [self.visible_or_404(request, str(pk)) for pk in (first_id, second_id)]
        try:
            pairs = swapped(Assessor(both[0].cohort), *both)
        except ReviewError as error:
            return self._refused(request, str(error), "admin:matching_pairing_changelist")
        before, after = (sum(one.points for one in two) for two in (both, pairs))
        active = Pairing.objects.of(both[0].cohort).active()
        whole = sum(active.values_list("points", flat=True))
        mentors = [both[1].mentor, both[0].mentor]
        context = self.admin_site.each_context(request) | {
            "title": f"Let {both[0].mentee} and {both[1].mentee} swap mentors?",
            "opts": self.opts,
            "both": both,
            "swapped": [
                (pairing.mentee, mentor, pair)
                for pairing, mentor, pair in zip(both, mentors, pairs, strict=True)
            ],
            "is_possible": not any(pair.is_impossible for pair in pairs),
            "breaks_rules": any(pair.broken for pair in pairs),
            "points_before": before,
            "points_after": after,
            "whole_before": whole,
            "whole_after": whole - before + after,
            "form": form,
            "changes": changes,
            "seen": seen_of(both),
            "shown": seal_of(pairs),
        }
        return TemplateResponse(request, "admin/matching/pairing/decide_swap.html", context)

    def _visible_mentee(self, request: HttpRequest, mentee_id: int) -> MenteeApplication:
        """A mentee of the person's own programs; others are not found."""
        mentees = MenteeApplication.objects.visible_to(request.user).not_erased()
        mentee = get_object_or_404(mentees.select_related("cohort__program"), pk=mentee_id)
        if not self.has_review_permission(request):
            raise PermissionDenied
        return mentee

    def _form_of(self, request: HttpRequest) -> DecisionForm:
        data = request.POST if request.method == "POST" else None
        return DecisionForm(data, kind=DecisionKind.BY_HAND)

    def _refused(self, request: HttpRequest, why: str, view: str, *args: Any) -> HttpResponse:
        self.message_user(request, why, "warning")
        return redirect(view, *args)


def _shown(request: HttpRequest) -> str:
    # Browsers send line ends as two characters.
    return request.POST.get("shown", "").replace("\r\n", "\n")


def _active_pairing(mentee: MenteeApplication) -> Pairing | None:
    return Pairing.objects.active().filter(mentee=mentee.pk).select_related("mentor").first()


def _obstacle(present: Pairing | None, mentor: MentorApplication, in_format: Format | None) -> str:
    """Why a pair cannot be made at all, whatever the reason for it."""
    if present is not None and present.status in TAKES_PLACE:
        status = present.get_status_display().lower()
        return f"{present.mentee} already has a mentor: {present} is {status}. Undo that first."
    if in_format is not None and in_format.is_group:
        return ""  # chosen only where it has a place left
    taking = Pairing.objects.taking_places().filter(in_pairs(), mentor=mentor.pk)
    taking = taking.select_related("mentee")
    names = [str(pairing.mentee) for pairing in taking]
    if len(names) >= mentor.capacity:
        return f"{mentor} has no place left: taken by {', '.join(names)}."
    return ""


def _proposed_to_others(mentee: MenteeApplication, mentor: MentorApplication) -> list[str]:
    """Mentees whose proposal for this mentor's last place would come to nothing."""
    of_mentor = Pairing.objects.filter(in_pairs(), mentor=mentor.pk).active()
    of_mentor = of_mentor.exclude(mentee=mentee.pk)
    pairings = list(of_mentor.select_related("mentee"))
    proposed = [str(one.mentee) for one in pairings if one.status == PairingStatus.PROPOSED]
    return proposed if len(pairings) >= mentor.capacity else []


def _choices(mentee: MenteeApplication, present: Pairing | None) -> list[Choice]:
    pairs = Assessor(mentee.cohort).of(mentee)
    is_active = Q(pairings_as_mentor__ended_at=None) & in_pairs("pairings_as_mentor__")
    taken = is_active & Q(pairings_as_mentor__status__in=TAKES_PLACE)
    proposed = is_active & Q(pairings_as_mentor__status=PairingStatus.PROPOSED)
    mentors = (
        MentorApplication.objects.filter(pk__in=pairs)
        .exclude(pk=present.mentor_id if present else None)
        .annotate(
            n_taken=Count("pairings_as_mentor", filter=taken),
            n_proposed=Count("pairings_as_mentor", filter=proposed),
        )
    )
    alternatives = present.alternatives if present else []
    # A mentor may be there in two formats: the cheaper one comes first.
    ranked = list(enumerate(alternatives))
    costs = {one["mentor_id"]: (n, one["sentence"]) for n, one in reversed(ranked)}
    choices = [
        Choice(
            mentor=mentor,
            pair=pairs[mentor.pk],
            n_free=mentor.capacity - mentor.n_taken,
            n_proposed=mentor.n_proposed,
            cost_rank=costs.get(mentor.pk, (0, ""))[0],
            cost=costs.get(mentor.pk, (0, ""))[1],
        )
        for mentor in mentors
    ]
    return sorted(choices, key=lambda choice: choice.rank)


def _is_found(asked: str, mentor: MentorApplication) -> bool:
    text = f"{mentor.name} {mentor.employer}".casefold()
    return all(word in text for word in asked.casefold().split())
