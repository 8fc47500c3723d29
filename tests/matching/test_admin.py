"""The review room: what a chair does there, and what nobody else can."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.admin.decision_forms import seen_of
from matching.models import MatchRun, Pairing, PairingStatus
from signups.models import Letter
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_user
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db

PAIRINGS = "admin:matching_pairing_changelist"
START = "admin:matching_matchrun_add"


def run_page(run):
    return reverse("admin:matching_matchrun_change", args=[run.pk])


def act(client, action, *pairings, confirmed=True, **data):
    data = {"action": action, "_selected_action": [one.pk for one in pairings], **data}
    data = {"seen": seen_of(pairings), "reason": "better", **data}
    return client.post(reverse(PAIRINGS), data | ({"confirmed": "yes"} if confirmed else {}))


def statuses(*pairings):
    return [Pairing.objects.get(pk=pairing.pk).status for pairing in pairings]


def test_chair_starts_a_run_and_reads_what_it_proposes(client, deliver_letters):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana")
    make_mentee(cohort, name="Ben", topics=["Grants"])
    make_mentor(cohort, name="Mia", topics=["Cataloging"])
    client.force_login(make_chair(cohort.program))

    response = client.post(reverse(START), {"cohort": cohort.pk})
    run = MatchRun.objects.get()
    assert response.url == run_page(run)
    assert client.get(run_page(run)).context["is_under_way"] is True
    deliver_letters()

    page = client.get(run_page(run))
    assert [(row.mentee, row.mentor) for row in page.context["shown"].rows] == [("Ana", "Mia")]
    assert [left_out.mentee.name for left_out, _ in page.context["unmatched"]] == ["Ben"]
    text = " ".join(page.content.decode().split())
    assert (
        "1 of 2 mentees can have a mentor, one is left without; one mentor offers one place."
        in text
    )
    assert "Covers the only topic asked for: Cataloging (first choice)." in text


def test_second_run_for_a_cohort_gets_a_sentence_beside_the_field(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))
    client.post(reverse(START), {"cohort": cohort.pk})

    response = client.post(reverse(START), {"cohort": cohort.pk})

    assert response.context["form"].errors == {
        "cohort": [f"A run for {cohort} is already under way."]
    }
    assert MatchRun.objects.count() == 1


def test_chair_approves_many_behind_a_page_with_the_count(client):
    cohort = make_cohort()
    for _ in range(2):
        make_mentee(cohort)
        make_mentor(cohort)
    run = make_run(cohort)
    first, second = run.pairings.all()
    client.force_login(make_chair(cohort.program))

    asked = act(client, "approve_selected", first, second, confirmed=False, from_run=run.pk)
    assert asked.context["title"] == "Approve 2 pairings?"
    assert statuses(first, second) == ["proposed", "proposed"]

    done = act(client, "approve_selected", first, second, from_run=run.pk)
    assert done.url == run_page(run)
    assert statuses(first, second) == ["approved", "approved"]


def test_chair_rejects_one_and_the_other_stays(client):
    cohort = make_cohort()
    one, other = (make_pairing(make_mentee(cohort), make_mentor(cohort)) for _ in range(2))
    client.force_login(make_chair(cohort.program))

    act(client, "reject_selected", one)

    assert statuses(one, other) == ["rejected", "proposed"]


def test_what_cannot_be_approved_is_said_and_the_rest_is_done(client):
    cohort = make_cohort()
    mentor = make_mentor(cohort, name="Mia", capacity=1)
    first, second = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
    client.force_login(make_chair(cohort.program))

    act(client, "approve_selected", first, second)
    page = client.get(reverse(PAIRINGS))

    assert sorted(statuses(first, second)) == ["approved", "proposed"]
    said = [str(message) for message in page.context["messages"]]
    assert said[1] == "1 of 2 approved."
    assert said[0].startswith("Mia has no place left: ")


@pytest.mark.parametrize("action", ["approve_selected", "reject_selected", "offer_selected"])
def test_chair_of_another_program_can_do_nothing(client, action):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    if action == "offer_selected":
        pairing.approve(by=make_chair(cohort.program))
    before = statuses(pairing)
    client.force_login(make_chair(make_cohort().program))

    act(client, action, pairing)

    assert (statuses(pairing), Letter.objects.count()) == (before, 0)


@pytest.mark.parametrize("action", ["approve_selected", "reject_selected", "offer_selected"])
def test_seat_without_permission_can_do_nothing(client, action):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    chair = make_chair(cohort.program)
    chair.groups.clear()
    client.force_login(chair)

    act(client, action, pairing)

    assert (statuses(pairing), Letter.objects.count()) == ([PairingStatus.PROPOSED], 0)


def test_pages_of_another_program_are_not_found(client):
    cohort = make_cohort()
    make_mentee(cohort)
    make_mentor(cohort)
    run = make_run(cohort)
    pairing = run.pairings.get()
    stranger = make_chair(make_cohort().program)
    client.force_login(stranger)

    pages = [run_page(run), reverse("admin:matching_pairing_change", args=[pairing.pk])]

    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert list(client.get(reverse(PAIRINGS)).context["cl"].result_list) == []
    assert str(cohort) not in client.get(reverse(PAIRINGS)).content.decode()


def test_staff_without_a_seat_cannot_start_a_run(client):
    cohort = make_cohort()
    client.force_login(make_user())

    response = client.post(reverse(START), {"cohort": cohort.pk})

    assert (response.status_code, MatchRun.objects.count()) == (403, 0)


def test_chair_cannot_start_a_run_for_another_program(client):
    foreign = make_cohort()
    client.force_login(make_chair(make_cohort().program))

    response = client.post(reverse(START), {"cohort": foreign.pk})

    assert list(response.context["form"].errors) == ["cohort"]
    assert MatchRun.objects.count() == 0


@pytest.mark.parametrize("n_pairings", [1, 3])
def test_review_list_takes_the_same_number_of_queries(
    client, django_assert_num_queries, n_pairings
):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    for _ in range(n_pairings):
        # Decided pairings fill every column, so each could cost a query of its own.
        make_pairing(make_mentee(cohort), make_mentor(cohort)).approve(by=chair)
    client.force_login(chair)

    with django_assert_num_queries(8):
        response = client.get(reverse(PAIRINGS))

    assert response.context["cl"].result_count == n_pairings
