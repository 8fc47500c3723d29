"""A run, from the applications of a cohort to proposals the committee can decide on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matching import runs
from matching.loading import load_instance
from matching.models import MatchRun, Pairing, PairingStatus, RunStatus
from matching.proofs import check_run
from matching.tasks import start_run, take_up_abandoned_runs
from signups.models import AvailabilityTime, Gate, Program, ReviewError, TopicChoice, Wish
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_mentee,
    make_mentor,
    make_program,
)
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db


def pairs_of(run):
    return sorted((p.mentee.name, p.mentor.name) for p in run.pairings.all())


def test_run_pairs_people_by_what_they_asked_for():
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Grants", "Cataloging"])
    make_mentee(cohort, name="Ben", topics=["Supervision"])
    make_mentor(cohort, name="Mia", topics=["Supervision"])
    make_mentor(cohort, name="Noa", topics=["Grants"])

    run = make_run(cohort)

    assert pairs_of(run) == [("Ana", "Noa"), ("Ben", "Mia")]
    assert (run.n_mentees, run.n_mentors, run.n_places, run.n_served) == (2, 2, 2, 2)
    for pairing in run.pairings.all():
        assert sum(reason["points"] for reason in pairing.reasons) == pairing.points
        assert sum(reason["max_points"] for reason in pairing.reasons) == 100
    assert run.total_points == sum(pairing.points for pairing in run.pairings.all())


def test_reasons_are_said_in_plain_words_to_everyone():
    cohort = make_cohort()
    make_mentee(cohort, topics=["Grants", "Cataloging"])
    make_mentor(cohort, topics=["Grants"])

    pairing = make_run(cohort).pairings.get()

    topics = pairing.reasons[0]
    assert (topics["key"], topics["sentence"], topics["to_mentee"], topics["to_mentor"]) == (
        "topics",
        "Covers 1 of the 2 topics asked for: Grants (first choice).",
        "Your mentor covers 1 of the 2 topics you asked for: Grants (first choice).",
        "You cover 1 of the 2 topics your mentee asked for: Grants (first choice).",
    )


def test_points_for_which_nothing_was_asked_are_no_reason_in_letters():
    cohort = make_cohort()
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")
    make_mentee(cohort).wishes.create(wanted_name_or_email="Noa")
    make_mentor(cohort, name="Noa")

    pairing = make_run(cohort).pairings.get(mentee=ana.pk)

    [wishes] = [reason for reason in pairing.reasons if reason["key"] == "wishes"]
    assert (pairing.mentor_id, wishes["points"]) == (mia.pk, wishes["max_points"])
    assert wishes not in pairing.strongest_reasons(len(pairing.reasons))
    assert len(pairing.strongest_reasons(4)) == 4


def test_only_accepted_applications_of_the_cohort_take_part():
    program = make_program()
    cohort = make_cohort(program)
    make_mentee(cohort, name="In")
    make_mentee(cohort, status="waitlisted", name="On the waitlist")
    make_mentee(make_cohort(program), name="Of another cohort")
    make_mentor(cohort, name="Mentor")
    make_mentor(cohort, status="declined", name="Declined")

    run = make_run(cohort)

    assert pairs_of(run) == [("In", "Mentor")]
    assert (run.n_mentees, run.n_mentors) == (1, 1)


def test_unmatched_mentees_are_told_apart_with_a_reason():
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", employer="Denver  Public Library")
    make_mentor(cohort, name="Mia", employer="denver public library")

    run = make_run(cohort)

    [unmatched] = run.unmatched.all()
    assert (pairs_of(run), unmatched.mentee.name) == ([], "Ana")
    assert "employer" in unmatched.reason


def test_employers_may_be_paired_where_the_program_allows_it():
    cohort = make_cohort(make_program(same_employer_allowed=True))
    make_mentee(cohort, name="Ana", employer="Denver Public Library")
    make_mentor(cohort, name="Mia", employer="Denver Public Library")

    assert pairs_of(make_run(cohort)) == [("Ana", "Mia")]


def test_capacity_of_a_mentor_is_kept_and_used():
    cohort = make_cohort()
    for _ in range(4):
        make_mentee(cohort)
    make_mentor(cohort, capacity=3)

    run = make_run(cohort)

    assert (run.n_served, run.n_places, run.unmatched.count()) == (3, 3, 1)


def test_later_run_keeps_decisions_and_replaces_what_is_undecided():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana, ben, cyd = (make_mentee(cohort, name=name) for name in ("Ana", "Ben", "Cyd"))
    mia, noa = make_mentor(cohort, name="Mia", capacity=2), make_mentor(cohort, name="Noa")
    approved, rejected, undecided = (
        make_pairing(ana, mia),
        make_pairing(ben, noa),
        make_pairing(cyd, mia),
    )
    approved.approve(by=chair)
    rejected.reject(by=chair)

    run = make_run(cohort, asked_by=chair)

    statuses = [Pairing.objects.get(pk=p.pk).status for p in (approved, rejected, undecided)]
    assert statuses == [PairingStatus.APPROVED, PairingStatus.REJECTED, PairingStatus.SUPERSEDED]
    # Ana has her mentor, Mia one place left, and Ben is not proposed to Noa again.
    assert pairs_of(run) == [("Ben", "Mia"), ("Cyd", "Noa")]


def test_partners_of_an_earlier_cohort_are_not_paired_again():
    program = make_program()
    last_year, this_year = make_cohort(program), make_cohort(program)
    make_pairing(
        make_mentee(last_year, email="ana@example.org"),
        make_mentor(last_year, email="mia@example.org"),
    ).approve(by=make_chair(program))
    make_mentee(this_year, email="ana@example.org")
    make_mentor(this_year, email="Mia@example.org")

    run = make_run(this_year)

    assert (run.n_served, run.unmatched.count()) == (0, 1)


def test_same_input_and_salt_give_the_same_pairs_and_digest():
    cohort = make_cohort()
    for _ in range(6):
        make_mentee(cohort)
        make_mentor(cohort)

    first, second = make_run(cohort), make_run(cohort)

    assert pairs_of(first) == pairs_of(second)
    assert first.input_digest == second.input_digest
    make_mentee(cohort)
    assert make_run(cohort).input_digest != first.input_digest


def test_a_decision_during_the_computing_makes_the_run_start_over(monkeypatch):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana, ben = make_mentee(cohort, name="Ana"), make_mentee(cohort, name="Ben")
    mia = make_mentor(cohort, name="Mia")
    pairing = make_pairing(ben, mia)
    real_match = runs.match

    def match_while_a_chair_approves(*args):
        Pairing.objects.awaiting_review().filter(pk=pairing.pk).first() and pairing.approve(
            by=chair
        )
        return real_match(*args)

    monkeypatch.setattr(runs, "match", match_while_a_chair_approves)

    run = make_run(cohort)

    assert Pairing.objects.get(pk=pairing.pk).status == PairingStatus.APPROVED
    assert [unmatched.mentee.name for unmatched in run.unmatched.all()] == [ana.name]
    assert pairs_of(run) == []


def test_started_run_is_carried_out_by_the_worker(deliver_letters):
    cohort = make_cohort()
    make_mentee(cohort)
    make_mentor(cohort)

    run = start_run(cohort, by=make_chair(cohort.program))
    assert run.status == RunStatus.WAITING
    deliver_letters()

    run.refresh_from_db()
    assert (run.status, run.n_served, run.fault) == (RunStatus.FINISHED, 1, "")
    assert sorted(run.seconds) == [
        "answering",
        "explaining",
        "proving",
        "saving",
        "scoring",
        "solving",
    ]


def test_only_one_run_at_a_time_for_a_cohort():
    cohort = make_cohort()
    start_run(cohort, by=None)

    with pytest.raises(ReviewError, match="already under way"):
        start_run(cohort, by=None)

    assert MatchRun.objects.count() == 1


def test_failed_run_says_why_and_proposes_nothing(deliver_letters):
    cohort = make_cohort()
    make_pairing(make_mentee(cohort), make_mentor(cohort))
    run = start_run(cohort, by=None)
    MatchRun.objects.filter(pk=run.pk).update(importances={"charm": 5})

    deliver_letters()

    run.refresh_from_db()
    assert (run.status, run.fault) == (
        RunStatus.FAILED,
        "ValueError: importances: no such criterion: charm",
    )
    assert Pairing.objects.get().status == PairingStatus.PROPOSED


def test_abandoned_run_is_taken_up_once(deliver_letters):
    cohort = make_cohort()
    long_ago = "2026-01-01T00:00Z"
    run = MatchRun.objects.create(
        cohort=cohort,
        status=RunStatus.RUNNING,
        started_at=long_ago,
        last_sign_at=long_ago,
        importances={"topics": 1},
        tiers=["served", "total"],
    )

    assert (take_up_abandoned_runs(), take_up_abandoned_runs()) == (1, 0)
    deliver_letters()

    run.refresh_from_db()
    assert run.status == RunStatus.FINISHED


def test_cohort_without_anyone_gives_an_empty_run():
    run = make_run(make_cohort())

    assert (run.status, run.n_served, run.pairings.count()) == (RunStatus.FINISHED, 0, 0)


@pytest.mark.parametrize("n_people", [1, 3])
def test_loading_takes_the_same_number_of_queries(django_assert_num_queries, n_people):
    cohort = make_cohort()
    for _ in range(n_people):
        make_mentee(cohort)
        make_mentor(cohort)

    with django_assert_num_queries(27):
        instance, _ = load_instance(cohort, salt="pepper")

    assert (instance.n_mentees, instance.n_mentors) == (n_people, n_people)


def test_instance_holds_what_people_answered():
    cohort = make_cohort()
    program = cohort.program
    mentee = make_mentee(cohort, topics=["Grants", "Cataloging"], time_zone="America/New_York")
    mentee.other_library_types.set(program.librarytypes.filter(name="Academic"))
    mentor = make_mentor(cohort, topics=["Supervision"], time_zone="America/Denver", capacity=4)
    TopicChoice.objects.filter(application=mentor).update(years=7)
    for name in ("Mornings", "Evenings"):
        AvailabilityTime.objects.create(program=program, name=name)
    mentee.times.set(program.availabilitytimes.all())
    mentor.times.set(program.availabilitytimes.filter(name="Evenings"))
    Wish.objects.create(application=mentee, wanted_name_or_email=mentor.email)

    instance, labels = load_instance(cohort, salt="pepper")

    ranks = dict(zip(labels.topics, instance.mentee_topic_ranks[0].tolist(), strict=True))
    assert ranks == {"Cataloging": 2, "Supervision": 0, "Grants": 1, "Job search": 0}
    assert [labels.topics[k] for k in np.flatnonzero(instance.mentor_topics[0])] == ["Supervision"]
    assert (instance.mentee_library_types.tolist(), instance.mentor_library_types.tolist()) == (
        [[True, True]],
        [[True, False]],
    )
    assert instance.mentee_utc_offsets.tolist() == [-300]
    assert instance.mentor_utc_offsets.tolist() == [-420]
    assert (instance.mentee_stages.tolist(), instance.mentor_stages.tolist()) == ([1], [3])
    assert instance.capacity.tolist() == [4]
    years = dict(zip(labels.topics, instance.mentor_topic_years[0].tolist(), strict=True))
    assert years == {"Cataloging": 0, "Supervision": 7, "Grants": 0, "Job search": 0}
    assert labels.times == ("Mornings", "Evenings")
    assert (instance.mentee_times.tolist(), instance.mentor_times.tolist()) == (
        [[True, True]],
        [[False, True]],
    )
    assert (instance.mentee_wishes.tolist(), instance.mentor_wishes.tolist()) == (
        [[True]],
        [[False]],
    )


def test_database_refuses_a_run_that_serves_more_than_there_are():
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchRun.objects.create(cohort=make_cohort(), n_mentees=1, n_places=1, n_served=2)
    assert connection.is_usable()


def test_people_with_an_open_gate_are_not_admitted_from_its_day_on():
    cohort = make_cohort()
    today = timezone.localdate(timezone=cohort.program.time_zone)
    chair = make_chair(cohort.program)
    gate = make_gate(cohort, "membership", due_on=today + timedelta(days=1))
    mentees, mentors = [make_mentee(cohort) for _ in range(2)], [make_mentor(cohort)]
    for person in (mentees[0], mentors[0]):
        gate.note_met(person, how="by_hand", by=chair)
    mentors.append(make_mentor(cohort))

    before, _ = load_instance(cohort, salt="")
    Gate.objects.update(due_on=today)
    since, _ = load_instance(cohort, salt="")

    def admitted(instance):
        return instance.mentee_admitted.tolist(), instance.mentor_admitted.tolist()

    assert admitted(before) == ([True, True], [True, True])
    assert admitted(since) == ([True, False], [True, False])


def test_whom_a_gate_holds_back_is_told_apart_and_counted_nowhere():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    gate = make_gate(cohort, "membership")
    make_gate(cohort, "orientation")
    ana, mia = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia", capacity=2)
    for one in cohort.gates.all():
        one.note_met(mia, how="by_hand" if one == gate else "attended", by=chair)
    gate.note_met(ana, how="by_hand", by=chair)
    make_mentor(cohort, name="Noa")

    run = make_run(cohort)

    assert (run.n_mentees, run.n_mentors, run.n_places, run.n_served) == (0, 1, 2, 0)
    assert run.unmatched.get().reason == (
        "Held back until this is met: the orientation. The rules exclude all 2 mentors with a "
        "place: conditions of the program not met (2)."
    )
    assert [one for one in run.answers.shortages if one["mentor_ids"]] == []


def test_who_was_left_out_before_goes_before_whom_the_committee_marked():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    for name in ("Ana", "Ben", "Cyd", "Dov"):
        mentee = make_mentee(cohort, name=name, left_out_before=name in ("Cyd", "Dov"))
        if name in ("Ben", "Dov"):
            mentee.let_come_first(by=chair, reason="Has waited.")
    mentor = make_mentor(cohort)
    instance, _ = load_instance(cohort, salt="")
    assert instance.mentee_priorities.tolist() == [0, 1, 2, 3]
    order = []
    for capacity in (1, 2, 3, 4):
        type(mentor).objects.filter(pk=mentor.pk).update(capacity=capacity)
        served = {mentee for mentee, _ in pairs_of(make_run(cohort, tiers=["served", "priority"]))}
        order += served - set(order)

    assert order == ["Dov", "Cyd", "Ben", "Ana"]


def test_mentors_are_further_along_where_the_program_asks_for_it():
    program = make_program(career_order_required=True)
    cohort = make_cohort(program)
    make_mentee(cohort, name="Ana", career_stage=program.careerstages.get(rank=3))
    make_mentor(cohort, name="Mia", career_stage=program.careerstages.get(rank=3))

    assert pairs_of(make_run(cohort)) == []
    Program.objects.update(career_order_required=False)
    cohort.refresh_from_db()
    assert pairs_of(make_run(cohort)) == [("Ana", "Mia")]


def test_who_asked_for_each_other_is_paired_again_after_an_earlier_cohort():
    program = make_program()
    last_year, this_year = make_cohort(program), make_cohort(program)
    make_pairing(
        make_mentee(last_year, email="ana@example.org"),
        make_mentor(last_year, email="mia@example.org"),
    ).approve(by=make_chair(program))
    ana = make_mentee(this_year, name="Ana", email="ana@example.org")
    mia = make_mentor(this_year, name="Mia", email="Mia@example.org")
    Wish.objects.create(application=ana, wanted_name_or_email="Mia")

    only_one_asks = make_run(this_year)
    Wish.objects.create(application=mia, wanted_name_or_email="ana@example.org")
    both_ask = make_run(this_year)

    assert (pairs_of(only_one_asks), pairs_of(both_ask)) == ([], [("Ana", "Mia")])
    assert "together in an earlier cohort (1)" in only_one_asks.unmatched.get().reason
    [wishes] = [r for r in both_ask.pairings.get().reasons if r["key"] == "wishes"]
    assert wishes["sentence"] == "The two asked for each other."


@pytest.mark.parametrize(
    ("tiers", "kept"),
    [
        (["served", "total"], False),
        (["served", "total", "keep"], False),
        (["keep", "served", "total"], True),
    ],
)
def test_what_the_last_run_proposed_is_kept_as_the_program_wants(tiers, kept):
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", topics=["Grants"])
    make_mentor(cohort, name="Mia", topics=["Cataloging"])
    make_pairing(ana, make_mentor(cohort, name="Noa", topics=["Cataloging"]))
    last = make_run(cohort)
    better = make_mentor(cohort, name="Ora", topics=["Grants"])

    run = make_run(cohort, tiers=tiers)

    [(_, before)], [(_, now)] = pairs_of(last), pairs_of(run)
    assert now == (before if kept else better.name)


def test_between_equals_the_last_proposal_is_kept_where_it_is_preferred():
    cohort = make_cohort()
    make_mentee(cohort)
    for _ in range(6):
        make_mentor(cohort)
    tiers = ["served", "total", "keep"]
    first = pairs_of(make_run(cohort, tiers=tiers, salt="0"))

    assert {tuple(pairs_of(make_run(cohort, tiers=tiers, salt=str(n)))) for n in range(8)} == {
        tuple(first)
    }
    drawn = [pairs_of(make_run(cohort, tiers=tiers[:-1], salt=str(n))) for n in range(8)]
    assert len({tuple(pairs) for pairs in drawn}) > 1


def test_a_second_mentee_of_one_mentor_has_the_price_that_was_set():
    cohort = make_cohort()
    for name in ("Ana", "Ben"):
        make_mentee(cohort, name=name, topics=["Grants"])
    make_mentor(cohort, name="Mia", topics=["Grants"], capacity=2)
    make_mentor(cohort, name="Noa", topics=["Cataloging"])
    tiers = ["served", "shortfall"]

    free, dear = make_run(cohort, tiers=tiers), make_run(cohort, tiers=tiers, spread_price=10_000)

    def mentors(run):
        return sorted(mentor for _, mentor in pairs_of(run))

    assert (mentors(free), mentors(dear)) == (["Mia", "Mia"], ["Mia", "Noa"])
    check_run(dear)


def test_employers_are_compared_as_rows():
    cohort = make_cohort()
    ana = make_mentee(cohort, name="Ana", employer="Denver Public Library")
    mia = make_mentor(cohort, name="Mia", employer="DPL")
    assert pairs_of(make_run(cohort)) == [("Ana", "Mia")]

    ana.employer_row.take_in([mia.employer_row])

    assert pairs_of(make_run(cohort)) == []
