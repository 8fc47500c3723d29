"""Gates: what a cohort asks for, who has met it, and who may record that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from signups.models import (
    AccessLink,
    Application,
    Gate,
    GateState,
    HowMet,
    ReviewError,
)
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_mentee,
    make_mentor,
    make_program,
    make_session,
)

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def eligible(*, on=None):
    applications = Application.objects.with_eligibility(on=on or today())
    return set(applications.filter(is_eligible=True).values_list("name", flat=True))


def gate_url(gate, name="change", *args):
    return reverse(f"admin:signups_gate_{name}", args=[gate.pk, *args])


def state_of(gate, application):
    state = GateState.objects.filter(gate=gate, application=application.pk).first()
    return state and (state.state, state.how, state.reason, state.decided_by)


def test_a_program_that_asks_for_nothing_holds_nobody_back(client):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    make_gate(make_cohort(), "membership")

    client.get(AccessLink.new_address(application=mentee))
    page = client.get(reverse("signups:my_application")).content.decode()

    assert eligible() == {mentee.name}
    assert [heading in page for heading in ("Before you start", "Orientation")] == [False, False]


def test_a_gate_counts_from_its_day_on():
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    gate = make_gate(cohort, "membership", due_on=today() + timedelta(days=3))

    assert eligible(on=gate.due_on - timedelta(days=1)) == {mentee.name}
    assert eligible(on=gate.due_on) == set()


def test_all_gates_have_to_be_met_or_waived():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    met, half, waived, nobody = (make_mentee(cohort) for _ in range(4))
    ala = make_gate(cohort, "membership", association="ALA")
    core = make_gate(cohort, "membership", association="Core")
    for person in (met, half, waived):
        ala.note_met(person, how=HowMet.BY_HAND, by=chair)
    core.note_met(met, how=HowMet.BY_HAND, by=chair)
    core.waive(waived, reason="Is on the board.", by=chair)

    assert eligible() == {met.name, waived.name}
    assert [list(Gate.objects.open_for(one)) for one in (met, half, waived, nobody)] == [
        [],
        [core],
        [],
        [ala, core],
    ]

    ala.take_back(met, by=chair)
    assert eligible() == {waived.name}


def test_experience_is_asked_of_mentors_and_read_from_their_answers():
    cohort = make_cohort()
    stages = cohort.program.careerstages
    gate = make_gate(cohort, "experience", minimum_stage=stages.get(rank=2))
    mentee = make_mentee(cohort, career_stage=stages.get(rank=0))
    early = make_mentor(cohort, career_stage=stages.get(rank=1))
    enough = make_mentor(cohort, career_stage=stages.get(rank=2))

    assert eligible() == {mentee.name, enough.name}

    Application.objects.filter(pk=early.pk).update(career_stage=stages.get(rank=3))
    assert eligible() == {mentee.name, enough.name, early.name}
    assert list(Gate.objects.open_for(Application.objects.get(pk=early.pk))) == []

    chair = make_chair(cohort.program)
    with pytest.raises(ReviewError, match="can be waived"):
        gate.note_met(early, how=HowMet.BY_HAND, by=chair)
    with pytest.raises(ReviewError, match="not asked of"):
        gate.waive(mentee, reason="Why not.", by=chair)


def test_a_waiver_says_by_whom_when_and_why():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    gate, mentee = make_gate(cohort, "orientation"), make_mentee(cohort)

    with pytest.raises(ReviewError, match="Say why"):
        gate.waive(mentee, reason="  ", by=chair)
    gate.waive(mentee, reason=" Has led it before. ", by=chair)

    assert state_of(gate, mentee) == ("waived", "", "Has led it before.", chair)
    assert GateState.objects.get().decided_at.date() == timezone.now().date()


def test_a_person_of_another_cohort_meets_no_gate_of_this_one():
    cohort = make_cohort()
    gate = make_gate(cohort, "orientation")

    with pytest.raises(ReviewError, match="not asked of"):
        gate.note_met(
            make_mentee(make_cohort(cohort.program)), how=HowMet.ATTENDED, by=make_chair()
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "perhaps"},
        {"state": "waived"},
        {"state": "waived", "decided_at": "2026-01-01T00:00Z", "reason": "So."},
        {"state": "met"},
        {"state": "met", "how": "attended"},
        {"how": "attended"},
    ],
)
def test_database_refuses_a_state_that_cannot_be(fields):
    cohort = make_cohort()
    gate, mentee = make_gate(cohort, "orientation"), make_mentee(cohort)

    with pytest.raises(IntegrityError), transaction.atomic():
        GateState.objects.create(gate=gate, application_id=mentee.pk, **fields)


def test_database_keeps_one_state_for_each_application_and_gate():
    cohort = make_cohort()
    gate, mentee = make_gate(cohort, "orientation"), make_mentee(cohort)
    GateState.objects.create(gate=gate, application_id=mentee.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        GateState.objects.create(gate=gate, application_id=mentee.pk)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "membership"}, "Say of what one must be a member"),
        ({"kind": "orientation", "association": "ALA"}, "Say of what one must be a member"),
        ({"kind": "experience"}, "Choose the minimum stage"),
    ],
)
def test_a_gate_says_what_it_needs(fields, sentence):
    gate = Gate(cohort=make_cohort(), due_on=today(), **fields)

    with pytest.raises(ValidationError, match=sentence):
        gate.full_clean()


def cohort_page_data(cohort, *gates):
    data = {
        "program": cohort.program.pk,
        "name": cohort.name,
        "slug": cohort.slug,
        "gates-TOTAL_FORMS": len(gates),
        "gates-INITIAL_FORMS": 0,
        "questions-TOTAL_FORMS": 0,
        "questions-INITIAL_FORMS": 0,
    }
    for role in ("mentee", "mentor"):
        for word in ("opens", "closes"):
            moment = getattr(cohort, f"{role}_{word}_at")
            data[f"{role}_{word}_at_0"] = f"{moment:%Y-%m-%d}"
            data[f"{role}_{word}_at_1"] = f"{moment:%H:%M:%S}"
    for index, gate in enumerate(gates):
        data |= {f"gates-{index}-{name}": value for name, value in gate.items()}
    return data


def test_the_committee_chooses_gates_on_the_page_of_the_cohort(client):
    cohort, other = make_cohort(), make_cohort()
    client.force_login(make_chair(cohort.program, other.program))
    url = reverse("admin:signups_cohort_edit", args=[cohort.pk])
    membership = {"kind": "membership", "due_on": "2027-01-04", "association": "ALA"}
    foreign_stage = {
        "kind": "experience",
        "due_on": "2027-01-04",
        "minimum_stage": other.program.careerstages.first().pk,
    }

    twice = client.post(url, cohort_page_data(cohort, membership, membership))
    foreign = client.post(url, cohort_page_data(cohort, foreign_stage))
    assert (twice.status_code, foreign.status_code, Gate.objects.count()) == (200, 200, 0)
    assert "Choose a stage of the cohort&#x27;s own program." in foreign.content.decode()

    client.post(url, cohort_page_data(cohort, membership))
    assert [gate.what for gate in cohort.gates.all()] == ["membership of ALA"]


def test_what_was_recorded_is_said_with_who_and_when(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    gate = make_gate(cohort, "orientation")
    came, waived = make_mentee(cohort), make_mentee(cohort)
    with time_machine.travel("2027-01-01 12:00Z", tick=False):
        gate.note_met(came, how=HowMet.ATTENDED, by=chair)
        gate.waive(waived, reason="Leads it.", by=chair)
    client.force_login(chair)

    people = client.get(gate_url(gate)).context["people"]

    recorded = f"(recorded by {chair} on 1 January 2027)"
    assert {one.application.pk: one.details for one in people} == {
        came.pk: f"attended {recorded}",
        waived.pk: f"Leads it. {recorded}",
    }


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "Nothing was changed."),
        (1, "Attendance of 1 person recorded."),
        (2, "Attendance of 2 people recorded."),
    ],
)
def test_how_many_were_ticked_is_said(client, n, said):
    cohort = make_cohort()
    gate = make_gate(cohort, "orientation")
    came = [make_mentee(cohort).pk for _ in range(n)]
    client.force_login(make_chair(cohort.program))

    page = client.post(gate_url(gate, "attendance"), {"attended": came}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [said]


def test_chair_ticks_attendance_and_touches_only_what_changed(client):
    cohort = make_cohort()
    chair, other_chair = make_chair(cohort.program), make_chair(cohort.program)
    gate = make_gate(cohort, "orientation")
    came, left, meanwhile, waived, kept = (make_mentee(cohort) for _ in range(5))
    for person in (left, kept):
        gate.note_met(person, how=HowMet.ATTENDED, by=chair)
    gate.waive(waived, reason="Leads it.", by=chair)
    client.force_login(chair)
    page = client.get(gate_url(gate)).content.decode()
    assert page.count('type="checkbox"') == 4
    # After the page was opened, someone else records the recording.
    for person in (meanwhile, kept):
        gate.note_met(person, how=HowMet.RECORDING, by=other_chair)

    client.post(
        gate_url(gate, "attendance"),
        {
            "was_attended": [left.pk, kept.pk],
            "attended": [came.pk, kept.pk, "x", "²", "9" * 30],
        },
    )

    assert [state_of(gate, one) for one in (came, left, meanwhile, waived, kept)] == [
        ("met", "attended", "", chair),
        ("not_yet", "", "", chair),
        ("met", "recording", "", other_chair),
        ("waived", "", "Leads it.", chair),
        ("met", "recording", "", other_chair),
    ]


def test_attendance_can_be_ticked_session_by_session(client):
    cohort = make_cohort()
    gate = make_gate(cohort, "orientation")
    monday, tuesday = make_session(cohort), make_session(cohort)
    here, there = make_mentee(cohort), make_mentee(cohort)
    monday.places_taken.create(application_id=here.pk)
    tuesday.places_taken.create(application_id=there.pk)
    client.force_login(make_chair(cohort.program))

    page = client.get(gate_url(gate), {"session": monday.pk})

    assert [person.application.name for person in page.context["people"]] == [here.name]


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("orientation", {"outcome": "recording"}, ("met", "recording", "")),
        ("orientation", {"outcome": "waived", "reason": "Ill."}, ("waived", "", "Ill.")),
        ("membership", {"outcome": "by_hand"}, ("met", "by_hand", "")),
        ("experience", {"outcome": "waived", "reason": "Trained."}, ("waived", "", "Trained.")),
        ("orientation", {"outcome": "not_yet"}, ("not_yet", "", "")),
    ],
)
def test_chair_records_one_person(client, kind, answers, expected):
    cohort = make_cohort()
    gate, person = make_gate(cohort, kind), make_mentor(cohort)
    chair = make_chair(cohort.program)
    client.force_login(chair)

    client.post(gate_url(gate, "person", person.pk), answers)

    assert state_of(gate, person) == (*expected, chair)


@pytest.mark.parametrize(
    ("kind", "answers", "field", "sentence"),
    [
        ("orientation", {"outcome": "waived"}, "reason", "Say why"),
        ("orientation", {}, "outcome", "Choose what holds."),
        ("experience", {"outcome": "attended"}, "outcome", "Select a valid choice"),
    ],
)
def test_what_cannot_be_recorded_gets_a_sentence(client, kind, answers, field, sentence):
    cohort = make_cohort()
    gate, person = make_gate(cohort, kind), make_mentor(cohort)
    client.force_login(make_chair(cohort.program))

    page = client.post(gate_url(gate, "person", person.pk), answers)

    assert sentence in page.context["form"].errors[field][0]
    assert state_of(gate, person) is None


def every_page(client, gate, person):
    """Status codes of everything that can be asked of a gate, read and written."""
    return [
        client.get(gate_url(gate)).status_code,
        client.post(gate_url(gate, "attendance"), {"attended": person.pk}).status_code,
        client.get(gate_url(gate, "person", person.pk)).status_code,
        client.post(gate_url(gate, "person", person.pk), {"outcome": "by_hand"}).status_code,
        client.get(gate_url(gate, "members")).status_code,
        client.get(gate_url(gate, "check", 1)).status_code,
        client.post(gate_url(gate, "check", 1)).status_code,
        client.post(gate_url(gate, "letters")).status_code,
    ]


@pytest.mark.parametrize("kind", ["membership", "orientation"])
def test_chair_of_another_program_reaches_no_gate(client, kind):
    cohort = make_cohort()
    gate, person = make_gate(cohort, kind), make_mentee(cohort)
    client.force_login(make_chair(make_program()))

    assert list(client.get(reverse("admin:signups_gate_changelist")).context["cl"].queryset) == []
    assert every_page(client, gate, person) == [404] * 8
    assert GateState.objects.count() == 0


@pytest.mark.parametrize("kind", ["membership", "orientation"])
def test_seat_without_permission_reaches_no_gate(client, kind):
    cohort = make_cohort()
    gate, person = make_gate(cohort, kind), make_mentee(cohort)
    chair = make_chair(cohort.program)
    chair.groups.clear()
    client.force_login(chair)

    assert every_page(client, gate, person) == [403] * 8
    assert GateState.objects.count() == 0


def test_nobody_of_another_cohort_is_recorded_through_this_gate(client):
    cohort = make_cohort()
    gate, stranger = make_gate(cohort, "orientation"), make_mentee(make_cohort())
    client.force_login(make_chair(cohort.program))

    client.post(gate_url(gate, "attendance"), {"attended": stranger.pk})
    answer = client.post(gate_url(gate, "person", stranger.pk), {"outcome": "attended"})

    assert (answer.status_code, GateState.objects.count()) == (404, 0)


@pytest.mark.parametrize("kind", ["membership", "orientation", "experience"])
def test_a_gates_pages_ask_as_much_for_three_people_as_for_one(client, kind):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    gate = make_gate(cohort, kind)
    client.force_login(chair)

    def add_one():
        person = make_mentor(cohort)
        session = make_session(cohort)
        session.places_taken.create(application_id=person.pk)
        gate.waive(person, reason="So.", by=chair)

    def n_queries(url):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    urls = [gate_url(gate), reverse("admin:signups_gate_changelist")]
    add_one()
    one = [n_queries(url) for url in urls]
    for _ in range(2):
        add_one()

    assert [n_queries(url) for url in urls] == one


def test_the_status_page_says_what_is_asked_by_when(client):
    cohort = make_cohort()
    mentor = make_mentor(cohort, career_stage=cohort.program.careerstages.get(rank=0))
    with time_machine.travel("2027-01-01 12:00Z", tick=False):
        for kind in ("membership", "orientation", "experience"):
            make_gate(cohort, kind, due_on=today())
    client.get(AccessLink.new_address(application=mentor))

    page = client.get(reverse("signups:my_application")).context["preparation"]

    assert [step.split(" ", 3)[:3] for step in page.steps] == [
        ["From", "1", "January"],
        ["On", "1", "January"],
        ["Attend", "orientation", "by"],
    ]


def test_who_is_not_accepted_yet_is_told_of_membership_and_not_of_orientation(client):
    cohort = make_cohort()
    mentee = make_mentee(cohort, status="received", decided_at=None)
    for kind in ("membership", "orientation"):
        make_gate(cohort, kind)
    client.get(AccessLink.new_address(application=mentee))

    page = client.get(reverse("signups:my_application")).context["preparation"]

    assert ["ALA" in step for step in page.steps] == [True]


def test_who_withdrew_is_asked_nothing(client):
    cohort = make_cohort()
    mentee = make_mentee(cohort, status="withdrawn")
    make_gate(cohort, "membership")
    make_session(cohort)
    client.get(AccessLink.new_address(application=mentee))

    page = client.get(reverse("signups:my_application")).context["preparation"]

    assert (page.steps, page.choices) == ((), ())
