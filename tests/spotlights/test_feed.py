"""The Atom feed, read as a feed reader reads it."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests.factories import make_program
from tests.spotlights.factories import make_draft, make_question, make_spotlight, make_topic
from tests.spotlights.html import parse
from tests.spotlights.test_pages import make_many

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
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert entry.findtext(f"{ATOM}content") == (
        '<div lang="en">\n<blockquote><p>“I tap shoulders.”</p></blockquote>\n'
        "<h2>Why &amp; how?</h2>\n"
        '<p>📚 1 &lt; 2 <a href="https://site.example/programs/core/">join</a> '
        '<a href="https://site.example/lets-connect/maren/#top">up</a></p>\n</div>'
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
    assert "<p>one twothree" in entry.findtext(f"{ATOM}content")


def test_feed_holds_the_latest_twenty(client):
    program = make_program()
    slugs = [make_spotlight(program=program).slug for _ in range(22)][::-1]

    entries = feed_of(client).findall(f"{ATOM}entry")

    assert [e.findtext(f"{ATOM}id").split("/")[-2] for e in entries] == slugs[:20]


@pytest.mark.parametrize("n_spotlights", [3, 300])
def test_feed_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    make_many(n_spotlights)

    with django_assert_num_queries(4):
        feed = feed_of(client)

    assert len(feed.findall(f"{ATOM}entry")) == min(20, n_spotlights)


FEEDS = ["feed", "rss"]


def parsed(client, name="feed", language="en"):
    """The feed as a real feed reader's parser gives it, its own cleaning of HTML left out."""
    with override(language):
        address = reverse(f"spotlights:{name}")
    response = client.get(address)
    feed = feedparser.parse(
        response.content,
        response_headers={"content-type": response["Content-Type"]},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    assert (feed.bozo, feed.version) == (False, {"feed": "atom10", "rss": "rss20"}[name])
    return feed


@pytest.mark.parametrize("name", FEEDS)
def test_feed_round_trips_through_a_real_parser(client, settings, name):
    settings.SITE_URL = "https://site.example"
    spotlight = make_spotlight(
        program=make_program(name="Core & more"),
        slug="maren",
        title="Cats &amp; <books> 📚 “é”",
        summary="Q&A with Maren <3 📚 &lt;b&gt;",
        pull_quote="Me & <you>",
        body="📚 1 < 2 &copy; [join](/programs/core/) ![map](/map.png)",
        language="es",
        portrait="a" * 32,
        portrait_width=500,
        portrait_height=400,
        portrait_alt='She says "hi" & laughs',
        published_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    make_question(spotlight, "Why <now>? 🏔", "Because, [see](../other/) & so.")
    spotlight.links.create(label="Hers & mine", url="https://a.example/?a=1&b=2")
    spotlight.topics.add(make_topic("Cats & dogs"))

    [entry] = parsed(client, name).entries

    assert entry.title == "Cats &amp; <books> 📚 “é”"
    assert entry.summary == "Q&amp;A with Maren &lt;3 📚 &amp;lt;b&amp;gt;"
    assert entry.content[0].value == (
        '<div lang="es">\n'
        f'<p><img src="https://site.example/media/{"a" * 32}-500.jpg" width="500" height="400" '
        'alt="She says &quot;hi&quot; &amp; laughs"></p>\n'
        "<blockquote><p>“Me &amp; &lt;you&gt;”</p></blockquote>\n"
        '<p>📚 1 &lt; 2 © <a href="https://site.example/programs/core/">join</a> map</p>\n'
        "<h2>Why &lt;now&gt;? 🏔</h2>\n"
        '<p>Because, <a href="https://site.example/lets-connect/other/">see</a> &amp; so.</p>\n'
        '<ul>\n<li><a href="https://a.example/?a=1&amp;b=2">Hers &amp; mine</a></li>\n</ul>\n'
        "</div>"
    )
    assert entry.link == entry.id == "https://site.example/lets-connect/maren/"
    assert [tag.term for tag in entry.tags] == ["Cats & dogs"]
    assert entry.author == "Core & more"
    assert entry.published_parsed[:5] == (2026, 3, 1, 12, 0)


@pytest.mark.parametrize("name", FEEDS)
def test_feed_of_each_language_has_the_same_entries(client, settings, name):
    settings.SITE_URL = "https://site.example"
    make_spotlight(slug="maren")

    english, spanish = parsed(client, name), parsed(client, name, "es")

    assert (english.feed.language, spanish.feed.language) == ("en", "es")
    assert english.entries[0].id == spanish.entries[0].id
    assert spanish.entries[0].link == "https://site.example/es/lets-connect/maren/"
    assert spanish.feed.link == "https://site.example/es/lets-connect/"
    own = [link.href for link in spanish.feed.links if link.rel == "self"]
    assert own == [f"https://site.example/es/lets-connect/{name}/"]


@pytest.mark.parametrize("name", FEEDS)
def test_withdrawn_one_leaves_every_feed_at_once(client, name):
    spotlight, stays = make_spotlight(), make_spotlight()

    spotlight.withdraw()

    assert [entry.title for entry in parsed(client, name).entries] == [stays.title]


def test_pages_lead_to_both_feeds(client):
    page = parse(client.get(reverse("spotlights:list")).content.decode())

    links = page.iterfind(".//link[@rel='alternate']")
    feeds = {link.get("type"): link.get("href") for link in links if link.get("type")}
    assert feeds == {
        "application/atom+xml": "/lets-connect/feed/",
        "application/rss+xml": "/lets-connect/rss/",
    }
