"""How long the pages of the series take, beside a page with nothing on it."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import reverse

from spotlights.models import Spotlight, SpotlightTopic

EMPTY = "empty"
APPLICATION = "spotlights.management.bench_wsgi:application"
WAITS = 30  # seconds for gunicorn to answer


class Command(BaseCommand):
    help = (
        "Serve the site with gunicorn on loopback, ask for the list, a page, searches and the feed "
        "in turn, and print how many times as long as an empty page each takes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=30)
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")

    def handle(self, *, rounds: int, **options: Any) -> None:
        paths = _paths()
        # A server of its own has connections of its own.
        connection.close()
        with _gunicorn() as port:
            figures = _measure(port, paths, rounds)
        n_spotlights = Spotlight.objects.published().count()
        report = {
            "database": connection.vendor,
            "spotlights": n_spotlights,
            "rounds": rounds,
            "pages": figures,
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2))
            return
        self.stdout.write(f"{n_spotlights} spotlights, {connection.vendor}, {rounds} rounds")
        self.stdout.write(f"{'page':<24}{'median ms':>10}{'worst ms':>10}{'ratio':>8}{'bytes':>9}")
        for name, one in figures.items():
            self.stdout.write(
                f"{name:<24}{one['median_ms']:>10.2f}{one['worst_ms']:>10.2f}"
                f"{one['ratio']:>8.1f}{one['bytes']:>9}"
            )


def _paths() -> dict[str, str]:
    series = reverse("spotlights:list")
    published = Spotlight.objects.published()
    middle = published[published.count() // 2 :].first()
    topic = SpotlightTopic.objects.filter(spotlights__isnull=False).first()
    if middle is None or topic is None:
        raise CommandError("There is nothing to measure: run load_many_spotlights first.")
    rare = middle.title.split()[-1]
    last_page = max(1, published.count() // 12 - 1)
    return {
        EMPTY: "/bench/empty/",
        "list": series,
        "list, last page": f"{series}?page={last_page}",
        "list, by topic": f"{series}?topic={topic.slug}",
        "list, by type and year": f"{series}?type=public&year={middle.published_at.year}",
        "page": middle.get_absolute_url(),
        "search, rare word": f"{series}?q={rare}",
        "search, two words": f"{series}?q=library+director",
        "search, common word": f"{series}?q=made",
        "search, nothing": f"{series}?q=zzzzzz",
        "feed, Atom": reverse("spotlights:feed"),
        "feed, RSS": reverse("spotlights:rss"),
    }


@contextmanager
def _gunicorn() -> Iterator[int]:
    """One worker with one thread, on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", APPLICATION, "--bind", f"127.0.0.1:{port}"),
        *("--workers", "1", "--threads", "1", "--worker-class", "gthread"),
        *("--keep-alive", "60", "--log-level", "warning", "--no-control-socket"),
    ]
    server = subprocess.Popen(command)  # noqa: S603 - our own words only
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=WAITS)


def _wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + WAITS
    while time.monotonic() < until and server.poll() is None:
        try:
            _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=WAITS), "/bench/empty/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise CommandError("gunicorn did not start; what it said is above.")


def _measure(port: int, paths: dict[str, str], rounds: int) -> dict[str, dict[str, float]]:
    """Every page once in each round, so that whatever else the machine does meets them all."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=WAITS)
    sizes = {name: _ask(client, path) for name, path in paths.items()}
    times: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(rounds):
        for name, path in paths.items():
            start = time.perf_counter()
            _ask(client, path)
            times[name].append(1000 * (time.perf_counter() - start))
    base = statistics.median(times[EMPTY])
    return {
        name: {
            "median_ms": round(statistics.median(taken), 3),
            "worst_ms": round(max(taken), 3),
            "ratio": round(statistics.median(taken) / base, 2),
            "bytes": sizes[name],
        }
        for name, taken in times.items()
    }


def _ask(client: http.client.HTTPConnection, path: str) -> int:
    """Ask as a browser does; returns how many bytes came over the wire."""
    client.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = client.getresponse()
    n_bytes = len(response.read())
    if response.status != 200:
        raise CommandError(f"{path} answered {response.status}.")
    return n_bytes
