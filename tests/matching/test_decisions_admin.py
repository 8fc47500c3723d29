"""Deciding in the admin: a page before each decision, stale pages, and who may do what."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from matching.admin.decision_forms import seen_of
from matching.introductions import introduce
from matching.models import Decision, DecisionKind, MatchSettings, Pairing
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db

PAIRINGS = reverse("admin:matching_pairing_changelist")


def pair_in(cohort, **fields):
    return make_pairing(make_mentee(cohort), make_mentor(cohort), **fields)


def make_member(*programs):
    """Somebody with a seat who may read and recommend, and decide nothing."""
    member = make_chair(*programs)
    member.groups.clear()
    allowed = Permission.objects.filter(codename__in=["view_pairing", "propose_pairing"])
    member.user_permissions.set(allowed)
    return member


def press(client, action, *pairings, **data):
    """Press a button of a list or of a pair's page, which shows the pairs as they are here."""
    data = {"seen": seen_of(pairings), **data}
    return client.post(
        PAIRINGS, data | {"action": action, "_selected_action": [one.pk for one in pairings]}
    )


def confirm(client, page, **data):
    """Press the button of the page before a decision."""
    rows = [pairing.pk for pairing in page.context["rows"]]
    sent = {"action": page.context["action"], "_selected_action": rows, "confirmed": "yes"}
    return client.post(
        PAIRINGS, sent | {"seen": page.context["seen"]} | page.context["back_to"] | data
    )


def status_of(pairing):
    return Pairing.objects.get(pk=pairing.pk).status


def said(client):
    page = client.get(PAIRINGS)
    return [str(message) for message in page.context["messages"]]


@pytest.mark.parametrize(
    ("action", "title", "button", "answers", "status"),
    [
        ("approve_selected", "Approve 2 pairings?", "Yes, approve 2", {}, "approved"),
        ("fix_selected", "Fix 2 pairings?", "Yes, fix 2", {}, "fixed"),
        (
            "hold_selected",
            "Put 2 pairings on hold?",
            "Yes, put 2 on hold",
            {"words": "Until the board has met."},
            "held",
        ),
        (
            "reject_selected",
            "Reject 2 pairings?",
            "Yes, reject 2",
            {"reason": "distance", "words": "Five hours by car."},
            "rejected",
        ),
        (
            "forbid_selected",
            "Forbid 2 pairings?",
            "Yes, forbid 2",
            {"reason": "supervisor", "words": ""},
            "rejected",
        ),
    ],
)
def test_chair_decides_many_after_a_page_with_the_count(
    client, action, title, button, answers, status
):
    cohort = make_cohort()
    first, second, third = (pair_in(cohort) for _ in range(3))
    chair = make_chair(cohort.program)
    client.force_login(chair)

    page = press(client, action, first, second)
    assert (page.context["title"], page.context["confirm"]) == (title, button)
    assert [status_of(one) for one in (first, second)] == ["proposed"] * 2
    done = confirm(client, page, **answers)

    assert [status_of(one) for one in (first, second, third)] == [status, status, "proposed"]
    assert done.status_code == 302
    decisions = Decision.objects.values("reason", "words", "made_by")
    assert list(decisions) == [{"reason": "", "words": "", **answers, "made_by": chair.pk}] * 2
    logged = LogEntry.objects.values_list("user", "object_id").order_by("object_id")
    assert list(logged) == [(chair.pk, str(first.pk)), (chair.pk, str(second.pk))]


@pytest.mark.parametrize(
    ("action", "answers", "field"),
    [
        ("reject_selected", {}, "reason"),
        ("reject_selected", {"reason": "mood"}, "reason"),
        ("reject_selected", {"reason": "other", "words": "  "}, "words"),
        ("hold_selected", {"words": ""}, "words"),
        ("forbid_selected", {"reason": "distance"}, "reason"),
        ("forbid_selected", {"reason": "other"}, "words"),
        ("forbid_selected", {"reason": "close", "words": "x" * 301}, "words"),
    ],
)
def test_a_reason_that_is_asked_for_has_to_be_given(client, action, answers, field):
    cohort = make_cohort()
    pairing = pair_in(cohort)
    client.force_login(make_chair(cohort.program))

    page = confirm(client, press(client, action, pairing), **answers)

    assert list(page.context["form"].errors) == [field]
    assert status_of(pairing) == "proposed"


