"""A run is closed when everybody is decided on and nobody is without an answer."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from matching.answering import write_words
from matching.closing import close
from matching.models import MatchRun, Pairing
from signups.models import ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run

PAGE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def cohort(db):
    return make_cohort()


@pytest.fixture
def chair(cohort, client):
    chair = make_chair(cohort.program)
    client.force_login(chair)
    return chair


def press(client, name, run):
    return client.post(reverse(f"admin:matching_unmatched_{name}", args=[run.pk]), follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def answer(mentee):
    write_words(mentee.cohort, [mentee.pk], subject="Wait", words="We look on.", page=PAGE)


def test_a_run_is_closed_once_nobody_is_forgotten_and_can_be_opened_again(client, cohort, chair):
    served, left = make_mentee(cohort), make_mentee(cohort)
    make_mentor(cohort)
    run = make_run(cohort)
    [pairing] = run.pairings.all()
    left = {served.pk: left, left.pk: served}[pairing.mentee_id]

    assert said(press(client, "close", run)) == [
        f"{run} cannot be closed. 1 pair is not decided yet: approve or reject first. "
        "1 accepted mentee has neither a pair nor an answer."
    ]
    pairing.approve(by=chair)
    refused = press(client, "close", run)
    assert said(refused) == [
        f"{run} cannot be closed. 1 accepted mentee has neither a pair nor an answer."
    ]
    assert refused.redirect_chain[-1][0] == reverse(
        "admin:matching_unmatched_cohort", args=[cohort.pk]
    )
    answer(left)
    closed = press(client, "close", run)

    run.refresh_from_db()
    assert (run.closed_by, run.is_closed) == (chair, True)
    assert f"Closed by {chair}" in closed.content.decode()
    assert said(press(client, "close", run)) == [f"{run} was closed already."]
    press(client, "open_again", run)
    run.refresh_from_db()
    assert (run.closed_by, run.closed_at) == (None, None)
    assert said(press(client, "open_again", run)) == [f"{run} is open already."]


@pytest.mark.parametrize("deed", ["recommend", "hold", "fix"])
def test_a_pair_that_is_not_settled_keeps_the_run_open(cohort, chair, deed):
    make_mentee(cohort)
    make_mentor(cohort)
    run = make_run(cohort)
    Pairing.objects.get().decide(deed, by=chair, words="Ask first.")

    with pytest.raises(ReviewError, match="1 pair is not decided yet"):
        close(run, by=chair)


def test_who_was_taken_out_of_the_cohort_hinders_nothing(cohort, chair):
    mentee = make_mentee(cohort)
    run = make_run(cohort)
    with pytest.raises(ReviewError, match="neither a pair nor an answer"):
        close(run, by=chair)
    mentee.waitlist(by=chair)

    close(run, by=chair)

    assert MatchRun.objects.get().is_closed


def test_only_a_finished_run_is_closed(cohort, chair):
    run = MatchRun.objects.create(cohort=cohort)

    with pytest.raises(ReviewError, match="Only a run that has finished"):
        close(run, by=chair)


def test_a_new_run_is_open(cohort, chair):
    close(make_run(cohort), by=chair)

    assert not make_run(cohort).is_closed


def test_the_page_of_a_run_names_what_hinders_closing(client, cohort, chair):
    make_mentee(cohort)
    run = make_run(cohort)
    page = client.get(reverse("admin:matching_unmatched_cohort", args=[cohort.pk]))

    assert "1 accepted mentee has neither a pair nor an answer." in page.content.decode()
    assert "Close this run</button>" not in page.content.decode()
    answer(make_mentee(cohort))
    answer(cohort.applications.get(pk=run.unmatched.get().mentee_id))
    page = client.get(reverse("admin:matching_unmatched_cohort", args=[cohort.pk]))
    [form] = re.findall(r"<form[^>]*close/.*?</form>", page.content.decode(), re.DOTALL)
    assert "csrfmiddlewaretoken" in form
    assert "Close this run</button>" in form


@pytest.mark.parametrize("name", ["close", "open_again"])
def test_strangers_and_lookers_close_nothing_and_looking_changes_nothing(
    client, cohort, chair, name
):
    run = make_run(cohort)
    if name == "open_again":
        close(run, by=chair)
    url = reverse(f"admin:matching_unmatched_{name}", args=[run.pk])
    assert client.get(url).status_code == 405
    chair.groups.clear()
    assert client.post(url).status_code == 403
    client.force_login(make_chair(make_cohort().program))
    assert client.post(url).status_code == 404
    run.refresh_from_db()
    assert run.is_closed == (name == "open_again")


def test_database_keeps_closing_honest(cohort, chair):
    run = make_run(cohort)
    for fields in (
        {"closed_at": timezone.now()},
        {"closed_by": chair},
        {"closed_at": timezone.now(), "closed_by": chair, "status": "failed"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            MatchRun.objects.filter(pk=run.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no row locks")
def test_of_two_who_close_at_once_one_is_told_so():
    cohort = make_cohort()
    chairs = [make_chair(cohort.program) for _ in range(2)]
    for _ in range(10):
        run, outcomes = make_run(cohort), []
        barrier = threading.Barrier(2)

        def press_close(chair, run=run, outcomes=outcomes, barrier=barrier):
            mine = MatchRun.objects.get(pk=run.pk)
            barrier.wait()
            try:
                close(mine, by=chair)
            except ReviewError as error:
                outcomes.append(str(error))
            else:
                outcomes.append("closed")
            finally:
                connection.close()

        threads = [threading.Thread(target=press_close, args=[chair]) for chair in chairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == [f"{run} was closed already.", "closed"]
