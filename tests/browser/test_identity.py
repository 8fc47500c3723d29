"""Identity answers in a browser: changed by keyboard and without script, and clean to axe."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from signups.models import Barrier, BarrierAnswer, IdentityAnswer, Support
from tests.browser.test_my_application import hold_to_the_rules, open_link
from tests.factories import make_cohort, make_mentee
from tests.signups.identity import answer, make_dimension

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cohort():
    cohort = make_cohort()
    make_dimension(cohort.program, "Gender", explanation="As you see it.", takes_several=True)
    make_dimension(cohort.program, "Age", ("Under 30", "30 or over"))
    for model in (Barrier, Support):
        model.objects.create(program=cohort.program, name="Time")
    return cohort


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_are_mended_and_saved(page: Page, live_server, cohort, scheme):
    application = make_mentee(cohort)
    page.emulate_media(color_scheme=scheme)
    open_link(page, application=application)
    page.get_by_role("link", name="What you tell about who you are").click()
    hold_to_the_rules(page)

    page.get_by_label("Woman").focus()
    page.keyboard.press("Space")
    page.get_by_label("Gender: I would like my mentor to share this with me").check()
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("alert")).to_be_focused()
    hold_to_the_rules(page)
    page.get_by_role("alert").get_by_role("link").click()
    consent = page.get_by_label("Gender: you may use my answer in matching")
    expect(consent).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save my answers").click()

    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    kept = IdentityAnswer.objects.with_options().get()
    assert (kept.in_words, kept.is_for_matching, kept.wants_shared) == ("Woman", True, True)


@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_the_form_that_asks_everything(page: Page, live_server, cohort, role):
    page.goto(reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role]))

    expect(page.get_by_role("group", name="What has stood in your way at work?")).to_be_visible()
    hold_to_the_rules(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_admin(page: Page, live_server, cohort, client, scheme):
    for _ in range(6):
        kept = answer(make_mentee(cohort), cohort.program.identitydimensions.first(), "Woman")
        told = {"barriers": [], "barriers_words": "Unheard.", "supports": [], "supports_words": ""}
        BarrierAnswer.objects.create(application=kept.application, told=told, may_be_quoted=True)
    client.force_login(User.objects.create_superuser("admin"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.emulate_media(color_scheme=scheme)

    for address in (
        reverse("admin:signups_identitydimension_changelist"),
        reverse("admin:signups_identitydimension_counts"),
        reverse("admin:signups_identityanswer_change", args=[kept.pk]),
        reverse("admin:signups_barrier_report"),
    ):
        page.goto(address)
        assert page.title().startswith("Log in") is False
        hold_to_the_rules(page)
