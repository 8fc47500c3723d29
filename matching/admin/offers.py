"""Offers: the page before they leave, what came back, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from matching import emails
from matching.models import Offer, OfferOutcome, OfferReply, Pairing
from matching.next_best import next_best_of
from matching.offers import (
    DAYS_TO_ANSWER,
    as_seen,
    give_more_time,
    last_minute_of,
    let_go,
    make_offers,
)
from mig_site.dates import moment_in_words
from signups.admin.scoped import ReviewAdmin
from signups.emails import trial_of
from signups.letters import LINK_PLACEHOLDER, write
from signups.models import Cohort, Letter, MentorApplication, ReviewError, Role
from signups.telling import LINK_IN_PREVIEW


class AnswerByForm(forms.Form):
    """Until the end of which day the two may answer."""

    answer_by = forms.DateField(
        label="Answer by the end of",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Give the last day for an answer."},
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        self.cohort = cohort
        initial = {"answer_by": last_minute_of(DAYS_TO_ANSWER, cohort).date()}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_answer_by(self) -> datetime:
        zone = self.cohort.program.time_zone
        day = self.cleaned_data["answer_by"]
        moment = datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone)
        if moment <= timezone.now():
            raise forms.ValidationError("Choose today or a later day.")
        return moment


class StateFilter(admin.SimpleListFilter):
    """Where offers stand."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("came_back", "Came back: yours to decide"),
            ("unanswered", "Waiting for answers"),
            *OfferOutcome.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer] | None:
        match self.value():
            case "came_back":
                return queryset.came_back()
            case "unanswered":
                return queryset.unanswered()
            case None:
                return queryset
            case outcome:
                return queryset.filter(outcome=outcome)


class OfferedFilter(admin.SimpleListFilter):
    """Whether pairings were put to their people."""

    title = "offer"
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("no", "Approved, not offered"), ("yes", "Offered")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Pairing]
    ) -> QuerySet[Pairing] | None:
        if self.value() == "no":
            return queryset.to_offer()
        return queryset.exclude(offer=None) if self.value() == "yes" else queryset


