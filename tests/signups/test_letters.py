"""The ledger: each letter is written once, leaves once, and is never lost."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from signups.emails import write_application_received
from signups.letters import deliver_letter, take_up_lost_letters
from signups.models import Letter, LetterStatus
from signups.models.letters import LEASE, PAUSES
from tests.factories import make_chair, make_cohort, make_mentee

pytestmark = pytest.mark.django_db


class RefusingBackend(BaseEmailBackend):
    """A mail server that answers as a test tells it to."""

    answer: Exception

    def send_messages(self, messages):
        raise self.answer


@pytest.fixture
def mail_server_answers(settings):
    def answer(error):
        settings.EMAIL_BACKEND = f"{RefusingBackend.__module__}.RefusingBackend"
        RefusingBackend.answer = error

    return answer


def make_letter(cohort=None):
    write_application_received(make_mentee(cohort or make_cohort()))
    return Letter.objects.latest("pk")


def test_a_letter_and_its_task_are_saved_together_or_not_at_all():
    mentee = make_mentee(make_cohort())

    with transaction.atomic():
        write_application_received(mentee)
        transaction.set_rollback(True)

    assert (Letter.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_letter_is_written_once_however_often_it_is_asked_for(deliver_letters):
    mentee = make_mentee(make_cohort())

    for _ in range(3):
        write_application_received(mentee)
    deliver_letters()

    assert (Letter.objects.count(), DBTaskResult.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_a_letter_leaves_once_however_many_tasks_are_about_it(deliver_letters):
    letter = make_letter()
    deliver_letter.enqueue(letter.pk)

    deliver_letters()

    letter.refresh_from_db()
    assert (letter.status, letter.n_tries, len(mail.outbox)) == (LetterStatus.SENT, 1, 1)
    assert mail.outbox[0].extra_headers["Message-ID"] == letter.message_id


def test_a_failed_delivery_is_tried_again_with_growing_pauses(mail_server_answers, deliver_letters):
    mail_server_answers(smtplib.SMTPServerDisconnected("gone"))
    letter = make_letter()
    start = timezone.now()

    tried_after = []
    with time_machine.travel(start, tick=False) as clock:
        for pause in [timedelta(0), *PAUSES]:
            clock.shift(pause)
            deliver_letters()
            tried_after.append(Letter.objects.get().n_tries)

    letter.refresh_from_db()
    assert tried_after == list(range(1, len(PAUSES) + 2))
    assert letter.status == LetterStatus.REFUSED
    assert letter.fault == "Given up after 8 tries. SMTPServerDisconnected: gone"


def test_no_letter_is_tried_before_its_pause_is_over(mail_server_answers, deliver_letters):
    mail_server_answers(smtplib.SMTPServerDisconnected("gone"))
    letter = make_letter()

    for _ in range(3):
        deliver_letters()

    letter.refresh_from_db()
    assert (letter.status, letter.n_tries) == (LetterStatus.WAITING, 1)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"unknown")}), "refused"),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"busy")}), "waiting"),
        (smtplib.SMTPDataError(554, b"spam"), "refused"),
        (smtplib.SMTPDataError(451, b"later"), "waiting"),
        (smtplib.SMTPAuthenticationError(535, b"password"), "waiting"),
        (TimeoutError(), "waiting"),
        (RuntimeError("a fault of our own"), "waiting"),
    ],
)
def test_only_a_permanent_refusal_is_final(mail_server_answers, deliver_letters, answer, status):
    mail_server_answers(answer)
    letter = make_letter()

    deliver_letters()

    letter.refresh_from_db()
    assert letter.status == status


def test_a_refused_letter_holds_nothing_up_and_is_shown_to_staff(
    client, settings, mail_server_answers, deliver_letters
):
    cohort = make_cohort()
    in_memory = settings.EMAIL_BACKEND
    mail_server_answers(smtplib.SMTPDataError(554, b"no"))
    refused = make_letter(cohort)
    deliver_letters()
    settings.EMAIL_BACKEND = in_memory
    accepted = make_letter(cohort)
    deliver_letters()
    client.force_login(make_chair(cohort.program))

    page = client.get(reverse("admin:signups_letter_changelist"), {"status__exact": "refused"})
    client.post(
        reverse("admin:signups_letter_changelist"),
        {"action": "send_again", "_selected_action": [refused.pk, accepted.pk]},
    )
    deliver_letters()

    assert [letter.pk for letter in page.context["cl"].result_list] == [refused.pk]
    assert [message.to for message in mail.outbox] == [[accepted.to], [refused.to]]


def test_a_letter_of_a_dead_worker_is_taken_up_when_its_lease_is_over(deliver_letters):
    letter = make_letter()
    DBTaskResult.objects.all().delete()  # claimed by a worker that was killed
    assert letter.claim()

    assert take_up_lost_letters() == 0
    with time_machine.travel(timezone.now() + LEASE, tick=False):
        assert (take_up_lost_letters(), take_up_lost_letters()) == (1, 0)
        deliver_letters()

    letter.refresh_from_db()
    assert (letter.status, len(mail.outbox)) == (LetterStatus.SENT, 1)


def test_a_letter_being_sent_is_not_claimed_by_a_second_worker():
    letter = make_letter()

    assert (letter.claim(), letter.claim()) == (True, False)


def test_chair_of_another_program_sees_no_letter_and_sends_none(client):
    letter = make_letter()
    Letter.objects.update(status=LetterStatus.REFUSED)
    client.force_login(make_chair(make_cohort().program))

    page = client.get(reverse("admin:signups_letter_changelist"))
    client.post(
        reverse("admin:signups_letter_changelist"),
        {"action": "send_again", "_selected_action": [letter.pk]},
    )

    assert list(page.context["cl"].result_list) == []
    letter.refresh_from_db()
    assert letter.status == LetterStatus.REFUSED
