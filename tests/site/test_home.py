"""The home page: the programs, who tells their story, and what helps."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from signups.models import Program
from tests.factories import make_cohort, make_program
from tests.spotlights.factories import make_spotlight
from tests.spotlights.guide_factories import make_guide

pytestmark = pytest.mark.django_db


def heads_of(page: str) -> list[str]:
    """What the links in its smaller headings say, in order."""
    return re.findall(r"<h3[^>]*><a [^>]*>([^<]+)</a>", page)


def test_programs_come_first_then_stories_then_guides(client):
    program = make_program(name="Lantern")
    make_cohort(program)
    earlier = make_spotlight(program=program, is_featured=True)
    later = make_spotlight(program=program)
    guide = make_guide()
    make_guide(audience="committees")
    make_guide(status="draft")

    page = client.get(reverse("home")).content.decode()

    assert heads_of(page) == ["Lantern", earlier.title, later.title, guide.title]


def test_it_says_so_when_there_is_nothing_yet(client):
    page = client.get(reverse("home")).content.decode()

    assert heads_of(page) == []
    assert "No program takes part at the moment." in page
    assert "The first portraits are being written." in page
    assert "See all guides" not in page


def test_it_takes_the_same_number_of_queries_however_much_there_is(
    client, django_assert_num_queries
):
    def fill() -> None:
        program = make_program()
        make_cohort(program)
        make_spotlight(program=program)
        make_guide(program=program)

    fill()
    client.get(reverse("home"))
    with django_assert_num_queries(6):
        client.get(reverse("home"))

    fill()
    fill()
    with django_assert_num_queries(6):
        client.get(reverse("home"))
    assert Program.objects.count() == 3


def test_networks_and_search_engines_are_told_what_it_is(client):
    page = client.get("/es/").content.decode()

    assert f'<link rel="canonical" href="{settings.SITE_URL}/es/">' in page
    assert f'<meta property="og:url" content="{settings.SITE_URL}/es/">' in page
    assert f'<meta property="og:image" content="{settings.SITE_URL}/static/social.png">' in page
    assert re.findall(r'hreflang="(\w+)" href="([^"]+)">', page)[:2] == [
        ("en", f"{settings.SITE_URL}/"),
        ("es", f"{settings.SITE_URL}/es/"),
    ]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/es/", {"Programas": "page"}),
        ("/programs/lantern/", {"Programs": "true"}),
        ("/programs/lantern/how-we-match/", {"Programs": "true"}),
        ("/lets-connect/", {"Let’s Connect": "page"}),
        ("/guides/agenda/", {"Guides": "true"}),
        ("/my/lost-link/", {}),
        ("/nowhere/", {}),
    ],
)
def test_the_navigation_says_where_one_is(client, path, current):
    make_program(slug="lantern")
    make_guide(slug="agenda")

    page = client.get(path).content.decode()

    header = page[page.index('<header class="site-header">') : page.index("</header>")]
    marked = re.findall(r'aria-current="(\w+)">([^<]+)</a>', header)
    assert {name: state for state, name in marked} == current
