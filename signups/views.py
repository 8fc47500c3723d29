"""The public sign-up pages: a program, its intake forms, and what comes after sending."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from signups.calls import calls_of
from signups.forms import APPLICATION_FORMS
from signups.intake import receive
from signups.models import Cohort, Program, Role


def program(request: HttpRequest, program_slug: str) -> HttpResponse:
    """What a program is, for whom, what one commits to and by when."""
    program = get_object_or_404(
        Program.objects.published().prefetch_related("objectives", "cohorts"), slug=program_slug
    )
    context = {
        "program": program,
        "calls": calls_of(program),
        "formats": program.formats.offered(),
        "topics": program.topics.offered(),
        "seats": program.seats.filter(is_public=True),
    }
    return TemplateResponse(request, "signups/program.html", context)


def apply(request: HttpRequest, program_slug: str, cohort_slug: str, role: Role) -> HttpResponse:
    """Show and take an application; outside the window, say when it is."""
    cohort = _cohort(program_slug, cohort_slug)
    context = {
        "cohort": cohort,
        "program": cohort.program,
        "role": role,
        "window": cohort.window(role),
    }
    if not context["window"].is_open:
        # A late POST gets its own status, so that no one takes it for a success.
        status = 403 if request.method == "POST" else 200
        return TemplateResponse(request, "signups/apply_closed.html", context, status=status)
    form_class = APPLICATION_FORMS[role]
    if request.method == "POST":
        form = form_class(request.POST, cohort=cohort)
        if form.is_valid():
            receive(form)
            return redirect("signups:applied", program_slug, cohort_slug, role)
    else:
        form = form_class(cohort=cohort)
    return TemplateResponse(request, "signups/apply.html", context | {"form": form})


def applied(request: HttpRequest, program_slug: str, cohort_slug: str, role: Role) -> HttpResponse:
    """Say that the application was sent, to everyone alike, and what comes next."""
    cohort = _cohort(program_slug, cohort_slug)
    context = {"cohort": cohort, "program": cohort.program, "role": role}
    return TemplateResponse(request, "signups/applied.html", context)


def _cohort(program_slug: str, cohort_slug: str) -> Cohort:
    cohorts = Cohort.objects.published().select_related("program")
    return get_object_or_404(cohorts, program__slug=program_slug, slug=cohort_slug)
