"""Two chairs who decide at once, on PostgreSQL: never above capacity, a sentence for the loser."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import connection

from matching.by_hand import Assessor, put_together, seal_of, seen_of_mentee, swap, swapped
from matching.models import DecisionKind, Pairing
from signups.models import ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
]

N_RACES = 40


def race(*deeds):
    """Do all at once; returns what the losers were told."""
    together, refusals = threading.Barrier(len(deeds)), []

    def run(deed):
        together.wait()
        try:
            deed()
        except ReviewError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def two_chairs(program):
    return [make_chair(program) for _ in range(2)]


def n_taking(mentor):
    return Pairing.objects.taking_places().filter(mentor=mentor.pk).count()


def by_hand(mentee, mentor, chair):
    seen, shown = seen_of_mentee(mentee), seal_of([Assessor(mentee.cohort).pair(mentee, mentor)])
    return lambda: put_together(mentee, mentor, by=chair, seen=seen, shown=shown)


def swapping(first, second, chair):
    shown = seal_of(swapped(Assessor(first.cohort), first, second))
    seen = {first.pk: first.version, second.pk: second.version}
    return lambda: swap(first, second, by=chair, seen=seen, shown=shown)


@pytest.mark.parametrize(
    ("one", "other"), [("approve", "approve"), ("fix", "fix"), ("approve", "hold")]
)
def test_one_place_is_decided_on_once(one, other):
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        mentor = make_mentor(cohort, name="Mia", capacity=1)
        pairings = [make_pairing(make_mentee(cohort), mentor) for _ in range(2)]

        refusals = race(
            *(
                partial(pairing.decide, DecisionKind(kind), by=chair, words="Because.")
                for pairing, kind, chair in zip(pairings, (one, other), chairs, strict=True)
            )
        )

        assert (n_taking(mentor), len(refusals)) == (1, 1)
        assert "Mia has no place left" in refusals[0]


def test_one_place_is_given_by_hand_once():
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        mentor = make_mentor(cohort, name="Mia", capacity=1)
        deeds = [by_hand(make_mentee(cohort), mentor, chair) for chair in chairs]

        refusals = race(*deeds)

        assert (n_taking(mentor), len(refusals)) == (1, 1)
        assert "Mia has no place left" in refusals[0]


def test_a_mentee_is_given_one_mentor_by_hand():
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        ana = make_mentee(cohort)
        deeds = [by_hand(ana, make_mentor(cohort), chair) for chair in chairs]

        refusals = race(*deeds)

        assert Pairing.objects.taking_places().filter(mentee=ana.pk).count() == 1
        assert len(refusals) == 1
        assert "the page did not show this pair yet" in refusals[0]


def test_a_swap_and_an_approval_of_the_same_pair_do_not_both_happen():
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        first, second = (make_pairing(make_mentee(cohort), make_mentor(cohort)) for _ in range(2))

        refusals = race(swapping(first, second, chairs[0]), partial(first.approve, by=chairs[1]))

        taking = Pairing.objects.of(cohort).taking_places()
        assert sorted(map(str, taking)) in (
            [str(first)],
            sorted(
                [f"{first.mentee} with {second.mentor}", f"{second.mentee} with {first.mentor}"]
            ),
        )
        assert len(refusals) == 1
        for pairing in (first, second):
            assert n_taking(pairing.mentor) <= 1


def test_a_swap_and_somebody_else_for_the_place_stay_within_capacity():
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        first, second = (make_pairing(make_mentee(cohort), make_mentor(cohort)) for _ in range(2))
        third = make_pairing(make_mentee(cohort), first.mentor)

        refusals = race(swapping(first, second, chairs[0]), partial(third.approve, by=chairs[1]))

        assert n_taking(first.mentor) == 1
        assert len(refusals) == 1
        assert f"{first.mentor} has no place left" in refusals[0]


def test_an_undone_place_and_somebody_else_for_it_stay_within_capacity():
    program = make_program()
    chairs = two_chairs(program)
    for _ in range(N_RACES):
        cohort = make_cohort(program)
        mentor = make_mentor(cohort, name="Mia", capacity=1)
        first, second = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
        first.decide(DecisionKind.FIX, by=chairs[0])
        first.reject(by=chairs[0])

        refusals = race(partial(first.undo, by=chairs[0]), partial(second.approve, by=chairs[1]))

        assert (n_taking(mentor), len(refusals)) == (1, 1)
        assert "Mia has no place left" in refusals[0]
