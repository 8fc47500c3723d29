"""The page of one pair: two applications, the points, and who else there was."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.erasing import erase_and_part
from matching.models import Pairing
from matching.sharing import Answer, Question
from signups.models import MentorApplication
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing, make_run

pytestmark = pytest.mark.django_db


def open_pair(client, pairing, **asked):
    client.force_login(make_chair(pairing.run.cohort.program))
    return client.get(reverse("admin:matching_pairing_change", args=[pairing.pk]), asked)


def text_of(page):
    return " ".join(page.content.decode().split())


def three_pairs():
    """Three pairs of one run with rising points: Ana, Ben, Cai."""
    cohort = make_cohort()
    run = make_pairing(make_mentee(cohort, name="Ana"), make_mentor(cohort), points=10).run
    for name, points in (("Ben", 20), ("Cai", 30)):
        make_pairing(make_mentee(cohort, name=name), make_mentor(cohort), points=points, run=run)
    return list(run.pairings.order_by("points"))


def test_what_two_people_share_is_marked_in_both_columns(client):
    cohort = make_cohort()
    program = cohort.program
    public, academic = (program.librarytypes.get(name=name) for name in ("Public", "Academic"))
    mentee = make_mentee(
        cohort, topics=["Cataloging", "Grants"], employer="Mesa County ", statement="To lead."
    )
    mentor = make_mentor(
        cohort,
        topics=["Grants"],
        employer="mesa county",
        library_type=academic,
        statement="To help.",
        region=program.regions.get(name="Western Slope"),
    )
    mentor.other_library_types.add(public)
    mentee.languages.set(program.languages.all())
    pairing = make_pairing(mentee, mentor)

    page = open_pair(client, pairing)

    answers = {question.label: question for question in page.context["answers"]}
    assert answers["Topics"] == Question(
        "Topics",
        [Answer("1. Cataloging", False), Answer("2. Grants", True)],
        [Answer("Grants", True)],
        "1 shared",
    )
    assert answers["Languages"] == Question(
        "Languages",
        [Answer("English", True), Answer("Spanish", False)],
        [Answer("English", True)],
        "1 shared",
    )
    # Worked in by one, known from before by the other.
    assert answers["Library type"].mentee == [Answer("Public", True)]
    assert answers["Library type"].mentor == [Answer("Academic", False)]
    assert answers["Other library types"].mentor == [Answer("Public", True)]
    assert answers["Region"].shared == "different"
    assert answers["Employer"].shared == "the same"
    assert answers["Time zone"].shared == "the same"
    assert answers["Places"] == Question("Places", [], [Answer("1", False)], "")
    assert "To lead." in text_of(page)
    assert "To help." in text_of(page)
    assert 'Grants<span class="visually-hidden"> (shared)</span>' in page.content.decode()


def test_next_best_mentors_come_with_what_each_costs_whom(client):
    cohort = make_cohort()
    make_mentee(cohort, name="Ana", topics=["Grants"])
    make_mentee(cohort, name="Ben", topics=["Grants", "Cataloging"])
    make_mentor(cohort, name="Mia", topics=["Grants"])
    make_mentor(cohort, name="Noa", topics=["Cataloging"])
    run = make_run(cohort)
    ana, ben = (run.pairings.get(mentee__name=name) for name in ("Ana", "Ben"))

    page = open_pair(client, ana)

    [choice] = page.context["choices"]
    [[*_, after]] = ana.alternatives[0]["moves"]
    assert (choice.mentor, choice.points) == ("Noa", ana.alternatives[0]["points"])
    assert choice.sentence == ana.alternatives[0]["sentence"]
    assert choice.moves == [
        f"Ben would move from Noa to Mia: {after} points instead of {ben.points}."
    ]
    assert choice.moves[0] in text_of(page)


def test_a_mentor_who_was_erased_is_no_longer_a_choice(client):
    cohort = make_cohort()
    for name in ("Ana", "Ben"):
        make_mentee(cohort, name=name)
        make_mentor(cohort, name=f"Mentor of {name}")
    run = make_run(cohort)
    pairing = run.pairings.first()
    other = MentorApplication.objects.exclude(pk=pairing.mentor_id).get()
    assert [choice.mentor for choice in open_pair(client, pairing).context["choices"]] == [
        other.name
    ]

    erase_and_part(other)

    page = open_pair(client, pairing)
    assert page.context["choices"] == []
    assert other.name not in text_of(page)


def test_the_pairs_before_and_after_are_those_of_the_table(client):
    first, middle, last = three_pairs()

    def around(pairing, **asked):
        context = open_pair(client, pairing, **asked).context
        return context["before"], context["after"], context["place"], context["n_found"]

    assert around(first) == (None, middle.pk, 1, 3)
    assert around(middle) == (first.pk, last.pk, 2, 3)
    assert around(middle, sort="-points") == (last.pk, first.pk, 2, 3)
    assert around(last, below="25") == (None, first.pk, 0, 2)
    page = open_pair(client, middle, sort="-points")
    link = reverse("admin:matching_pairing_change", args=[last.pk])
    assert f'href="{link}?sort=-points"' in page.content.decode()


def test_a_pair_put_together_by_hand_stands_in_no_table(client):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia"))
    Pairing.objects.update(run=None)

    page = open_pair(client, pairing)

    assert "Ana with Mia" in text_of(page)
    assert "put together by hand" in text_of(page)
    assert "pair-nav" not in text_of(page)


def test_warnings_stand_above_the_decision(client):
    cohort = make_cohort()
    pairing = make_pairing(
        make_mentee(cohort), make_mentor(cohort), mentee_best_points=85, mentor_best_points=80
    )

    page = open_pair(client, pairing)

    assert [(key, label) for key, label, _ in page.context["warnings"]] == [
        ("far_below", "Far below"),
        ("same_region", "Same region"),
    ]
    text = text_of(page)
    assert text.index("Alone, the mentee could have had 85 points") < text.index(
        "Approve this pair…"
    )


def test_a_decided_pair_offers_no_decision(client):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=make_chair(cohort.program))

    assert "Approve this pair…" not in text_of(open_pair(client, pairing))


def test_the_chair_of_another_program_finds_no_pair(client):
    cohort = make_cohort()
    pairing = make_pairing(make_mentee(cohort, name="Ana"), make_mentor(cohort))
    client.force_login(make_chair(make_cohort().program))

    response = client.get(reverse("admin:matching_pairing_change", args=[pairing.pk]))

    assert response.status_code == 404
    assert "Ana" not in response.content.decode()


@pytest.mark.parametrize("n_more", [0, 20])
def test_the_page_takes_the_same_number_of_queries_in_a_large_run(
    client, django_assert_num_queries, n_more
):
    first, *_ = three_pairs()
    for _ in range(n_more):
        cohort = first.run.cohort
        make_pairing(make_mentee(cohort), make_mentor(cohort), run=first.run, points=50)
    client.force_login(make_chair(first.run.cohort.program))
    one = {"mentor_id": first.mentor_id, "points": 1, "sentence": "Nothing.", "moves": []}
    first.run.pairings.update(alternatives=[one])

    with django_assert_num_queries(22):
        client.get(reverse("admin:matching_pairing_change", args=[first.pk]))
