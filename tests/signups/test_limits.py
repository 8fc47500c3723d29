"""How often something may be done from one place, and that nothing is lost when it is too often."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from mig_site.management.commands.run_worker import SWEEPS
from signups import limits
from signups.forms.questions import field_name
from signups.limits import (
    Limit,
    LimitReachedError,
    client_address,
    count_attempt,
    forget_old_attempts,
    places_of,
)
from signups.models import Application, Attempt, Deed, Draft, Letter, Role, Upload
from signups.uploads import forget_abandoned_files
from tests.factories import application_data, make_cohort, make_mentee, make_question, pdf

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 19, tzinfo=UTC)  # noon in Denver


@pytest.fixture(autouse=True)
def _small_limits(settings, monkeypatch):
    settings.WITHOUT_LIMITS = False
    for deed in Deed:
        monkeypatch.setitem(limits.LIMITS, deed, Limit(per_address=2, per_network=3))


def request_from(rf, address, forwarded=None):
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return rf.post("/", REMOTE_ADDR=address, **extra)


def try_from(rf, address, deed=Deed.SEND, forwarded=None):
    """True when it counted, and False when it was one too many."""
    try:
        count_attempt(request_from(rf, address, forwarded), deed)
    except LimitReachedError:
        return False
    return True


def send(client, cohort, number=0, **data):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    data = {"email": f"ada{number}@example.org", **data}
    return client.post(url, application_data(cohort, Role.MENTEE, **data))


def test_each_address_has_its_limit_and_each_network_a_larger_one(rf):
    first, second, elsewhere = "192.0.2.1", "192.0.2.2", "192.0.3.1"

    assert [try_from(rf, first) for _ in range(3)] == [True, True, False]
    assert [try_from(rf, second) for _ in range(2)] == [True, False]
    assert [try_from(rf, elsewhere) for _ in range(2)] == [True, True]
    assert [try_from(rf, first, Deed.SAVE) for _ in range(3)] == [True, True, False]


def test_a_network_of_version_6_is_what_one_customer_has(rf):
    one_customer = [f"2001:db8:1:2::{n}" for n in range(1, 5)]

    assert [try_from(rf, address) for address in one_customer] == [True, True, True, False]
    assert try_from(rf, "2001:db8:1:3::1") is True


def test_a_limit_ends_when_it_says_and_waiting_is_not_prolonged_by_trying(rf):
    with time_machine.travel(NOON, tick=False) as clock:
        assert try_from(rf, "192.0.2.1")
        clock.shift(timedelta(minutes=10))
        assert try_from(rf, "192.0.2.1")
        clock.shift(timedelta(minutes=10))
        with pytest.raises(LimitReachedError) as reached:
            count_attempt(request_from(rf, "192.0.2.1"), Deed.SEND)
        assert reached.value.again_at == NOON + timedelta(hours=1)
        assert reached.value.seconds == 40 * 60 + 1
        assert [try_from(rf, "192.0.2.1") for _ in range(5)] == [False] * 5

        clock.move_to(NOON + timedelta(hours=1) - timedelta(seconds=1))
        assert try_from(rf, "192.0.2.1") is False
        clock.shift(timedelta(seconds=1))
        assert try_from(rf, "192.0.2.1") is True


@pytest.mark.parametrize(
    ("n_proxies", "forwarded", "address"),
    [
        (0, None, "198.51.100.9"),
        (0, "203.0.113.7", "198.51.100.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1,10.0.0.2, 203.0.113.7:4711", "203.0.113.7"),
        (2, "10.0.0.1, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, None, "198.51.100.9"),
        (1, "", "198.51.100.9"),
        (1, "unknown", "198.51.100.9"),
        (1, "203.0.113.7, '; drop table", "198.51.100.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_visitor_is_whom_the_outermost_trusted_proxy_saw(
    rf, settings, n_proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = n_proxies

    assert str(client_address(request_from(rf, "198.51.100.9", forwarded))) == address


@pytest.mark.parametrize("n_proxies", [0, 1])
def test_a_limit_is_not_evaded_by_a_made_up_header(rf, settings, n_proxies):
    settings.TRUSTED_PROXIES = n_proxies
    seen_by_proxy = ", 203.0.113.7" if n_proxies else ""
    made_up = [f"10.0.{n}.1{seen_by_proxy}" for n in range(3)]

    counted = [try_from(rf, "198.51.100.9", forwarded=forwarded) for forwarded in made_up]

    assert counted == [True, True, False]


def test_who_cannot_be_told_apart_is_counted_together(rf):
    assert client_address(request_from(rf, "")) is None
    assert places_of(None) == ("unknown", "unknown network")
    assert [try_from(rf, "") for _ in range(3)] == [True, True, False]


def test_addresses_are_not_kept(rf):
    try_from(rf, "192.0.2.1")

    kept = " ".join(Attempt.objects.values_list("place", flat=True))
    assert (len(kept), "192.0.2" in kept) == (129, False)


def test_sending_too_often_keeps_the_answers_and_says_when_to_try_again(client):
    cohort = make_cohort()

    with time_machine.travel(NOON, tick=False):
        cohort.mentee_opens_at = NOON
        cohort.mentee_closes_at = NOON + timedelta(days=1)
        cohort.save()
        answers = [send(client, cohort, n) for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert Application.objects.count() == 2
    html = answers[2].content.decode()
    assert "Please try again after Monday, 2 March 2026, 1:00 p.m. MST (America/Denver)." in html
    assert "I would like to learn to lead a team." in html
    assert answers[2]["Retry-After"] == "3601"
    assert answers[2].context["intake"].form["email"].value() == "ada2@example.org"


def test_looking_it_over_is_not_counted(client):
    cohort = make_cohort()

    answers = [send(client, cohort, n, step="check") for n in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert Attempt.objects.count() == 0


def test_what_is_wrong_is_not_counted(client):
    cohort = make_cohort()

    for _ in range(5):
        send(client, cohort, name="")

    assert Attempt.objects.count() == 0


@pytest.mark.parametrize("is_late", [False, True])
def test_saving_too_often_keeps_the_answers(client, is_late):
    cohort = make_cohort()
    if is_late:
        cohort.mentee_closes_at = timezone.now() - timedelta(minutes=5)
        cohort.save()

    answers = [send(client, cohort, n, step="save") for n in range(3)]

    assert [answer.status_code for answer in answers] == [403 if is_late else 302] * 2 + [429]
    assert (Draft.objects.count(), Letter.objects.count()) == (2, 2)
    assert "I would like to learn to lead a team." in answers[2].content.decode()


def test_asking_for_links_too_often_is_answered_alike_for_everyone(client, deliver_letters):
    make_mentee(make_cohort(), email="ada@example.org")
    url = reverse("signups:lost_link")

    known = [client.post(url, {"email": "ada@example.org"}) for _ in range(3)]
    unknown = client.post(url, {"email": "bob@example.org"})
    deliver_letters()

    assert [answer.status_code for answer in [*known, unknown]] == [200, 200, 429, 429]
    pages = [
        re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode())
        for answer in (known[2], unknown)
    ]
    assert pages[0].replace("ada@", "bob@") == pages[1]
    assert 'value="ada@example.org"' in pages[0]
    assert Letter.objects.count() == 1


def test_files_too_often_are_refused_beside_their_field(client):
    cohort = make_cohort()
    name = f"questions-{field_name(make_question(cohort, kind='file'))}"

    answers = [send(client, cohort, step="check", **{name: pdf()}) for _ in range(3)]

    [(_, _, fault)] = answers[2].context["intake"].faults
    assert fault.endswith("Choose the file again then.")
    assert Upload.objects.count() == 2


def test_what_is_old_is_swept_by_the_worker(rf):
    try_from(rf, "192.0.2.1")
    Attempt.objects.update(made_at=timezone.now() - timedelta(hours=2))
    try_from(rf, "192.0.2.1")

    assert (forget_old_attempts(), Attempt.objects.count()) == (2, 2)
    assert {forget_old_attempts, forget_abandoned_files} <= SWEEPS.keys()
