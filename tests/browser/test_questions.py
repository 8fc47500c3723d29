"""The committee's own questions in a real browser, without JavaScript and on a narrow phone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from signups.models import Answer, Program
from tests.browser.looking import violations, width_of
from tests.factories import make_cohort, make_question, pdf


@pytest.fixture
def cohort(live_server):
    call_command("load_programs", verbosity=0)
    cohort = make_cohort(Program.objects.get(slug="cal-mig"))
    make_question(cohort, wording="What do you read?", help_text="A title is enough.")
    make_question(cohort, wording="Tell us more.", kind="long_text")
    make_question(cohort, wording="Which day?", kind="choice", options=["Monday", "Friday"])
    make_question(cohort, wording="Which tools?", kind="several", options=["Alma", "Koha"])
    make_question(cohort, wording="Have you a mentor now?", kind="yes_no", is_sensitive=True)
    make_question(cohort, wording="Your page?", kind="link")
    make_question(cohort, wording="Your résumé?", kind="file", is_required=True)
    return cohort


def test_a_file_survives_a_wrong_answer_and_a_change_of_mind(new_context, cohort):
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(reverse("signups:apply", args=["cal-mig", cohort.slug, "mentee"]))
    page.get_by_label("Your name").fill("Zoë O'Hara")
    page.get_by_label("Your résumé?").set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
    )
    page.get_by_role("button", name="Look it over").click()

    expect(page.get_by_text("Chosen before: cv.pdf")).to_be_visible()
    page.get_by_label("E-mail address").fill("zoe@example.org")
    for name in ("career_stage", "library_type", "region", "topic_1", "format_1"):
        page.locator(f"#id_{name}").select_option(index=1)
    page.get_by_label("What you hope for").fill("To lead.")
    for group in ("Ways of meeting", "Languages"):
        page.get_by_role("group", name=group).get_by_role("checkbox").first.check()
    page.get_by_label("I agree to the rules").check()
    page.get_by_role("group", name="Which tools?").get_by_label("Koha").check()
    page.get_by_role("button", name="Look it over").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Look it over")
    expect(page.locator("dl").filter(has_text="cv.pdf")).to_have_count(1)
    page.get_by_role("button", name="Change something").click()
    page.get_by_label("What do you read?").fill("Calvino")
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("button", name="Send my application").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert [answer.in_words for answer in Answer.objects.all()] == ["Calvino", "Koha", "cv.pdf"]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, cohort, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(reverse("signups:apply", args=["cal-mig", cohort.slug, "mentee"]))
    states = [violations(page)]
    page.get_by_label("Your résumé?").set_input_files(
        {"name": "a very long name " * 5 + ".pdf", "mimeType": "text/plain", "buffer": pdf().read()}
    )
    page.get_by_role("button", name="Look it over").click()
    states.append(violations(page))

    expect(page.get_by_text("Chosen before")).to_have_count(1)
    assert states == [[], []]
    assert width_of(page) == width
