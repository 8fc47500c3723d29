"""Mentees who come first when places are short, because the committee says so and why."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from signups.disclosure import everything_about
from signups.erasing import erase
from signups.models import Application, ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

MENTEES = "admin:signups_menteeapplication_changelist"
WHY = "Twice without a mentor."


def act(client, action, *chosen, **more):
    data = {"action": action, "_selected_action": [row.pk for row in chosen], **more}
    return client.post(reverse(MENTEES), data, follow=True)


def mark_of(application):
    application.refresh_from_db()
    return (
        application.priority_marked_at is not None,
        application.priority_marked_by,
        application.priority_reason,
    )


def test_a_chair_lets_mentees_come_first_with_a_reason_and_takes_it_back(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    people = [make_mentee(cohort) for _ in range(3)]
    client.force_login(chair)

    page = act(client, "let_come_first", *people[:2])
    assert page.context["title"] == "Let come first 2 mentee applications?"
    assert mark_of(people[0]) == (False, None, "")
    page = act(client, "let_come_first", *people[:2], confirmed="yes", reason=" ")
    assert "Give the reason" in page.content.decode()
    assert mark_of(people[0]) == (False, None, "")
    act(client, "let_come_first", *people[:2], confirmed="yes", reason=WHY)

    assert [mark_of(person) for person in people] == [
        (True, chair, WHY),
        (True, chair, WHY),
        (False, None, ""),
    ]
    assert Application.objects.marked_to_come_first().count() == 2
    act(client, "stand_in_line", people[0], confirmed="yes")
    assert [mark_of(person)[0] for person in people] == [False, True, False]


def test_a_stranger_and_a_seat_without_permission_let_nobody_come_first(client):
    cohort = make_cohort()
    person = make_mentee(cohort)
    without = make_chair(cohort.program)
    without.groups.clear()

    for user in (make_chair(make_cohort().program), without):
        client.force_login(user)
        act(client, "let_come_first", person, confirmed="yes", reason=WHY)

    assert mark_of(person) == (False, None, "")


def test_a_mentor_cannot_come_first_and_nobody_twice():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person, stale = make_mentee(cohort), None
    stale = Application.objects.get(pk=person.pk)
    person.let_come_first(by=chair, reason=WHY)

    with pytest.raises(ReviewError, match="only mentees"):
        make_mentor(cohort).let_come_first(by=chair, reason=WHY)
    with pytest.raises(ReviewError, match="already marked"):
        stale.let_come_first(by=chair, reason="Another reason.")
    with pytest.raises(ReviewError, match="is not marked"):
        stale.stand_in_line(by=chair)

    assert mark_of(person) == (True, chair, WHY)


@pytest.mark.parametrize(
    "left_out", ["priority_marked_at", "priority_marked_by", "priority_reason", "role"]
)
def test_the_database_holds_all_of_a_mark_or_nothing_and_for_mentees_only(left_out):
    cohort = make_cohort()
    mark = {
        "priority_marked_at": timezone.now(),
        "priority_marked_by": make_chair(cohort.program),
        "priority_reason": WHY,
    }
    person = make_mentor(cohort) if left_out == "role" else make_mentee(cohort)
    mark.pop(left_out, None)

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=person.pk).update(**mark)


def test_the_person_can_read_the_reason_and_it_is_erased_with_them():
    cohort = make_cohort()
    person = make_mentee(cohort)
    person.let_come_first(by=make_chair(cohort.program), reason=WHY)
    assert everything_about(person)["application"]["reason to come first"] == WHY

    erase(person)

    assert (places_that_hold(WHY), mark_of(person)) == ([], (False, None, ""))
