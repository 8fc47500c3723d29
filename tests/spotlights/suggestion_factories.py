"""Suggestions and stories for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from signups.models import Application, Program
from spotlights.models import Suggestion
from spotlights.suggesting import tell_story
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing


def suggestion_data(program: Program, /, **answers: Any) -> dict[str, Any]:
    """What the public form sends when it is filled in well."""
    return {
        "program": program.pk,
        "person_name": "Odalys O'Pine",
        "position_title": "Bookmobile driver",
        "library": "Juniper Mesa Library",
        "town": "Juniper Mesa",
        "reach": "She is on the library's page.",
        "why": "She reads to the dogs.",
        "from_name": "Ada O'Hara",
        "from_email": "ada@example.org",
        "may_be_named": "on",
        "may_be_written_to": "on",
        **answers,
    }


def make_suggestion(**fields: Any) -> Suggestion:
    """A leader whom somebody suggested, who would like to hear from the committee."""
    return Suggestion.objects.create(
        **{
            "kind": "leader",
            "program": fields.pop("program", None) or make_program(),
            "person_name": "Odalys O'Pine",
            "position_title": "Bookmobile driver",
            "library": "Juniper Mesa Library",
            "town": "Juniper Mesa",
            "why": "She reads to the dogs.",
            "from_name": "Ada O'Hara",
            "from_email": "ada@example.org",
            "may_be_written_to": True,
            **fields,
        }
    )


def make_ended_mentee(**fields: Any) -> Application:
    """A mentee who was introduced to a mentor, and whose mentorship has ended."""
    cohort = fields.pop("cohort", None) or make_cohort()
    mentee = make_mentee(cohort, **{"name": "Maren O'Pine", **fields})
    pairing = make_pairing(mentee, make_mentor(cohort))
    pairing.approve(by=make_chair(cohort.program))
    now = timezone.now()
    type(pairing).objects.filter(pk=pairing.pk).update(introduced_at=now, ended_at=now)
    return mentee


def make_story(application: Application | None = None, **fields: Any) -> Suggestion:
    """What somebody told of their mentorship."""
    application = application or make_ended_mentee()
    answers = {"hoped": "To be heard.", "happened": "I was.", "would_tell": "Apply."}
    tell_story(Suggestion(**{**answers, **fields}), application)
    return Suggestion.objects.get(application=application.pk)
