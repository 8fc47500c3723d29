"""Suggesting a leader, and taking that back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from mig_site.caching import public_page
from signups.access import no_trace
from signups.intake import faults_in
from signups.limits import LimitReachedError, count_attempt
from signups.models import Deed, Program
from signups.traps import STAMP_NAME, reason_to_ask_again, stamp_for
from spotlights import suggesting
from spotlights.models import Suggestion
from spotlights.suggestion_erasing import erase_suggestions
from spotlights.suggestion_forms import SuggestionForm

FORM = "suggestions/suggest.html"


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Take a suggestion; the answer is the same whoever is suggested, and however often."""
    if not Program.objects.published().exists():
        raise Http404  # no committee is there to read it
    if request.method != "POST":
        return form_page(request, FORM, SuggestionForm(), {})
    form = SuggestionForm(request.POST)
    held_up = reason_to_ask_again(request, is_final=True)
    if held_up or not form.is_valid():
        return form_page(request, FORM, form, {}, held_up=held_up)
    try:
        count_attempt(request, Deed.SUGGEST)
    except LimitReachedError as limit:
        return ask_later(request, FORM, form, {}, limit)
    suggesting.suggest(form.instance, page=request.POST.get(STAMP_NAME, ""))
    return redirect("suggestions:thanks")


@public_page(max_age=60)
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that the suggestion was sent, and what becomes of it; the same page for everyone."""
    return TemplateResponse(request, "suggestions/thanks.html")


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressed, it deletes the suggestion. The page names nobody."""
    suggestion = Suggestion.for_token(token)
    if suggestion and request.method == "POST":
        erase_suggestions(Suggestion.objects.filter(pk=suggestion.pk))
    if suggestion is None or request.method == "POST":
        # Gone is gone, whoever asks and however often.
        return no_trace(redirect("suggestions:taken_back"))
    return no_trace(TemplateResponse(request, "suggestions/take_back.html"))


@require_safe
def taken_back(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left; the same page for everyone."""
    return no_trace(TemplateResponse(request, "suggestions/taken_back.html"))


def form_page(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    context: dict[str, object],
    *,
    held_up: str = "",
    status: int = 200,
) -> HttpResponse:
    """A form with what is wrong with it, or why it was not taken yet."""
    shown = {
        "form": form,
        "faults": faults_in([form]) if form.is_bound and not held_up else [],
        "held_up": held_up,
        "stamp": stamp_for(request),
    }
    return TemplateResponse(request, template, context | shown, status=status)


def ask_later(
    request: HttpRequest,
    template: str,
    form: forms.BaseForm,
    context: dict[str, object],
    limit: LimitReachedError,
) -> HttpResponse:
    """The form once more, with everything in it: this was done too often from one place."""
    held_up = limit.sentence(ZoneInfo("UTC"))
    response = form_page(request, template, form, context, held_up=held_up, status=429)
    response["Retry-After"] = str(limit.seconds)
    return response
