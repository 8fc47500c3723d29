"""A chair reads a run: by mouse, by single keys, on paper-white and in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from matching.models import MatchRun
from tests.browser.looking import violations, width_of
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db(transaction=True)

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 768, "height": 900}
PAIRINGS = "admin:matching_pairing_changelist"


@pytest.fixture
def run() -> MatchRun:
    """A run with pairs, a shortage, somebody whom the rules leave nobody, and other choices."""
    cohort = make_cohort()
    for name, topics in [("Ana", ["Grants"]), ("Ben", ["Grants", "Cataloging"]), ("Cai", None)]:
        make_mentee(cohort, name=name, topics=topics)
    make_mentor(cohort, name="Mia", topics=["Grants"])
    make_mentor(cohort, name="Noa", topics=["Cataloging"])
    alone = make_mentee(cohort, name="Dee")
    alone.languages.set(cohort.program.languages.filter(name="Spanish"))
    return make_run(cohort)


@pytest.fixture
def log_in(run, live_server) -> Callable[[BrowserContext], None]:
    """Make a browser that of the chair of the run's program."""

    def log_in_to(context: BrowserContext) -> None:
        client = Client()
        client.force_login(make_chair(run.cohort.program))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        context.add_cookies([cookie])

    return log_in_to


@pytest.fixture
def chair_page(page: Page, log_in) -> Page:
    log_in(page.context)
    return page


def address_of(run) -> str:
    return reverse("admin:matching_matchrun_change", args=[run.pk])


def pair_address(run) -> str:
    return reverse("admin:matching_pairing_change", args=[run.pairings.first().pk])


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("address", [address_of, pair_address])
def test_axe_finds_nothing_that_the_admins_own_list_does_not_have(
    chair_page, run, address, colours
):
    chair_page.set_viewport_size(WIDE)
    chair_page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    chair_page.goto(reverse(PAIRINGS))
    own = set(violations(chair_page))

    chair_page.goto(address(run))
    open_all(chair_page)

    assert [one for one in violations(chair_page) if one not in own] == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("address", [address_of, pair_address])
def test_nothing_scrolls_sideways(chair_page, run, address, size):
    chair_page.set_viewport_size(size)
    chair_page.goto(address(run))
    open_all(chair_page)

    assert width_of(chair_page) == size["width"]


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_single_keys_lead_through_the_pairs_and_back(chair_page, run):
    worst, better = (pairing.mentee.name for pairing in run.pairings.all())
    chair_page.goto(address_of(run))

    chair_page.keyboard.press("j")
    assert focused(chair_page) == worst
    chair_page.keyboard.press("j")
    assert focused(chair_page) == better
    chair_page.keyboard.press("j")
    assert focused(chair_page) == better
    chair_page.keyboard.press("k")
    assert focused(chair_page) == worst
    chair_page.keyboard.press("x")
    ticked = chair_page.locator(".run-pairs input:checked")
    assert ticked.get_attribute("aria-label").startswith(f"{worst} with ")

    chair_page.keyboard.press("o")
    expect(chair_page.locator("#content > h1")).to_contain_text(f"{worst} with ")
    chair_page.keyboard.press("j")
    expect(chair_page.locator("#content > h1")).to_contain_text(f"{better} with ")
    chair_page.keyboard.press("k")
    expect(chair_page.locator("#content > h1")).to_contain_text(f"{worst} with ")
    chair_page.keyboard.press("u")
    expect(chair_page.locator("#content > h1")).to_contain_text("Run ")
    expect(chair_page.get_by_role("link", name=worst, exact=True)).to_be_focused()

    chair_page.keyboard.press("Enter")
    expect(chair_page.locator("#content > h1")).to_contain_text(f"{worst} with ")


def test_keys_rest_while_someone_types_and_can_be_turned_off(chair_page, run):
    worst = run.pairings.first().mentee.name
    chair_page.goto(address_of(run))

    chair_page.keyboard.press("/")
    chair_page.keyboard.type("jok?")
    search = chair_page.locator(".pair-filters input[type='search']")
    assert search.input_value() == "jok?"
    assert chair_page.locator(".keys").get_attribute("open") is None

    search.blur()
    chair_page.keyboard.press("?")
    assert chair_page.locator(".keys").get_attribute("open") is not None
    chair_page.get_by_label("Single keys are on").uncheck()
    chair_page.reload()
    chair_page.keyboard.press("j")
    assert focused(chair_page) != worst

    chair_page.locator(".keys summary").click()
    chair_page.get_by_label("Single keys are on").check()
    chair_page.keyboard.press("j")
    assert focused(chair_page) == worst


def test_without_script_pairs_are_found_opened_and_followed(browser, run, log_in, live_server):
    better = run.pairings.last().mentee.name
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    log_in(context)
    page = context.new_page()
    page.goto(address_of(run))
    assert page.locator(".keys").is_hidden()

    page.get_by_label("Name").fill(better)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".run-pairs tbody tr")).to_have_count(1)
    page.locator(".pair-link").click()
    expect(page.locator("#content > h1")).to_contain_text(f"{better} with ")
    page.get_by_role("link", name="Pair 1 of 1").click()
    expect(page.locator(".run-pairs tbody tr")).to_have_count(1)
    context.close()
