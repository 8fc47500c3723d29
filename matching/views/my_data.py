"""What a person may do with everything held about them, pairs included: keep it, or erase it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from matching.answering import format_offers_told
from matching.erasing import erase_and_part, running_mentorships_of
from matching.standing import offers_told
from signups.access import forget, no_trace
from signups.disclosure import everything_about
from signups.disclosure_names import named
from signups.models import Application
from signups.views.my_application import of_known_application
from spotlights.suggesting import stories_told


@require_safe
@of_known_application
def download(request: HttpRequest, application: Application) -> HttpResponse:
    """Everything held about the person in this application, to keep."""
    held = everything_about(application) | {
        "pairs offered": offers_told(application),
        "other formats offered": format_offers_told(application),
        "your story": stories_told(application),
    }
    response = JsonResponse(named(held), json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = slugify(f"{application.cohort.program} {application.role}")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


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
        "story": stories_told(application),
    }
    return TemplateResponse(request, "matching/erase.html", context)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left; the same page for everyone."""
    return no_trace(TemplateResponse(request, "matching/erased.html"))
