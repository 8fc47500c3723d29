"""From a program's page to an application and to an answer, as a reader goes that way."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from mig_site.statements import COOKIES
from signups.models import FrequentQuestion, Inquiry
from tests.browser.looking import violations
from tests.browser.test_journeys import sign_in
from tests.factories import make_chair, make_cohort, make_mentor


@pytest.fixture
def cohort(live_server):
    cohort = make_cohort()
    make_mentor(cohort, capacity=2)
    FrequentQuestion.objects.create(
        program=cohort.program, question="What does it cost?", answer="Nothing but time."
    )
    return cohort


def test_a_reader_asks_a_chair_answers_and_the_reader_comes_back(
    browser: Browser, page: Page, cohort, deliver_letters, base_url
):
    program = cohort.program
    page.goto(program.get_absolute_url())
    page.get_by_role("link", name="Ask the committee").last.click()
    page.get_by_label("Your name").fill("Ada O'Hara")
    page.get_by_label("What it is about").fill("The orientation")
    page.get_by_label("Your question").fill("Is it recorded?")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("alert")).to_contain_text("Your e-mail address")
    expect(page.get_by_label("Your question")).to_have_value("Is it recorded?")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your question is sent")
    deliver_letters()

    with browser.new_context(base_url=base_url) as other:
        desk = other.new_page()
        sign_in(desk, make_chair(program))
        desk.get_by_role("link", name=re.compile("1 question from the public")).first.click()
        desk.get_by_role("link", name="The orientation").click()
        expect(desk.get_by_text("Is it recorded?")).to_be_visible()
        assert violations(desk) == []
        desk.get_by_label("Your answer").fill("Yes, and sent to everybody.")
        desk.get_by_role("button", name="Send the answer").click()
        expect(desk.get_by_text("Your answer is on its way.")).to_be_visible()
    deliver_letters()

    answer = mail.outbox[-1]
    assert answer.to == ["ada@example.org"]
    page.goto(re.search(r"/my/link/\S+", answer.body)[0])
    expect(page.get_by_text("Yes, and sent to everybody.")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Your message").fill("Thank you!")
    page.get_by_role("button", name="Send my message").click()
    expect(page.get_by_role("status")).to_contain_text("Your message is with the committee.")
    assert Inquiry.objects.get().state == "open"
    # On the whole way, only cookies that the privacy statement names.
    assert {one["name"] for one in page.context.cookies()} <= {one.name for one in COOKIES}


def test_apply_for_this_arrives_with_the_format_chosen(page: Page, cohort):
    page.goto(cohort.program.get_absolute_url())
    expect(page.get_by_text("Places left: 2, with one mentor.")).to_be_visible()

    page.get_by_role("link", name=re.compile("Apply for this ?: Coffee chat")).click()

    chosen = page.get_by_label("Kind of mentoring you would like most")
    expect(chosen.locator("option:checked")).to_contain_text("Coffee chat")
    page.get_by_role("button", name="Look it over").click()
    expect(chosen.locator("option:checked")).to_contain_text("Coffee chat")
    page.goto(cohort.program.get_absolute_url())
    page.get_by_role("link", name=re.compile("Offer this as a mentor ?: Coffee chat")).click()
    expect(page.get_by_role("checkbox", name=re.compile("Coffee chat"))).to_be_checked()


def test_answers_to_frequent_questions_are_open_on_paper(page: Page, cohort):
    page.goto(cohort.program.get_absolute_url())
    answer = page.get_by_text("Nothing but time.")
    expect(answer).to_be_hidden()

    page.emulate_media(media="print")

    assert answer.evaluate("one => one.checkVisibility() && one.getBoundingClientRect().height > 0")


# How far down the page each entry of the line stands.
TOPS = """() => [...document.querySelectorAll(".timeline > li")]
    .map(one => one.getBoundingClientRect().top)"""


def test_the_line_of_dates_lies_down_where_there_is_room(page: Page, cohort):
    address = reverse("signups:program", args=[cohort.program.slug])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    wide = page.evaluate(TOPS)
    page.set_viewport_size({"width": 320, "height": 640})
    narrow = page.evaluate(TOPS)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(media="print")
    paper = page.evaluate(TOPS)

    assert len(set(wide)) == 1
    assert narrow == sorted(set(narrow))
    assert paper == sorted(set(paper))
