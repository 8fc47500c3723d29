"""What people come for, from end to end, in a real browser and with the real worker."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from matching.models import Pairing
from signups.models import Application, Program
from tests.browser.looking import violations
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.spotlights.factories import make_spotlight


@pytest.fixture
def cal(live_server) -> Program:
    call_command("load_programs", verbosity=0)
    return Program.objects.get(slug="cal-mig")


@pytest.fixture
def core(cal) -> Program:
    return Program.objects.get(slug="core")


def sign_in(page: Page, user) -> None:
    user.set_password("a long pass phrase")
    user.save()
    page.goto(reverse("admin:index"))
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("a long pass phrase")
    page.get_by_role("button", name="Log in").click()


def first_option(page: Page, label: str) -> None:
    """Choose the first real answer of a list."""
    page.get_by_label(label).select_option(index=1)


def test_a_mentee_applies_to_cal(page: Page, cal, deliver_letters):
    page.goto("/")
    page.get_by_role("link", name=re.compile("mentee")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apply to be a mentee")

    page.get_by_label("Your name").fill("Zoë O'Hara")
    page.get_by_label("E-mail address").fill("zoe@example.org")
    page.get_by_role("button", name="Look it over").click()

    # What is missing is listed on top, and what was written is still there.
    expect(page.get_by_role("alert")).to_contain_text("What you want most")
    expect(page.get_by_label("Your name")).to_have_value("Zoë O'Hara")

    first_option(page, "Career stage")
    first_option(page, "Kind of library you work in now")
    page.get_by_label("What you want most").select_option(label="Grants, budgets and fundraising")
    page.get_by_label("Your second choice").select_option(index=2)
    page.get_by_label("What you hope for").fill("I would like to find money for our bookmobile.")
    first_option(page, "Kind of mentoring you would like most")
    first_option(page, "Where you are required")
    page.get_by_role("group", name=re.compile("Ways of meeting")).get_by_role(
        "checkbox"
    ).first.check()
    page.get_by_role("group", name=re.compile("Languages")).get_by_role("checkbox").first.check()
    page.get_by_label(re.compile("I agree to the rules")).check()
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look it over")
    page.get_by_role("button", name="Send my application as a mentee").click()

    expect(page).to_have_url(re.compile("/applied/mentee/$"))
    application = Application.objects.get()
    assert (application.name, application.role, application.cohort.program) == (
        "Zoë O'Hara",
        "mentee",
        cal,
    )
    assert str(application.topic_choices.first()) == "1. Grants, budgets and fundraising"
    deliver_letters()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["zoe@example.org"], "We have your application to CAL MIG")
    ]


def test_a_mentor_applies_to_core(page: Page, core, deliver_letters):
    page.goto(core.get_absolute_url())
    page.get_by_role("link", name=re.compile("Apply to be a mentor")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apply to be a mentor")

    page.get_by_label("Your name").fill("Kwame Mensah-Sørensen")
    page.get_by_label("E-mail address").fill("kwame@example.org")
    page.get_by_label(re.compile("Membership number")).fill("1234567")
    first_option(page, "Career stage")
    first_option(page, "Kind of library you work in now")
    page.get_by_role("group", name=re.compile("Topics you could help")).get_by_role(
        "checkbox"
    ).first.check()
    page.get_by_label("What you would bring to a mentee").fill("Twenty years of leading teams.")
    page.get_by_role("group", name=re.compile("kinds of mentoring")).get_by_role(
        "checkbox"
    ).first.check()
    page.get_by_label("How many mentees could you take?").select_option("3")
    first_option(page, "Where you are required")
    page.get_by_role("group", name=re.compile("Ways of meeting")).get_by_role(
        "checkbox"
    ).first.check()
    page.get_by_role("group", name=re.compile("Languages")).get_by_role("checkbox").first.check()
    page.get_by_label(re.compile("I will attend the orientation")).check()
    page.get_by_label(re.compile("I agree to the rules")).check()
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look it over")
    page.get_by_role("button", name="Send my application as a mentor").click()

    expect(page).to_have_url(re.compile("/applied/mentor/$"))
    application = Application.objects.get()
    assert (application.membership_number, application.capacity, application.cohort.program) == (
        "1234567",
        3,
        core,
    )
    assert application.promises_orientation is True
    deliver_letters()
    assert [message.to for message in mail.outbox] == [["kwame@example.org"]]


def test_a_chair_runs_a_match_approves_and_makes_offers(page: Page, live_server, deliver_letters):
    cohort = make_cohort()
    for topic in ("Cataloging", "Grants"):
        make_mentee(cohort, name=f"Mentee for {topic}", topics=[topic])
        make_mentor(cohort, name=f"Mentor in {topic}", topics=[topic])
    make_mentee(cohort, name="Mentee left over", topics=["Job search"])
    sign_in(page, make_chair(cohort.program))

    page.goto(reverse("admin:matching_matchrun_add"))
    page.get_by_label("Cohort").select_option(index=1)
    page.get_by_role("button", name="Start the run").click()
    expect(page.locator(".summary-sentence")).to_contain_text("under way")
    deliver_letters()
    page.get_by_role("link", name="Look again").click()

    expect(page.locator(".summary-sentence").first).to_contain_text(
        "2 of 3 mentees can have a mentor"
    )
    assert violations(page) == []
    page.get_by_role("link", name="Mentee for Grants").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Mentee for Grants with Mentor in Grants"
    )
    assert violations(page) == []
    page.go_back()

    page.get_by_role("button", name="Approve all 2 undecided").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Approve 2 pairings?")
    assert violations(page) == []
    page.get_by_role("button", name="Yes, approve 2").click()
    expect(page.get_by_text("2 of 2 approved.")).to_be_visible()

    page.get_by_role("button", name=re.compile("Make offers: 2 approved pairs")).click()
    expect(page.locator(".summary-sentence")).to_contain_text("4 letters will be sent")
    assert violations(page) == []
    page.get_by_role("button", name="Yes, send 4 letters").click()
    expect(page.get_by_text("4 letters written")).to_be_visible()
    deliver_letters()

    assert sorted(Pairing.objects.values_list("status", flat=True)) == ["approved", "approved"]
    assert sorted(message.subject for message in mail.outbox) == [
        f"We have found a mentee for you in {cohort.program}: Mentee for Cataloging",
        f"We have found a mentee for you in {cohort.program}: Mentee for Grants",
        f"We have found a mentor for you in {cohort.program}: Mentor in Cataloging",
        f"We have found a mentor for you in {cohort.program}: Mentor in Grants",
    ]
    expect(page.get_by_role("button", name=re.compile("Make offers"))).to_have_count(0)


def test_a_reader_reads_a_spotlight(page: Page, cal):
    spotlight = make_spotlight(
        program=cal,
        title="A library on wheels",
        slug="a-library-on-wheels",
        person_name="Rosa Delgado",
        summary="How a bookmobile became a meeting place.",
        body="## What made you start?\n\nSomebody *asked* me.",
        published_at=timezone.now(),
    )

    page.goto("/")
    page.get_by_role("link", name=spotlight.title).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(spotlight.title)
    expect(page.get_by_role("heading", name="What made you start?")).to_be_visible()
    expect(page.locator("em")).to_have_text("asked")


@pytest.mark.parametrize(
    ("zone", "chosen"), [("Europe/Madrid", "Europe/Madrid"), ("Etc/GMT+3", "America/Denver")]
)
def test_the_form_knows_the_time_zone_of_a_device(new_context, cal, zone, chosen):
    page = new_context(timezone_id=zone).new_page()
    page.goto(cal.get_absolute_url())
    page.get_by_role("link", name=re.compile("Apply to be a mentee")).first.click()
    zones = page.get_by_label("Your time zone")
    expect(zones).to_have_value(chosen)

    zones.select_option("Asia/Tokyo")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(zones).to_have_value("Asia/Tokyo")
