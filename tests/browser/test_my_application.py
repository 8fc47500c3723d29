"""The pages behind a link: axe finds nothing, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from signups.models import AccessLink, Draft, UnsubscribeLink
from signups.news import subscribe
from tests.browser.looking import violations, width_of
from tests.factories import application_data, make_cohort, make_mentee

PAGES = [
    "/my/application/",
    "/my/application/edit/",
    "/my/application/withdraw/",
    "/my/lost-link/",
    "/my/link/made-up/",
]


def open_link(page: Page, **target) -> None:
    page.goto(urlsplit(AccessLink.new_address(**target)).path)


def hold_to_the_rules(page: Page) -> None:
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert width_of(page) <= 320


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_an_application(page: Page, live_server, address, scheme):
    application = make_mentee(make_cohort())
    page.emulate_media(color_scheme=scheme)
    open_link(page, application=application)

    page.goto(address)

    hold_to_the_rules(page)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_that_ends_the_letters_of_news(page: Page, live_server, language, scheme):
    reader = make_mentee(make_cohort(), language=language)
    subscribe(reader)
    page.emulate_media(color_scheme=scheme)
    page.goto(urlsplit(UnsubscribeLink.new_address(reader)).path)

    hold_to_the_rules(page)
    page.locator("main form button").click()
    hold_to_the_rules(page)


def test_page_with_the_answers_to_look_over_and_the_saved_one(page: Page, live_server):
    cohort = make_cohort()
    answers = {
        name: [str(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in application_data(cohort, "mentee").items()
        if name != "step"
    }
    draft = Draft.objects.create(
        cohort=cohort, role="mentee", email="ada@example.org", answers=answers
    )
    open_link(page, draft=draft)

    page.get_by_role("button", name="Look it over").click()
    hold_to_the_rules(page)
    page.get_by_role("button", name="Save and finish later").click()
    hold_to_the_rules(page)


def test_page_that_shows_what_another_tab_saved(page: Page, live_server):
    cohort = make_cohort()
    draft = Draft.objects.create(cohort=cohort, role="mentee", email="ada@example.org")
    open_link(page, draft=draft)
    draft.save_answers({"name": ["Ada One"]}, seen_version=1)

    page.get_by_role("button", name="Save and finish later").click()

    expect(page.get_by_role("alert").get_by_text("Ada One")).to_have_count(1)
    hold_to_the_rules(page)


def test_a_topic_chosen_once_is_not_offered_again(page: Page, live_server):
    cohort = make_cohort()
    page.goto(f"/programs/{cohort.program.slug}/{cohort.slug}/apply/mentee/")
    first, second = page.get_by_label("What you want most"), page.get_by_label("Your second choice")

    def offered(choice):
        options = choice.locator("option").all()
        return [option.inner_text() for option in options if option.is_enabled()]

    assert "Grants" in offered(second)
    first.select_option(label="Grants")
    assert "Grants" not in offered(second)
    first.select_option(label="Cataloging")
    assert ("Grants" in offered(second), "Cataloging" in offered(second)) == (True, False)
