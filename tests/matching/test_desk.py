"""The desk of a cohort: what a chair sees first, and that each number leads to its list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.desk import due_days, gate_counts, topic_demands
from matching.models import Conflict, DecisionKind
from matching.offers import as_seen, make_offers
from signups.models import Application, Draft, Letter
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_inquiry,
    make_mentee,
    make_mentor,
    make_program,
    make_spotlight_editor,
    make_user,
)
from tests.matching.factories import make_pairing

HOME = "admin:index"


@pytest.fixture
def cohort(db):
    return make_cohort()


@pytest.fixture
def chair(cohort, client):
    chair = make_chair(cohort.program)
    client.force_login(chair)
    return chair


def desk(client, cohort):
    return client.get(reverse("admin:signups_cohort_change", args=[cohort.pk]))


def told(figures):
    return [(figure.n, figure.what) for figure in figures]


def rows_behind(client, figure):
    return set(client.get(figure.url).context["cl"].result_list)


def test_what_needs_the_committee_comes_first_and_leads_to_its_list(client, cohort, chair):
    received = make_mentee(cohort, status="received", decided_at=None)
    undecided = make_pairing(make_mentee(cohort), make_mentor(cohort))
    approved = make_pairing(make_mentee(cohort), make_mentor(cohort))
    approved.approve(by=chair)
    Application.objects.exclude(pk=received.pk).update(
        told_status="accepted", told_at=timezone.now() + timedelta(hours=1)
    )
    # Of other cohorts and programs, nothing lies on this desk.
    make_mentee(make_cohort(cohort.program), status="received", decided_at=None)
    make_pairing(make_mentee(other := make_cohort()), make_mentor(other))

    needs = desk(client, cohort).context["needs"]

    assert told(needs) == [
        (1, "mentee application to read"),
        (1, "pair to decide"),
        (1, "approved pair to offer"),
    ]
    assert [rows_behind(client, figure) for figure in needs] == [
        {received},
        {undecided},
        {approved},
    ]


def test_offers_and_letters_are_counted_and_lead_to_their_lists(client, cohort, chair):
    pairings = [make_pairing(make_mentee(cohort), make_mentor(cohort)) for _ in range(2)]
    for pairing in pairings:
        pairing.approve(by=chair)
    now = timezone.now()
    make_offers(cohort, [as_seen(pairings[0])], answer_by=now + timedelta(days=7), by=chair)
    make_offers(cohort, [as_seen(pairings[1])], answer_by=now - timedelta(days=1), by=chair)
    Letter.objects.filter(application=pairings[0].mentee_id).update(status="refused")
    page = desk(client, cohort).context

    assert told(page["needs"]) == [
        (1, "offer that came back"),
        (1, "letter that could not be delivered"),
    ]
    assert [{str(row) for row in rows_behind(client, figure)} for figure in page["needs"]] == [
        {str(pairings[1])},
        {str(Letter.objects.get(status="refused"))},
    ]
    figures = {figure.what: figure for figure in page["figures"]}
    assert {what: figure.n for what, figure in figures.items()} == {
        "drafts open": 0,
        "match runs so far": 2,
        "pairs undecided": 0,
        "offer unanswered": 1,
        "mentorships agreed": 0,
        "accepted mentees without pair and without answer": 0,
        "letters waiting to leave": 3,
    }
    assert {str(row) for row in rows_behind(client, figures["offer unanswered"])} == {
        str(pairings[0])
    }
    assert len(rows_behind(client, figures["letters waiting to leave"])) == 3


def test_applications_are_counted_by_role_and_state(client, cohort, chair):
    for status in ("accepted", "accepted", "waitlisted"):
        make_mentee(cohort, status=status)
    make_mentor(cohort)
    Draft.objects.create(cohort=cohort, role="mentee", email="ada@example.org")
    page = desk(client, cohort).context

    assert {state: [figure.n for figure in figures] for state, figures in page["states"]} == {
        "Received": [0, 0],
        "Accepted": [2, 1],
        "Waitlisted": [1, 0],
        "Declined": [0, 0],
        "Withdrawn": [0, 0],
    }
    accepted = page["states"][1][1][0]
    assert len(rows_behind(client, accepted)) == 2
    assert {figure.what: figure.n for figure in page["figures"]}["draft open"] == 1


def test_scarce_topics_come_first_with_demand_and_supply(cohort):
    for _ in range(3):
        make_mentee(cohort, topics=["Grants", "Cataloging"])
    make_mentee(cohort, topics=["Cataloging"], status="received", decided_at=None)
    make_mentee(cohort, topics=["Grants"], status="declined")  # no longer considered
    make_mentor(cohort, topics=["Cataloging", "Supervision"], capacity=2)
    make_mentor(cohort, topics=["Cataloging"], capacity=1)

    assert [
        (one.topic, one.n_asking, one.n_asking_first, one.n_mentors, one.n_places, one.meaning)
        for one in topic_demands(cohort)
    ] == [
        ("Grants", 3, 3, 0, 0, "Nobody offers it"),
        ("Cataloging", 4, 1, 2, 3, "1 place too few"),
        ("Supervision", 0, 0, 1, 2, "Nobody asks for it yet"),
    ]


def test_gates_tell_how_many_they_hold_back(cohort, chair):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    make_mentee(cohort, status="received", decided_at=None)  # not accepted: not counted
    junior = make_mentor(cohort, career_stage=cohort.program.careerstages.get(rank=0))
    membership = make_gate(cohort, kind="membership", association="ALA")
    experience = make_gate(
        cohort, kind="experience", minimum_stage=cohort.program.careerstages.get(rank=2)
    )
    membership.note_met(mentee, how="by_hand", by=chair)

    def counts():
        return {one.gate: (one.n_asked, one.n_open) for one in gate_counts(cohort)}

    assert counts() == {membership: (3, 2), experience: (2, 1)}
    experience.waive(junior, reason="Ten years elsewhere.", by=chair)
    membership.waive(mentor, reason="Paid by post.", by=chair)
    assert counts() == {membership: (3, 1), experience: (2, 0)}


@pytest.mark.django_db
def test_dates_come_in_order_as_the_program_counts_days():
    cohort = make_cohort(
        mentee_opens_at=datetime(2026, 1, 1, 7, tzinfo=UTC),
        mentee_closes_at=datetime(2027, 2, 2, 6, 59, tzinfo=UTC),  # the 1st in Denver
        mentor_opens_at=datetime(2026, 1, 1, 7, tzinfo=UTC),
        mentor_closes_at=None,
        answer_by=date(2027, 3, 1),
        starts_on=date(2027, 4, 1),
        ends_on=None,
    )

    assert [(due.day, due.what) for due in due_days(cohort)] == [
        (date(2026, 1, 1), "Mentee applications open"),
        (date(2026, 1, 1), "Mentor applications open"),
        (date(2027, 2, 1), "Mentee applications close"),
        (date(2027, 3, 1), "Everyone who applied has an answer"),
        (date(2027, 4, 1), "Mentorships begin"),
    ]


def test_the_chairs_home_shows_own_desks_with_what_they_need(client, cohort, chair):
    make_mentee(cohort, status="received", decided_at=None)
    over = make_cohort(cohort.program, ends_on=timezone.localdate() - timedelta(days=2))
    elsewhere = make_cohort()
    page = client.get(reverse(HOME)).content.decode()

    assert f'href="{reverse("admin:signups_cohort_change", args=[cohort.pk])}"' in page
    assert "<strong>1</strong> mentee application to read" in page
    assert (str(over) in page, str(elsewhere) in page) == (False, False)


def test_home_and_desk_ask_no_more_for_more(client, cohort, chair):
    def n_queries(url):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    urls = [reverse(HOME), reverse("admin:signups_cohort_change", args=[cohort.pk])]
    make_mentee(cohort)
    make_pairing(make_mentee(cohort), make_mentor(cohort))
    few = [n_queries(url) for url in urls]
    for _ in range(3):
        make_mentee(cohort, topics=["Grants"])
        make_pairing(make_mentee(cohort), make_mentor(cohort))
        make_cohort(cohort.program)

    assert [n_queries(url) for url in urls] == few


def test_the_desk_of_another_program_is_not_found(client, chair):
    stranger = make_cohort()
    pages = [
        reverse(f"admin:signups_cohort_{page}", args=[stranger.pk])
        for page in ("change", "edit", "history")
    ]

    assert [client.get(page).status_code for page in pages[:1]] == [404]
    assert [client.get(page).status_code == 200 for page in pages] == [False] * 3
    client.post(pages[1], {"name": "Mine now"})
    stranger.refresh_from_db()
    assert stranger.name != "Mine now"


def test_dates_are_still_changed_on_a_page_behind_the_desk(client, cohort, chair):
    url = reverse("admin:signups_cohort_edit", args=[cohort.pk])
    form = client.get(url).context["adminform"].form
    data = {
        "program": cohort.program_id,
        "name": "Renamed",
        "slug": cohort.slug,
        "orientation": "",
        "_save": "Save",
    }
    for role in ("mentee", "mentor"):
        opens = form.initial[f"{role}_opens_at"]
        data |= {f"{role}_opens_at_0": f"{opens:%Y-%m-%d}", f"{role}_opens_at_1": f"{opens:%H:%M}"}
        closes = form.initial[f"{role}_closes_at"]
        if closes:
            data |= {
                f"{role}_closes_at_0": f"{closes:%Y-%m-%d}",
                f"{role}_closes_at_1": f"{closes:%H:%M}",
            }
    for prefix in ("gates", "questions"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    client.post(url, data)

    cohort.refresh_from_db()
    assert cohort.name == "Renamed"


def test_before_a_run_its_page_says_what_it_would_go_by(client, cohort, chair):
    fixed, undecided = (make_pairing(make_mentee(cohort), make_mentor(cohort)) for _ in range(2))
    fixed.decide(DecisionKind.FIX, by=chair)
    Conflict(
        mentee_id=fixed.mentee_id, mentor_id=undecided.mentor_id, reason="close", made_by=chair
    ).save()
    gate = make_gate(cohort, kind="membership", association="ALA")
    start = reverse("admin:matching_matchrun_add")

    before = client.get(start, {"cohort": cohort.pk}).context["before"]

    assert (before.n_conflicts, before.kept, before.n_replaced) == (1, [("fixed", 1)], 1)
    assert [(one.gate, one.n_open) for one in before.gates] == [(gate, 4)]
    for stranger in (make_cohort().pk, "x", ""):
        assert "before" not in client.get(start, {"cohort": stranger}).context


def test_open_questions_lie_on_the_desk_and_on_the_chairs_home(client, cohort, chair):
    make_inquiry(cohort.program)
    make_inquiry(cohort.program, state="answered")
    make_inquiry(make_cohort().program)
    make_inquiry(None)
    what = "question from the public to answer"

    [figure] = [one for one in desk(client, cohort).context["needs"] if one.what == what]
    page = client.get(reverse(HOME)).content.decode()

    assert figure.n == 1
    assert [one.program for one in rows_behind(client, figure)] == [cohort.program]
    assert page.count(f"<strong>1</strong> {what}") == 2
    client.force_login(make_user(is_superuser=True))
    assert (
        "<strong>3</strong> questions from the public to answer"
        in client.get(reverse(HOME)).content.decode()
    )


def test_who_answers_questions_and_sees_no_cohort_finds_them_on_the_home_page(client, db):
    program = make_program()
    make_inquiry(program)
    editor = make_spotlight_editor(program)
    editor.user_permissions.add(Permission.objects.get(codename="view_inquiry"))
    client.force_login(editor)

    page = client.get(reverse(HOME)).content.decode()

    assert page.count("<strong>1</strong> question from the public to answer") == 1
    assert "Your desks" not in page
