"""The pages of the review room, read by axe in light and dark."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.looking import OF_COLOURS, violations
from tests.browser.test_journeys import sign_in
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run


@pytest.fixture
def rooms(live_server):
    """A chair, and the addresses of pages on which there is something to read."""
    cohort = make_cohort()
    for topic in ("Cataloging", "Grants"):
        make_mentee(cohort, topics=[topic])
        make_mentor(cohort, topics=[topic])
    make_mentee(cohort, status="received", decided_at=None)
    earlier = make_run(cohort)
    make_mentee(cohort, topics=["Supervision"])
    run = make_run(cohort)
    chair = make_chair(cohort.program)
    return chair, {
        "desk": reverse("admin:signups_cohort_change", args=[cohort.pk]),
        "home": reverse("admin:index"),
        "before a run": f"{reverse('admin:matching_matchrun_add')}?cohort={cohort.pk}",
        "comparison": reverse("admin:matching_matchrun_compare", args=[earlier.pk, run.pk]),
        "without a mentor": reverse("admin:matching_unmatched_cohort", args=[cohort.pk]),
        "without a mentor, cohorts": reverse("admin:matching_unmatched_changelist"),
        "by hand": reverse(
            "admin:matching_pairing_choose_mentor", args=[run.unmatched.first().mentee_id]
        ),
        "second step": reverse("second_factor"),
        "reading": reverse("admin:signups_rating_cohorts"),
    }


@pytest.mark.once
def test_nothing_in_the_review_room_keeps_anyone_out(page: Page, rooms):
    chair, pages = rooms
    sign_in(page, chair)
    expect(page.get_by_role("heading", name="Your desks")).to_be_visible()

    found = {}
    for name, address in pages.items():
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        if faults := violations(page):
            found[name, "light"] = faults
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        if faults := violations(page, OF_COLOURS):
            found[name, "dark"] = faults

    assert found == {}
