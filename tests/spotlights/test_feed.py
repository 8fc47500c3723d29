"""The Atom feed, read as a feed reader reads it."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_program
from tests.spotlights.factories import make_draft, make_spotlight

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(client) -> ElementTree.Element:
    response = client.get(reverse("spotlights:feed"))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own feed


def test_feed_holds_the_published_ones_latest_first(client, settings):
    settings.SITE_URL = "https://site.example"
    older, newer = make_spotlight(), make_spotlight()
    make_draft()
    make_draft(published_at=timezone.now() - timedelta(days=1))
    make_spotlight(published_at=timezone.now() + timedelta(hours=1))
    make_spotlight(status="withdrawn")

    feed = feed_of(client)

    addresses = [f"https://site.example/lets-connect/{s.slug}/" for s in (newer, older)]
    entries = feed.findall(f"{ATOM}entry")
    assert [e.find(f"{ATOM}link").get("href") for e in entries] == addresses
    assert [e.find(f"{ATOM}id").text for e in entries] == addresses


def test_withdrawn_one_leaves_the_feed_at_once(client):
    spotlight = make_spotlight()
    assert len(feed_of(client).findall(f"{ATOM}entry")) == 1

    spotlight.withdraw()

    assert feed_of(client).findall(f"{ATOM}entry") == []


def test_feed_names_itself_with_absolute_addresses(client, settings):
    settings.SITE_URL = "https://site.example"

    feed = feed_of(client)

    assert feed.findtext(f"{ATOM}title") == "Let’s Connect"
    assert feed.findtext(f"{ATOM}id") == "https://site.example/lets-connect/feed/"
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "alternate": "https://site.example/lets-connect/",
        "self": "https://site.example/lets-connect/feed/",
    }


def test_entry_carries_the_whole_text_and_survives_the_journey(client, settings):
    settings.SITE_URL = "https://site.example"
    program = make_program(name="Core & more")
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        make_spotlight(
            program=program,
            slug="maren",
            title="Cats & <books> 📚",
            summary="Q&A with Maren <3 📚",
            body="# Why & how?\n\n📚 1 < 2 [join](/programs/core/) [up](#top)",
            published_at=datetime(2026, 3, 1, tzinfo=UTC),
        )

    [entry] = feed_of(client).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == "Cats & <books> 📚"
    assert entry.find(f"{ATOM}title").get("type", "text") == "text"
    assert entry.findtext(f"{ATOM}summary") == "Q&amp;A with Maren &lt;3 📚"
    assert entry.find(f"{ATOM}content").get("type") == "html"
    assert entry.findtext(f"{ATOM}content") == (
        "<h2>Why &amp; how?</h2>\n"
        '<p>📚 1 &lt; 2 <a href="https://site.example/programs/core/">join</a> '
        '<a href="https://site.example/lets-connect/maren/#top">up</a></p>\n'
    )
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Core & more"
    assert entry.findtext(f"{ATOM}published") == "2026-03-01T00:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-03-02T00:00:00+00:00"


def test_scheduled_one_is_never_older_than_its_appearance(client):
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        make_spotlight(published_at=datetime(2026, 3, 4, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=False):
        [entry] = feed_of(client).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}published") == "2026-03-04T00:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-03-04T00:00:00+00:00"


def test_characters_that_xml_cannot_hold_do_not_break_the_feed(client):
    text = "one\x0btwo\x00three\x1b\ufffe"
    without_nul = text.replace("\x00", "")
    make_spotlight(title=without_nul, summary=without_nul, body=without_nul)

    [entry] = feed_of(client).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == "one twothree  "
    assert entry.findtext(f"{ATOM}summary") == "one twothree  "
    assert entry.findtext(f"{ATOM}content").startswith("<p>one twothree")


def test_feed_holds_the_latest_twenty(client):
    program = make_program()
    slugs = [make_spotlight(program=program).slug for _ in range(22)][::-1]

    entries = feed_of(client).findall(f"{ATOM}entry")

    assert [e.findtext(f"{ATOM}id").split("/")[-2] for e in entries] == slugs[:20]


@pytest.mark.parametrize("n_spotlights", [1, 3])
def test_feed_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    for _ in range(n_spotlights):
        make_spotlight()

    with django_assert_num_queries(1):
        feed = feed_of(client)

    assert len(feed.findall(f"{ATOM}entry")) == n_spotlights
