"""Pairs that must not be made: named by the committee, kept by runs, erased with the people."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from matching import runs
from matching.erasing import erase_and_part
from matching.models import Conflict
from tests.factories import (
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
    make_user,
)
from tests.matching.factories import make_conflict, make_pairing, make_run
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

LIST = reverse("admin:matching_conflict_changelist")
ADD = reverse("admin:matching_conflict_add")


def pairs_of(run):
    return sorted((p.mentee.name, p.mentor.name) for p in run.pairings.all())


def test_chair_names_a_conflict_and_the_next_run_keeps_it(client):
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    chair = make_chair(cohort.program)
    client.force_login(chair)

    client.post(ADD, {"mentee": ana.pk, "mentor": mia.pk, "reason": "supervisor", "words": ""})

    conflict = Conflict.objects.get()
    assert (conflict.mentee_id, conflict.mentor_id, conflict.made_by) == (ana.pk, mia.pk, chair)
    run = make_run(cohort)
    assert pairs_of(run) == []
    assert run.unmatched.get().reason == (
        "The rules exclude the only mentor with a place: named conflict (1)."
    )


@pytest.mark.parametrize("roles_change", [False, True])
def test_a_conflict_is_between_people_and_holds_in_later_cohorts(roles_change):
    program = make_program()
    last_year, this_year = make_cohort(program), make_cohort(program)
    make_conflict(
        make_mentee(last_year, email="ana@example.org"),
        make_mentor(last_year, email="mia@example.org"),
    )
    addresses = ["Ana@example.org", "mia@example.org"]
    mentee_address, mentor_address = addresses[::-1] if roles_change else addresses
    make_mentee(this_year, email=mentee_address)
    make_mentor(this_year, email=mentor_address)

    assert pairs_of(make_run(this_year)) == []


def test_a_conflict_holds_in_its_own_program_only():
    here, elsewhere = make_cohort(), make_cohort()
    make_conflict(
        make_mentee(elsewhere, email="ana@example.org"),
        make_mentor(elsewhere, email="mia@example.org"),
    )
    make_mentee(here, name="Ana", email="ana@example.org")
    make_mentor(here, name="Mia", email="mia@example.org")

    assert pairs_of(make_run(here)) == [("Ana", "Mia")]


def test_a_conflict_is_no_wish_that_two_can_lift():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    make_conflict(ana, mia)
    ana.wishes.create(wanted_name_or_email="Mia")
    mia.wishes.create(wanted_name_or_email="Ana")

    assert pairs_of(make_run(cohort)) == []


def test_a_conflict_named_during_the_computing_makes_the_run_start_over(monkeypatch):
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    chair = make_chair(cohort.program)
    real_match = runs.match

    def match_while_a_chair_names_a_conflict(*args):
        if not Conflict.objects.exists():
            Conflict(mentee_id=ana.pk, mentor_id=mia.pk, reason="asked").name(by=chair)
        return real_match(*args)

    monkeypatch.setattr(runs, "match", match_while_a_chair_names_a_conflict)

    assert pairs_of(make_run(cohort)) == []


def test_choices_are_people_of_own_programs_with_their_cohort(client):
    own, other = make_cohort(), make_cohort()
    ana = make_mentee(own, name="Ana")
    make_mentee(own, name="Gone", status="withdrawn")
    make_mentee(other, name="Foreign")
    client.force_login(make_chair(own.program))

    choices = client.get(ADD).context["adminform"].form.fields["mentee"].choices

    assert [str(label) for _, label in choices] == [
        "Choose a person",
        f"Ana, {ana.email} ({own})",
    ]


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"mentor": "of another cohort"}, {"mentor"}),
        ({"reason": "other", "words": ""}, {"__all__"}),
        ({"reason": "charm"}, {"reason"}),
        ({"mentor": "of another program"}, {"mentor"}),
        ({"mentee": ""}, {"mentee"}),
    ],
)
def test_a_conflict_that_cannot_be_is_refused_beside_the_field(client, fields, faults):
    cohort = make_cohort()
    mentors = {
        "of another cohort": make_mentor(make_cohort(cohort.program)).pk,
        "of another program": make_mentor(make_cohort()).pk,
    }
    data = {
        "mentee": make_mentee(cohort).pk,
        "mentor": make_mentor(cohort).pk,
        "reason": "asked",
    } | fields
    data["mentor"] = mentors.get(data["mentor"], data["mentor"])
    client.force_login(make_chair(cohort.program))

    response = client.post(ADD, data)

    assert set(response.context["adminform"].form.errors) == faults
    assert Conflict.objects.count() == 0


def test_a_conflict_is_named_once():
    conflict = make_conflict(make_mentee(cohort := make_cohort()), make_mentor(cohort))
    again = Conflict(
        mentee=conflict.mentee, mentor=conflict.mentor, reason="asked", made_by=conflict.made_by
    )

    with pytest.raises(ValidationError, match="This conflict is named already"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.parametrize("fields", [{"reason": "charm"}, {"reason": "other", "words": ""}])
def test_database_refuses_a_conflict_without_a_known_reason(fields):
    make_conflict(make_mentee(cohort := make_cohort()), make_mentor(cohort))

    with pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.update(**fields)


@pytest.mark.parametrize(
    ("decide", "sentence"),
    [
        (lambda pairing, by: None, "These two are proposed as a pair."),
        (lambda pairing, by: pairing.approve(by=by), "These two are an approved pair."),
        (lambda pairing, by: pairing.reject(by=by), ""),
    ],
)
def test_the_chair_is_told_where_the_two_are_a_pair_already(client, decide, sentence):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    decide(pairing, by=chair)
    client.force_login(chair)
    data = {"mentee": pairing.mentee_id, "mentor": pairing.mentor_id, "reason": "asked"}

    page = client.post(ADD, data, follow=True)

    told = [str(message) for message in page.context["messages"]]
    assert [one for one in told if one.startswith("These two")] == [
        one for one in told if sentence and one.startswith(sentence)
    ]
    assert len(told) == (2 if sentence else 1)


def test_people_of_a_conflict_do_not_change_and_it_can_be_taken_back(client):
    cohort = make_cohort()
    conflict = make_conflict(make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia"))
    other = make_mentee(cohort)
    client.force_login(make_chair(cohort.program))
    page = reverse("admin:matching_conflict_change", args=[conflict.pk])

    client.post(page, {"mentee": other.pk, "reason": "asked", "words": "Told us."})
    conflict.refresh_from_db()
    assert (conflict.mentee.name, conflict.reason, conflict.words) == ("Ana", "asked", "Told us.")
    delete = reverse("admin:matching_conflict_delete", args=[conflict.pk])
    assert "Ana and Mia" in client.get(delete).content.decode()
    client.post(delete, {"post": "yes"})

    assert pairs_of(make_run(cohort))[0][1] == "Mia"


@pytest.mark.parametrize("who", ["chair of another program", "no permission", "seat only"])
def test_a_stranger_neither_sees_nor_names_nor_takes_back_conflicts(client, who):
    program = make_program()
    cohort = make_cohort(program)
    conflict = make_conflict(make_mentee(cohort, name="Secretia"), make_mentor(cohort))
    stranger = make_chair(make_program()) if who.startswith("chair") else make_user()
    if who == "seat only":
        program.seats.create(name="Sam", user=stranger, role="member", is_public=False)
    client.force_login(stranger)
    data = {"mentee": make_mentee(cohort).pk, "mentor": conflict.mentor_id, "reason": "asked"}

    listed = client.get(LIST)
    client.post(ADD, data)
    client.post(
        reverse("admin:matching_conflict_change", args=[conflict.pk]),
        {"reason": "asked", "words": "Mine."},
    )
    client.post(reverse("admin:matching_conflict_delete", args=[conflict.pk]), {"post": "yes"})

    assert "Secretia" not in listed.content.decode()
    left = Conflict.objects.get()
    assert (left.pk, left.reason, left.words) == (conflict.pk, "supervisor", "")


def test_a_conflict_goes_with_either_person_and_from_the_log(client):
    cohort = make_cohort()
    name, words = "Quirina Oyelaran-Vex", "They shared a desk in Zanzibar"
    client.force_login(make_chair(cohort.program))
    people = [make_mentee(cohort, name=name), make_mentor(cohort, name=f"{name} Junior")]
    for gone in people:
        other = make_mentor(cohort) if gone.role == "mentee" else make_mentee(cohort)
        mentee, mentor = sorted([gone, other], key=lambda person: person.role)
        data = {"mentee": mentee.pk, "mentor": mentor.pk, "reason": "close", "words": words}
        client.post(ADD, data)
    taken_back = make_conflict(people[0], people[1], words=words)
    client.post(reverse("admin:matching_conflict_delete", args=[taken_back.pk]), {"post": "yes"})
    assert LogEntry.objects.count() == 3
    assert "matching.Conflict.words" in places_that_hold(words)

    for gone in people:
        erase_and_part(gone)

    assert Conflict.objects.count() == 0
    assert places_that_hold(name, words) == []


@pytest.mark.parametrize("n_conflicts", [1, 3])
def test_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_conflicts):
    program = make_program()
    for _ in range(n_conflicts):
        cohort = make_cohort(program)
        make_conflict(make_mentee(cohort), make_mentor(cohort))
    client.force_login(make_chair(program))

    with django_assert_num_queries(8):
        listed = client.get(LIST)

    assert listed.context["cl"].result_count == n_conflicts
