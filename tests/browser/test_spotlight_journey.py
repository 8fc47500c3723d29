"""From a blank form to a reader who wants no more letters, with everybody who has a part in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from signups.news import subscribe, wants_news
from spotlights import portrayed
from spotlights.models import Announcement, PortrayedLink, Reply, Spotlight
from tests.browser.looking import violations, width_of
from tests.browser.test_journeys import sign_in
from tests.factories import (
    make_chair,
    make_cohort,
    make_mentee,
    make_program,
    make_spotlight_editor,
)
from tests.spotlights.factories import make_draft, make_question, make_spotlight

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "odalys@windbreak.example"


def address_in(message, what: str) -> str:
    return re.search(rf"(/my/{what}/\S+)", message.body)[1]


def change_page(spotlight) -> str:
    return reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])


def write_interview(page: Page, program) -> None:
    page.goto(reverse("admin:spotlights_spotlight_add"))
    page.get_by_label("Who:").fill("Odalys O'Trejo")
    page.get_by_label("Program:").select_option(label=program.name)
    page.get_by_label("Title:").fill("Odalys drives the bookmobile")
    page.get_by_label("Summary:").fill("How a librarian came to drive.")
    page.locator("#id_questions-0-question").fill("Why a bookmobile?")
    page.locator("#id_questions-0-answer").fill("Because it goes to *people*.")
    page.get_by_label("E-mail address of the person portrayed:").fill(EMAIL)


def test_an_interview_goes_from_the_blank_form_to_its_readers(
    page: Page, browser: Browser, base_url, deliver_letters
):
    program = make_program(name="Lantern", contact_email="committee@lantern.example")
    reader = make_mentee(make_cohort(program))
    subscribe(reader)
    sign_in(page, make_spotlight_editor(program))

    # The editor writes, with the page at the side, and looks at it in a tab of its own.
    page.set_viewport_size({"width": 1500, "height": 900})
    write_interview(page, program)
    page.get_by_role("button", name="Preview beside the form").click()
    beside = page.frame_locator("iframe:not([hidden])")
    expect(beside.get_by_role("heading", level=1)).to_have_text("Odalys drives the bookmobile")
    page.get_by_label("Title:").fill("Odalys drives on")
    expect(beside.get_by_role("heading", level=1)).to_have_text("Odalys drives on")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview in a new tab").click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text("Odalys drives on")
    expect(tab.get_by_text("Because it goes to people.")).to_be_visible()
    tab.close()
    assert Spotlight.objects.count() == 0

    page.get_by_role("button", name="Save and send to read…").click()
    expect(page.get_by_role("heading", name="The letter", exact=True)).to_be_visible()
    page.get_by_role("button", name="Yes, send this letter").click()
    spotlight = Spotlight.objects.get()
    deliver_letters()

    # The person portrayed comes by the letter, asks for nothing, and agrees.
    theirs = browser.new_context(base_url=base_url).new_page()
    theirs.goto(address_in(mail.outbox[-1], "spotlight/link"))
    expect(theirs).to_have_url(re.compile(r"/my/spotlight/$"))
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Odalys drives on")
    theirs.get_by_role("button", name="Yes, I agree").click()
    expect(theirs.get_by_text(re.compile("You agreed to this text on"))).to_be_visible()

    page.goto(change_page(spotlight))
    page.get_by_role("button", name="Save and send to review").click()
    expect(page.get_by_text("1 sent to review.")).to_be_visible()
    page.context.clear_cookies()

    # A chair reads it once more, publishes, and announces it.
    sign_in(page, make_chair(program))
    page.goto(change_page(spotlight))
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("1 published.")).to_be_visible()
    deliver_letters()
    mail.outbox.clear()
    page.goto(change_page(spotlight))
    page.get_by_role("link", name="Announce…").click()
    page.get_by_role("button", name="Yes, send 1 letter").click()
    expect(page.get_by_text("1 letter written")).to_be_visible()
    expect(page.get_by_role("link", name="Announce…")).to_have_count(0)
    deliver_letters()

    # A reader reads it, and ends the letters.
    [letter] = mail.outbox
    assert letter.to == [reader.email]
    public = browser.new_context(base_url=base_url).new_page()
    public.goto(spotlight.get_absolute_url())
    expect(public.get_by_role("heading", level=1)).to_have_text("Odalys drives on")
    public.goto(address_in(letter, "news"))
    public.get_by_role("button", name="Yes, end these letters").click()
    expect(public.get_by_role("heading", level=1)).to_have_text(
        "No more letters about new spotlights"
    )
    assert (wants_news(reader), Announcement.objects.get().n_letters) == (False, 1)


def test_what_is_published_is_taken_back_from_the_letter(page: Page):
    spotlight = make_spotlight(contact_email=EMAIL)
    address = PortrayedLink.new_address(spotlight)

    page.goto(re.search(r"/my/spotlight/link/\S+", address)[0])
    page.get_by_label("What should be changed?").fill("It's Windbreak.")
    page.get_by_role("button", name="Send this to the committee").click()
    expect(page.get_by_text("It's Windbreak.")).to_be_visible()
    page.get_by_role("link", name="Take it back…").click()
    page.get_by_role("button", name="Yes, take it back").click()

    expect(page.get_by_text("It is done, and the committee knows.")).to_be_visible()
    assert list(Reply.objects.order_by("pk").values_list("kind", flat=True)) == [
        "change",
        "withdrawal",
    ]
    assert page.goto(spotlight.get_absolute_url()).status == 410


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_behind_the_links_are_for_everyone(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    spotlight = make_draft(consent_given_on=None, contact_email=EMAIL)
    make_question(spotlight, "Why libraries?", "People.")
    portrayed.ask_for_change(spotlight, words="More of it, please.")
    reader = make_mentee(make_cohort())
    subscribe(reader)
    page.goto(re.search(r"/my/spotlight/link/\S+", PortrayedLink.new_address(spotlight))[0])
    found = {}
    for name in ("my_spotlight", "take_back", "link_failed"):
        page.goto(reverse(f"portrayed:{name}"))
        found[name] = violations(page)
        assert width_of(page) <= 320

    assert found == {"my_spotlight": [], "take_back": [], "link_failed": []}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_of_a_spotlight_is_for_everyone(page: Page, scheme):
    program = make_program()
    spotlight = make_spotlight(
        program=program, contact_email=EMAIL, published_at=timezone.now() + timedelta(days=9)
    )
    make_question(spotlight, "Why libraries?", "People.")
    chair = make_chair(program)
    portrayed.send_to_read(spotlight, by=chair, n_before=0)
    portrayed.ask_for_change(spotlight, words="More of it, please.")
    sign_in(page, chair)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in (
        change_page(spotlight),
        reverse("admin:spotlights_spotlight_send", args=[spotlight.pk]),
        reverse("admin:spotlights_spotlight_changelist"),
    ):
        page.goto(path)
        # axe would fetch what style sheets import and write it into the page, against the policy.
        found[path] = violations(page, {"preload": False})

    assert {path: faults for path, faults in found.items() if faults} == {}
