"""Spotlights for tests."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from spotlights.models import InterviewQuestion, Spotlight, SpotlightStatus, SpotlightTopic
from tests.factories import make_program

_numbers = count(1)


def make_spotlight(**fields: Any) -> Spotlight:
    """A published spotlight, in a program of its own; each one is later than the one before."""
    number = next(_numbers)
    spotlight = Spotlight.objects.create(
        **{
            "program": fields.pop("program", None) or make_program(),
            "title": f"Spotlight {number}",
            "slug": f"spotlight-{number}",
            "person_name": "Maren O'Pine",
            "pronouns": "she/her",
            "position_title": "Director",
            "library": "Juniper Mesa Library",
            "town": "Juniper Mesa",
            "summary": "What she learned.",
            "pull_quote": "I tap shoulders.",
            "body": "## Why libraries?\n\nBecause of *people*.",
            "consent_given_on": date(2026, 1, 15),
            "status": SpotlightStatus.PUBLISHED,
            "published_at": timezone.now() - timedelta(days=1) + timedelta(seconds=number),
            **fields,
        }
    )
    return spotlight


def make_question(spotlight: Spotlight, question: str, answer: str) -> InterviewQuestion:
    """The next question of an interview, with its answer."""
    position = spotlight.questions.count()
    return spotlight.questions.create(position=position, question=question, answer=answer)


def make_topic(name: str, **fields: Any) -> SpotlightTopic:
    return SpotlightTopic.objects.create(**{"name": name, "slug": slugify(name), **fields})


def make_draft(**fields: Any) -> Spotlight:
    """A spotlight that nobody has published and that has no date."""
    return make_spotlight(**{"status": SpotlightStatus.DRAFT, "published_at": None, **fields})


def spotlight_data(spotlight: Spotlight, **answers: Any) -> dict[str, Any]:
    """What the admin's form sends when ``spotlight`` is saved as it is."""
    fields = ["title", "slug", "person_name", "pronouns", "position_title", "library", "town"]
    fields += ["summary", "pull_quote", "body", "language", "library_type", "consent_note"]
    data = {name: getattr(spotlight, name) for name in [*fields, "contact_email"]}
    day, time = "", ""
    if spotlight.published_at:
        day, time = f"{spotlight.published_at:%Y-%m-%d}", f"{spotlight.published_at:%H:%M:%S}"
    return {
        **data,
        **_management("questions", "links"),
        "topics": [topic.pk for topic in spotlight.topics.all()],
        "consent_given_on": f"{spotlight.consent_given_on or ''}",
        "program": spotlight.program_id,
        "published_at_0": day,
        "published_at_1": time,
        **answers,
    }


def _management(*prefixes: str) -> dict[str, str]:
    """What the forms of rows on the page send where there are no rows."""
    return {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}
