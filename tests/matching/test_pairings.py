"""Decisions on pairings, and the letters that follow them."""

from __future__ import annotations

import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from matching.introductions import introduce
from matching.models import Pairing, PairingStatus
from signups.models import Letter, ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing


def status_of(pairing):
    return Pairing.objects.get(pk=pairing.pk).status


@pytest.mark.django_db
def test_approving_says_who_and_when():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))

    pairing.approve(by=chair)

    pairing.refresh_from_db()
    assert (pairing.status, pairing.decided_by) == (PairingStatus.APPROVED, chair)
    assert pairing.decided_at is not None


@pytest.mark.django_db
def test_mentor_capacity_is_kept():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    mentor = make_mentor(cohort, capacity=1)
    first, second = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
    first.approve(by=chair)

    with pytest.raises(ReviewError, match="has no place left"):
        second.approve(by=chair)

    assert status_of(second) == PairingStatus.PROPOSED


@pytest.mark.django_db
def test_mentee_has_one_mentor():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    mentee = make_mentee(cohort)
    first, second = (make_pairing(mentee, make_mentor(cohort)) for _ in range(2))
    first.approve(by=chair)

    with pytest.raises(ReviewError, match="already has a mentor"):
        second.approve(by=chair)

    assert status_of(second) == PairingStatus.PROPOSED


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_nobody_who_has_withdrawn_is_approved(role):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    getattr(Pairing.objects.get(pk=pairing.pk), role).withdraw()

    with pytest.raises(ReviewError, match="no longer takes part"):
        pairing.approve(by=make_chair(cohort.program))

    assert status_of(pairing) == PairingStatus.PROPOSED


@pytest.mark.django_db
@pytest.mark.parametrize("first", [Pairing.approve, Pairing.reject])
@pytest.mark.parametrize("second", [Pairing.approve, Pairing.reject])
def test_the_first_decision_stands(first, second):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort, capacity=2))
    stale = Pairing.objects.get(pk=pairing.pk)
    first(pairing, by=chair)

    with pytest.raises(ReviewError):
        second(stale, by=make_chair(cohort.program))

    pairing.refresh_from_db()
    assert (pairing.status, pairing.decided_by) == (
        PairingStatus.APPROVED if first is Pairing.approve else PairingStatus.REJECTED,
        chair,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"status": "perhaps"},
        {"points": 101},
        {"status": "approved"},
        {"introduced_at": "2026-01-01T00:00Z"},
        {"decided_at": "2026-01-01T00:00Z"},
    ],
)
def test_database_refuses_what_cannot_be(fields):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))

    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(pk=pairing.pk).update(**fields)


@pytest.mark.django_db
def test_database_keeps_one_approved_mentor_per_mentee():
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    decided = {"status": "approved", "decided_at": "2026-01-01T00:00Z"}
    make_pairing(mentee, make_mentor(cohort), **decided)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_pairing(mentee, make_mentor(cohort), **decided)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_chairs_never_give_a_mentor_more_mentees_than_places():
    for _ in range(10):
        cohort = make_cohort()
        chairs = [make_chair(cohort.program) for _ in range(2)]
        mentor = make_mentor(cohort, capacity=1)
        pairings = [make_pairing(make_mentee(cohort), mentor) for _ in range(2)]
        refusals = []
        together = threading.Barrier(2)

        def approve(pairing, chair, together=together, refusals=refusals):
            together.wait()
            try:
                pairing.approve(by=chair)
            except ReviewError as error:
                refusals.append(str(error))
            finally:
                connection.close()

        threads = [
            threading.Thread(target=approve, args=arguments)
            for arguments in zip(pairings, chairs, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert Pairing.objects.approved().filter(mentor=mentor.pk).count() == 1
        assert len(refusals) == 1
        assert "has no place left" in refusals[0]


@pytest.mark.django_db
def test_letters_introduce_both_people_with_the_reasons(deliver_letters):
    cohort = make_cohort(make_program(contact_email="mig@example.org"))
    mentee = make_mentee(cohort, name="Ana O'Hara", statement="I want to lead.")
    mentor = make_mentor(cohort, name="Mia Ito", pronouns="she/her", statement="I can help.")
    pairing = make_pairing(mentee, mentor)
    pairing.approve(by=make_chair(cohort.program))

    assert introduce(cohort, [pairing.pk]) == 2
    deliver_letters()

    to_mentee, to_mentor = mail.outbox
    assert (to_mentee.to, to_mentor.to) == ([mentee.email], [mentor.email])
    assert to_mentee.subject == f"Meet your mentor in {cohort.program}: Mia Ito"
    assert to_mentor.subject == f"Meet your mentee in {cohort.program}: Ana O'Hara"
    assert to_mentee.reply_to == ["mig@example.org"]
    for line in [
        "Dear Ana O'Hara,",
        "Mia Ito (she/her)",
        mentor.email,
        "- Your mentor covers your topic.",
        "I can help.",
    ]:
        assert line in to_mentee.body.splitlines()
    assert "- You cover your mentee's topic." in to_mentor.body.splitlines()


@pytest.mark.django_db
def test_letters_go_out_once_however_often_they_are_asked_for(deliver_letters):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=make_chair(cohort.program))

    n_written = [introduce(cohort, [pairing.pk]) for _ in range(3)]
    Pairing.objects.update(introduced_at=None)  # as if the press had been forgotten
    n_written.append(introduce(cohort, [pairing.pk]))
    deliver_letters()

    assert n_written == [2, 0, 0, 0]
    assert (Letter.objects.count(), len(mail.outbox)) == (2, 2)


@pytest.mark.django_db
def test_only_approved_pairs_of_the_cohort_are_introduced():
    cohort, other = make_cohort(), make_cohort()
    proposed = make_pairing(make_mentee(cohort), make_mentor(cohort))
    rejected = make_pairing(make_mentee(cohort), make_mentor(cohort))
    rejected.reject(by=make_chair(cohort.program))
    elsewhere = make_pairing(make_mentee(other), make_mentor(other))
    elsewhere.approve(by=make_chair(other.program))

    assert introduce(cohort, [proposed.pk, rejected.pk, elsewhere.pk]) == 0
    assert Letter.objects.count() == 0
