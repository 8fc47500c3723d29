"""Pairs, coffee chats and circles of one cohort, from the answers to the letters."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.emails import introduction_to_mentee, introduction_to_mentor
from matching.engine.certificate import CertificateError
from matching.groups import groups_of, warnings_about_size
from matching.models import Pairing
from matching.proofs import check_run
from matching.tasks import carry_out_run, start_run
from signups.models import Cohort, Format, ReviewError
from tests.factories import choose_formats, make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing, make_run

PAIR, CHAT, CIRCLE = "One-to-one pair", "Coffee chat", "Peer circle"


@pytest.fixture
def cohort(db):
    cohort = make_cohort()
    Format.objects.create(
        program=cohort.program,
        name=CIRCLE,
        summary="Peers with a mentor.",
        takes="two hours a month",
        least_size=3,
        greatest_size=5,
    )
    return cohort


def mentee(cohort, name, *formats, **fields):
    application = make_mentee(cohort, name=name, **fields)
    choose_formats(application, *formats)
    return application


def mentor(cohort, name, *formats, **fields):
    places = fields.pop("places", {})
    application = make_mentor(cohort, name=name, **fields)
    choose_formats(application, *formats, **places)
    return application


def chosen(run):
    """Who is with whom in which format, by mentee."""
    pairings = run.pairings.select_related("mentee", "mentor", "format").order_by("mentee__name")
    return [(one.mentee.name, one.mentor.name, one.format.name) for one in pairings]


def test_who_gets_no_pair_gets_the_coffee_chat_or_the_circle(cohort):
    mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    mentor(cohort, "Pia", CHAT, capacity=1)
    for name in ["Ana", "Ben", "Cai", "Dan", "Eva"]:
        mentee(cohort, name, PAIR, CHAT, CIRCLE)

    run = make_run(cohort, tiers=["served", "liking", "total"])

    assert sorted((mentor_, format_) for _, mentor_, format_ in chosen(run)) == [
        ("Noa", PAIR),
        *[("Noa", CIRCLE)] * 3,
        ("Pia", CHAT),
    ]
    assert (run.n_served, run.n_places, run.n_mentors) == (5, 7, 2)
    assert run.is_proven_across_groups
    check_run(run)


def test_a_circle_with_too_few_does_not_meet_and_the_run_says_so(cohort):
    mentor(cohort, "Noa", CIRCLE)
    for name in ["Ana", "Ben"]:
        mentee(cohort, name, CIRCLE)

    run = make_run(cohort)

    assert chosen(run) == []
    assert {left.reason for left in run.unmatched.all()} == {
        "Could join one group, which has too few people to meet. "
        "Every other place open to them is taken."
    }
    check_run(run)


def test_a_mentor_takes_no_more_in_a_kind_than_they_named(cohort):
    mentor(cohort, "Noa", PAIR, CHAT, capacity=3, places={"One": 1})
    for name in ["Ana", "Ben", "Cai", "Dan"]:
        mentee(cohort, name, PAIR, CHAT)

    run = make_run(cohort)

    assert sorted(format_ for _, _, format_ in chosen(run)) == [CHAT, CHAT, PAIR]
    check_run(run)


def test_what_is_liked_more_is_given_where_nothing_else_speaks_against_it(cohort):
    mentor(cohort, "Noa", PAIR, CHAT, capacity=2)
    mentee(cohort, "Ana", CHAT, PAIR)
    mentee(cohort, "Ben", PAIR, CHAT)

    run = make_run(cohort)

    assert chosen(run) == [("Ana", "Noa", CHAT), ("Ben", "Noa", PAIR)]


def test_the_unmatched_hear_in_which_other_formats_there_is_a_place(cohort):
    mentor(cohort, "Noa", PAIR, capacity=1)
    mentor(cohort, "Pia", CHAT, capacity=1)
    for name in ["Ana", "Ben"]:
        mentee(cohort, name, PAIR)

    run = make_run(cohort)

    [left] = run.unmatched.all()
    assert left.reason == (
        "Could be paired with one mentor, but every place there is taken. There is a place now in "
        "what they did not choose: Coffee chat (with one mentor)."
    )


def test_one_format_leaves_everything_as_it_was(cohort):
    mentor(cohort, "Noa", PAIR, capacity=2)
    for name in ["Ana", "Ben"]:
        mentee(cohort, name, PAIR)

    run = make_run(cohort)

    assert run.tiers == ["served", "total"]
    assert (run.n_mentors, run.n_places) == (1, 2)
    [first, _] = run.pairings.order_by("pk")
    assert first.alternatives == []


def test_another_choice_names_its_format_and_what_it_supposes(cohort):
    mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    mentor(cohort, "Pia", CHAT, capacity=1)
    for name in ["Ana", "Ben", "Cai"]:
        mentee(cohort, name, CIRCLE)
    mentee(cohort, "Dan", PAIR, CHAT)

    run = make_run(cohort)

    # So that no format is left to the lottery.
    assert run.tiers == ["served", "total", "liking"]
    dan = run.pairings.get(mentee__name="Dan")
    assert (dan.mentor.name, dan.format.name) == ("Noa", PAIR)
    [other] = dan.alternatives
    assert other["sentence"] == (
        "In another format, Coffee chat. People would be one step more from the format they like, "
        "if the same groups meet."
    )


def test_places_of_standing_pairs_count_in_their_own_format(cohort):
    noa = mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    in_circle = [mentee(cohort, name, CIRCLE) for name in ["Ana", "Ben", "Cai"]]
    first = make_run(cohort)
    chair = make_chair(cohort.program)
    for pairing in first.pairings.all():
        pairing.approve(by=chair)
    mentee(cohort, "Dan", PAIR)
    mentee(cohort, "Eva", CIRCLE)

    run = make_run(cohort)

    # The circle meets already, so that one more is enough; the pair's place is still free.
    assert chosen(run) == [("Dan", "Noa", PAIR), ("Eva", "Noa", CIRCLE)]
    assert Pairing.objects.standing().filter(mentor=noa.pk).count() == len(in_circle)


def test_approving_counts_pairs_and_each_group_by_themselves(cohort):
    noa = mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    chair = make_chair(cohort.program)
    pair, circle = (cohort.program.formats.get(name=name) for name in (PAIR, CIRCLE))

    def approve(name, format_):
        make_pairing(mentee(cohort, name, PAIR), noa, format=format_).approve(by=chair)

    approve("Ana", pair)
    for number in range(5):
        approve(f"Ben {number}", circle)

    with pytest.raises(ReviewError, match=r"Noa .*has no place left in Peer circle"):
        approve("Cai", circle)
    with pytest.raises(ReviewError, match=r"Noa .*has no place left: "):
        approve("Dan", pair)
    with pytest.raises(ReviewError, match=r"Noa .*has no place left: "):
        approve("Eva", None)


def test_the_run_shows_formats_and_groups_with_their_size(client, cohort):
    mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    for name in ["Ana", "Ben", "Cai", "Dan"]:
        mentee(cohort, name, PAIR, CIRCLE)
    run = make_run(cohort)
    client.force_login(make_chair(cohort.program))

    page = client.get(reverse("admin:matching_matchrun_change", args=[run.pk]))

    assert [(str(one.format), one.mentor.name, one.size) for one in page.context["groups"]] == [
        (CIRCLE, "Noa", 3)
    ]
    circle = run.pairings.filter(format__name=CIRCLE).first()
    assert f"{CIRCLE} with {circle.mentor}: 3 mentees" in page.content.decode()
    pairing = client.get(reverse("admin:matching_pairing_change", args=[circle.pk]))
    assert "in the format Peer circle" in pairing.content.decode()


def test_what_a_run_with_groups_answers_is_about_mentors_and_not_their_offers(cohort):
    noa = mentor(cohort, "Noa", PAIR, CHAT, CIRCLE, capacity=2, places={"One": 1})
    pia = mentor(cohort, "Pia", CHAT, capacity=1)
    for name in ["Ana", "Ben", "Cai", "Dan", "Eva", "Fay", "Gil", "Hal", "Ivo"]:
        mentee(cohort, name, PAIR, CHAT, CIRCLE)
    run = make_run(cohort)

    answers, pairings = run.answers, list(run.pairings.all())
    assert len(pairings) == 8
    mentors = {noa.pk, pia.pk}
    told = [one["mentor_id"] for one in (*answers.places, *answers.blocking)]
    told += [key for shortage in answers.shortages for key in shortage["mentor_ids"]]
    moved = set()
    for one in (*pairings, *run.unmatched.all()):
        told += [other["mentor_id"] for other in one.alternatives]
        moved |= {key for other in one.alternatives for move in other["moves"] for key in move[1:3]}
    assert set(told) == mentors
    assert moved <= mentors | {None}
    # Kinds that share a mentor's places are one entry, a circle is another.
    assert sorted((one["mentor_id"], one["format"]) for one in answers.places) == [
        (noa.pk, ""),
        (noa.pk, CIRCLE),
        (pia.pk, ""),
    ]
    # A group has places of its own: the mentor's one place is not taken by its five.
    assert answers.topics[0]["n_places"] == 8
    bests = {(pairing.mentor_id, pairing.mentor_best_points) for pairing in pairings}
    assert len(bests) == 2
    assert all(pairing.mentor_best_points >= pairing.points for pairing in pairings)


def test_a_run_with_groups_is_shown_with_the_same_number_of_queries(client, cohort):
    client.force_login(make_chair(cohort.program))
    make_run(cohort)  # so that each of the others has one to be compared with

    def n_queries(n_circles):
        for number in range(n_circles):
            mentor(cohort, f"Noa {number}", CIRCLE)
            for one in range(3):
                mentee(cohort, f"Ana {number} {one}", CIRCLE)
        address = reverse("admin:matching_matchrun_change", args=[make_run(cohort).pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert len(page.context["groups"]) >= n_circles
        return len(queries)

    assert n_queries(1) == n_queries(2)


def test_approving_fewer_than_a_group_needs_is_warned_about(client, cohort):
    mentor(cohort, "Noa", CIRCLE)
    for name in ["Ana", "Ben", "Cai"]:
        mentee(cohort, name, CIRCLE)
    run = make_run(cohort)
    chair = make_chair(cohort.program)
    pairings = list(run.pairings.select_related("mentor", "format").order_by("pk"))

    assert warnings_about_size(pairings) == []
    [group] = groups_of(pairings)
    assert warnings_about_size(pairings[:2]) == [
        f"{group} has 2 approved so far, and meets with 3 at least. Approve more of it, or find "
        "these mentees another place."
    ]
    pairings[0].approve(by=chair)
    assert warnings_about_size(pairings[1:]) == []
    client.force_login(chair)
    decide = reverse("admin:matching_pairing_changelist")
    data = {"action": "approve_selected", "_selected_action": [pairings[1].pk]}
    asked = client.post(decide, data)
    assert "has 2 approved so far" in asked.content.decode()
    done = client.post(
        decide,
        data | {"confirmed": "yes", "seen": asked.context["seen"]},
        follow=True,
    )
    assert [str(one) for one in done.context["messages"]] == [
        f"{group} has 2 approved so far, and meets with 3 at least. Approve more of it, or find "
        "these mentees another place.",
        "1 of 1 approved.",
    ]


def test_letters_say_the_format(cohort):
    mentor(cohort, "Noa", PAIR, CIRCLE, capacity=1)
    for name in ["Ana", "Ben", "Cai"]:
        mentee(cohort, name, CIRCLE)
    mentee(cohort, "Dan", PAIR)
    run = make_run(cohort)
    pairings = run.pairings.select_related("mentee__cohort__program", "mentor", "format")

    circle, pair = (pairings.get(mentee__name=name) for name in ["Ana", "Dan"])

    assert (
        "How you will work together: Peer circle (two hours a month). You meet your mentor "
        "together with other mentees"
    ) in introduction_to_mentee(circle).body
    assert "You meet several mentees together" in introduction_to_mentor(circle).body
    assert "How you will work together: One-to-one pair.\n" in introduction_to_mentee(pair).body


def test_a_changed_format_is_found_out(cohort):
    mentor(cohort, "Noa", PAIR, CHAT)
    mentee(cohort, "Ana", PAIR, CHAT)
    run = make_run(cohort)
    run.pairings.update(format=cohort.program.formats.get(name=CHAT))

    with pytest.raises(CertificateError, match="pairings are not those"):
        check_run(run)


def test_the_made_up_cohort_is_matched_across_its_formats(db):
    call_command("load_demo", verbosity=0)
    cohort = Cohort.objects.get(slug="demo")
    run = start_run(cohort, by=None)

    carry_out_run.call(run.pk)

    run.refresh_from_db()
    assert (run.status, run.fault) == ("finished", "")
    check_run(run)
    pairings = list(run.pairings.select_related("mentor", "format"))
    groups = groups_of(pairings)
    assert groups
    assert [group for group in groups if group.is_too_small] == []
    assert all(group.size <= group.format.greatest_size for group in groups)
