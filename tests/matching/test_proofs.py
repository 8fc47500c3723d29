"""What a run stores to be checked and asked later: its proof, and other choices."""

from __future__ import annotations

from base64 import b64encode
from io import StringIO

import numpy as np
import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.management import CommandError, call_command

from matching import answers, proofs
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.instance import Instance
from matching.engine.shown import Shown
from matching.engine.solution import match
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Objective, Tier
from matching.erasing import erase_and_part
from matching.loading import load_instance
from matching.models import MatchRun, Pairing, RunProof
from matching.wording import cost_sentence
from signups.models import MenteeApplication
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db

EVERY_TIER = tuple(tier for tier in Tier if tier is not Tier.LOTTERY)


def verify(run):
    out = StringIO()
    call_command("verify_run", str(run.pk), stdout=out)
    return out.getvalue()


def cohort_of_four():
    """Ana and Ben both want what only Mia offers; Noa has room for one more."""
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Grants"])
    make_mentee(cohort, name="Ben", topics=["Grants", "Cataloging"])
    make_mentor(cohort, name="Mia", topics=["Grants"])
    make_mentor(cohort, name="Noa", topics=["Cataloging"])
    return cohort


@pytest.mark.parametrize("tiers", [("served", "total"), EVERY_TIER])
def test_a_stored_proof_is_what_was_solved_and_checked(tiers):
    matching = match(
        synthetic_instance(30, 20, seed=4), DEFAULT_IMPORTANCES, Objective(tuple(map(Tier, tiers)))
    )
    seen = Shown(matching.problem, matching.objective, matching.mate, matching.mate)

    stored = proofs.unpacked(proofs.packed(matching, seen))

    assert stored.problem.digest() == matching.problem.digest()
    assert stored.objective == matching.objective
    assert stored.certificate.seal == matching.certificate.seal
    assert stored.mate.tolist() == matching.mate.tolist()
    proofs.verify(stored.problem, stored.objective, stored.mate, stored.certificate)


def test_a_run_can_be_checked_again():
    run = make_run(cohort_of_four())

    said = verify(run)

    assert said.startswith(
        f"{run}: the proof holds. 2 of 2 mentees served with {run.total_points} points; no other "
        "choice does better on served, then total. Checked in "
    )


def test_a_proof_sealed_with_another_key_is_said_to_be(settings):
    run = make_run(cohort_of_four())
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match=r"is sealed\. None of the keys in IDENTITY_KEYS opens"):
        verify(run)


def test_a_proof_is_sealed_anew_with_a_new_key(settings):
    run = make_run(cohort_of_four())
    new = Fernet.generate_key().decode()
    settings.IDENTITY_KEYS = [new, *settings.IDENTITY_KEYS]

    call_command("reseal_answers", verbosity=0)
    settings.IDENTITY_KEYS = [new]

    assert "the proof holds" in verify(run)


def test_a_dump_of_a_proof_stays_sealed_and_comes_back():
    run = make_run(cohort_of_four())
    content = bytes(run.proof.content)

    dump = serializers.serialize("json", [run.proof])
    run.proof.delete()
    [loaded] = serializers.deserialize("json", dump)
    loaded.save()

    assert b64encode(content).decode() not in dump
    assert bytes(RunProof.objects.get().content) == content
    assert "the proof holds" in verify(run)


def test_a_check_does_not_depend_on_what_was_decided_since():
    cohort = cohort_of_four()
    run = make_run(cohort)
    chair = make_chair(cohort.program)
    first, second = run.pairings.all()
    first.approve(by=chair)
    second.reject(by=chair)
    make_mentee(cohort)

    assert "the proof holds" in verify(run)


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (lambda run: run.pairings.update(points=1), "pairings are not those of its proof"),
        (lambda run: run.pairings.first().delete(), "pairings are not those of its proof"),
        (lambda run: _change(run, total_points=1), "numbers are not those of its proof"),
        (lambda run: _change(run, tiers=["total"]), "other goals than its proof"),
        (lambda run: _change(run, salt="sugar"), "that of another run"),
        (lambda run: _store(run, b"nonsense"), "the stored proof is damaged"),
        (lambda run: _store(run, b""), "the stored proof is damaged"),
        (lambda run: _swap(run), "was changed afterwards"),
    ],
)
def test_whatever_was_changed_afterwards_is_found(tamper, sentence):
    run = make_run(cohort_of_four())

    tamper(run)

    with pytest.raises(CommandError, match=sentence):
        verify(run)


def _change(run, **fields):
    MatchRun.objects.filter(pk=run.pk).update(**fields)


