"""What search engines are told of."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from mig_site.sitemaps import PagesInEveryLanguage
from tests.factories import make_program
from tests.spotlights.factories import make_draft, make_spotlight

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://site.example"


def tree(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def addresses(client, section):
    return [e.text for e in tree(client, f"/sitemap-{section}.xml").iter(f"{SITEMAP}loc")]


def test_robots_name_the_sitemap(client):
    assert client.get("/robots.txt").text == (
        "User-agent: *\nDisallow: /admin/\n\nSitemap: https://site.example/sitemap.xml\n"
    )


def test_index_leads_to_every_section_and_every_section_to_pages_that_are_there(client):
    make_spotlight(program=make_program(slug="lantern"))
    make_program(slug="hidden", is_published=False)

    sections = [e.text for e in tree(client, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    found = []
    for section in sections:
        path = section.partition("testserver")[2]
        found += [e.text for e in tree(client, path).iter(f"{SITEMAP}loc")]

    assert len(found) == len({*found})
    for address in found:
        assert address.startswith("https://site.example/")
        assert client.get(address.removeprefix("https://site.example")).status_code == 200
    assert "https://site.example/es/programs/lantern/" in found
    assert [address for address in found if "hidden" in address] == []


def test_page_stands_beside_itself_in_the_other_languages(client):
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        make_spotlight(slug="maren", published_at=datetime(2026, 3, 1, tzinfo=UTC))
        root = tree(client, "/sitemap-spotlights.xml")

    rows = {}
    for url in root:
        links = {e.get("hreflang"): e.get("href") for e in url.iter(f"{XHTML}link")}
        rows[url.findtext(f"{SITEMAP}loc")] = (links, url.findtext(f"{SITEMAP}lastmod"))
    both = {
        "en": "https://site.example/lets-connect/maren/",
        "es": "https://site.example/es/lets-connect/maren/",
    }
    assert rows == dict.fromkeys(both.values(), (both, "2026-03-02"))


def test_only_what_is_public_is_told_and_withdrawn_ones_leave_at_once(client):
    shown = make_spotlight(slug="shown")
    make_draft()
    make_spotlight(published_at=timezone.now() + timedelta(days=1))
    make_spotlight(status="withdrawn")
    before = addresses(client, "spotlights")

    shown.withdraw()

    assert before == [
        "https://site.example/lets-connect/shown/",
        "https://site.example/es/lets-connect/shown/",
    ]
    assert addresses(client, "spotlights") == []


def test_long_sections_are_told_in_parts(client, monkeypatch):
    monkeypatch.setattr(PagesInEveryLanguage, "limit", 4)
    program = make_program()
    for _ in range(3):
        make_spotlight(program=program)

    sections = [e.text for e in tree(client, "/sitemap.xml").iter(f"{SITEMAP}loc")]
    parts = [one.partition("testserver")[2] for one in sections if "spotlights" in one]

    assert parts == ["/sitemap-spotlights.xml", "/sitemap-spotlights.xml?p=2"]
    assert [len([*tree(client, part)]) for part in parts] == [4, 2]


@pytest.mark.parametrize("n_spotlights", [1, 3])
def test_sitemap_takes_the_same_number_of_queries(client, django_assert_num_queries, n_spotlights):
    for _ in range(n_spotlights):
        make_spotlight()

    with django_assert_num_queries(1):
        assert len(addresses(client, "spotlights")) == 2 * n_spotlights
