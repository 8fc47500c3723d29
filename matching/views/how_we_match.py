"""The public page that tells how a program matches."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from matching.how_we_match import how_we_match as describe
from mig_site.caching import public_page
from signups.models import Program


@require_safe
@public_page(max_age=60, stale_while_revalidate=60)
def how_we_match(request: HttpRequest, program_slug: str) -> HttpResponse:
    """What counts in a program, what is ruled out, what is wanted, and what is never used."""
    program = get_object_or_404(Program.objects.published(), slug=program_slug)
    context = {"program": program, "how": describe(program)}
    return TemplateResponse(request, "matching/how_we_match.html", context)
