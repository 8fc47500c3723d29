"""Being told, being kept for the next cohort and erasing oneself: on a phone, and for everyone."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from signups.models import AccessLink, Application
from signups.telling import decision_on, tell
from tests.browser.looking import violations, width_of
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 640}


def faults_of(page):
    """What axe finds in light and dark, and by how much the page is too wide."""
    found = []
    for colours in ["light", "dark"]:
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        found += [(colours, one) for one in violations(page)]
    return found, width_of(page) - page.viewport_size["width"]


def left_out(cohort):
    mentee = make_mentee(cohort, status="received", decided_at=None)
    mentee.decline_for_lack_of_places(by=make_chair(cohort.program))
    tell([decision_on(mentee)])
    return mentee


def test_someone_left_out_asks_to_be_kept_and_then_erases_everything(page, live_server):
    person = left_out(make_cohort())
    address = re.search(r"/my/link/\S+", AccessLink.new_address(application=person))[0]
    page.set_viewport_size(PHONE)

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not this time")
    assert faults_of(page) == ([], 0)
    page.get_by_role("button", name="Keep me for the next cohort").click()
    expect(page.get_by_role("button", name="Do not keep me after all")).to_be_visible()
    assert faults_of(page) == ([], 0)
    page.get_by_role("link", name="Erase everything about me").click()
    assert faults_of(page) == ([], 0)
    page.get_by_role("button", name="Yes, erase everything about me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    assert faults_of(page) == ([], 0)

    assert Application.objects.get(pk=person.pk).name == "Erased"


def test_the_cap_is_read_on_the_form_and_the_program_page(page, live_server):
    cohort = make_cohort(caps_mentees=True)
    make_mentee(cohort)
    make_mentee(cohort)
    make_mentor(cohort)
    page.set_viewport_size(PHONE)

    for path in (f"{cohort.program.get_absolute_url()}{cohort.slug}/apply/mentee/", ""):
        page.goto(path or cohort.program.get_absolute_url())
        expect(page.get_by_text("2 mentees for 1 place; you may be put")).to_be_visible()
        assert faults_of(page) == ([], 0)


def test_a_chair_reads_a_letter_before_all_leave(page, live_server, client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    for name in ("Ada", "Bob"):
        make_mentee(cohort, name=name)
    client.force_login(chair)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page.goto("/admin/signups/menteeapplication/?telling=to_tell")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").first.select_option("tell_selected")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).first.click()
    expect(page.get_by_role("heading", name="The letter to Ada")).to_be_visible()
    page.get_by_role("button", name="Read the letter to Bob").click()
    expect(page.get_by_role("heading", name="The letter to Bob")).to_be_visible()
    assert faults_of(page)[0] == []
    page.get_by_role("button", name="Yes, send 2 letters").click()

    expect(page.get_by_text("2 letters written")).to_be_visible()
    assert Application.objects.filter(told_at__lte=timezone.now()).count() == 2
