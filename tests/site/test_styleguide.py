"""The styleguide: what it shows, and to whom."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from mig_site.colours import SCHEMES, colours, contrasts
from tests.factories import make_chair, make_cohort
from tests.spotlights.factories import make_spotlight

pytestmark = pytest.mark.django_db

TEMPLATES = settings.BASE_DIR / "templates"
# Parts of the frame that every page has, and what a page says of itself in its head.
ALREADY_THERE = {
    "bare.html",
    "form_styles.html",
    "globe.html",
    "mark.html",
    "ridge.html",
    "shared.html",
}


def test_strangers_are_led_to_the_login(client):
    response = client.get(reverse("styleguide"))

    assert response.url == f"{reverse('admin:login')}?next={reverse('styleguide')}"


def test_every_colour_is_shown_with_its_contrast(client):
    client.force_login(make_chair(make_cohort().program))

    page = client.get(reverse("styleguide")).content.decode()

    for scheme in SCHEMES:
        assert set(colours(scheme).values()) <= set(re.findall(r'fill="(#[0-9a-f]{6})"', page))
        for pair in contrasts(scheme):
            assert f"<td>{pair.ratio:.2f}</td>" in page
    assert "not met" not in page


def test_spotlights_are_shown_as_they_are_or_their_absence(client):
    client.force_login(make_chair(make_cohort().program))
    assert "No spotlight is published" in client.get(reverse("styleguide")).content.decode()

    spotlight = make_spotlight()

    assert spotlight.title in client.get(reverse("styleguide")).content.decode()


def test_it_can_be_seen_in_colours_other_than_ones_own(client):
    client.force_login(make_chair(make_cohort().program))

    shown = [
        re.findall(r'class="styleguide( [^"]*)?"', client.get(address).content.decode())
        for address in ["/styleguide/", "/styleguide/?scheme=dark", "/styleguide/?scheme=pink"]
    ]

    assert shown == [[""], [" scheme scheme--dark"], [""]]


def test_every_part_that_pages_share_is_shown():
    parts = {path.name for path in (TEMPLATES / "includes").glob("*.html")} - ALREADY_THERE
    source = "".join(path.read_text() for path in (TEMPLATES / "styleguide").glob("*.html"))

    assert parts == set(re.findall(r'include "includes/([\w-]+\.html)"', source)) - ALREADY_THERE
