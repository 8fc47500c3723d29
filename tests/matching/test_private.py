"""Identity counts in a run where both sides agreed, and nothing that is shown tells of it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from django.db import connection
from django.urls import reverse

from matching.emails import introduction_to_mentee, introduction_to_mentor
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.loading import load_instance
from matching.models import Pairing, RunProof
from matching.proofs import check_run, unpacked
from signups.models import IdentityAnswer
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run
from tests.signups.identity import answer, make_dimension
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

QUESTION, ANSWER = "Zanzibar heritage", "Zanzibari"
AGREED = {"is_for_matching": True}
WISH = {"is_for_matching": True, "wants_shared": True}

# What Ana, Ben, Mia and Noa said; Ana is paired with Mia and Ben with Noa for their topics.
SAID = {
    "nobody said anything": {},
    "one wish, met": {"Ana": WISH, "Mia": AGREED},
    "one wish, not met": {"Ana": WISH},
    "one wish, met elsewhere": {"Ana": WISH, "Noa": AGREED},
    "no wish": {"Mia": AGREED, "Noa": AGREED},
    "every wish met": {"Ana": WISH, "Ben": WISH, "Mia": AGREED, "Noa": AGREED},
}


def cohort_of_four():
    cohort = make_cohort()
    dimension = make_dimension(cohort.program, QUESTION, (ANSWER, "Of elsewhere"))
    people = {
        "Ana": make_mentee(cohort, name="Ana", topics=["Grants"]),
        "Ben": make_mentee(cohort, name="Ben", topics=["Supervision"]),
        "Mia": make_mentor(cohort, name="Mia", topics=["Grants"], capacity=2),
        "Noa": make_mentor(cohort, name="Noa", topics=["Supervision"]),
    }
    return cohort, dimension, people


def say(people, dimension, said):
    IdentityAnswer.objects.all().delete()
    for name, consent in said.items():
        answer(people[name], dimension, ANSWER, **consent)


def shown_of(client, run):
    """All pages and letters of a run, without what differs between any two runs."""
    pairings = list(run.pairings.select_related("run__cohort__program", "mentee", "mentor"))
    pages = [
        client.get(reverse(f"admin:matching_{model}_change", args=[pk])).content.decode()
        for model, pk in [("matchrun", run.pk), *(("pairing", one.pk) for one in pairings)]
    ]
    pages.append(client.get(reverse("admin:matching_matchrun_changelist")).content.decode())
    for pairing in pairings:
        letters = [introduction_to_mentee(pairing), introduction_to_mentor(pairing)]
        pages += [f"{letter.subject}\n{letter.body}" for letter in letters]
    text = "\n".join(pages)
    for pattern in [
        r"\b[0-9a-f]{64}\b",  # fingerprints
        r"<dt>Seconds</dt><dd>.*?</dd>",
        r'name="csrfmiddlewaretoken" value="\w+"',
        r'name="(seen|from_pairing)" value="[\d: ]*"',  # keys of pairings
        r"\d+ \w+ \d{4}, \d\d:\d\d|\w+\.? \d+, \d{4}, [\w:]+ [ap.m]+",
        r"\bRun \d+|verify_run \d+|/(?:matchrun|pairing)/\d+/",
        r"\bpair-\d+",
        r'name="(?:seen|from_pairing)" value="[\d: ]+"',
        r'name="(?:from_run|_selected_action)" (?:id="\w+" )?value="\d+"',
    ]:
        text = re.sub(pattern, "~", text)
    return text


def test_pages_and_letters_of_a_run_are_the_same_whatever_people_answered(client):
    cohort, dimension, people = cohort_of_four()
    client.force_login(make_chair(cohort.program))
    shown = {}

    for what, said in SAID.items():
        Pairing.objects.all().delete()
        cohort.runs.all().delete()
        say(people, dimension, said)
        run = make_run(cohort)
        assert sorted((p.mentee.name, p.mentor.name) for p in run.pairings.all()) == [
            ("Ana", "Mia"),
            ("Ben", "Noa"),
        ]
        check_run(run)
        shown[what] = shown_of(client, run)

    assert {what for what, text in shown.items() if text != shown["nobody said anything"]} == set()


def test_what_was_weighed_does_differ():
    cohort, dimension, people = cohort_of_four()
    weighed = {}
    for what in ("one wish, met", "one wish, not met"):
        say(people, dimension, SAID[what])
        run = make_run(cohort)
        stored = unpacked(bytes(run.proof.content))
        weighed[what] = int(stored.problem.points[0, 0])

    most = run.pairings.first().reasons[-1]["max_points"]
    assert weighed["one wish, met"] - weighed["one wish, not met"] == most > 0


def test_no_run_stores_a_word_of_it_or_a_number_that_can_be_read():
    cohort, dimension, people = cohort_of_four()
    say(people, dimension, SAID["one wish, not met"])

    run = make_run(cohort)

    assert places_that_hold(QUESTION, ANSWER) == [
        "signups.IdentityDimension.name",
        "signups.IdentityOption.name",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM matching_runproof")
        stored = bytes(cursor.fetchone()[0])
    assert not stored.startswith(b"PK")
    assert bytes(RunProof.objects.get().content).startswith(b"PK")
    for pairing in run.pairings.all():
        [identity] = [reason for reason in pairing.reasons if reason["key"] == "identity"]
        assert identity["points"] == identity["max_points"]
        assert sum(reason["points"] for reason in pairing.reasons) == pairing.points
        assert sum(reason["max_points"] for reason in pairing.reasons) == 100
        assert identity not in pairing.strongest_reasons(len(pairing.reasons))


def test_a_wish_that_both_agreed_to_decides_between_equals():
    cohort, dimension, people = cohort_of_four()
    say(people, dimension, {"Ben": WISH, "Mia": AGREED})
    people["Noa"].topic_choices.all().delete()
    people["Mia"].topic_choices.all().delete()

    run = make_run(cohort)

    mentors = {pairing.mentee.name: pairing.mentor.name for pairing in run.pairings.all()}
    assert mentors["Ben"] == "Mia"
    check_run(run)


def test_pairs_that_only_a_wish_explains_are_shown_with_what_others_see(client):
    cohort, dimension, people = cohort_of_four()
    say(people, dimension, {"Ana": WISH, "Noa": AGREED})

    run = make_run(cohort, importances=DEFAULT_IMPORTANCES | {"topics": 1, "identity": 10})

    ana = run.pairings.get(mentee__name="Ana")
    assert ana.mentor.name == "Noa"
    assert run.total_points == sum(pairing.points for pairing in run.pairings.all())
    assert ana.alternatives[0] == {
        "mentor_id": people["Mia"].pk,
        "points": 100,
        "sentence": "The whole would gain eight points.",
        "moves": [[people["Ben"].pk, people["Mia"].pk, people["Noa"].pk, 96, 100]],
    }
    check_run(run)


def test_only_what_is_agreed_to_reaches_the_engine():
    cohort, dimension, people = cohort_of_four()
    make_dimension(cohort.program, "Retired", is_offered=False)
    answer(people["Ana"], dimension, ANSWER, **WISH)
    answer(people["Ben"], dimension, ANSWER, **AGREED)
    answer(people["Mia"], dimension, ANSWER)
    answer(people["Noa"], dimension, ANSWER, **AGREED)

    instance, _ = load_instance(cohort, salt="")

    assert instance.mentee_identity_wishes.tolist() == [[True], [False]]
    assert instance.mentor_identities.tolist() == [[False], [True]]
    assert instance.identity_dimensions.tolist() == [0]


def test_mentees_with_the_same_wish_share_a_column():
    cohort, dimension, people = cohort_of_four()
    wide = make_dimension(cohort.program, "Age", ("Young", "Old"), takes_several=True)
    for mentee in ("Ana", "Ben"):
        answer(people[mentee], dimension, ANSWER, **WISH)
    answer(people["Ana"], wide, "Young", **WISH)
    answer(people["Ben"], wide, "Young", "Old", **WISH)
    answer(people["Mia"], dimension, ANSWER, **AGREED)
    answer(people["Mia"], wide, "Young", **AGREED)
    answer(people["Noa"], wide, "Old", **AGREED)

    instance, _ = load_instance(cohort, salt="")

    assert instance.identity_dimensions.tolist() == [0, 1, 1]
    assert instance.mentee_identity_wishes.tolist() == [[True, True, False], [True, False, True]]
    assert instance.mentor_identities.tolist() == [[True, True, True], [False, False, True]]


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_whether_identity_counts_tells_nothing_of_anyone(said):
    cohort, dimension, people = cohort_of_four()
    say(people, dimension, said)
    no_questions = make_cohort()
    make_mentee(no_questions)
    make_mentor(no_questions)

    def keys(run):
        return {reason["key"] for pairing in run.pairings.all() for reason in pairing.reasons}

    assert "identity" in keys(make_run(cohort))
    assert "identity" not in keys(make_run(no_questions))


def test_the_fingerprint_of_the_input_covers_private_answers_and_needs_the_key(settings):
    cohort, dimension, people = cohort_of_four()
    say(people, dimension, {"Mia": AGREED})
    before = make_run(cohort).input_digest
    same = make_run(cohort).input_digest
    say(people, dimension, {"Ana": WISH, "Mia": AGREED})
    after = make_run(cohort).input_digest
    settings.SECRET_KEY = "another site"  # noqa: S105

    assert before == same
    assert len({before, after, make_run(cohort).input_digest}) == 3
    assert np.all([run.proof_seal for run in cohort.runs.all()])
    assert len({run.proof_seal for run in cohort.runs.all()}) == cohort.runs.count()
