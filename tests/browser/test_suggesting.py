"""From a suggestion to a draft, and from a mentorship that ended to a story, in a real browser."""

from __future__ import annotations

import re

from django.core import mail
from playwright.sync_api import Page, expect

from signups.models import AccessLink
from spotlights.models import Spotlight, Suggestion
from tests.browser.looking import violations
from tests.browser.test_journeys import sign_in
from tests.factories import make_program, make_spotlight_editor
from tests.spotlights.suggestion_factories import make_ended_mentee


def test_a_leader_is_suggested_and_becomes_a_draft(page: Page, live_server, deliver_letters):
    program = make_program(name="Lantern")
    page.goto("/guides/")
    page.get_by_role("link", name="Suggest a leader").first.click()
    page.get_by_role("button", name="Send my suggestion").click()
    expect(page.get_by_role("alert")).to_contain_text("Tell us whom you would like to read about.")
    assert violations(page) == []

    page.get_by_label("Their name").fill("Odalys O'Pine")
    page.get_by_label("Why would you like to read about them?").fill("She reads to the dogs.")
    page.get_by_label("Your name").fill("Ada O'Hara")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_label("The committee may write to me about it.").check()
    page.get_by_role("button", name="Send my suggestion").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for thinking of somebody")
    deliver_letters()
    [confirmation] = mail.outbox

    sign_in(page, make_spotlight_editor(program))
    page.goto("/admin/spotlights/suggestion/")
    page.get_by_role("link", name="Odalys O'Pine").click()
    page.get_by_role("button", name="Save and make a draft").click()
    expect(page.get_by_label("Who:")).to_have_value("Odalys O'Pine")
    assert Spotlight.objects.get().suggestion.status == "drafted"

    page.goto(re.search(r"/my/suggestion/\S+", confirmation.body)[0])
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is left of it")
    assert (Suggestion.objects.count(), Spotlight.objects.count()) == (0, 1)


def test_somebody_tells_their_story_and_takes_it_back(page: Page, live_server):
    mentee = make_ended_mentee()
    page.goto(re.search(r"/my/link/\S+", AccessLink.new_address(application=mentee))[0])
    page.get_by_role("link", name="Tell my story").click()
    page.get_by_label("What did you hope for when you applied?").fill("To be heard.")
    page.get_by_label("What happened?").fill("I was.")
    page.get_by_label("Without any name").check()
    page.get_by_role("button", name="Send my story").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box if we may keep it")
    assert violations(page) == []
    page.get_by_label("The committee may keep my story").check()
    page.get_by_role("button", name="Send my story").click()
    expect(page.get_by_role("heading", name="Your story")).to_be_visible()
    assert Suggestion.objects.get().naming == "none"

    page.get_by_role("button", name="Take my story back").click()
    expect(page.get_by_text("nothing of it is left").first).to_be_visible()
    assert Suggestion.objects.get().status == "withdrawn"
