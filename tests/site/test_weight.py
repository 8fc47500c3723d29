"""What a phone in the mountains has to load, and what has to be asked of the database."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from spotlights.models import Spotlight
from tests.factories import make_cohort
from tests.spotlights.factories import make_spotlight
from tests.spotlights.html import parse

pytestmark = pytest.mark.django_db

MOST_BYTES = 100_000
PACKED = {".woff2", ".png", ".jpg", ".webp", ".avif"}


def linked_files(page):
    """The static files that a page loads, by their name below static/."""
    static = f"/{settings.STATIC_URL.strip('/')}/"
    for element, attribute in [("link", "href"), ("script", "src"), ("img", "src")]:
        for found in page.iter(element):
            address = found.get(attribute, "").removeprefix(settings.SITE_URL)
            if address.startswith(static):
                yield address.removeprefix(static)


def with_what_they_load(names):
    """Style sheets load fonts and pictures of their own: all of them are counted."""
    for name in names:
        yield name
        if name.endswith(".css"):
            for address in re.findall(
                r"url\([\"']?([^)\"'#?]+)", Path(finders.find(name)).read_text()
            ):
                if not address.startswith("data:"):
                    yield posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def bytes_sent(name):
    content = Path(finders.find(name)).read_bytes()
    # As whitenoise sends them: packed formats as they are, the rest by brotli.
    return len(content) if Path(name).suffix in PACKED else len(brotli.compress(content))


@pytest.mark.parametrize("address", ["/", "/es/"])
def test_home_page_is_light(client, address):
    for _ in range(2):
        make_cohort()
    for _ in range(3):
        make_spotlight()

    response = client.get(address, headers={"Accept-Encoding": "gzip"})

    names = set(with_what_they_load(linked_files(parse(client.get(address).text))))
    sent = {name: bytes_sent(name) for name in names} | {address: len(response.content)}
    assert response["Content-Encoding"] == "gzip"
    assert any(name.endswith(".css") for name in names)
    assert any(name.endswith(".woff2") for name in names)
    assert sum(sent.values()) <= MOST_BYTES, sent


@pytest.mark.parametrize("page", ["home", "program"])
def test_page_asks_the_same_of_the_database_for_3_and_300_spotlights(client, page):
    program = make_cohort().program
    address = {"home": "/", "program": program.get_absolute_url()}[page]

    def queries_with(n_spotlights):
        while Spotlight.objects.count() < n_spotlights:
            make_spotlight(program=program)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    assert queries_with(3) == queries_with(300)
