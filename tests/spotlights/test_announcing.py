"""A new spotlight is announced once, to those who asked, and only while it is public."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from signups.erasing import erase
from signups.models import Letter, LetterStatus
from signups.news import subscribe, unsubscribe
from spotlights.announcing import announce
from spotlights.models import Announcement, PublishingError
from tests.factories import (
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
    make_spotlight_editor,
)
from tests.spotlights.factories import make_spotlight

pytestmark = pytest.mark.django_db


def make_reader(program, **fields):
    reader = make_mentee(make_cohort(program), **fields)
    subscribe(reader)
    return reader


def page_of(spotlight):
    return reverse("admin:spotlights_spotlight_announce", args=[spotlight.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_everybody_who_asked_gets_one_letter_in_their_language(client, deliver_letters):
    spotlight = make_spotlight(title="Maren O'Pine's long way", summary="She & the bookmobile.")
    program = spotlight.program
    english = make_reader(program, name="Ada O'Hara")
    spanish = make_reader(program, language="es")
    make_mentor(spanish.cohort)
    make_reader(make_program())
    chair = make_chair(program)
    client.force_login(chair)

    page = client.get(page_of(spotlight))
    before = Letter.objects.count()
    client.post(page_of(spotlight))
    deliver_letters()

    assert (before, page.context["letter"].to) == (0, english.email)
    assert "2 letters will be sent" in page.content.decode()
    assert sorted(one for message in mail.outbox for one in message.to) == sorted(
        [english.email, spanish.email]
    )
    letter = next(message for message in mail.outbox if message.to == [english.email])
    assert letter.subject == "A new spotlight: Maren O'Pine's long way"
    assert "Dear Ada O'Hara," in letter.body
    assert "She & the bookmobile." in letter.body
    assert f"{spotlight.get_absolute_url()}\n" in letter.body
    assert {message.extra_headers["List-Unsubscribe-Post"] for message in mail.outbox} == {
        "List-Unsubscribe=One-Click"
    }
    in_spanish = next(message for message in mail.outbox if message.to == [spanish.email])
    assert f"/es{spotlight.get_absolute_url()}\n" in in_spanish.body
    announcement = Announcement.objects.get()
    assert (announcement.announced_by, announcement.n_letters) == (chair, 2)


def test_the_page_alone_writes_nothing_and_says_when_nobody_asked(client):
    spotlight = make_spotlight()
    client.force_login(make_chair(spotlight.program))

    page = client.get(page_of(spotlight)).content.decode()

    assert "better wait until somebody has" in page
    assert "Yes, send" not in page
    assert Announcement.objects.count() == 0


def test_it_is_announced_once_however_often_the_button_is_pressed(client, deliver_letters):
    spotlight = make_spotlight()
    make_reader(spotlight.program)
    client.force_login(make_chair(spotlight.program))

    client.post(page_of(spotlight))
    again = client.post(page_of(spotlight))
    deliver_letters()

    assert said(again)[-1] == f"“{spotlight}” was announced already; nobody is written to twice."
    assert len(mail.outbox) == 1


def test_who_asks_after_it_was_announced_is_not_written_to_about_it():
    spotlight = make_spotlight()
    make_reader(spotlight.program)
    announce(spotlight, by=make_chair(spotlight.program))
    make_reader(spotlight.program)

    with pytest.raises(PublishingError):
        announce(spotlight, by=make_chair(spotlight.program))

    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft", "published_at": None},
        {"status": "in_review"},
        {"status": "withdrawn"},
        {"published_at": timezone.now() + timedelta(days=2)},
    ],
)
def test_only_what_the_public_can_read_is_announced(client, fields):
    spotlight = make_spotlight(**fields)
    make_reader(spotlight.program)
    client.force_login(make_chair(spotlight.program))

    answers = [client.get(page_of(spotlight)), client.post(page_of(spotlight))]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert "nobody can read it yet" in said(answers[0])[0]
    assert (Announcement.objects.count(), Letter.objects.count()) == (0, 0)


def test_announcing_needs_the_right_to_publish(client):
    spotlight = make_spotlight()
    make_reader(spotlight.program)
    client.force_login(make_spotlight_editor(spotlight.program))

    assert client.post(page_of(spotlight)).status_code == 403
    assert Letter.objects.count() == 0


def test_a_stranger_announces_nothing(client):
    spotlight = make_spotlight()
    make_reader(spotlight.program)
    client.force_login(make_chair(make_program()))

    assert client.post(page_of(spotlight)).status_code == 404
    assert Letter.objects.count() == 0


def test_letters_of_a_withdrawn_one_that_wait_never_leave(deliver_letters):
    spotlight = make_spotlight()
    other = make_spotlight(program=spotlight.program)
    make_reader(spotlight.program)
    chair = make_chair(spotlight.program)
    announce(spotlight, by=chair)
    announce(other, by=chair)

    spotlight.withdraw()
    deliver_letters()

    assert [message.subject for message in mail.outbox] == [f"A new spotlight: {other}"]
    held = Letter.objects.get(status=LetterStatus.REFUSED)
    assert (held.fault, held.body, held.send_again()) == (
        "The spotlight was withdrawn.",
        "",
        False,
    )


def test_letters_go_with_their_reader():
    spotlight = make_spotlight()
    reader = make_reader(spotlight.program)
    announce(spotlight, by=make_chair(spotlight.program))

    erase(reader)

    assert Letter.objects.count() == 0


@pytest.mark.parametrize("n_readers", [1, 3])
def test_the_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n_readers):
    spotlight = make_spotlight()
    for _ in range(n_readers):
        make_reader(spotlight.program)
    client.force_login(make_chair(spotlight.program))

    with django_assert_num_queries(9):
        page = client.get(page_of(spotlight))

    assert page.context["sentence"].startswith(f"{n_readers} letter")


def test_who_ended_the_news_meanwhile_gets_no_letter(deliver_letters):
    spotlight = make_spotlight()
    reader = make_reader(spotlight.program)
    announce(spotlight, by=make_chair(spotlight.program))

    unsubscribe(reader)
    deliver_letters()

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_chairs_at_once_announce_once():
    for _ in range(5):
        spotlight = make_spotlight()
        make_reader(spotlight.program)
        chairs = [make_chair(spotlight.program) for _ in range(2)]
        together, done = threading.Barrier(2), []

        def do(chair, spotlight=spotlight, together=together, done=done):
            together.wait()
            try:
                done.append(announce(spotlight, by=chair))
            except PublishingError:
                done.append(None)
            finally:
                connection.close()

        threads = [threading.Thread(target=do, args=(chair,)) for chair in chairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(done, key=str) == [1, None]
        assert Letter.objects.filter(key__startswith=spotlight.letters_key).count() == 1
