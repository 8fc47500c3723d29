"""The public pages that need to know of pairs: how they are made, and erasing oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from matching.erasing import erase_and_part, running_mentorships_of
from matching.how_we_match import how_we_match as describe
from signups.access import forget, no_trace
from signups.models import Application, Program
from signups.views.my_application import of_known_application


@require_safe
def how_we_match(request: HttpRequest, program_slug: str) -> HttpResponse:
    """What counts in a program, what is ruled out, what is wanted, and what is never used."""
    program = get_object_or_404(Program.objects.published(), slug=program_slug)
    context = {"program": program, "how": describe(program)}
    return TemplateResponse(request, "matching/how_we_match.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_known_application
def erase(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask first; then erase everything about the person, at once."""
    if request.method == "POST":
        erase_and_part(application)
        if request.user.is_authenticated:
            forget(request)  # a chair who tries it out stays signed in
        else:
            request.session.flush()
        return redirect("matching:erased")
    context = {
        "application": application,
        "program": application.cohort.program,
        "cohort": application.cohort,
        "other_role": application.role_enum.other,
        "is_running": bool(running_mentorships_of(application)),
    }
    return TemplateResponse(request, "matching/erase.html", context)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left; the same page for everyone."""
    return no_trace(TemplateResponse(request, "matching/erased.html"))
