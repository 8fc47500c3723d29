"""What a committee says among itself: who may, who sees it, and that it goes with the person."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail
from django.urls import reverse

from matching.erasing import erase_and_part
from matching.models import PairingComment
from signups.models import AccessLink, Comment, Rating
from tests.factories import (
    make_chair,
    make_cohort,
    make_member,
    make_mentee,
    make_mentor,
    make_program,
    make_spotlight_editor,
    make_user,
)
from tests.matching.factories import make_pairing
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

WORDS = "Zanzibar would suit her"


def page_of(row, name="change"):
    model = row._meta
    return reverse(f"admin:{model.app_label}_{model.model_name}_{name}", args=[row.pk])


def comment(client, row, words=WORDS):
    return client.post(page_of(row, "comment"), {"words": words})


def rows_to_comment():
    cohort = make_cohort()
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    return cohort.program, [mentee, mentor, make_pairing(mentee, mentor)]


def said():
    comments = [*Comment.objects.all(), *PairingComment.objects.all()]
    return [(one.written_by, one.words) for one in comments]


def test_a_member_comments_and_the_others_read_it(client):
    program, rows = rows_to_comment()
    member = make_member(program)
    client.force_login(member)

    answers = [comment(client, row) for row in rows]

    assert [answer.url for answer in answers] == [page_of(row) for row in rows]
    assert said() == [(member, WORDS)] * 3
    client.force_login(make_chair(program))
    assert [client.get(page_of(row)).content.decode().count(WORDS) for row in rows] == [1, 1, 1]


def test_a_stranger_comments_on_nothing(client):
    _, rows = rows_to_comment()
    client.force_login(make_chair(make_program()))

    answers = [comment(client, row) for row in rows]

    assert ([answer.status_code for answer in answers], said()) == ([404, 404, 404], [])


@pytest.mark.parametrize("make_somebody", [make_spotlight_editor, make_user])
def test_who_does_not_read_applications_comments_on_nothing(client, make_somebody):
    program, rows = rows_to_comment()
    user = make_somebody()
    program.seats.create(name="Somebody", user=user)
    client.force_login(user)

    answers = [comment(client, row) for row in rows]

    assert ([answer.status_code for answer in answers], said()) == ([403, 403, 403], [])


def test_an_empty_comment_is_not_kept_and_says_so(client):
    program, [mentee, *_] = rows_to_comment()
    client.force_login(make_member(program))

    comment(client, mentee, "  ")
    page = client.get(page_of(mentee))

    assert said() == []
    assert [str(one) for one in page.context["messages"]] == ["Not kept. This field is required."]


def test_opening_the_address_of_a_comment_keeps_none(client):
    program, [mentee, *_] = rows_to_comment()
    client.force_login(make_member(program))

    assert client.get(page_of(mentee, "comment")).status_code == 405
    assert said() == []


def test_the_applicant_is_told_that_there_are_words_and_not_which(client, deliver_letters):
    program, [mentee, _, pairing] = rows_to_comment()
    reader = make_member(program)
    for row in (mentee, pairing):
        row.comments.create(words=WORDS, written_by=reader)
    Rating.objects.create(application=mentee, reader=reader, points=2, words=WORDS)
    client.get(re.search(r"/my/link/\S+", AccessLink.new_address(application=mentee))[0])

    status = client.get(reverse("signups:my_application")).content.decode()
    downloaded = client.get(reverse("matching:download")).content.decode()
    pairing.approve(by=make_chair(program))
    deliver_letters()

    assert WORDS not in f"{status} {downloaded} {[one.body for one in mail.outbox]}"
    assert reader.username not in downloaded
    file = json.loads(downloaded)
    assert [len(file["comments of the committee"]), len(file["ratings by the committee"])] == [1, 1]


def test_comments_and_ratings_go_with_the_person():
    program, [mentee, mentor, pairing] = rows_to_comment()
    reader = make_member(program)
    for row in (mentee, pairing):
        row.comments.create(words=WORDS, written_by=reader)
    Rating.objects.create(application=mentee, reader=reader, points=2, words=WORDS)
    mentor.comments.create(words="Of somebody else", written_by=reader)
    assert places_that_hold(WORDS) == [
        "matching.PairingComment.words",
        "signups.Comment.words",
        "signups.Rating.words",
    ]

    erase_and_part(mentee)

    assert places_that_hold(WORDS) == []
    assert said() == [(reader, "Of somebody else")]


@pytest.mark.parametrize("n_comments", [1, 3])
def test_a_page_takes_the_same_number_of_queries_for_any_number_of_comments(
    client, django_assert_num_queries, n_comments
):
    program, [mentee, *_] = rows_to_comment()
    client.force_login(make_member(program))
    for _ in range(n_comments):
        mentee.comments.create(words=WORDS, written_by=make_member(program))

    with django_assert_num_queries(22):
        page = client.get(page_of(mentee))

    assert page.content.decode().count(WORDS) == n_comments
