"""Guides as the public reads them: found by audience and phase, kept at their addresses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from spotlights.models import Guide, GuideAddress, GuidePhase, PublishingError
from tests.factories import make_program, make_spotlight_editor
from tests.spotlights.guide_factories import make_guide, make_guide_file
from tests.spotlights.html import parse

pytestmark = pytest.mark.django_db

LIST = reverse("guides:list")


def shown(response) -> list[str]:
    return [guide.title for _, guides in response.context["by_phase"] for guide in guides]


def test_guides_are_listed_phase_by_phase_in_the_order_of_their_committee(client):
    make_guide(title="Last", phase="transitioning", position=0)
    make_guide(title="Second", phase="connecting", position=2)
    make_guide(title="First", phase="connecting", position=1)
    make_guide(title="Before", phase="planning", position=9)

    assert shown(client.get(LIST)) == ["Before", "First", "Second", "Last"]


def test_drafts_and_guides_of_hidden_programs_are_not_listed(client):
    make_guide(status="draft")
    make_guide(program=make_program(is_published=False))
    make_guide(title="Seen", program=make_program())

    assert shown(client.get(LIST)) == ["Seen"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("audience=mentees", ["For mentees", "For pairs"]),
        ("audience=mentors", ["For mentors", "For pairs"]),
        ("audience=pairs", ["For mentees", "For mentors", "For pairs"]),
        ("audience=committees", ["For committees"]),
        ("phase=connecting", ["For mentees", "For mentors", "For pairs"]),
        ("audience=mentees&phase=planning", []),
        ("audience=&phase=", ["For committees", "For mentees", "For mentors", "For pairs"]),
    ],
)
def test_readers_see_what_is_meant_for_them(client, asked, found):
    for audience in ("committees", "mentees", "mentors", "pairs"):
        phase = "planning" if audience == "committees" else "connecting"
        make_guide(title=f"For {audience}", audience=audience, phase=phase)

    assert shown(client.get(f"{LIST}?{asked}")) == found


@pytest.mark.parametrize("asked", ["audience=nobody", "phase=never", "phase=%C2%A0"])
def test_an_address_that_asks_for_what_there_is_not_leads_nowhere(client, asked):
    assert client.get(f"{LIST}?{asked}").status_code == 404


def test_the_four_phases_are_explained_as_a_line(client):
    page = parse(client.get(LIST).text)

    steps = page.findall(".//ol[@class='phases']/li")
    assert [step.find("a").text for step in steps] == [
        "Planning",
        "Connecting",
        "Advancing",
        "Transitioning",
    ]
    assert [step.find("p").text for step in steps] == [str(p.sentence) for p in GuidePhase]


@pytest.mark.parametrize("n_guides", [1, 3])
def test_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_guides):
    for _ in range(n_guides):
        make_guide(program=make_program())

    with django_assert_num_queries(1):
        response = client.get(LIST)

    assert len(shown(response)) == n_guides


@pytest.mark.parametrize("n_guides", [1, 3])
def test_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n_guides):
    guides = [make_guide(program=make_program()) for _ in range(n_guides)]
    for _ in range(n_guides):
        make_guide_file(guides[0])

    with django_assert_num_queries(3):
        response = client.get(guides[0].get_absolute_url())

    assert len(response.context["files"]) == n_guides


def test_page_leads_to_its_neighbours_in_the_phase_and_to_related_guides(client):
    first, here, last = (make_guide(phase="connecting") for _ in range(3))
    elsewhere = make_guide(phase="planning")
    make_guide(phase="planning", audience="committees")

    context = client.get(here.get_absolute_url()).context

    assert (context["before"], context["after"]) == (first, last)
    assert context["related"] == [elsewhere]
    ends = [client.get(guide.get_absolute_url()).context for guide in (first, last)]
    assert [(page["before"], page["after"]) for page in ends] == [(None, here), (here, None)]


def test_page_says_what_is_meant_for_whom_and_how_long_it_takes(client):
    guide = make_guide(body="word " * 410, audience="committees")

    page = client.get(guide.get_absolute_url()).text

    assert "Committees ·" in " ".join(page.split())
    assert "2 minutes to read" in page


def test_guide_is_read_in_the_language_of_the_page_or_as_it_was_written(client):
    both = make_guide(title_es="Guía", body_es="Escriba primero.")
    one = make_guide()

    with override("es"):
        addresses = [guide.get_absolute_url() for guide in (both, one)]
    in_spanish, as_written = (client.get(address).text for address in addresses)

    assert "<h1>Guía</h1>" in in_spanish
    assert '<div class="prose">' in in_spanish
    assert f'<h1 lang="en">{one.title}</h1>' in as_written
    assert '<div class="prose" lang="en">' in as_written


def test_draft_is_found_by_its_committee_only(client):
    guide = make_guide(status="draft", program=make_program())
    stranger = make_spotlight_editor(make_program())
    editor = make_spotlight_editor(guide.program)

    assert client.get(guide.get_absolute_url()).status_code == 404
    client.force_login(stranger)
    assert client.get(guide.get_absolute_url()).status_code == 404
    client.force_login(editor)
    response = client.get(guide.get_absolute_url())
    assert "This is a draft." in response.text
    assert response.headers["Cache-Control"] == "private, no-store"


def test_old_address_leads_to_the_new_one_and_to_no_other(client):
    guide = make_guide(slug="first")
    for slug in ("second", "third"):
        before, guide.slug = guide.slug, slug
        guide.save()
        guide.keep_address(before)

    for slug in ("first", "second"):
        response = client.get(reverse("guides:guide", args=[slug]))
        assert (response.status_code, response.url) == (301, guide.get_absolute_url())
    with pytest.raises(ValidationError, match="another guide"):
        Guide(slug="first", title="x", audience="pairs", phase="planning").clean()


def test_going_back_to_an_old_address_makes_no_circle(client):
    guide = make_guide(slug="first")
    for before, now in [("first", "second"), ("second", "first")]:
        guide.slug = now
        guide.full_clean()
        guide.save()
        guide.keep_address(before)

    assert list(GuideAddress.objects.values_list("slug", flat=True)) == ["second"]
    assert client.get(guide.get_absolute_url()).status_code == 200


def test_a_guide_is_published_once_and_taken_back_once():
    guide = make_guide(status="draft")

    guide.publish()
    with pytest.raises(PublishingError, match="published already"):
        Guide.objects.get(pk=guide.pk).publish()
    guide.take_back()
    with pytest.raises(PublishingError, match="draft already"):
        guide.take_back()

    assert list(guide.history.values_list("status", flat=True)) == ["draft", "published", "draft"]


@pytest.mark.parametrize(
    "fields", [{"status": "x"}, {"audience": "x"}, {"phase": "x"}, {"slug": "files"}]
)
def test_the_database_knows_the_rules(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_guide(**fields)