def _store(run, content):
    RunProof.objects.filter(run=run).update(content=content)


def _swap(run):
    """Store the other pairs, which are allowed but not the best."""
    with np.load(proofs.BytesIO(bytes(run.proof.content))) as file:
        arrays = {name: file[name] for name in file.files}
    out = proofs.BytesIO()
    np.savez_compressed(out, **(arrays | {"mate": arrays["mate"][::-1]}))
    _store(run, out.getvalue())


def test_a_run_that_cannot_be_checked_says_why():
    cohort = make_cohort()
    waiting = MatchRun.objects.create(cohort=cohort)
    by_hand = make_pairing(make_mentee(cohort), make_mentor(cohort)).run

    with pytest.raises(CommandError, match="is waiting: nothing to check"):
        verify(waiting)
    with pytest.raises(CommandError, match="has no stored proof"):
        verify(by_hand)
    with pytest.raises(CommandError, match="There is no run 0"):
        call_command("verify_run", "0")


def test_a_cohort_too_large_is_saved_without_its_proof(monkeypatch):
    monkeypatch.setattr(proofs, "MAX_STORED_PAIRS", 3)

    run = make_run(cohort_of_four())

    assert (run.n_served, run.proof_seal, RunProof.objects.count()) == (2, "", 0)


def test_next_best_mentors_are_stored_with_their_exact_cost_and_who_moves():
    cohort = cohort_of_four()
    run = make_run(cohort)
    pairing = run.pairings.get(mentee__name="Ana")

    [alternative] = pairing.alternatives

    noa = cohort.applications.get(name="Noa")
    matching = match(*_problem_of(cohort, run))
    points = {
        (matching.problem.mentee_ids[i], matching.problem.mentor_ids[j]): int(matching.points[i, j])
        for i in range(2)
        for j in range(2)
    }
    ben, mia = cohort.applications.get(name="Ben"), cohort.applications.get(name="Mia")
    swapped = points[pairing.mentee_id, noa.pk] + points[ben.pk, mia.pk]
    lost = run.total_points - swapped
    assert alternative == {
        "mentor_id": noa.pk,
        "points": points[pairing.mentee_id, noa.pk],
        "sentence": f"The whole would lose {lost} points.",
        "moves": [
            [ben.pk, noa.pk, mia.pk, points[ben.pk, noa.pk], points[ben.pk, mia.pk]],
        ],
    }


def _problem_of(cohort, run) -> tuple[Instance, dict[str, int], Objective]:
    instance, _ = load_instance(cohort, salt=run.salt)
    return instance, run.importances, Objective(tuple(map(Tier, run.tiers)))


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        (
            {Tier.SERVED: 0, Tier.TOTAL: 0},
            "Costs the whole nothing: another solution is just as good, up to the lottery.",
        ),
        (
            {Tier.SERVED: 1, Tier.TOTAL: -12},
            "One mentee fewer would have a mentor; the whole would gain 12 points.",
        ),
        (
            {Tier.PRIORITY: 2},
            "People with priority would come behind others when places are short.",
        ),
        ({Tier.DRAW: 5}, "Somebody drawn earlier would wait."),
        ({Tier.SHORTFALL: 1200}, "The squared shortfall would be 1,200 larger."),
        ({Tier.SPREAD: -1}, "Fewer mentees would share a mentor."),
        ({Tier.KEEP: 1}, "One last proposal fewer would be kept."),
        ({Tier.LIKING: 1}, "People would be one step more from the format they like."),
    ],
)
def test_a_cost_is_said_in_words(losses, sentence):
    assert cost_sentence(losses) == sentence


@pytest.mark.parametrize("why", ["too many mentees", "a goal without a price", "nobody"])
def test_where_other_choices_have_no_price_none_is_stored(monkeypatch, why):
    if why == "too many mentees":
        monkeypatch.setattr(answers, "MAX_MENTEES", 1)
    cohort = make_cohort() if why == "nobody" else cohort_of_four()
    tiers = ["served", "worst"] if why == "a goal without a price" else ["served", "total"]

    run = make_run(cohort, tiers=tiers)

    assert run.status == "finished"
    assert all(pairing.alternatives == [] for pairing in Pairing.objects.filter(run=run))


def test_erasing_takes_other_choices_with_it_and_leaves_the_proof_sound():
    cohort = cohort_of_four()
    run = make_run(cohort)

    erase_and_part(MenteeApplication.objects.get(name="Ana"))

    kept = [bool(pairing.alternatives) for pairing in run.pairings.order_by("mentee_id")]
    assert kept == [False, True]
    assert "the proof holds" in verify(run)
