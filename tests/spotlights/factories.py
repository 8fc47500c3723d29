"""Spotlights for tests."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from spotlights.models import Spotlight, SpotlightStatus
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
            "status": SpotlightStatus.PUBLISHED,
            "published_at": timezone.now() - timedelta(days=1) + timedelta(seconds=number),
            **fields,
        }
    )
    return spotlight


def make_draft(**fields: Any) -> Spotlight:
    """A spotlight that nobody has published and that has no date."""
    return make_spotlight(**{"status": SpotlightStatus.DRAFT, "published_at": None, **fields})


def spotlight_data(spotlight: Spotlight, **answers: Any) -> dict[str, Any]:
    """What the admin's form sends when ``spotlight`` is saved as it is."""
    fields = ["title", "slug", "person_name", "pronouns", "position_title", "library", "town"]
    data = {name: getattr(spotlight, name) for name in [*fields, "summary", "pull_quote", "body"]}
    day, time = "", ""
    if spotlight.published_at:
        day, time = f"{spotlight.published_at:%Y-%m-%d}", f"{spotlight.published_at:%H:%M:%S}"
    return {
        **data,
        "program": spotlight.program_id,
        "published_at_0": day,
        "published_at_1": time,
        **answers,
    }
