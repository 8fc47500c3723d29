"""An applicant on a phone, with a keyboard and without JavaScript: from draft to withdrawal."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from signups.models import Application, Draft
from tests.factories import make_cohort, make_program

LINK = re.compile(r"http://127\.0\.0\.1:8000(/my/link/\S+)")


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "java_script_enabled": False,
        "viewport": {"width": 320, "height": 640},
    }


class Keyboard:
    """Someone who has no pointer: reaches everything by Tab, and presses keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, locator) -> None:
        expect(locator).to_have_count(1)
        for _ in range(250):
            self.page.keyboard.press("Tab")
            if locator.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never reaches {locator}")

    def write(self, label: str, text: str) -> None:
        self.go_to(self.page.get_by_label(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose_first(self, label: str) -> None:
        self.go_to(self.page.get_by_label(label))
        self.page.keyboard.press("ArrowDown")

    def tick(self, label: str) -> None:
        self.go_to(self.page.get_by_label(label))
        self.page.keyboard.press("Space")

    def press(self, name: str, role: str = "button") -> None:
        self.go_to(self.page.get_by_role(role, name=name, exact=True))
        self.page.keyboard.press("Enter")


def test_draft_return_edit_send_and_withdraw(page: Page, live_server, deliver_letters):
    cohort = make_cohort(make_program(name="Lantern"))
    keys = Keyboard(page)

    def link_in_last_letter() -> str:
        deliver_letters()
        return LINK.findall(mail.outbox[-1].body)[0]

    def heading() -> object:
        return expect(page.get_by_role("heading", level=1))

    page.goto(f"/programs/lantern/{cohort.slug}/apply/mentee/")
    keys.write("Your name", "Zoë O'Hara")
    keys.write("E-mail address", "zoe@example.org")
    keys.press("Save and finish later")
    heading().to_have_text("Saved, not sent")
    assert (Draft.objects.count(), Application.objects.count()) == (1, 0)

    page.context.clear_cookies()
    page.goto(link_in_last_letter())
    expect(page.get_by_label("Your name")).to_have_value("Zoë O'Hara")
    keys.choose_first("Career stage")
    keys.choose_first("Kind of library you work in now")
    keys.choose_first("What you want most")
    keys.write("What you hope for", "To lead a team.")
    keys.choose_first("Kind of mentoring you would like most")
    keys.choose_first("Where you are required")
    keys.tick("Video")
    keys.tick("English")
    keys.tick("I agree to the rules")
    keys.press("Look it over before sending")
    heading().to_have_text("Look it over")
    keys.press("Change something")
    keys.write("Your name", "Zoë Quinn")
    keys.press("Look it over before sending")
    keys.press("Send my application as a mentee")
    heading().to_have_text("Thank you")
    assert [(a.name, a.email) for a in Application.objects.all()] == [
        ("Zoë Quinn", "zoe@example.org")
    ]
    assert Draft.objects.count() == 0

    page.goto(link_in_last_letter())
    heading().to_have_text("We have your application")
    keys.press("Change my answers", role="link")
    keys.write("Your name", "Zoë Quinn-O'Hara")
    keys.press("Save my changes")
    expect(page.get_by_text("Your changes are saved.")).to_be_visible()
    assert Application.objects.get().name == "Zoë Quinn-O'Hara"

    keys.press("Withdraw…", role="link")
    keys.press("Yes, withdraw it")
    heading().to_have_text("You have withdrawn")
    keys.press("Come back")
    heading().to_have_text("We have your application")
