"""What a spotlight's page leads to, and what it tells other sites."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from spotlights.models import Spotlight
from tests.factories import make_cohort, make_program
from tests.spotlights.factories import make_draft, make_question, make_spotlight, make_topic
from tests.spotlights.html import texts
from tests.spotlights.test_pages import page_of

pytestmark = pytest.mark.django_db

PORTRAIT = {
    "portrait": "a" * 32,
    "portrait_width": 500,
    "portrait_height": 400,
    "portrait_alt": "She laughs.",
}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://site.example"


def get_page(client, spotlight, language="en"):
    with override(language):
        return page_of(client.get(spotlight.get_absolute_url()))


def metas(page) -> dict[str, str]:
    return {
        meta.get("property") or meta.get("name"): meta.get("content")
        for meta in page.iterfind(".//meta")
        if (meta.get("property") or meta.get("name", "")).startswith(("og:", "twitter:"))
    }


def json_ld(page) -> dict:
    [script] = page.iterfind(".//script")
    assert script.get("type") == "application/ld+json"
    return json.loads(script.text)


def test_interview_stands_in_order_below_the_introduction(client):
    spotlight = make_spotlight(body="An introduction.")
    make_question(spotlight, "First <question>?", "*Yes.*")
    make_question(spotlight, "Second?", "## Deep\n\nNo.")

    page = get_page(client, spotlight)

    assert texts(page, ".//article/div[@class='prose']") == ["An introduction."]
    assert texts(page, ".//section[@class='answer']/*") == [
        "First <question>?",
        "Yes.",
        "Second?",
        "Deep No.",
    ]
    headings = [e.tag for e in page.iter() if e.tag in {"h1", "h2", "h3", "h4"}]
    assert headings[:4] == ["h1", "h2", "h2", "h3"]


def test_text_alone_and_interview_alone_leave_no_empty_part(client):
    interview = make_spotlight(body="")
    make_question(interview, "Why?", "So.")

    page = get_page(client, interview)

    assert texts(page, ".//article/div[@class='prose']") == []
    assert texts(page, ".//div[@class='goes-with']") == []
    assert texts(page, ".//h2[@id='related-title']") == []


def test_portrait_has_its_measures_its_words_and_sizes_to_choose_from(client):
    spotlight = make_spotlight(**PORTRAIT)

    page = get_page(client, spotlight)

    [image] = page.iterfind(".//article//img")
    key = "a" * 32
    assert {name: image.get(name) for name in ("src", "srcset", "width", "height", "alt")} == {
        "src": f"/media/{key}-500.jpg",
        "srcset": f"/media/{key}-320.jpg 320w, /media/{key}-500.jpg 500w",
        "width": "500",
        "height": "400",
        "alt": "She laughs.",
    }
    # Above the fold: what readers see first is not put off.
    assert (image.get("loading"), image.get("decoding")) == (None, "async")
    [source] = page.iterfind(".//article//source")
    assert source.get("srcset") == f"/media/{key}-320.webp 320w, /media/{key}-500.webp 500w"
    assert source.get("sizes") == image.get("sizes")


def test_portraits_below_the_fold_wait(client):
    for _ in range(2):
        make_spotlight(**PORTRAIT)

    page = page_of(client.get(reverse("spotlights:list")))

    assert [image.get("loading") for image in page.iterfind(".//img")] == [None, "lazy"]


def test_topics_and_links_lead_on(client):
    spotlight = make_spotlight()
    make_topic("Barriers", name_es="Obstáculos").spotlights.add(spotlight)
    spotlight.links.create(label="Her library", url="https://library.example/")

    page, spanish = get_page(client, spotlight), get_page(client, spotlight, "es")

    [topic] = page.iterfind(".//ul[@class='tags']//a")
    assert (topic.text, topic.get("href")) == ("Barriers", "/lets-connect/?topic=barriers")
    assert texts(spanish, ".//ul[@class='tags']//a") == ["Obstáculos"]
    assert "https://library.example/" in [a.get("href") for a in page.iterfind(".//a")]


def test_related_share_most_topics_and_are_latest(client):
    one, two = make_topic("One"), make_topic("Two")
    spotlight, both, older, newer, newest, other = (make_spotlight() for _ in range(6))
    draft = make_draft()
    for topic, rows in {
        one: [spotlight, both, older, newer, newest, draft],
        two: [spotlight, both],
    }.items():
        topic.spotlights.set(rows)
    make_topic("Three").spotlights.set([other])

    assert Spotlight.objects.get(pk=spotlight.pk).related(3) == [both, newest, newer]
    page = get_page(client, spotlight)
    assert texts(page, ".//h3[@class='spotlight-card__title']") == [
        both.title,
        newest.title,
        newer.title,
    ]


@pytest.mark.parametrize(("n_words", "minutes"), [(0, 1), (299, 1), (301, 2), (2000, 10)])
def test_reading_time_counts_text_and_interview(n_words, minutes):
    spotlight = make_spotlight(body="word " * (n_words // 2))
    if n_words:
        make_question(spotlight, "word", "word " * (n_words - n_words // 2 - 1))

    assert spotlight.reading_minutes == minutes


def test_mentor_with_us_leads_to_the_calls_that_are_open(client):
    program = make_program(name="Lantern")
    cohort = make_cohort(program)
    spotlight = make_spotlight(program=program)

    page = get_page(client, spotlight)

    links = [
        a.get("href") for a in page.iterfind(".//section[@aria-labelledby='mentor-with-us']//a")
    ]
    assert links == [
        reverse("signups:apply", args=[program.slug, cohort.slug, role])
        for role in ("mentee", "mentor")
    ] + [program.get_absolute_url()]


def test_a_reader_shares_it_by_plain_links(client):
    spotlight = make_spotlight(title="Cats & “books”", slug="cats", summary="So <what>?")

    page = get_page(client, spotlight)

    section = ".//section[@class='share']"
    assert [(a.text, a.get("href")) for a in page.iterfind(f"{section}//a")] == [
        (
            "E-mail",
            "mailto:?subject=Cats%20%26%20%E2%80%9Cbooks%E2%80%9D&body=So%20%3Cwhat%3E%3F%0A%0A"
            "https%3A%2F%2Fsite.example%2Flets-connect%2Fcats%2F",
        ),
        (
            "Mastodon",
            "https://share.joinmastodon.org/#text=Cats%20%26%20%E2%80%9Cbooks%E2%80%9D%20"
            "https%3A%2F%2Fsite.example%2Flets-connect%2Fcats%2F",
        ),
        (
            "LinkedIn",
            "https://www.linkedin.com/sharing/share-offsite/"
            "?url=https%3A%2F%2Fsite.example%2Flets-connect%2Fcats%2F",
        ),
        (
            "Facebook",
            "https://www.facebook.com/sharer/sharer.php"
            "?u=https%3A%2F%2Fsite.example%2Flets-connect%2Fcats%2F",
        ),
    ]
    assert texts(page, ".//p[@class='share__address']") == [
        "https://site.example/lets-connect/cats/"
    ]


def test_page_tells_other_sites_what_it_is(client):
    spotlight = make_spotlight(slug="maren", title='Say "hi" & go', **PORTRAIT)

    page = get_page(client, spotlight)

    [canonical] = page.iterfind(".//link[@rel='canonical']")
    assert canonical.get("href") == "https://site.example/lets-connect/maren/"
    assert metas(page) == {
        "og:site_name": "Library Mentoring",
        "og:type": "article",
        "og:title": 'Say "hi" & go',
        "og:description": "What she learned.",
        "og:url": "https://site.example/lets-connect/maren/",
        "og:image": f"https://site.example/media/{'a' * 32}-500.jpg",
        "og:image:width": "500",
        "og:image:height": "400",
        "og:image:alt": "She laughs.",
        "twitter:card": "summary_large_image",
    }


def test_json_ld_is_an_article_about_a_person(client):
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        spotlight = make_spotlight(
            program=make_program(name="CAL MIG", organisation="Colorado Association of Libraries"),
            slug="maren",
            title="Cats </script><!-- & 📚",
            published_at=datetime(2026, 3, 1, tzinfo=UTC),
            language="es",
            **PORTRAIT,
        )
        make_topic("Barriers").spotlights.add(spotlight)

        page = get_page(client, spotlight)

    address = "https://site.example/lets-connect/maren/"
    assert json_ld(page) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "Cats </script><!-- & 📚",
        "description": "What she learned.",
        "inLanguage": "es",
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": "2026-03-01T00:00:00+00:00",
        "dateModified": "2026-03-02T00:00:00+00:00",
        "image": {
            "@type": "ImageObject",
            "url": f"https://site.example/media/{'a' * 32}-500.jpg",
            "width": 500,
            "height": 400,
        },
        "keywords": ["Barriers"],
        "about": {
            "@type": "Person",
            "name": "Maren O'Pine",
            "jobTitle": "Director",
            "worksFor": {"@type": "Library", "name": "Juniper Mesa Library"},
            "homeLocation": {"@type": "Place", "name": "Juniper Mesa"},
        },
        "author": {"@type": "Organization", "name": "CAL MIG"},
        "publisher": {"@type": "Organization", "name": "Colorado Association of Libraries"},
        "isPartOf": {
            "@type": "CreativeWorkSeries",
            "name": "Let’s Connect",
            "url": "https://site.example/lets-connect/",
        },
    }


def test_text_is_in_its_own_language_on_the_pages_of_every_language(client):
    spotlight = make_spotlight(language="es", title="Hola")

    english, spanish = (get_page(client, spotlight, language) for language in ("en", "es"))

    for page, language in ((english, "en"), (spanish, "es")):
        assert page.find(".//html").get("lang") == language
        assert page.find(".//h1").get("lang") == "es"
        assert page.find(".//div[@class='prose']").get("lang") == "es"


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_old_address_leads_to_the_new_one(client, status):
    spotlight = make_spotlight(slug="new", status=status)
    spotlight.note_slug_change("old")

    response = client.get("/lets-connect/old/")
    spanish = client.get("/es/lets-connect/old/")

    assert (response.status_code, response.url) == (301, "/lets-connect/new/")
    assert (spanish.status_code, spanish.url) == (301, "/es/lets-connect/new/")
    assert client.get(response.url).status_code == {"published": 200, "withdrawn": 410}[status]


def test_old_address_tells_nothing_of_what_is_not_out_yet(client):
    spotlight = make_spotlight(slug="new", published_at=datetime(2999, 1, 1, tzinfo=UTC))
    spotlight.note_slug_change("old")

    assert client.get("/lets-connect/old/").status_code == 404
    assert client.get("/lets-connect/never/").status_code == 404


def test_contact_and_consent_are_on_no_page(client):
    spotlight = make_spotlight(
        contact_email="private@maren.example", consent_note="Told Ashley on the phone"
    )
    addresses = [
        "/",
        "/lets-connect/",
        "/lets-connect/feed/",
        "/lets-connect/rss/",
        spotlight.get_absolute_url(),
        "/sitemap-spotlights.xml",
    ]

    shown = [client.get(address).text for address in addresses]

    assert [text for text in shown if "maren.example" in text or "Ashley" in text] == []
    assert not spotlight.history.filter(person_name__contains="private").exists()
