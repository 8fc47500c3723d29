"""Guessing at passwords is held up where it is done, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mig_site.retention import purge
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a made-up login
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def chair():
    user = make_user(username="mae")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, password=PASSWORD, *, username="mae", address=HERE, **headers):
    data = {"username": username, "password": password}
    return client.post(LOGIN, data, REMOTE_ADDR=address, **headers)


def guess(client, n_times, **more):
    return [log_in(client, "wrong", **more).status_code for _ in range(n_times)]


def is_in(client):
    return client.get(reverse("admin:index")).status_code == 200


def test_the_eighth_wrong_password_locks_the_name_in_that_place(client, chair):
    assert guess(client, 8) == [200] * 7 + [429]

    refused = log_in(client)

    assert (refused.status_code, is_in(client)) == (429, False)
    text = " ".join(refused.content.decode().split())
    assert "the next try counts in 15 minutes" in text
    assert int(refused["Retry-After"]) in range(840, 902)


def test_a_stranger_locks_nobody_out_elsewhere(client, chair):
    guess(client, 9)

    log_in(client, address=ELSEWHERE)

    assert is_in(client)


def test_another_name_in_that_place_is_let_in(client, chair):
    guess(client, 9, username="someone")

    log_in(client)

    assert is_in(client)


def test_the_lock_ends_by_itself_and_tries_meanwhile_do_not_make_it_longer(client, chair):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(client, 8)
        clock.shift(timedelta(minutes=10))
        assert "counts in 5 minutes" in " ".join(log_in(client).content.decode().split())
        clock.shift(timedelta(minutes=5, seconds=1))

        log_in(client)

        assert is_in(client)


def test_a_right_password_forgets_the_wrong_ones_before(client, chair):
    guess(client, 7)
    log_in(client)

    assert AccessAttempt.objects.count() == 0
    assert guess(client, 7) == [200] * 7


def test_names_that_there_are_not_are_answered_the_same(client, chair):
    def said(username):
        guess(client, 8, username=username)
        answer = log_in(client, "wrong", username=username)
        return answer.status_code, answer.content.decode()

    assert said("mae") == said("nobody")


def test_changing_the_browser_gives_no_new_tries(client, chair):
    codes = [
        log_in(client, "wrong", HTTP_USER_AGENT=f"Browser {number}").status_code
        for number in range(8)
    ]

    assert codes[-1] == 429


@pytest.mark.parametrize(
    ("n_proxies", "is_locked"),
    [(0, True), (1, False)],  # without a proxy the header is the visitor's own words
)
def test_the_place_is_told_by_trusted_proxies_only(client, chair, settings, n_proxies, is_locked):
    settings.TRUSTED_PROXIES = n_proxies
    for number in range(9):
        log_in(client, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    log_in(client, HTTP_X_FORWARDED_FOR="203.0.113.77")

    assert is_in(client) is not is_locked


def test_one_line_with_many_addresses_is_one_place(client, chair):
    for number in range(1, 9):
        log_in(client, "wrong", address=f"2001:db8:0:1::{number}")

    assert log_in(client, address="2001:db8:0:1::ffff").status_code == 429
    assert log_in(client, address="2001:db8:0:2::1").status_code == 302


def test_failed_logins_are_forgotten_and_hold_no_password(client, chair):
    guess(client, 1)
    attempt = AccessAttempt.objects.get()
    assert "wrong" not in f"{attempt.post_data} {attempt.get_data}"
    purge()
    assert AccessAttempt.objects.count() == 1
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    purge()

    assert AccessAttempt.objects.count() == 0
    assert mail.outbox == []
