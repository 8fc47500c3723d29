"""What a program is, for whom, what one commits to and by when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from signups.calls import calls_of
from signups.models import Program
from signups.places import places_sentence


@require_safe
@public_page(max_age=60)
def program(request: HttpRequest, program_slug: str) -> HttpResponse:
    """The page of one program."""
    program = get_object_or_404(
        Program.objects.published().prefetch_related("objectives", "cohorts"), slug=program_slug
    )
    calls = calls_of(program)
    context = {
        "program": program,
        "calls": calls,
        "places": "".join(places_sentence(call.cohort, call.role) for call in calls),
        "formats": program.formats.offered(),
        "topics": program.topics.offered(),
        "seats": program.seats.filter(is_public=True),
    }
    return TemplateResponse(request, "signups/program.html", context)
