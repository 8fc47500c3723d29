"""A cap on mentees is said while the form is being filled, and closes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from signups.erasing import erase
from signups.models import Application, Role
from signups.places import Places, places_sentence
from tests.factories import application_data, make_cohort, make_mentee, make_mentor

pytestmark = pytest.mark.django_db


def apply_url(cohort, role="mentee"):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])


def page_of(client, cohort):
    return client.get(cohort.program.get_absolute_url()).content.decode()


def test_counts_are_of_everyone_still_considered():
    cohort = make_cohort(caps_mentees=True)
    for status in ("received", "accepted", "waitlisted", "declined", "withdrawn"):
        decided_at = None if status == "received" else timezone.now()
        make_mentee(cohort, status=status, decided_at=decided_at)
        make_mentor(cohort, status=status, decided_at=decided_at, capacity=2)
    erase(make_mentee(cohort))
    erase(make_mentor(cohort))
    make_mentee(make_cohort(cohort.program))

    assert Places.of(cohort) == Places(n_mentees=3, n_places=6)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (Places(37, 31), "37 mentees for 31 places; you may be put on the waitlist."),
        (Places(1, 1), "1 mentee for 1 place; you may be put on the waitlist."),
        (Places(0, 0), "0 mentees for 0 places; you may be put on the waitlist."),
        (Places(1, 2), "1 mentee for 2 places so far."),
    ],
)
def test_the_sentence_says_when_the_places_are_taken(places, sentence):
    assert places.sentence == sentence


def test_form_summary_and_program_page_say_it_and_the_form_takes_more(client):
    cohort = make_cohort(caps_mentees=True)
    make_mentee(cohort)
    make_mentee(cohort)
    make_mentor(cohort)
    sentence = "2 mentees for 1 place; you may be put on the waitlist."
    data = application_data(cohort, Role.MENTEE)

    assert sentence in client.get(apply_url(cohort)).content.decode()
    assert sentence in client.post(apply_url(cohort), data | {"step": "check"}).content.decode()
    assert sentence in page_of(client, cohort)
    assert client.post(apply_url(cohort), data).status_code == 302
    assert Application.objects.filter(email="ada@example.org").exists()
    assert "3 mentees for 1 place" in page_of(client, cohort)


def test_mentors_and_cohorts_without_a_cap_are_told_nothing(client):
    capped, free = make_cohort(caps_mentees=True), make_cohort()
    make_mentee(free)

    for url in (apply_url(capped, "mentor"), apply_url(free)):
        assert "waitlist" not in client.get(url).content.decode()
    assert "waitlist" not in page_of(client, free)


def test_a_closed_window_says_nothing_of_places():
    cohort = make_cohort(caps_mentees=True, mentee_closes_at=timezone.now() - timedelta(minutes=2))

    assert places_sentence(cohort, Role.MENTEE) == ""
