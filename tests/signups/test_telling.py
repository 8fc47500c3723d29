"""Deciding and telling are two steps: what is read before it leaves, and who gets what, once."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.urls import reverse

from matching.introductions import introduce
from signups.models import Application, CommitteeSeat, Letter
from signups.standing import standing_of
from signups.telling import LINK_IN_PREVIEW, decision_on, tell
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_user
from tests.matching.factories import make_pairing

pytestmark = pytest.mark.django_db

MENTEES = reverse("admin:signups_menteeapplication_changelist")


def decided(cohort, chair, how, **fields):
    mentee = make_mentee(cohort, status="received", decided_at=None, **fields)
    getattr(mentee, how)(by=chair)
    return mentee


def press(client, *applications, **buttons):
    data = {"action": "tell_selected", "_selected_action": [a.pk for a in applications]}
    return client.post(MENTEES, data | buttons)


def confirm(client, *applications):
    seen = [decision_on(one) for one in applications]
    return press(client, *applications, confirmed="yes", seen=seen)


def fresh(application):
    return Application.objects.get(pk=application.pk)


def test_chair_reads_the_letters_and_their_number_before_they_leave(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    people = [
        decided(cohort, chair, how)
        for how in ("accept", "accept", "waitlist", "decline_for_lack_of_places")
    ]
    undecided = make_mentee(cohort, status="received", decided_at=None)
    client.force_login(chair)

    first = press(client, *people, undecided)
    other = press(client, *people, undecided, preview=people[2].pk)

    assert first.context["kinds"] == [(2, "accepted"), (1, "waitlisted"), (1, "declined")]
    assert (first.context["n_letters"], first.context["n_left_out"]) == (4, 1)
    assert first.context["letter"].subject == f"You are in: {cohort.program}"
    assert LINK_IN_PREVIEW.replace("'", "&#x27;") in first.content.decode()
    assert other.context["letter"].subject == f"You are on the waitlist of {cohort.program}"
    assert other.context["letter"].to == people[2].email
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("how", "subject", "sentence"),
    [
        ("accept", "You are in", "We look for a mentor for you."),
        ("waitlist", "You are on the waitlist", "When a place becomes free, we write to you."),
        ("decline", "Your application to", "You need not do anything now."),
        ("decline_for_lack_of_places", "Your application to", "ask to be kept for the next"),
    ],
)
def test_each_is_told_once_what_was_decided_and_what_comes_next(
    client, deliver_letters, how, subject, sentence
):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, how, name="Ada O'Hara")
    client.force_login(chair)

    confirm(client, person)
    confirm(client, person)
    deliver_letters()

    [message] = mail.outbox
    assert message.to == [person.email]
    assert message.subject.startswith(subject)
    assert "Dear Ada O'Hara," in message.body
    assert sentence in message.body
    assert "/my/link/" in message.body
    person = fresh(person)
    assert (person.told_status, person.is_told) == (person.status, True)


def test_one_letter_is_said_in_the_singular(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, "accept")
    client.force_login(chair)

    asked = press(client, person)
    told = client.get(confirm(client, person).url)

    assert asked.context["title"] == "Tell 1 person what was decided?"
    assert "It cannot be undone." in " ".join(asked.content.decode().split())
    assert "1 letter written; it leaves in the next minutes." in told.content.decode()


def test_a_changed_decision_can_be_told_again(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, "waitlist")
    client.force_login(chair)
    confirm(client, person)
    person = fresh(person)
    person.accept(by=chair)

    assert Application.objects.to_tell().get().pk == person.pk
    confirm(client, person)

    subjects = [letter.subject for letter in Letter.objects.order_by("pk")]
    assert [subject.split(":")[0] for subject in subjects] == [
        f"You are on the waitlist of {cohort.program}",
        "You are in",
    ]


def test_what_was_decided_anew_after_the_page_is_not_told(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person, other = decided(cohort, chair, "accept"), decided(cohort, chair, "accept")
    seen = [decision_on(person), decision_on(other)]
    person.decline(by=chair)
    client.force_login(chair)

    response = press(client, person, other, confirmed="yes", seen=seen)

    assert [letter.application_id for letter in Letter.objects.all()] == [other.pk]
    assert fresh(person).told_at is None
    assert "1 got no letter" in client.get(response.url).content.decode()


def test_telling_looks_again_at_what_is_told():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, "accept")
    seen = decision_on(person)
    person.decline(by=chair)

    assert tell([seen]) == 0
    assert (Letter.objects.count(), fresh(person).told_at) == (0, None)


def test_a_test_letter_goes_to_the_chair_only(client, deliver_letters):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    chair.email = "chair@example.org"
    chair.save()
    person = decided(cohort, chair, "accept")
    client.force_login(chair)

    press(client, person, test=person.pk)
    deliver_letters()

    [message] = mail.outbox
    assert message.to == ["chair@example.org"]
    assert message.subject == f"Test: You are in: {cohort.program}"
    assert "/my/link/" not in message.body
    assert fresh(person).told_at is None
    # It names the applicant, so it goes when the applicant does.
    assert Letter.objects.get().about_id == person.pk


def test_without_an_address_there_is_no_test_letter(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, "accept")
    client.force_login(chair)

    page = press(client, person, test=person.pk)

    assert Letter.objects.count() == 0
    assert "no e-mail address" in page.content.decode()


def test_the_status_page_says_nothing_before_the_letter():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person = decided(cohort, chair, "decline")
    assert standing_of(person).title == "We have your application"
    tell([decision_on(person)])
    person = fresh(person)
    assert standing_of(person).title == "Not this time"

    person.accept(by=chair)
    assert standing_of(person).title == "Not this time"
    tell([decision_on(person)])
    assert standing_of(fresh(person)).title == "You are in"


def test_who_comes_back_has_been_told_nothing():
    cohort = make_cohort()
    person = decided(cohort, make_chair(cohort.program), "accept")
    tell([decision_on(person)])
    person = fresh(person)
    person.withdraw()
    assert standing_of(person).title == "You have withdrawn"

    person.come_back()

    assert (person.told_status, person.told_at) == ("", None)
    assert standing_of(fresh(person)).title == "We have your application"


def test_who_was_introduced_needs_no_other_letter():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=chair)
    assert Application.objects.to_tell().count() == 2

    introduce(cohort, [pairing.pk])

    assert Application.objects.to_tell().count() == 0
    assert Application.objects.told().count() == 2


def test_the_list_finds_who_is_to_be_told(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    told, to_tell = decided(cohort, chair, "accept"), decided(cohort, chair, "waitlist")
    make_mentee(cohort, status="received", decided_at=None)
    tell([decision_on(told)])
    client.force_login(chair)

    def listed(value):
        rows = client.get(MENTEES, {"telling": value}).context["cl"].result_list
        return [row.pk for row in rows]

    assert listed("to_tell") == [to_tell.pk]
    assert listed("told") == [told.pk]


def test_nobody_tells_for_another_program(client):
    cohort = make_cohort()
    person = decided(cohort, make_chair(cohort.program), "accept")
    client.force_login(make_chair(make_cohort().program))

    confirm(client, person)
    press(client, person, test=person.pk)

    assert Letter.objects.count() == 0


def test_a_seat_without_the_permission_tells_nobody(client):
    cohort = make_cohort()
    person = decided(cohort, make_chair(cohort.program), "accept")
    member = make_user()
    member.user_permissions.set(Permission.objects.filter(codename="view_menteeapplication"))
    CommitteeSeat.objects.create(program=cohort.program, name="Member", user=member)
    client.force_login(member)

    confirm(client, person)

    assert Letter.objects.count() == 0


@pytest.mark.parametrize("n_people", [1, 3])
def test_the_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n_people):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    people = [decided(cohort, chair, "accept") for _ in range(n_people)]
    client.force_login(chair)
    press(client, *people)

    with django_assert_num_queries(10):
        press(client, *people)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_chairs_who_press_at_once_write_one_letter():
    for _ in range(10):
        cohort = make_cohort()
        person = decided(cohort, make_chair(cohort.program), "accept")
        seen, counts, together = {decision_on(person)}, [], threading.Barrier(2)

        def press_at_once(seen=seen, counts=counts, together=together):
            together.wait()
            try:
                counts.append(tell(seen))
            finally:
                connection.close()

        threads = [threading.Thread(target=press_at_once) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(counts) == [0, 1]
        assert Letter.objects.filter(application=person.pk).count() == 1
