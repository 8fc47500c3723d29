"""A hundred people who all press twice, at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from signups.models import Application, Letter, Role
from tests.factories import application_data, make_cohort

N_PEOPLE = 100
N_AT_ONCE = 16


@pytest.mark.django_db(transaction=True)
def test_two_hundred_simultaneous_sends_of_a_hundred_applications(deliver_letters):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    data = application_data(cohort, Role.MENTEE)
    addresses = [f"reader{number}@example.org" for number in range(N_PEOPLE)]
    # Each again right after itself, so that both presses are under way at once.
    addresses = [address for address in addresses for _ in range(2)]

    def send(address: str) -> tuple[int, str]:
        try:
            response = Client().post(url, data | {"email": address})
            return response.status_code, response.url
        finally:
            connection.close()

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        answers = set(pool.map(send, addresses))
    deliver_letters()

    applied = reverse("signups:applied", args=[cohort.program.slug, cohort.slug, "mentee"])
    assert answers == {(302, applied)}
    assert Application.objects.count() == N_PEOPLE
    confirmations = Letter.objects.filter(key__startswith="application_received/")
    assert confirmations.count() == N_PEOPLE
    subjects = [message.subject for message in mail.outbox]
    assert subjects.count(f"We have your application to {cohort.program}") == N_PEOPLE
    assert len(subjects) == 2 * N_PEOPLE
