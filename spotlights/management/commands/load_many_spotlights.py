"""Thousands of made-up spotlights, to see and measure what a long series is like."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from signups.models import Program
from spotlights.demo import CONSENT, MADE_UP
from spotlights.drawing import Looks, draw_portrait
from spotlights.models import (
    InterviewQuestion,
    SearchEntry,
    Spotlight,
    SpotlightLibraryType,
    SpotlightStatus,
    SpotlightTopic,
)
from spotlights.pictures import Picture, keep

SLUG = "made-up-{:05d}"
N_DRAWINGS = 8
BATCH = 500

FIRST_NAMES = [
    *("Alma", "Bertrand", "Carmen", "Desta", "Elio", "Farida", "Gideon", "Hana", "Imani", "Jorge"),
    *("Keiko", "Lázaro", "Mina", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Soledad", "Tavo"),
]
LAST_NAMES = [
    *("Aspengrove", "Bluestem", "Chokecherry", "Duskridge", "Elkhorn", "Foxglove", "Grasslands"),
    *("Hawkwind", "Ironwood", "Junegrass", "Kestrel", "Larkspur", "Meadowrue", "Nightjar"),
]
PLACES = ["Juniper Mesa", "Windbreak", "Cañada Alta", "Three Pines", "Saltgrass", "Old Ferry"]
POSITIONS = [
    "Director",
    "Branch manager",
    "Head of cataloging",
    "Children’s librarian",
    "Archivist",
]
# Words that hardly any of them share, so that a search has something rare to find.
SYLLABLES = ["ba", "co", "di", "fu", "ga", "he", "jo", "ki", "lu", "me", "no", "pi", "ra", "su"]


class Command(BaseCommand):
    help = (
        "Add made-up spotlights, always the same ones, to the first program; those that are there "
        "stay. --remove takes them all away again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, nargs="?", default=10_000)
        parser.add_argument("--remove", action="store_true")

    @transaction.atomic
    def handle(self, *, number: int, remove: bool, **options: Any) -> None:
        made_up = Spotlight.objects.filter(slug__startswith=SLUG.partition("{")[0])
        if remove:
            n_gone = made_up.count()
            made_up.delete()
            self.stdout.write(f"Removed {n_gone} made-up spotlights.")
            return
        call_command("load_programs", verbosity=0)
        there = {*made_up.values_list("slug", flat=True)}
        new = [n for n in range(1, number + 1) if SLUG.format(n) not in there]
        program, topics = Program.objects.first(), _topics()
        # They share a few drawings: what is measured is the page, not the disk.
        drawings = [keep(draw_portrait(Looks.of(f"drawing {n}"))) for n in range(N_DRAWINGS)]
        numbers = iter(new)
        while batch := [*islice(numbers, BATCH)]:
            _load(program, topics, drawings, batch)
        with connection.cursor() as cursor:
            # As a database does by itself some time after so much was written; until then it
            # guesses badly how to search.
            cursor.execute("ANALYZE")
        self.stdout.write(f"Added {len(new)} made-up spotlights to {program}.")


def _topics() -> list[SpotlightTopic]:
    for topic in MADE_UP["topic"]:
        SpotlightTopic.objects.get_or_create(slug=topic["slug"], defaults=topic)
    return list(SpotlightTopic.objects.order_by("slug"))


def _load(
    program: Program, topics: list[SpotlightTopic], drawings: list[Picture], numbers: list[int]
) -> None:
    rngs = [random.Random(n) for n in numbers]  # noqa: S311 - nothing is secret here
    made = Spotlight.objects.bulk_create(
        _spotlight(program, drawings, n, rng) for n, rng in zip(numbers, rngs, strict=True)
    )
    InterviewQuestion.objects.bulk_create(
        InterviewQuestion(
            spotlight=spotlight,
            position=position,
            question=rng.choice(MADE_UP["spotlight"][0]["questions"])["question"],
            answer=_paragraphs(rng, 2),
        )
        for spotlight, rng in zip(made, rngs, strict=True)
        for position in range(4)
    )
    through = Spotlight.topics.through
    through.objects.bulk_create(
        through(spotlight=spotlight, spotlighttopic=topic)
        for spotlight, rng in zip(made, rngs, strict=True)
        for topic in rng.sample(topics, 2)
    )
    SearchEntry.objects.write_for(made)


def _spotlight(program: Program, drawings: list[Picture], n: int, rng: random.Random) -> Spotlight:
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    place, position = rng.choice(PLACES), rng.choice(POSITIONS)
    picture = rng.choice(drawings)
    published_at = timezone.now().replace(microsecond=0) - timedelta(hours=9 * n)
    return Spotlight(
        program=program,
        title=f"{name} on {_word(rng)} and {_word(rng)}",
        slug=SLUG.format(n),
        person_name=name,
        position_title=position,
        library=f"{place} Library",
        town=place,
        library_type=rng.choice(SpotlightLibraryType.values),
        summary=f"{name} is made up, and so is everything that is told here of {place}.",
        pull_quote=f"I never planned on {_word(rng)}.",
        body=_paragraphs(rng, 1),
        portrait=picture.key,
        portrait_width=picture.width,
        portrait_height=picture.height,
        portrait_alt=f"A drawing of {name}, who is made up.",
        status=SpotlightStatus.PUBLISHED,
        published_at=published_at,
        consent_given_on=published_at.date(),
        consent_note=CONSENT,
    )


def _paragraphs(rng: random.Random, n: int) -> str:
    sentences = [
        line
        for seed in MADE_UP["spotlight"]
        for one in seed.get("questions", [])
        for line in one["answer"].strip().splitlines()
        if line and not line.startswith((">", "*", "1", "2", "3"))
    ]
    return "\n\n".join(" ".join([*rng.sample(sentences, 3), _word(rng) + "."]) for _ in range(n))


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=4))
