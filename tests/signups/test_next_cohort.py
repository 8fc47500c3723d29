"""People left without a place ask to be kept, and are first in line the next time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from signups.models import AccessLink, Application, Role
from signups.next_cohort import was_left_out
from signups.telling import decision_on, tell
from tests.factories import application_data, make_chair, make_cohort, make_mentee, make_program

pytestmark = pytest.mark.django_db

KEEP = reverse("signups:keep_for_next")
STATUS = reverse("signups:my_application")
MENTEES = reverse("admin:signups_menteeapplication_changelist")
DAY = timedelta(days=1)


def begun(**fields):
    return make_cohort(starts_on=timezone.localdate(), **fields)


def told(cohort, how, **fields):
    mentee = make_mentee(cohort, status="received", decided_at=None, **fields)
    getattr(mentee, how)(by=make_chair(cohort.program))
    tell([decision_on(mentee)])
    return Application.objects.get(pk=mentee.pk)


def open_link_of(client, application):
    address = AccessLink.new_address(application=application)
    client.get(re.search(r"/my/link/\S+", address)[0])


def wish_of(application):
    return Application.objects.get(pk=application.pk).keep_for_next_at


@pytest.mark.parametrize(
    ("how", "left_out"),
    [
        ("decline_for_lack_of_places", True),
        ("decline", False),
        ("waitlist", True),
        ("accept", False),
    ],
)
def test_who_was_left_out_may_ask(client, how, left_out):
    person = told(begun(), how)
    open_link_of(client, person)

    offered = "Keep me for the next cohort" in client.get(STATUS).content.decode()
    client.post(KEEP, {"keep": "yes"})

    assert (offered, wish_of(person) is not None) == (left_out, left_out)


def test_the_waitlist_counts_only_once_the_cohort_has_begun():
    waiting = told(make_cohort(starts_on=timezone.localdate() + DAY), "waitlist")

    assert not was_left_out(waiting)


def test_nobody_learns_from_the_offer_what_was_not_told_yet(client):
    cohort = begun()
    person = make_mentee(cohort, status="received", decided_at=None)
    person.decline_for_lack_of_places(by=make_chair(cohort.program))
    open_link_of(client, person)

    assert "Keep me for the next cohort" not in client.get(STATUS).content.decode()
    client.post(KEEP, {"keep": "yes"})
    assert wish_of(person) is None


def test_the_wish_can_be_taken_back_and_a_get_changes_nothing(client):
    person = told(begun(), "waitlist")
    open_link_of(client, person)

    assert client.get(KEEP).status_code == 405
    client.post(KEEP, {"keep": "yes"})
    assert "Do not keep me after all" in client.get(STATUS).content.decode()
    client.post(KEEP, {"keep": "no"})

    assert wish_of(person) is None


def test_a_stranger_keeps_nobody(client):
    person = told(begun(), "waitlist")

    assert client.post(KEEP, {"keep": "yes"}).url == reverse("signups:lost_link")
    assert wish_of(person) is None


def test_a_place_after_all_ends_the_wish():
    person = told(begun(), "waitlist", keep_for_next_at=timezone.now())

    person.accept(by=make_chair(person.cohort.program))

    assert wish_of(person) is None


def test_a_wish_outlives_the_end_of_the_waitlist(client):
    person = told(begun(), "waitlist")
    open_link_of(client, person)
    client.post(KEEP, {"keep": "yes"})
    person = Application.objects.get(pk=person.pk)

    person.decline_for_lack_of_places(by=make_chair(person.cohort.program))

    assert wish_of(person) is not None


def apply_again(client, cohort, role=Role.MENTEE):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])
    client.post(url, application_data(cohort, role, email="Ada@Example.org"))
    return cohort.applications.get(role=role)


def left_out_of(cohort, **fields):
    return make_mentee(
        cohort,
        email="ada@example.org",
        status="waitlisted",
        submitted_at=timezone.now() - 300 * DAY,
        **fields,
    )


def test_who_asked_is_first_in_line_in_the_next_cohort_only(client):
    program = make_program()
    left_out_of(make_cohort(program), keep_for_next_at=timezone.now())

    second = apply_again(client, make_cohort(program))
    third = apply_again(client, make_cohort(program))

    assert (second.left_out_before, third.left_out_before) == (True, False)


def test_who_did_not_ask_or_asked_elsewhere_is_in_line_like_everyone(client):
    program, wish = make_program(), {"keep_for_next_at": timezone.now()}
    left_out_of(make_cohort(program))
    left_out_of(make_cohort(), **wish)
    make_mentee(make_cohort(program), email="bob@example.org", **wish)

    assert apply_again(client, make_cohort(program)).left_out_before is False


def test_a_wish_as_mentee_is_none_as_mentor(client):
    program = make_program()
    left_out_of(make_cohort(program), keep_for_next_at=timezone.now())

    assert apply_again(client, make_cohort(program), Role.MENTOR).left_out_before is False


def test_chairs_find_both(client):
    cohort = make_cohort()
    kept = make_mentee(cohort, status="waitlisted", keep_for_next_at=timezone.now())
    first = make_mentee(cohort, left_out_before=True)
    client.force_login(make_chair(cohort.program))

    def listed(**query):
        rows = client.get(MENTEES, query).context["cl"].result_list
        return [row.pk for row in rows]

    assert listed(keep_for_next_at__isempty="0") == [kept.pk]
    assert listed(left_out_before__exact="1") == [first.pk]
