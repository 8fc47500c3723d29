"""The made-up spotlights of demo.toml, published with drawn portraits."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from signups.models import Program
from spotlights.drawing import Looks, draw_portrait
from spotlights.models import (
    InterviewQuestion,
    SearchEntry,
    Spotlight,
    SpotlightLink,
    SpotlightStatus,
    SpotlightTopic,
)
from spotlights.pictures import keep

MADE_UP = tomllib.loads(Path(__file__).with_name("demo.toml").read_text(encoding="utf-8"))
CONSENT = "Made up for the demo: nobody had to be asked."


def load_spotlights(program: Program) -> int:
    """Publish those made-up spotlights that are not there; returns how many were not."""
    for topic in MADE_UP["topic"]:
        SpotlightTopic.objects.get_or_create(slug=topic["slug"], defaults=topic)
    there = {*Spotlight.objects.values_list("slug", flat=True)}
    new = [seed for seed in MADE_UP["spotlight"] if seed["slug"] not in there]
    for seed in new:
        _load(program, seed, weeks_ago=3 * MADE_UP["spotlight"].index(seed))
    return len(new)


def _load(program: Program, seed: dict[str, Any], *, weeks_ago: int) -> None:
    rows = {name: seed.get(name, []) for name in ("topics", "links", "questions")}
    fields = {name: value for name, value in seed.items() if name not in (*rows, "looks")}
    # Another one may be featured by now.
    fields["is_featured"] = (
        seed.get("is_featured", False) and not Spotlight.objects.filter(is_featured=True).exists()
    )
    published_at = timezone.now() - timedelta(weeks=weeks_ago, hours=1)
    spotlight = Spotlight(
        **fields,
        program=program,
        status=SpotlightStatus.PUBLISHED,
        published_at=published_at,
        consent_given_on=published_at.date(),
        consent_note=CONSENT,
    )
    spotlight.show(keep(draw_portrait(Looks(**seed["looks"]))))
    spotlight.save()
    spotlight.topics.set(SpotlightTopic.objects.filter(slug__in=rows["topics"]))
    for model, name in ((SpotlightLink, "links"), (InterviewQuestion, "questions")):
        for position, row in enumerate(rows[name]):
            words = {key: value.strip() for key, value in row.items()}
            model.objects.create(spotlight=spotlight, position=position, **words)
    SearchEntry.objects.write_for([spotlight])
