"""Telling how a mentorship was, behind the link that a letter brought."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matching.standing import has_ended_mentorship
from signups.limits import LimitReachedError, count_attempt
from signups.models import Application, Deed, ReviewError
from signups.traps import reason_to_ask_again
from signups.views.my_application import of_known_application
from spotlights import suggesting
from spotlights.models import Suggestion
from spotlights.suggestion_forms import StoryForm
from spotlights.suggestion_views import ask_later, form_page

FORM = "matching/story.html"


@require_http_methods(["GET", "HEAD", "POST"])
@of_known_application
def story(request: HttpRequest, application: Application) -> HttpResponse:
    """Take the story of somebody whose mentorship ended, or what they tell now instead."""
    if not has_ended_mentorship(application):
        raise Http404
    before = Suggestion.objects.filter(application=application.pk).first()
    if before and before.is_drafted:
        return _is_drafted(request)
    if request.method != "POST":
        return form_page(request, FORM, StoryForm(instance=before), {})
    form = StoryForm(request.POST)
    held_up = reason_to_ask_again(request, is_final=True)
    if held_up or not form.is_valid():
        return form_page(request, FORM, form, {}, held_up=held_up)
    try:
        count_attempt(request, Deed.SUGGEST)
    except LimitReachedError as limit:
        return ask_later(request, FORM, form, {}, limit)
    try:
        suggesting.tell_story(form.instance, application)
    except ReviewError:
        return _is_drafted(request)
    messages.success(request, _("Your story is with the committee. Thank you for telling it."))
    return redirect("signups:my_application")


@require_POST
@of_known_application
def take_back_story(request: HttpRequest, application: Application) -> HttpResponse:
    """Forget what the person told, at once."""
    before = Suggestion.objects.filter(application=application.pk).first()
    if before:
        suggesting.take_back_story(before)
        messages.success(request, _("Your story is taken back, and nothing of it is left."))
    return redirect("signups:my_application")


def _is_drafted(request: HttpRequest) -> HttpResponse:
    messages.info(
        request,
        _("The committee is writing with your story. Tell them what you would like to change."),
    )
    return redirect("signups:my_application")
