"""Choosing among the spotlights, and what the list says of itself to others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from spotlights.models import SearchEntry, Spotlight
from tests.spotlights.factories import make_draft, make_spotlight, make_topic
from tests.spotlights.html import texts
from tests.spotlights.test_pages import page_of

pytestmark = pytest.mark.django_db

LIST = reverse("spotlights:list")


def titles(client, **query) -> list[str]:
    return texts(page_of(client.get(LIST, query)), ".//article//a")


def options(client, name) -> list[str]:
    page = page_of(client.get(LIST))
    return texts(page, f".//select[@name='{name}']/option")


def test_featured_one_is_large_and_stands_once(client):
    featured, latest = make_spotlight(is_featured=True), make_spotlight()

    page = page_of(client.get(LIST))

    assert texts(page, ".//article[@class='lead-spotlight']//h2") == [featured.title]
    assert texts(page, ".//p[@class='eyebrow']") == [
        "People who lead libraries, in their own words",
        "Featured",
    ]
    assert titles(client) == [featured.title, latest.title]


def test_without_a_featured_one_the_latest_is_large(client):
    older, latest = make_spotlight(), make_spotlight()

    page = page_of(client.get(LIST))

    assert texts(page, ".//article[@class='lead-spotlight']//h2") == [latest.title]
    assert titles(client) == [latest.title, older.title]
    assert texts(page, ".//p[@class='eyebrow']")[1:] == ["Latest"]


def test_featured_one_that_is_scheduled_waits(client):
    make_spotlight(is_featured=True, published_at=timezone.now() + timedelta(days=1))
    latest = make_spotlight()

    assert titles(client) == [latest.title]


def test_list_is_filtered_across_programs(client):
    barriers, budgets = make_topic("Barriers"), make_topic("Budgets")
    one = make_spotlight(
        library_type="public", published_at=datetime(2024, 5, 1, tzinfo=UTC), body="Zebras"
    )
    two = make_spotlight(library_type="law", published_at=datetime(2025, 5, 1, tzinfo=UTC))
    three = make_spotlight(library_type="public", published_at=datetime(2025, 6, 1, tzinfo=UTC))
    barriers.spotlights.set([one, two])
    budgets.spotlights.set([two, three])
    SearchEntry.objects.write_for([one, two, three])

    assert titles(client, topic="barriers") == [two.title, one.title]
    assert titles(client, topic="budgets") == [three.title, two.title]
    assert titles(client, type="public") == [three.title, one.title]
    assert titles(client, year="2025") == [three.title, two.title]
    assert titles(client, q="zebra") == [one.title]
    assert titles(client, topic="barriers", type="public", year="2024", q="ZEBRAS") == [one.title]
    assert titles(client, topic="barriers", type="public", year="2025") == []


def test_only_what_leads_somewhere_is_offered(client):
    now = timezone.now()
    shown = make_spotlight(library_type="law", published_at=now.replace(year=now.year - 2))
    make_spotlight()
    make_topic("Barriers").spotlights.add(shown)
    make_topic("Secret").spotlights.add(make_draft(library_type="public"))
    make_topic("Gone").spotlights.add(make_spotlight(status="withdrawn", library_type="school"))

    assert options(client, "topic") == ["All topics", "Barriers"]
    assert options(client, "type") == ["All types", "Law library"]
    assert options(client, "year") == [
        "All years",
        *(str(now.year - back) for back in range(3)),
    ]


def test_what_was_chosen_is_said_and_stays_chosen(client):
    spotlight = make_spotlight(library_type="law")
    make_topic("Barriers").spotlights.add(spotlight)
    SearchEntry.objects.write_for([spotlight])

    page = page_of(client.get(LIST, {"q": "  maren   pine ", "topic": "barriers", "type": "law"}))

    assert texts(page, ".//h2[@class='chosen__title']") == ["Barriers, Law library, “maren pine”"]
    assert texts(page, ".//div[@class='chosen']/p") == ["1 spotlight fits. Show all spotlights"]
    assert texts(page, ".//option[@selected]") == ["Barriers", "Law library"]
    [search] = page.iterfind(".//input[@name='q']")
    assert search.get("value") == "maren pine"
    assert texts(page, ".//title") == [
        "Let’s Connect: Barriers, Law library, “maren pine”: people who lead libraries"
    ]


def test_nothing_found_says_so_kindly(client):
    make_spotlight()

    page = page_of(client.get(LIST, {"q": "zebra"}))

    assert texts(page, ".//p[@class='empty']") == [
        "Nobody here fits that yet. Try fewer or shorter words, or another topic."
    ]
    assert texts(page, ".//div[@class='chosen']/p") == ["0 spotlights fit. Show all spotlights"]


@pytest.mark.parametrize(
    "query",
    [
        {"topic": "unknown"},
        {"type": "moon"},
        {"year": "20x4"},
        {"year": "0000"},
        {"year": "٢٠٢٤"},
        {"year": "99999"},
        {"topic": "barriers", "page": "2"},
    ],
)
def test_list_that_is_not_there_is_not_found(client, query):
    make_topic("Barriers").spotlights.add(make_spotlight())

    assert client.get(LIST, query).status_code == 404


def test_pages_keep_what_was_chosen(client):
    topic = make_topic("Barriers")
    topic.spotlights.set([make_spotlight() for _ in range(25)])

    page = page_of(client.get(LIST, {"topic": "barriers", "page": "2", "junk": "x"}))

    links = [a.get("href") for a in page.iterfind(".//ul[@class='pagination']//a")]
    assert links == [
        "?topic=barriers",
        "?topic=barriers",
        "?topic=barriers&page=2",
        "?topic=barriers&page=3",
        "?topic=barriers&page=3",
    ]


def test_each_list_has_one_address_for_search_engines(client, settings):
    settings.SITE_URL = "https://site.example"
    topic = make_topic("Barriers")
    topic.spotlights.set([make_spotlight() for _ in range(13)])

    def said(**query):
        page = page_of(client.get(LIST, query))
        [canonical] = page.iterfind(".//link[@rel='canonical']")
        robots = [meta.get("content") for meta in page.iterfind(".//meta[@name='robots']")]
        return canonical.get("href"), robots

    assert said(utm_source="x") == ("https://site.example/lets-connect/", [])
    assert said(page="1") == ("https://site.example/lets-connect/", [])
    assert said(junk="1", page="2", topic="barriers") == (
        "https://site.example/lets-connect/?topic=barriers&page=2",
        [],
    )
    assert said(q="é&x")[1] == ["noindex"]


def test_withdrawn_one_leaves_list_filters_and_search_at_once(client):
    spotlight = make_spotlight(library_type="law", is_featured=True)
    make_topic("Barriers").spotlights.add(spotlight)
    SearchEntry.objects.write_for([spotlight])
    assert titles(client, q="maren") == titles(client) == [spotlight.title]

    Spotlight.objects.get().withdraw()

    assert titles(client, q="maren") == titles(client) == titles(client, topic="barriers") == []
    assert (options(client, "topic"), options(client, "type")) == ([], [])


def test_list_in_spanish_names_topics_in_spanish_and_texts_in_their_own(client):
    spotlight = make_spotlight(language="en")
    make_topic("Barriers", name_es="Obstáculos").spotlights.add(spotlight)
    with override("es"):
        address = reverse("spotlights:list")

    page = page_of(client.get(address))

    assert "Obstáculos" in texts(page, ".//select[@name='topic']/option")
    [link] = page.iterfind(".//article//a")
    assert (link.get("lang"), link.get("href")) == ("en", f"/es/lets-connect/{spotlight.slug}/")
