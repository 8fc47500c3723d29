"""A committee's evening: two chairs, a run, a swap, a re-run, a stale page, offers, a decline."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from matching.models import MatchRun, Offer, Pairing
from signups.models import AccessLink
from tests.browser.looking import violations
from tests.browser.test_journeys import sign_in
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor


def start_run(page: Page, deliver_letters) -> None:
    page.goto(reverse("admin:matching_matchrun_add"))
    page.get_by_label("Cohort").select_option(index=1)
    page.get_by_role("button", name="Start the run").click()
    deliver_letters()
    page.get_by_role("link", name="Look again").click()


def pair_page(mentee) -> str:
    pairing = Pairing.objects.active().get(mentee=mentee.pk)
    return reverse("admin:matching_pairing_change", args=[pairing.pk])


def answer(page: Page, application, says: str) -> None:
    """Open the link that a letter brought, and answer the offer on its page."""
    page.goto("/" + AccessLink.new_address(application=application).split("/", 3)[3])
    page.get_by_role("link", name=re.compile("Read and answer|change my answer")).click()
    page.get_by_label(says).check()
    if says.startswith("No"):
        page.get_by_label("If no: why?").select_option("no_time")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("h1")).to_have_text("You are in")


def make_offers(page: Page, n_pairs: int, deliver_letters) -> None:
    page.goto(f"{reverse('admin:matching_pairing_changelist')}?offered=no")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("offer_selected")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name=f"Yes, send {2 * n_pairs} letters").click()
    expect(page.get_by_text(f"{2 * n_pairs} letters written")).to_be_visible()
    deliver_letters()


def approve(page: Page, mentee) -> None:
    page.goto(pair_page(mentee))
    page.get_by_role("button", name=re.compile("^Approve")).click()
    page.get_by_role("button", name=re.compile("^Yes, approve")).click()
    expect(page.get_by_text("1 of 1 approved.")).to_be_visible()


def test_two_chairs_play_a_whole_evening(page: Page, new_context, live_server, deliver_letters):
    cohort = make_cohort()
    ana, ben, cleo = (
        make_mentee(cohort, name=name, topics=[topic])
        for name, topic in [("Ana", "Grants"), ("Ben", "Cataloging"), ("Cleo", "Supervision")]
    )
    mia, noa, oli, pia = (
        make_mentor(cohort, name=name, topics=[topic])
        for name, topic in [
            ("Mia", "Grants"),
            ("Noa", "Cataloging"),
            ("Oli", "Supervision"),
            ("Pia", "Job search"),
        ]
    )
    first, second = make_chair(cohort.program), make_chair(cohort.program)
    sign_in(page, first)
    # The fixture closes what it opens: an open browser keeps a connection to the database.
    other_page = new_context().new_page()
    sign_in(other_page, second)

    start_run(page, deliver_letters)
    expect(page.locator(".summary-sentence").first).to_contain_text(
        "All 3 mentees can have a mentor"
    )
    page.get_by_label("Ana with Mia").check()
    page.get_by_label("Ben with Noa").check()
    page.get_by_role("button", name="Swap two ticked").first.click()
    page.get_by_role("button", name="Yes, swap their mentors").click()
    swapped = {(one.mentee.name, one.mentor.name) for one in Pairing.objects.filter(status="fixed")}
    assert swapped == {("Ana", "Noa"), ("Ben", "Mia")}

    # Another run keeps what people put together, and proposes the rest anew.
    start_run(page, deliver_letters)
    run = MatchRun.objects.latest("pk")
    assert [(p.mentee.name, p.mentor.name) for p in run.pairings.all()] == [("Cleo", "Oli")]

    # The second chair has a page open that becomes stale.
    other_page.goto(pair_page(cleo))
    approve(page, cleo)
    other_page.get_by_role("button", name=re.compile("^Reject")).click()
    expect(other_page.locator(".messagelist")).to_contain_text(
        f"Cleo with Oli: Approved by {first.username}"
    )
    assert Pairing.objects.get(mentee=cleo.pk, run=run).status == "approved"

    approve(other_page, ana)
    approve(other_page, ben)
    make_offers(page, 3, deliver_letters)

    applicant = new_context().new_page()
    for application in (ana, noa, ben, mia, cleo):
        answer(applicant, application, "Yes, I would like this")
    answer(applicant, oli, "No, not this time")

    # What came back is let go, and the next best pair stands ready.
    page.goto(reverse("admin:matching_offer_changelist") + "?state=came_back")
    page.get_by_role("link", name="Cleo with Oli").click()
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Let it go").click()
    page.get_by_role("button", name=re.compile("^Yes, let go")).click()
    expect(page.get_by_text("Proposed next, and told to nobody: Cleo with Pia")).to_be_visible()

    approve(page, cleo)
    make_offers(page, 1, deliver_letters)
    for application in (cleo, pia):
        answer(applicant, application, "Yes, I would like this")

    agreed = Offer.objects.agreed().select_related("pairing__mentee", "pairing__mentor")
    assert {(one.pairing.mentee.name, one.pairing.mentor.name) for one in agreed} == {
        ("Ana", "Noa"),
        ("Ben", "Mia"),
        ("Cleo", "Pia"),
    }
    page.goto(reverse("admin:signups_cohort_change", args=[cohort.pk]))
    expect(page.get_by_text("Nothing waits for the committee.")).to_be_visible()
    assert violations(page) == []
