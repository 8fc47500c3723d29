"""What a program is, for whom, what one commits to and by when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from signups.calls import Call, calls_of
from signups.models import Cohort, Program, Role
from signups.places import places_sentence
from signups.timeline import timeline_of
from spotlights.markdown import render_markdown


@require_safe
@public_page(max_age=60)
def program(request: HttpRequest, program_slug: str) -> HttpResponse:
    """The page of one program."""
    program = get_object_or_404(
        Program.objects.published().prefetch_related("objectives", "cohorts"), slug=program_slug
    )
    calls = calls_of(program)
    open_calls = {call.role: call.cohort for call in calls if call.window.is_open}
    context = {
        "program": program,
        "calls": calls,
        "timelines": [(cohort, timeline_of(cohort)) for cohort in _cohorts_of(calls)],
        "places": "".join(places_sentence(call.cohort, call.role) for call in calls),
        "formats": list(program.formats.offered()),
        "mentee_cohort": open_calls.get(Role.MENTEE),
        "mentor_cohort": open_calls.get(Role.MENTOR),
        "topics": program.topics.offered(),
        "seats": program.seats.filter(is_public=True),
        "faq": [
            (entry, render_markdown(entry.answer_i18n))
            for entry in program.frequent_questions.shown()
        ],
    }
    return TemplateResponse(request, "signups/program.html", context)


def _cohorts_of(calls: list[Call]) -> list[Cohort]:
    """Each cohort once, in the order of the calls."""
    return list({call.cohort.pk: call.cohort for call in calls}.values())
