"""Orientation and gates on a phone: with axe, at 320 px, by keyboard, without JavaScript."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, Page, expect

from signups.models import AccessLink, GateState
from signups.orientation import choose
from tests.browser.looking import violations, width_of
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_mentee,
    make_session,
)

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 640}


def fits_a_phone(page: Page) -> bool:
    return width_of(page) == PHONE["width"]


def sign_in(context: BrowserContext, base_url: str, client, user) -> None:
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert SessionStore(value).exists(value)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base_url}
    context.add_cookies([cookie])


@pytest.fixture
def browser_context_args(browser_context_args, request):
    without_scripts = "without_scripts" in request.node.name
    return browser_context_args | {"viewport": PHONE, "java_script_enabled": not without_scripts}


def test_participant_takes_moves_and_leaves_a_place_without_scripts(page):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    first, second = make_session(cohort, minutes=45), make_session(cohort, minutes=90)
    page.goto(urlsplit(AccessLink.new_address(application=mentee)).path)

    page.get_by_label("45 minutes").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Choose this session").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(
        f"You have a place in the orientation on {first.when}."
    )

    page.get_by_label("90 minutes").check()
    page.get_by_role("button", name="Change my session").click()
    expect(page.get_by_role("status")).to_contain_text(
        f"You have a place in the orientation on {second.when}."
    )

    with page.expect_download() as download:
        page.get_by_role("link", name="Put it into my calendar").click()
    assert download.value.suggested_filename == "orientation.ics"

    page.get_by_role("button", name="I cannot come").click()
    expect(page.get_by_role("status")).to_contain_text("is given back")


def test_axe_finds_nothing_on_the_status_page_in_any_state(page):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    for kind in ("orientation", "membership"):
        make_gate(cohort, kind)
    session, _other = make_session(cohort), make_session(cohort, minutes=45)
    full = make_session(cohort, places=1)
    choose(full, make_mentee(cohort))
    page.goto(urlsplit(AccessLink.new_address(application=mentee)).path)
    found = [(violations(page), fits_a_phone(page))]

    choose(session, mentee)
    page.reload()
    found.append((violations(page), fits_a_phone(page)))
    heights = page.locator("#orientation .button, #orientation .choice").evaluate_all(
        "targets => targets.map(target => target.getBoundingClientRect().height >= 44)"
    )

    assert found == [([], True)] * 2
    assert heights == [True] * len(heights)
    assert len(heights) == 6


def test_chair_ticks_attendance_on_a_phone(page, context, base_url, client):
    cohort = make_cohort()
    gate = make_gate(cohort, "orientation")
    session = make_session(cohort)
    came, away = make_mentee(cohort), make_mentee(cohort)
    choose(session, came)
    sign_in(context, base_url, client, make_chair(cohort.program))
    page.goto(f"/admin/signups/gate/{gate.pk}/change/")
    people = page.locator(".gate-people")
    heights = people.locator(".gate-tick").evaluate_all(
        "labels => labels.map(label => label.getBoundingClientRect().height >= 44)"
    )
    fits = [fits_a_phone(page)]

    page.get_by_label(came.name).check()
    page.get_by_role("button", name="Save attendance").click()
    people.get_by_role("link", name=f"Recording, waive… {away.name}").click()
    fits.append(fits_a_phone(page))
    page.get_by_label("Watched the recording").check()
    page.get_by_role("button", name="Record it").click()

    states = GateState.objects.values_list("application__name", "how")
    assert set(states) == {(came.name, "attended"), (away.name, "recording")}
    assert (heights, fits) == ([True, True], [True, True])


def test_axe_finds_nothing_on_the_pages_of_gates(page, context, base_url, client):
    cohort = make_cohort()
    orientation, membership = make_gate(cohort, "orientation"), make_gate(cohort, "membership")
    mentee = make_mentee(cohort, name="Ana Ruiz", membership_number="1001")
    make_mentee(cohort)
    make_session(cohort)
    sign_in(context, base_url, client, make_chair(cohort.program))
    found = []

    def look() -> None:
        found.append((page.title(), violations(page), fits_a_phone(page)))

    for address in (
        f"{orientation.pk}/change/",
        f"{orientation.pk}/people/{mentee.pk}/",
        f"{membership.pk}/change/",
        f"{membership.pk}/members/",
    ):
        page.goto(f"/admin/signups/gate/{address}")
        look()
    rows = b"Number,Name,E-mail\n7,Ana Ruiz,a-very-long-address@an-even-longer-domain.example.org\n"
    page.set_input_files("#id_file", {"name": "m.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Compare").click()
    look()
    page.get_by_role("button", name="Apply: 0 found").click()
    page.get_by_role("link", name="Write to 2 who are not on the list…").click()
    look()

    assert [(title, faults, fits) for title, faults, fits in found if faults or not fits] == []
    assert len(found) == 6
