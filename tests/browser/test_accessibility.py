"""Every public page for everyone: axe finds nothing, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from signups.models import CommitteeSeat, FrequentQuestion, Objective, Program
from spotlights.drawing import Looks, draw_portrait
from spotlights.models import SearchEntry
from spotlights.pictures import keep
from tests.browser.looking import OF_COLOURS, violations, width_of
from tests.browser.test_journeys import sign_in
from tests.factories import make_chair, make_cohort, make_program
from tests.spotlights.factories import make_question, make_spotlight, make_topic
from tests.spotlights.guide_factories import make_guide, make_guide_file

# What a page looks like does not depend on where its rows are kept.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
LANGUAGES = {"English": "", "Spanish": "/es"}

# Each page by what is special about it; those that end in "!" are sent empty first.
PAGES = {
    "home": "/",
    "program": "/programs/lantern/",
    "how we match": "/programs/lantern/how-we-match/",
    "apply as mentee": "/programs/lantern/open/apply/mentee/",
    "apply as mentor": "/programs/lantern/open/apply/mentor/",
    "apply as mentee, with faults": "/programs/lantern/open/apply/mentee/!",
    "apply as mentor, with faults": "/programs/lantern/open/apply/mentor/!",
    "closed": "/programs/lantern/past/apply/mentee/",
    "not open yet": "/programs/lantern/next/apply/mentor/",
    "applied": "/programs/lantern/open/applied/mentee/",
    "spotlights": "/lets-connect/",
    "spotlights, chosen": "/lets-connect/?topic=barriers&type=public&q=meeting",
    "spotlights, nothing fits": "/lets-connect/?q=zebra",
    "spotlight": "/lets-connect/ask-for-the-meeting/",
    "spotlight, withdrawn": "/lets-connect/taken-back/",
    "guides": "/guides/",
    "guides for one": "/guides/?audience=mentees&phase=connecting",
    "guide": "/guides/agenda/",
    "suggest a leader": "/suggest-a-leader/",
    "suggested": "/suggest-a-leader/thanks/",
    "suggestion taken back": "/my/suggestion-taken-back/",
    "contact": "/programs/lantern/contact/",
    "contact, with faults": "/programs/lantern/contact/!",
    "contact of the site": "/contact/",
    "asked": "/contact/sent/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "not found": "/nowhere/",
}


@pytest.fixture
def _site_with_everything() -> None:
    """A program that fills every part of its page, in each state of its calls, and a spotlight."""
    program = make_program(
        name="Lantern",
        slug="lantern",
        membership_of="the Association of Examples",
        purpose="We bring people together.\n\nAll of them.",
    )
    Objective.objects.create(program=program, text="Share what works")
    CommitteeSeat.objects.create(
        program=program, name="Ada O'Hara", library="Mesa County Libraries", role="co_chair"
    )
    program.formats.update(takes="one hour, once", suits="Anyone who is curious")
    FrequentQuestion.objects.create(
        program=program, question="What does it cost?", answer="*Nothing.*", audience="mentees"
    )
    dates = {
        "answer_by": date(2099, 1, 10),
        "starts_on": date(2099, 2, 1),
        "ends_on": date(2099, 6, 30),
        "orientation": "A virtual orientation of one hour.",
    }
    make_cohort(program, slug="open", **dates)
    past, later = datetime(2022, 11, 18, 12, tzinfo=UTC), timezone.now() + timedelta(days=30)
    for slug, opens_at in [("past", past), ("next", later.replace(second=0, microsecond=0))]:
        windows = {f"{role}_opens_at": opens_at for role in ("mentee", "mentor")}
        closes_at = opens_at + timedelta(days=1)
        windows |= {f"{role}_closes_at": closes_at for role in ("mentee", "mentor")}
        make_cohort(program, slug=slug, **windows)
    _make_spotlights(program)
    make_guide(phase="planning")
    make_guide_file(
        make_guide(
            slug="agenda",
            body="## First\n\n- [ ] Write.\n\n| Minutes | What |\n|---|---|\n| 10 | Say hello |",
        )
    )
    make_guide()


def _make_spotlights(program: Program) -> None:
    """One with every part, one with none that can be left out, and one that is gone."""
    spotlight = make_spotlight(
        program=program,
        title="Ask for the meeting",
        slug="ask-for-the-meeting",
        language="es",
        library_type="public",
        pull_quote="Nobody told me that I could ask.",
        body="## How did you start?\n\nAt **sixteen**.\n\n> Slowly.\n\n- [Here](https://example.org/)",
        portrait_alt="She laughs between two shelves.",
    )
    with transaction.atomic():
        spotlight.show(keep(draw_portrait(Looks.of("Maren"))))
        spotlight.save()
    make_question(spotlight, "And then?", "### Much later\n\n1. One\n2. Two")
    spotlight.links.create(label="Her library", url="https://library.example/")
    other = make_spotlight(program=program)
    topic = make_topic("Barriers", name_es="Obstáculos")
    topic.spotlights.set([spotlight, other])
    SearchEntry.objects.write_for([spotlight, other])
    make_spotlight(program=program, slug="taken-back", status="withdrawn")


@pytest.fixture
def visit(page: Page, _site_with_everything) -> Callable[[str], Page]:
    """Open an address; with "!" at its end, send the empty form on it and stay for the answer."""

    def open_page(address: str) -> Page:
        page.goto(address.removesuffix("!"))
        if address.endswith("!"):
            page.locator("main form .button-row button").first.click()
            page.wait_for_selector(".error-summary")
        return page

    return open_page


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_nothing_keeps_anyone_out(visit, page, address):
    """In each language, light and dark, at a desk and on a phone; each page is loaded once."""
    found = {}

    for language, prefix in LANGUAGES.items():
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        visit(prefix + address)
        found[language, "light"] = violations(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found[language, "dark"] = violations(page, OF_COLOURS)
        page.set_viewport_size(PHONE)
        found[language, "phone"] = too_small(page)

    assert {where: faults for where, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_styleguide_keeps_to_what_it_shows(page, live_server, scheme):
    sign_in(page, make_chair(make_program()))
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(reverse("styleguide"))
    found = violations(page)
    page.set_viewport_size(PHONE)

    assert (found, width_of(page)) == ([], PHONE["width"])


def too_small(page: Page) -> list[str]:
    """What is wider than a phone, or lower than a thumb."""
    return page.evaluate(
        """() => [
            ...document.documentElement.scrollWidth > innerWidth
                ? [`${document.documentElement.scrollWidth} pixels wide`] : [],
            ...[...document.querySelectorAll(
                ".button, .choice, .form-control, .form-select, nav li a"
            )].filter(target => target.checkVisibility())
              .filter(target => target.getBoundingClientRect().height < 44)
              .map(target => target.outerHTML)
        ]"""
    )


def test_faults_are_told_where_they_are(visit):
    page = visit(PAGES["apply as mentee, with faults"])

    summary = page.get_by_role("alert")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Please look again")

    summary.get_by_role("link", name="Your name").click()
    name = page.locator("#id_name")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "id_name"
    assert name.get_attribute("aria-invalid") == "true"
    assert name.get_attribute("aria-describedby") == "id_name_error"

    boxes = page.get_by_role("group", name="Ways of meeting that suit you")
    assert boxes.get_attribute("aria-describedby") == "id_meeting_ways_error"
    link = summary.get_by_role("link", name="Ways of meeting that suit you")
    assert page.locator(link.get_attribute("href")).get_attribute("name") == "meeting_ways"


def test_each_fault_is_listed_with_a_link_that_leads_to_its_field(visit):
    page = visit(PAGES["apply as mentor, with faults"])

    links = page.get_by_role("alert").get_by_role("link").all()

    targets = [page.locator(link.get_attribute("href")).count() for link in links]
    assert targets == [1] * page.locator(".invalid-feedback").count()


@pytest.mark.parametrize("kind", ["apply as mentee", "apply as mentor"])
def test_what_describes_a_field_is_on_the_page(visit, kind):
    page = visit(PAGES[f"{kind}, with faults"])

    described, missing = page.evaluate(
        """() => {
            const ids = [...document.querySelectorAll("[aria-describedby]")]
                .flatMap(field => field.getAttribute("aria-describedby").split(" "));
            return [ids, ids.filter(id => !document.getElementById(id))];
        }"""
    )

    assert {"id_name_error", "id_email_helptext", "id_meeting_ways_error"} <= set(described)
    assert missing == []


def test_a_keyboard_reaches_the_content_first(visit):
    page = visit(PAGES["home"])

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