def test_a_page_that_became_stale_decides_nothing_keeps_the_words_and_says_what_changed(client):
    cohort = make_cohort()
    ana, ben = (make_chair(cohort.program) for _ in range(2))
    approved, other = pair_in(cohort), pair_in(cohort)
    client.force_login(ben)
    page = press(client, "reject_selected", approved, other)
    approved.approve(by=ana)

    again = confirm(client, page, reason="goals", words="Neither fits.")

    [change] = again.context["changes"]
    assert change.startswith(f"{approved}: Approved by {ana} on ")
    assert change in again.content.decode()
    assert [status_of(one) for one in (approved, other)] == ["approved", "proposed"]
    assert again.context["form"]["words"].value() == "Neither fits."
    assert again.context["form"]["reason"].value() == "goals"
    # The page is up to date now, and a second press does what it says.
    assert [again.context["rows"], again.context["n_left_out"]] == [[other], 1]
    confirm(client, again, reason="goals", words="Neither fits.")
    assert [status_of(one) for one in (approved, other)] == ["approved", "rejected"]


def test_words_are_kept_even_when_nothing_is_left_to_decide(client):
    cohort = make_cohort()
    ana, ben = (make_chair(cohort.program) for _ in range(2))
    pairing = pair_in(cohort)
    client.force_login(ben)
    page = press(client, "reject_selected", pairing)
    pairing.approve(by=ana)

    again = confirm(client, page, reason="goals", words="A long story.")

    assert again.context["title"] == "Nothing left to decide here"
    assert "A long story." in again.content.decode()
    assert status_of(pairing) == "approved"


def test_a_run_page_that_became_stale_is_said_before_anything_is_decided(client):
    cohort = make_cohort()
    ana, ben = (make_chair(cohort.program) for _ in range(2))
    for _ in range(2):
        make_mentee(cohort)
        make_mentor(cohort)
    run = make_run(cohort)
    client.force_login(ben)
    run_page = client.get(reverse("admin:matching_matchrun_change", args=[run.pk]))
    first, second = run.pairings.all()
    Pairing.objects.get(pk=first.pk).decide(DecisionKind.HOLD, by=ana, words="Wait.")

    page = press(client, "approve_selected", first, second, seen=run_page.context["seen"])

    [change] = page.context["changes"]
    assert change.startswith(f"{first}: Put on hold by {ana} on ")
    assert page.context["title"] == "Approve 2 pairings?"


def test_a_press_without_what_was_shown_decides_nothing(client):
    cohort = make_cohort()
    pairing = pair_in(cohort)
    client.force_login(make_chair(cohort.program))
    for seen in ("", "nonsense", f"{pairing.pk}:99", f"{pairing.pk + 1}:1"):
        press(client, "approve_selected", pairing, seen=seen, confirmed="yes")

    assert status_of(pairing) == "proposed"


