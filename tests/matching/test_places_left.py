"""How many places are left in each format, as mentees and mentors come, are paired and leave."""

from __future__ import annotations

import pytest
from django.utils import timezone

from matching.places_left import FormatPlaces, places_left
from signups.erasing import erase
from signups.models import Format
from tests.factories import (
    choose_formats,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
)
from tests.matching.factories import make_pairing

pytestmark = pytest.mark.django_db

PAIR, COFFEE, CIRCLE = "One-to-one pair", "Coffee chat", "Peer circle"


@pytest.fixture
def cohort():
    program = make_program()
    Format.objects.create(
        program=program, name=CIRCLE, summary="A circle.", least_size=2, greatest_size=5
    )
    return make_cohort(program)


def mentor_with(cohort, *formats, capacity=1, status="accepted", **places):
    decided_at = None if status == "received" else timezone.now()
    mentor = make_mentor(cohort, capacity=capacity, status=status, decided_at=decided_at)
    choose_formats(mentor, *formats, **places)
    return mentor


def mentee_for(cohort, *formats, **fields):
    mentee = make_mentee(cohort, **fields)
    choose_formats(mentee, *formats)
    return mentee


def left(cohort):
    """Places and mentors, by the name of the format."""
    formats = list(cohort.program.formats.all())
    found = places_left(cohort, formats)
    return {one.name: (found[one.pk].n_left, found[one.pk].n_mentors) for one in formats}


def sentence(cohort, name):
    one = cohort.program.formats.get(name=name)
    return places_left(cohort, [one])[one.pk].sentence


def approved(mentee, mentor, name):
    one = mentor.cohort.program.formats.get(name=name)
    pairing = make_pairing(mentee, mentor, format=one)
    pairing.approve(by=make_chair(mentor.cohort.program))
    return pairing


def test_places_are_those_of_mentors_who_are_still_considered(cohort):
    for status in ("received", "accepted", "waitlisted", "declined", "withdrawn"):
        mentor_with(cohort, PAIR, COFFEE, capacity=2, status=status)
    erase(mentor_with(cohort, PAIR))
    mentor_with(make_cohort(cohort.program), PAIR)

    assert left(cohort) == {PAIR: (6, 3), COFFEE: (6, 3), CIRCLE: (0, 0)}


def test_places_that_a_mentor_named_count_and_a_group_by_itself(cohort):
    mentor_with(cohort, PAIR, COFFEE, CIRCLE, capacity=3, Coffee=1, Peer=4)
    mentor_with(cohort, CIRCLE)

    assert left(cohort) == {PAIR: (3, 1), COFFEE: (1, 1), CIRCLE: (9, 2)}


def test_a_mentee_without_a_pair_waits_for_what_they_would_like_most(cohort):
    mentor_with(cohort, PAIR, COFFEE, capacity=3)
    mentee_for(cohort, COFFEE, PAIR)
    mentee_for(cohort, COFFEE, status="declined")
    erase(mentee_for(cohort, COFFEE))

    assert left(cohort) == {PAIR: (3, 1), COFFEE: (2, 1), CIRCLE: (0, 0)}


def test_a_pair_takes_a_place_of_its_mentor_in_all_kinds_for_two(cohort):
    mentor, mentee = mentor_with(cohort, PAIR, COFFEE, capacity=2), mentee_for(cohort, COFFEE)
    approved(mentee, mentor, PAIR)

    # The mentee waits for nothing any more.
    assert left(cohort) == {PAIR: (1, 1), COFFEE: (1, 1), CIRCLE: (0, 0)}


def test_what_is_only_proposed_takes_nothing(cohort):
    make_pairing(mentee_for(cohort, COFFEE), mentor_with(cohort, PAIR, capacity=2))

    assert left(cohort)[PAIR] == (2, 1)


def test_a_mentorship_that_ended_frees_its_place_and_its_mentee_waits_no_more(cohort):
    mentor, mentee = mentor_with(cohort, PAIR), mentee_for(cohort, PAIR)
    pairing = approved(mentee, mentor, PAIR)
    assert left(cohort)[PAIR] == (0, 0)

    type(pairing).objects.filter(pk=pairing.pk).update(ended_at=timezone.now())

    assert left(cohort)[PAIR] == (1, 1)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (FormatPlaces(0, 0, is_known=False, may_grow=True), ""),
        (FormatPlaces(0, 0, is_known=True, may_grow=True), "No mentor has a place yet."),
        (FormatPlaces(-1, 0, is_known=True, may_grow=False), "No mentor has a place."),
        (FormatPlaces(1, 1, is_known=True, may_grow=True), "Places left: 1, with one mentor."),
        (FormatPlaces(4, 3, is_known=True, may_grow=True), "Places left: 4, with 3 mentors."),
        (
            FormatPlaces(0, 2, is_known=True, may_grow=True),
            "Every place is asked for: you may be put on the waitlist.",
        ),
    ],
)
def test_the_sentence_says_what_is_known(places, sentence):
    assert places.sentence == sentence


def test_the_page_says_it_and_names_nobody(client, cohort):
    page = client.get(cohort.program.get_absolute_url()).content.decode()
    assert "menu__places" not in page

    mentor = mentor_with(cohort, PAIR, capacity=2)
    page = client.get(cohort.program.get_absolute_url()).content.decode()

    assert "Places left: 2, with one mentor." in page
    assert page.count("No mentor has a place yet.") == 2
    for words in (mentor.name, mentor.email, mentor.employer):
        assert words not in page


def test_a_closed_window_says_nothing_of_places(client):
    past = timezone.now().replace(second=0, microsecond=0, year=2020)
    cohort = make_cohort(mentee_opens_at=past, mentee_closes_at=past)
    mentor_with(cohort, PAIR)

    assert "menu__places" not in client.get(cohort.program.get_absolute_url()).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_it_takes_the_same_number_of_queries(cohort, django_assert_num_queries, n):
    for number in range(n):
        Format.objects.create(program=cohort.program, name=f"Format {number}", summary="So.")
        approved(mentee_for(cohort, PAIR), mentor_with(cohort, PAIR, f"Format {number}"), PAIR)
    formats = list(cohort.program.formats.all())

    with django_assert_num_queries(3):
        places_left(cohort, formats)
