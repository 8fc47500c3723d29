"""How fast the page of a run opens, beside the admin's own list of as many rows."""

from __future__ import annotations

import json
import random
import statistics
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.models import MatchRun, Pairing
from matching.models.settings import DEFAULT_GOALS
from matching.runs import match_and_save
from signups.models import (
    Application,
    CareerStage,
    Cohort,
    Format,
    Language,
    LibraryType,
    MeetingWay,
    Program,
    Region,
    Role,
    TopicChoice,
)
from signups.models.options import Topic

FEW = 5  # pairs of the run whose queries are counted too
N_ROUNDS = 7  # one after the other, the page and the list in turn; the median counts
LISTS = {
    Topic: ["Cataloging", "Grants", "Supervision", "Teaching", "Job search", "Outreach"],
    LibraryType: ["Public", "Academic", "School", "Special"],
    Region: ["North", "East", "South", "West", "Mountains"],
    Language: ["English"],
    Format: ["One-to-one pair"],
    MeetingWay: ["Video"],
}


class Command(BaseCommand):
    help = (
        "Measure how long the page of a made-up run takes to open, and how many queries, beside "
        "the admin's own list of the same pairs. Nothing is kept: all of it is rolled back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pairs", type=int, default=500)
        parser.add_argument("--json", action="store_true", help="One object on the last line.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pairs"] < 1:
            raise CommandError(f"--pairs: must be one or more, not {options['pairs']}")
        # The client asks for a host of its own.
        with override_settings(ALLOWED_HOSTS=["testserver"]), transaction.atomic():
            result = measured(options["pairs"])
            transaction.set_rollback(True)
        self.stdout.write(
            f"The page of a run with {result['pairs']} pairs opens in "
            f"{result['run_page_seconds']:.3f} s with {result['run_page_queries']} queries "
            f"({result['few_queries']} with {FEW} pairs); the admin's own list of them in "
            f"{result['list_seconds']:.3f} s with {result['list_queries']}. "
            f"Ratio {result['ratio']:.2f}."
        )
        if options["json"]:
            self.stdout.write(json.dumps(result))


def measured(n_pairs: int) -> dict[str, Any]:
    """Times in seconds (medians), numbers of queries, and the ratio of page to list."""
    program = Program.objects.create(
        name="Bench", slug="bench-run-page", organisation="Bench", commitment="None."
    )
    client = Client()
    client.force_login(User.objects.create(username="bench", is_staff=True, is_superuser=True))
    few, many = (_run(program, n) for n in (FEW, n_pairs))
    page = reverse("admin:matching_matchrun_change", args=[many.pk])
    rows = (
        reverse("admin:matching_pairing_changelist")
        + f"?mentee__cohort__id__exact={many.cohort_id}"
    )
    pairings = admin.site.get_model_admin(Pairing)
    per_page, pairings.list_per_page = pairings.list_per_page, n_pairs
    try:
        few_queries = _queries(client, reverse("admin:matching_matchrun_change", args=[few.pk]))
        # Counted first, which also does what is done only once, such as reading templates.
        page_queries, list_queries = _queries(client, page), _queries(client, rows)
        times: dict[str, list[float]] = {page: [], rows: []}
        for _ in range(N_ROUNDS):
            for address, of_address in times.items():
                started = time.perf_counter()
                client.get(address, secure=True)
                of_address.append(time.perf_counter() - started)
    finally:
        pairings.list_per_page = per_page
    page_seconds, list_seconds = (statistics.median(times[address]) for address in (page, rows))
    return {
        "pairs": many.pairings.count(),
        "run_page_seconds": round(page_seconds, 4),
        "list_seconds": round(list_seconds, 4),
        "ratio": round(page_seconds / list_seconds, 2),
        "run_page_queries": page_queries,
        "few_queries": few_queries,
        "list_queries": list_queries,
    }


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, secure=True)
    if response.status_code != 200:
        raise CommandError(f"{address} answered {response.status_code}")
    return len(queries)


def _run(program: Program, n_pairs: int) -> MatchRun:
    """A run of ``n_pairs`` pairs, whose people answered in many ways but fit each other."""
    rng = random.Random(n_pairs)  # noqa: S311 - the same people every time; nothing is secret
    lists = {
        model: [model.objects.get_or_create(program=program, name=name)[0] for name in names]
        for model, names in LISTS.items()
    }
    stages = [
        CareerStage.objects.get_or_create(program=program, name=f"Stage {rank}", rank=rank)[0]
        for rank in range(4)
    ]
    now = timezone.now().replace(second=0, microsecond=0)
    windows = {f"{role}_opens_at": now for role in Role.values} | {
        f"{role}_closes_at": now + timedelta(days=1) for role in Role.values
    }
    cohort = Cohort.objects.create(
        program=program, name=f"{n_pairs} pairs", slug=f"bench-{n_pairs}", **windows
    )
    people = Application.objects.bulk_create(
        Application(
            cohort=cohort,
            role=role,
            status="accepted",
            decided_at=now,
            name=f"{role.label} {number}",
            email=f"{role}{number}@example.org",
            employer=f"Library {role} {number}",
            career_stage=rng.choice(stages),
            library_type=rng.choice(lists[LibraryType]),
            region=rng.choice(lists[Region]),
            time_zone="America/Denver",
            capacity=1 if role == Role.MENTOR else None,
            statement="I look forward to it.",
            agrees_to_rules=True,
        )
        for role in (Role.MENTEE, Role.MENTOR)
        for number in range(n_pairs)
    )
    TopicChoice.objects.bulk_create(
        TopicChoice(
            application=person, topic=topic, rank=rank if person.role == Role.MENTEE else None
        )
        for person in people
        for rank, topic in enumerate(rng.sample(lists[Topic], 3), start=1)
    )
    for name, model in {
        "formats": Format,
        "meeting_ways": MeetingWay,
        "languages": Language,
    }.items():
        through = Application._meta.get_field(name).remote_field.through
        target = Application._meta.get_field(name).m2m_reverse_field_name()
        through.objects.bulk_create(
            through(application=person, **{target: option})
            for person in people
            for option in lists[model]
        )
    run = MatchRun.objects.create(
        cohort=cohort, importances=DEFAULT_IMPORTANCES, tiers=list(DEFAULT_GOALS)
    )
    match_and_save(run)
    return run