def test_what_cannot_be_decided_is_left_out_and_counted(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    approved, other = pair_in(cohort), pair_in(cohort)
    approved.approve(by=chair)
    client.force_login(chair)

    page = press(client, "fix_selected", approved, other)

    assert (page.context["rows"], page.context["n_left_out"]) == ([other], 1)
    assert press(client, "fix_selected", approved).status_code == 302
    assert said(client) == ["Nothing to do: that is decided already, or letters are out."]


def test_chair_undoes_many_and_is_told_what_stays(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    mentor = make_mentor(cohort, name="Mia")
    rejected, approved = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
    rejected.decide(DecisionKind.FIX, by=chair)
    rejected.reject(by=chair)
    approved.approve(by=chair)
    fixed = pair_in(cohort)
    fixed.decide(DecisionKind.FIX, by=chair)
    introduced = pair_in(cohort)
    introduced.approve(by=chair)
    introduce(cohort, [introduced.pk])
    client.force_login(chair)

    page = press(client, "undo_selected", rejected, fixed, introduced)
    assert page.context["title"] == "Undo the last decision on 2 pairings?"
    confirm(client, page)

    assert [status_of(one) for one in (rejected, fixed, introduced)] == [
        "rejected",
        "proposed",
        "approved",
    ]
    assert said(client) == [
        f"Mia has no place left: {rejected} was not restored.",
        "1 of 2 undone.",
    ]


def test_a_pair_shows_its_history_the_last_first(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind.HOLD, by=chair, words="Ana is away.")
    pairing.undo(by=chair)
    pairing.reject(by=chair, reason="distance", words="Too far.")
    client.force_login(chair)

    page = client.get(reverse("admin:matching_pairing_change", args=[pairing.pk]))

    assert [one.what for one in page.context["history"]] == [
        "Rejected",
        "Undone: put on hold",
        "Put on hold",
    ]
    text = page.content.decode()
    for words in ("Ana is away.", "Too far.", "Place, time or way of meeting does not work"):
        assert words in text
    assert [label for _, label in page.context["decisions"]] == [
        "Undo the last decision on this pair"
    ]


def test_deciding_from_a_pair_leads_back_to_it(client):
    cohort = make_cohort()
    pairing = pair_in(cohort)
    client.force_login(make_chair(cohort.program))

    page = press(client, "fix_selected", pairing, from_pairing=pairing.pk)
    done = confirm(client, page)

    assert done.url == reverse("admin:matching_pairing_change", args=[pairing.pk])


def test_a_member_recommends_and_takes_back_only_that(client):
    cohort = make_cohort()
    chair, member = make_chair(cohort.program), make_member(cohort.program)
    own, of_chair = pair_in(cohort), pair_in(cohort)
    of_chair.decide(DecisionKind.FIX, by=chair)
    client.force_login(member)

    confirm(client, press(client, "recommend_selected", own))
    recommended = Pairing.objects.get(pk=own.pk)
    assert (recommended.status, recommended.recommended_by) == ("recommended", member)
    page = client.get(reverse("admin:matching_pairing_change", args=[own.pk]))
    assert [action for action, _ in page.context["decisions"]] == ["undo_selected"]
    confirm(client, press(client, "undo_selected", recommended, of_chair))

    assert [status_of(one) for one in (own, of_chair)] == ["proposed", "fixed"]


@pytest.mark.parametrize(
    "action",
    ["approve_selected", "reject_selected", "forbid_selected", "fix_selected", "hold_selected"],
)
def test_a_member_decides_nothing_else(client, action):
    cohort = make_cohort()
    pairing = pair_in(cohort)
    client.force_login(make_member(cohort.program))

    press(client, action, pairing, confirmed="yes", reason="better", words="No.")

    assert (status_of(pairing), Decision.objects.count()) == ("proposed", 0)


ACTIONS = [
    "recommend_selected",
    "approve_selected",
    "fix_selected",
    "hold_selected",
    "reject_selected",
    "forbid_selected",
    "undo_selected",
    "swap_selected",
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_decides_nothing(client, action):
    cohort = make_cohort()
    pairings = [pair_in(cohort), pair_in(cohort)]
    if action == "undo_selected":
        for pairing in pairings:
            pairing.approve(by=make_chair(cohort.program))
    before = [status_of(pairing) for pairing in pairings]
    client.force_login(make_chair(make_cohort().program))

    press(client, action, *pairings, confirmed="yes", reason="better", words="No.")

    assert [status_of(pairing) for pairing in pairings] == before
    page = client.get(PAIRINGS)
    assert str(pairings[0]) not in page.content.decode()


def test_buttons_of_two_people_programs_wait_for_the_second(client):
    cohort = make_cohort()
    MatchSettings.objects.create(program=cohort.program, needs_two_to_approve=True)
    first, second = make_chair(cohort.program), make_chair(cohort.program)
    pairing = pair_in(cohort)
    address = reverse("admin:matching_pairing_change", args=[pairing.pk])

    def actions(user):
        client.force_login(user)
        return [action for action, _ in client.get(address).context["decisions"]]

    assert actions(first)[0] == "recommend_selected"
    pairing.decide(DecisionKind.RECOMMEND, by=first)

    assert actions(first)[0] == "hold_selected"
    assert actions(second)[0] == "approve_selected"


def test_chair_asks_for_two_people_in_the_settings(client):
    cohort = make_cohort()
    settings = MatchSettings.objects.for_program(cohort.program)
    client.force_login(make_chair(cohort.program))
    address = reverse("admin:matching_matchsettings_change", args=[settings.pk])
    form = client.get(address)
    data = {
        field.html_name: field.value() or ""
        for formset in form.context["inline_admin_formsets"]
        for one in formset.formset.forms
        for field in one
    }
    data |= {field.html_name: field.value() for field in form.context["adminform"].form}
    for formset in form.context["inline_admin_formsets"]:
        data |= {f.html_name: f.value() for f in formset.formset.management_form}

    client.post(address, data | {"needs_two_to_approve": "on"})

    assert MatchSettings.objects.asking_for_two() == {cohort.program_id}