@admin.register(Offer)
class OfferAdmin(ReviewAdmin):
    """Offers are made from approved pairings; here is what people answer."""

    list_display = ["__str__", "state_in_words", "answer_by", "mentee_says", "mentor_says"]
    list_filter = [StateFilter, ("pairing__mentee__cohort", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["pairing__mentee__name", "pairing__mentor__name"]
    actions = ["extend_selected", "let_go_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return super().get_queryset(request).with_people()

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("matching.settle_offer")

    @admin.display(description="state")
    def state_in_words(self, offer: Offer) -> str:
        return offer.state.label

    @admin.display(description="mentee")
    def mentee_says(self, offer: Offer) -> str:
        return offer.reply_of(Role.MENTEE).get_answer_display()

    @admin.display(description="mentor")
    def mentor_says(self, offer: Offer) -> str:
        return offer.reply_of(Role.MENTOR).get_answer_display()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """What each of the two answered and why, and what the committee can do."""
        offer = self.visible_or_404(request, object_id)
        context = self.admin_site.each_context(request) | {
            "title": str(offer),
            "opts": self.opts,
            "offer": offer,
            "replies": [_with_person(offer, reply) for reply in offer.replies.all()],
            "next_best": _next_best(offer),
            "can_settle": self.has_settle_permission(request) and offer.closed_at is None,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/matching/offer/offer.html", context)

    @admin.action(description="Give selected offers more time…", permissions=["settle"])
    def extend_selected(
        self, request: HttpRequest, queryset: QuerySet[Offer]
    ) -> HttpResponse | None:
        """Choose the new last day first; then tell whoever has not accepted yet."""
        offers = list(queryset.unsettled())
        if not offers:
            self.message_user(request, "These offers are settled already.", messages.WARNING)
            return None
        cohort = offers[0].pairing.mentee.cohort
        is_asked = "confirmed" in request.POST
        form = AnswerByForm(request.POST if is_asked else None, cohort=cohort)
        if is_asked and form.is_valid():
            until = form.cleaned_data["answer_by"]
            self._each(
                request, offers, lambda one: give_more_time(one, until=until), "given more time"
            )
            return redirect("admin:matching_offer_changelist")
        context = self.admin_site.each_context(request) | {
            "title": f"Give {len(offers)} offers more time?"
            if len(offers) > 1
            else f"Give {offers[0]} more time?",
            "opts": self.opts,
            "offers": offers,
            "form": form,
            "action": request.POST["action"],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/matching/offer/extend.html", context)

    @admin.action(description="Let selected offers go…", permissions=["settle"])
    def let_go_selected(
        self, request: HttpRequest, queryset: QuerySet[Offer]
    ) -> HttpResponse | None:
        """Free both people of offers that came to nothing, and tell who did not decline."""
        offers = list(queryset)
        if "confirmed" not in request.POST:
            return self.confirmation_page(
                request,
                queryset,
                verb="let go",
                consequence="Both people are free again for other pairs. Whoever did not decline "
                "is written that the pair did not come about, and not why. This cannot be undone.",
            )
        self._each(request, offers, self._let_go(request), "let go")
        return redirect("admin:matching_offer_changelist")

    def _let_go(self, request: HttpRequest) -> Callable[[Offer], None]:
        def do(offer: Offer) -> None:
            prepared = let_go(offer, by=request.user)
            message = (
                f"Proposed next, and told to nobody: {prepared}, {prepared.points} points."
                if prepared
                else f"Nobody else fits {offer.pairing.mentee} who has a place left."
            )
            self.message_user(request, message)

        return do

    def _each(
        self, request: HttpRequest, offers: list[Offer], do: Callable[[Offer], None], done: str
    ) -> None:
        count = 0
        for offer in offers:
            try:
                do(offer)
            except ReviewError as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                self.log_change(request, offer, f"{done.capitalize()}.")
                count += 1
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count} of {len(offers)} {done}.", level)


def _with_person(offer: Offer, reply: OfferReply) -> tuple[object, OfferReply]:
    return offer.pairing.person(Role(reply.role)), reply


def _next_best(offer: Offer) -> tuple[MentorApplication, int] | None:
    """Who would be proposed to the mentee of an offer that came back."""
    mentee = offer.pairing.mentee
    if not offer.has_come_back or not mentee.takes_part:
        return None
    found = next_best_of(mentee, instead_of=offer.pairing)
    if found is None:
        return None
    _, pair = found
    return MentorApplication.objects.get(pk=pair.mentor_id), pair.points


def offer_selected(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Pairing]
) -> HttpResponse | None:
    """Show how many letters there are, both letters of any pair, and until when; then offer."""
    to_offer = queryset.to_offer().with_people()
    pairings = list(to_offer)
    if not pairings:
        message = "Nothing to offer: offers go to approved pairs that have none yet."
        if "confirmed" in request.POST:
            message = "No letter was written: these people have their offers already."
        model_admin.message_user(request, message, messages.WARNING)
        return None
    cohorts = {pairing.mentee.cohort_id: pairing.mentee.cohort for pairing in pairings}
    if len(cohorts) > 1:
        message = "Make offers for one cohort at a time: filter the list by cohort."
        model_admin.message_user(request, message, messages.WARNING)
        return None
    (cohort,) = cohorts.values()
    form = AnswerByForm(request.POST if "answer_by" in request.POST else None, cohort=cohort)
    if "confirmed" in request.POST and form.is_valid():
        _offer(model_admin, request, cohort, pairings, form.cleaned_data["answer_by"])
        return None
    answer_by = (
        form.cleaned_data["answer_by"]
        if form.is_bound and form.is_valid()
        else last_minute_of(DAYS_TO_ANSWER, cohort)
    )
    shown = _asked_for(request, "preview", pairings) or pairings[0]
    if tested := _asked_for(request, "test", pairings):
        shown = tested
    letters = [_preview(shown, answer_by, role) for role in Role]
    if tested:
        _send_test(model_admin, request, letters)
    context = model_admin.admin_site.each_context(request) | {
        "title": f"Make {len(pairings)} offers?" if len(pairings) > 1 else "Make this offer?",
        "opts": model_admin.opts,
        "pairings": [(pairing, as_seen(pairing)) for pairing in pairings],
        "n_letters": 2 * len(pairings),
        "n_left_out": queryset.count() - len(pairings),
        "form": form,
        "until": moment_in_words(answer_by, cohort.program.time_zone),
        "shown": shown,
        "letters": letters,
        "action": request.POST["action"],
        "from_run": request.POST.get("from_run", ""),
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/matching/offer/make.html", context)


def _offer(
    model_admin: admin.ModelAdmin,
    request: HttpRequest,
    cohort: Cohort,
    pairings: list[Pairing],
    answer_by: datetime,
) -> None:
    seen = set(request.POST.getlist("seen"))
    # Only what this person may see, and only as it was shown.
    chosen = [pairing for pairing in pairings if as_seen(pairing) in seen]
    n_letters = make_offers(
        cohort, (as_seen(one) for one in chosen), answer_by=answer_by, by=request.user
    )
    for pairing in chosen:
        model_admin.log_change(request, pairing, "Offered.")
    if n_letters:
        message = f"{n_letters} letters written; they leave in the next minutes."
        model_admin.message_user(request, message, messages.SUCCESS)
    if n_left := len(seen) - n_letters // 2:
        message = (
            f"{n_left} got no offer: they were undone, decided anew or offered meanwhile, or "
            "somebody no longer takes part. Look at the list again."
        )
        model_admin.message_user(request, message, messages.WARNING)


def _asked_for(request: HttpRequest, button: str, pairings: list[Pairing]) -> Pairing | None:
    wanted = request.POST.get(button)
    return next((one for one in pairings if str(one.pk) == wanted), None)


def _preview(pairing: Pairing, answer_by: datetime, role: Role) -> Letter:
    """The letter as it would be written now, not saved."""
    letter = emails.offer(Offer(pairing=pairing, answer_by=answer_by), to=role)
    letter.body = letter.body.replace(LINK_PLACEHOLDER, LINK_IN_PREVIEW)
    return letter


def _send_test(model_admin: admin.ModelAdmin, request: HttpRequest, letters: list[Letter]) -> None:
    if not request.user.email:
        message = "Your login has no e-mail address, so there is nowhere to send a test letter."
        model_admin.message_user(request, message, messages.WARNING)
        return
    write([trial_of(letter, to=request.user) for letter in letters])
    message = f"Both letters are on their way to {request.user.email}. Nobody else gets them."
    model_admin.message_user(request, message, messages.SUCCESS)
