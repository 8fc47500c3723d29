"""What people decide on pairs: what may follow what, what is kept of it, what undoing restores."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.erasing import erase_and_part
from matching.introductions import introduce
from matching.loading import load_instance
from matching.models import Conflict, Decision, DecisionKind, MatchSettings, Pairing, StalePageError
from matching.offers import as_seen, make_offers
from signups.models import ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_conflict, make_pairing, make_run
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db


def pair_in(cohort, **fields):
    return make_pairing(make_mentee(cohort), make_mentor(cohort), **fields)


def decided(pairing):
    return Pairing.objects.get(pk=pairing.pk)


def kinds_of(pairing):
    return list(pairing.decisions.order_by("number").values_list("kind", flat=True))


def pairs_of(run):
    return sorted((p.mentee.name, p.mentor.name) for p in run.pairings.all())


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("approve", "approved", ""),
        ("recommend", "recommended", ""),
        ("fix", "fixed", ""),
        ("hold", "held", "Ana is on leave until May."),
        ("reject", "rejected", "Too far apart."),
    ],
)
def test_a_decision_keeps_who_when_and_why(kind, status, words):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)

    pairing.decide(DecisionKind(kind), by=chair, words=words)

    row, decision = decided(pairing), pairing.decisions.get()
    assert (row.status, row.decided_by, row.version) == (status, chair, 2)
    assert (pairing.status, pairing.version) == (row.status, row.version)
    assert (decision.kind, decision.words, decision.made_by) == (kind, words, chair)
    assert (decision.status_before, decision.status_after, decision.number) == (
        "proposed",
        status,
        2,
    )
    assert decision.made_at == row.decided_at


@pytest.mark.parametrize("status", ["recommended", "fixed", "held"])
def test_what_is_kept_takes_its_place_before_it_is_approved(status):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    mentor = make_mentor(cohort, name="Mia", capacity=1)
    kind = {"recommended": "recommend", "fixed": "fix", "held": "hold"}[status]
    kept, other = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
    kept.decide(DecisionKind(kind), by=chair, words="Wait.")

    with pytest.raises(ReviewError, match="Mia has no place left"):
        other.approve(by=chair)
    kept.approve(by=make_chair(cohort.program))

    assert [decided(one).status for one in (kept, other)] == ["approved", "proposed"]


def test_a_mentee_of_a_kept_pair_gets_no_other_mentor():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana = make_mentee(cohort, name="Ana")
    kept, other = (make_pairing(ana, make_mentor(cohort, name=name)) for name in ("Mia", "Noa"))
    kept.decide(DecisionKind.FIX, by=chair)

    with pytest.raises(ReviewError, match="Ana already has a mentor: Ana with Mia is fixed"):
        other.approve(by=chair)


def test_rerun_keeps_what_is_decided_and_replaces_the_rest():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    names = ("Fay", "Hal", "Rae", "Ann", "Una")
    people = [make_mentee(cohort, name=name) for name in names]
    mentors = [make_mentor(cohort, name=f"Of {name}") for name in names]
    pairings = [make_pairing(*pair) for pair in zip(people, mentors, strict=True)]
    for pairing, kind in zip(pairings, ("fix", "hold", "recommend", "approve"), strict=False):
        pairing.decide(DecisionKind(kind), by=chair, words="Because.")

    run = make_run(cohort, asked_by=chair)

    assert [decided(one).status for one in pairings] == [
        "fixed",
        "held",
        "recommended",
        "approved",
        "superseded",
    ]
    assert pairs_of(run) == [("Una", "Of Una")]
    assert (run.n_mentees, run.n_places) == (1, 1)


def test_rejected_pairs_are_not_proposed_again_until_that_is_undone():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = make_pairing(make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia"))
    pairing.reject(by=chair, reason="distance")

    assert pairs_of(make_run(cohort)) == []
    pairing.undo(by=chair)

    assert pairs_of(make_run(cohort)) == [("Ana", "Mia")]


def test_a_run_that_replaces_a_pair_makes_its_page_stale():
    cohort = make_cohort()
    pairing = pair_in(cohort)
    make_run(cohort)

    with pytest.raises(StalePageError, match="it gave way to a later run on "):
        Pairing.objects.filter(pk=pairing.pk).decide(
            DecisionKind.APPROVE, by=make_chair(cohort.program), seen={pairing.pk: 1}
        )


def test_a_stale_page_decides_nothing_and_says_what_changed():
    cohort = make_cohort()
    ana = make_chair(cohort.program)
    ana.first_name, ana.last_name = "Ana", "Ruiz"
    ana.save()
    changed, untouched = pair_in(cohort), pair_in(cohort)
    seen = {changed.pk: changed.version, untouched.pk: untouched.version}
    changed.decide(DecisionKind.HOLD, by=ana, words="Wait for May.")

    with pytest.raises(StalePageError) as error:
        Pairing.objects.filter(pk__in=seen).decide(
            DecisionKind.APPROVE, by=make_chair(cohort.program), seen=seen
        )

    made_at = changed.decisions.get().made_at
    assert error.value.changes == [
        f"{changed}: Put on hold by Ana Ruiz on {made_at:%-d %B %Y at %H:%M} UTC."
    ]
    assert [decided(one).status for one in (changed, untouched)] == ["held", "proposed"]
    assert Decision.objects.count() == 1


def test_a_page_that_did_not_show_a_pair_does_not_decide_on_it():
    pairing = pair_in(make_cohort())

    with pytest.raises(StalePageError, match="the page did not show this pair yet"):
        Pairing.objects.filter(pk=pairing.pk).decide(
            DecisionKind.FIX, by=make_chair(pairing.cohort.program), seen={}
        )

    assert decided(pairing).status == "proposed"


@pytest.mark.parametrize(
    ("kinds", "restored"),
    [
        (["approve"], "proposed"),
        (["reject"], "proposed"),
        (["fix", "approve"], "fixed"),
        (["hold", "fix", "approve"], "fixed"),
        (["fix", "hold"], "fixed"),
        (["recommend", "hold"], "recommended"),
    ],
)
def test_undo_restores_what_was_before(kinds, restored):
    cohort = make_cohort()
    chairs = [make_chair(cohort.program) for _ in kinds]
    pairing = pair_in(cohort)
    for kind, chair in zip(kinds, chairs, strict=True):
        pairing.decide(DecisionKind(kind), by=chair, words="Because.")

    pairing.undo(by=chairs[0], words="A slip.")

    row = decided(pairing)
    assert (row.status, row.version) == (restored, len(kinds) + 2)
    assert row.decided_by == (chairs[-2] if len(kinds) > 1 else None)
    assert row.recommended_by == (chairs[0] if restored == "recommended" else None)
    assert kinds_of(pairing) == [*kinds, "undo"]
    undoing = pairing.decisions.get(kind="undo")
    assert (undoing.undoes.kind, undoing.words) == (kinds[-1], "A slip.")


def test_undo_goes_back_step_by_step_to_where_it_began():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind.FIX, by=chair)
    pairing.approve(by=chair)

    statuses = []
    for _ in range(2):
        pairing.undo(by=chair)
        statuses.append(decided(pairing).status)
    with pytest.raises(ReviewError, match="Nothing was decided"):
        pairing.undo(by=chair)

    assert statuses == ["fixed", "proposed"]
    assert decided(pairing).decided_at is None


def test_undo_says_when_the_place_was_taken_meanwhile():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    mentor = make_mentor(cohort, name="Mia", capacity=1)
    first, second = (make_pairing(make_mentee(cohort), mentor) for _ in range(2))
    first.decide(DecisionKind.FIX, by=chair)
    first.reject(by=chair, reason="better")
    second.approve(by=chair)

    with pytest.raises(ReviewError, match=r"Mia has no place left: .* was not restored\."):
        first.undo(by=chair)

    assert (decided(first).status, kinds_of(first)) == ("rejected", ["fix", "reject"])


def test_undo_does_not_bring_back_a_proposal_beside_another():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana = make_mentee(cohort, name="Ana")
    rejected = make_pairing(ana, make_mentor(cohort, name="Mia"))
    rejected.reject(by=chair, reason="better")
    make_mentor(cohort, name="Noa")
    later = make_run(cohort)
    assert pairs_of(later) == [("Ana", "Noa")]

    rejected.undo(by=chair)

    assert decided(rejected).status == "superseded"
    assert later.pairings.get().status == "proposed"


@pytest.mark.parametrize("how", ["offered", "introduced"])
def test_undo_ends_with_the_letters(how):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.approve(by=chair)
    if how == "offered":
        until = timezone.now() + timedelta(days=7)
        assert make_offers(cohort, [as_seen(pairing)], answer_by=until, by=chair) == 2
    else:
        introduce(cohort, [pairing.pk])

    with pytest.raises(ReviewError, match=r"The letters to .* are written"):
        pairing.undo(by=chair)

    assert decided(pairing).status == "approved"


def test_a_decision_is_undone_once():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.approve(by=chair)
    pairing.undo(by=chair)
    [approving, undoing] = pairing.decisions.order_by("number")

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            pairing=pairing,
            number=9,
            kind="undo",
            undoes=approving,
            status_before="approved",
            status_after="proposed",
            made_by=chair,
        )
    assert undoing.undoes == approving


@pytest.mark.parametrize(
    ("kind", "then"),
    [("approve", "reject"), ("reject", "approve"), ("approve", "hold"), ("reject", "fix")],
)
def test_what_is_decided_has_to_be_undone_first(kind, then):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind(kind), by=chair)

    with pytest.raises(ReviewError, match="was already decided"):
        pairing.decide(DecisionKind(then), by=chair, words="No.")

    assert kinds_of(pairing) == [kind]


def test_a_forbidden_pair_is_a_conflict_until_that_is_undone():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)

    pairing.decide(DecisionKind.FORBID, by=chair, reason="supervisor", words="Since May.")

    conflict = Conflict.objects.get()
    assert (conflict.mentee_id, conflict.mentor_id) == (pairing.mentee_id, pairing.mentor_id)
    assert (conflict.reason, conflict.words, conflict.made_by) == (
        "supervisor",
        "Since May.",
        chair,
    )
    assert (decided(pairing).status, pairs_of(make_run(cohort))) == ("rejected", [])
    pairing.undo(by=chair)
    assert Conflict.objects.count() == 0
    assert len(pairs_of(make_run(cohort))) == 1


def test_a_conflict_that_was_named_before_outlives_undoing():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    named = make_conflict(pairing.mentee, pairing.mentor)

    pairing.decide(DecisionKind.FORBID, by=chair, reason="close")
    pairing.undo(by=chair)

    assert list(Conflict.objects.values_list("pk", "reason")) == [(named.pk, "supervisor")]


def two_people_program():
    program = make_program()
    MatchSettings.objects.create(program=program, needs_two_to_approve=True)
    return program


def test_where_two_are_asked_for_one_recommends_and_another_approves():
    cohort = make_cohort(two_people_program())
    first, second = make_chair(cohort.program), make_chair(cohort.program)
    pairing = pair_in(cohort)

    with pytest.raises(ReviewError, match="asks for two people"):
        pairing.approve(by=first)
    pairing.decide(DecisionKind.RECOMMEND, by=first)
    with pytest.raises(ReviewError, match=r"You recommended .* yourself: somebody else"):
        pairing.approve(by=first)
    pairing.approve(by=second)

    row = decided(pairing)
    assert (row.status, row.recommended_by, row.decided_by) == ("approved", first, second)


def test_a_recommendation_does_not_outlive_a_hold():
    cohort = make_cohort(two_people_program())
    first, second = make_chair(cohort.program), make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind.RECOMMEND, by=first)
    pairing.decide(DecisionKind.HOLD, by=second, words="Ask her supervisor.")

    with pytest.raises(ReviewError, match="asks for two people"):
        pairing.approve(by=second)


def test_the_database_refuses_one_person_for_two():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind.RECOMMEND, by=chair)

    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(pk=pairing.pk).update(status="approved", decided_by=chair)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "perhaps"},
        {"reason": "mood"},
        {"reason": "better"},
        {"kind": "reject", "reason": "other"},
        {"kind": "hold"},
        {"kind": "undo"},
        {"overridden": "The two have the same employer."},
        {"status_after": "gone"},
        {"number": 2},
    ],
)
def test_database_refuses_decisions_that_cannot_be(fields):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    pairing = pair_in(cohort)
    pairing.decide(DecisionKind.FIX, by=chair)
    row = {
        "pairing": pairing,
        "number": 3,
        "kind": "approve",
        "status_before": "fixed",
        "status_after": "approved",
        "made_by": chair,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**row | fields)
    Decision.objects.create(**row)


def test_database_keeps_one_kept_pair_per_mentee():
    cohort = make_cohort()
    ana = make_mentee(cohort)
    kept = {"decided_at": "2026-01-01T00:00Z"}
    make_pairing(ana, make_mentor(cohort), status="fixed", **kept)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_pairing(ana, make_mentor(cohort), status="held", **kept)


def test_words_go_with_the_person_they_are_about():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    ana = make_mentee(cohort, name="Quirina Vex")
    held, elsewhere = make_pairing(ana, make_mentor(cohort)), pair_in(cohort)
    held.decide(DecisionKind.HOLD, by=chair, words="She is on leave in Zanzibar.")
    elsewhere.decide(DecisionKind.HOLD, by=chair, words="Waits for quirina vex.")

    erase_and_part(ana)

    assert places_that_hold("Zanzibar", "Quirina Vex") == []
    assert (decided(held).status, decided(elsewhere).status) == ("superseded", "held")
    assert [one.words for one in Decision.objects.all()] == [
        "Erased with the person it told of"
    ] * 2


def test_a_place_comes_back_when_the_mentee_of_a_fixed_pair_goes():
    cohort = make_cohort()
    mentor = make_mentor(cohort, capacity=1)
    pairing = make_pairing(make_mentee(cohort), mentor)
    pairing.decide(DecisionKind.FIX, by=make_chair(cohort.program))

    erase_and_part(pairing.mentee)

    instance, _ = load_instance(cohort, salt="")
    assert instance.capacity.tolist() == [1]


def test_what_was_decided_before_there_were_rows_can_be_undone():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    earlier = {"decided_by": chair, "decided_at": "2026-01-01T00:00Z"}
    approved = pair_in(cohort, status="approved", **earlier)
    proposed = pair_in(cohort)

    import_module("matching.migrations.0007_fill_decisions").fill(apps, None)

    [decision] = Decision.objects.all()
    assert (decision.pairing, decision.kind, decision.made_by) == (approved, "approve", chair)
    assert [decided(one).version for one in (approved, proposed)] == [2, 1]
    approved.undo(by=chair)
    assert decided(approved).status == "proposed"


def test_many_are_decided_in_as_many_queries_as_one():
    def n_queries(n_pairs):
        cohort = make_cohort()
        chair = make_chair(cohort.program)
        pairings = [pair_in(cohort) for _ in range(n_pairs)]
        rows = Pairing.objects.filter(pk__in=[one.pk for one in pairings])
        with CaptureQueriesContext(
            connection,
        ) as approving:
            outcome = rows.decide(DecisionKind.APPROVE, by=chair)
        with CaptureQueriesContext(connection) as undoing:
            undone = rows.undo(by=chair)
        assert (len(outcome.decided), len(undone.decided)) == (n_pairs, n_pairs)
        return len(approving), len(undoing)

    assert n_queries(1) == n_queries(5)
