"""Two runs side by side, a run's record, and a run carried out once more."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.comparing import Change, compare
from matching.models import MatchRun, Pairing
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db


def make_finished_run(cohort, pairs):
    """A run that proposed what ``pairs`` says: mentee, mentor, points."""
    run = MatchRun.objects.create(cohort=cohort, status="finished", importances={"topics": 8})
    for mentee, mentor, points in pairs:
        Pairing.objects.create(run=run, mentee_id=mentee.pk, mentor_id=mentor.pk, points=points)
    return run


@pytest.fixture
def two_runs():
    cohort = make_cohort()
    ana, ben, cid, dee = (make_mentee(cohort, name=name) for name in ("Ana", "Ben", "Cid", "Dee"))
    mia, noa, oli = (make_mentor(cohort, name=name) for name in ("Mia", "Noa", "Oli"))
    first = make_finished_run(cohort, [(ana, mia, 80), (ben, noa, 60), (dee, oli, 50)])
    second = make_finished_run(cohort, [(ana, noa, 70), (cid, mia, 90), (dee, oli, 50)])
    return first, second


def page_of(first, second):
    return reverse("admin:matching_matchrun_compare", args=[first.pk, second.pk])


def command(*args, **options):
    out = StringIO()
    call_command("repeat_run", *args, stdout=out, **options)
    return out.getvalue().splitlines()


def test_who_changes_gains_and_loses_is_told_with_the_points(two_runs):
    first, second = two_runs

    comparison = compare(second, first)

    assert [(one.mentee.name, one.change, one.points_gained) for one in comparison.mentees] == [
        ("Ben", Change.LOSES, -60),
        ("Ana", Change.OTHER, -10),
        ("Cid", Change.GAINS, 90),
        ("Dee", Change.SAME, 0),
    ]
    assert [
        (one.run, one.n_pairs, one.total_points, one.fewest_points) for one in comparison.figures
    ] == [
        (first, 3, 190, 50),
        (second, 3, 210, 50),
    ]
    assert comparison.sentence == (
        "1 of 3 pairs stays as it was, one mentee gets another mentor, one gains one, one loses "
        "theirs; all pairs together have 20 points more."
    )


def test_other_settings_are_said_beside_the_points(two_runs):
    first, second = two_runs
    second.importances = {"topics": 3}
    second.save()

    assert compare(first, second).sentence.endswith("20 points more, counted by other settings.")


def test_the_page_leads_to_each_pair_and_to_taking_it(client, two_runs):
    first, second = two_runs
    Pairing.objects.filter(run=first).update(status="superseded", decided_at="2026-01-01T00:00Z")
    client.force_login(make_chair(first.cohort.program))

    page = client.get(page_of(first, second)).content.decode()

    ben = Pairing.objects.get(run=first, mentee__name="Ben")
    dee = Pairing.objects.get(run=first, mentee__name="Dee")
    assert reverse("admin:matching_pairing_by_hand", args=[ben.mentee_id, ben.mentor_id]) in page
    assert (
        reverse("admin:matching_pairing_by_hand", args=[dee.mentee_id, dee.mentor_id]) not in page
    )


def test_only_finished_runs_of_one_own_cohort_are_compared(client, two_runs):
    first, second = two_runs
    elsewhere = make_finished_run(make_cohort(first.cohort.program), [])
    waiting = MatchRun.objects.create(cohort=first.cohort)
    client.force_login(make_chair(first.cohort.program))
    pages = [page_of(first, elsewhere), page_of(first, waiting), page_of(first, first)]
    assert [client.get(page).status_code for page in pages] == [404] * 3

    client.force_login(make_chair(make_cohort().program))
    record = reverse("admin:matching_matchrun_record", args=[first.pk])
    assert [client.get(page).status_code for page in (page_of(first, second), record)] == [404] * 2


def test_comparing_asks_no_more_for_more_pairs(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))

    def n_queries(n_pairs):
        pairs = [(make_mentee(cohort), make_mentor(cohort), 50) for _ in range(n_pairs)]
        page = page_of(make_finished_run(cohort, pairs), make_finished_run(cohort, pairs))
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    assert n_queries(1) == n_queries(3)


def test_a_repeated_run_is_identical_until_something_is_changed(client, tmp_path):
    cohort = make_cohort()
    for _ in range(3):
        make_mentee(cohort)
        make_mentor(cohort)
    run = make_run(cohort)
    client.force_login(make_chair(cohort.program))
    record = tmp_path / "run.json"
    record.write_bytes(client.get(reverse("admin:matching_matchrun_record", args=[run.pk])).content)

    assert command(run.pk) == [f"{run}: identical, 3 pairs."]
    assert command(run.pk, record=record) == [f"{run}: identical, 3 pairs."]

    # What is decided later changes nothing of what the run proposed.
    run.pairings.first().approve(by=make_chair(cohort.program))
    assert command(run.pk, record=record) == [f"{run}: identical, 3 pairs."]

    one, other, _ = run.pairings.order_by("pk")
    Pairing.objects.filter(pk=one.pk).update(mentor=other.mentor_id)
    with pytest.raises(CommandError, match="not identical, 2 differences"):
        command(run.pk)


def test_a_record_that_says_otherwise_is_found_out(client, tmp_path):
    cohort = make_cohort()
    make_mentee(cohort)
    make_mentor(cohort)
    run = make_run(cohort)
    client.force_login(make_chair(cohort.program))
    held = client.get(reverse("admin:matching_matchrun_record", args=[run.pk])).json()
    assert held["pairs"] == [
        list(run.pairings.values_list("mentee_id", "mentor_id", "format_id").get())
    ]
    forged = tmp_path / "run.json"
    forged.write_text(json.dumps(held | {"n_served": 7}))
    out = StringIO()

    with pytest.raises(CommandError, match="not identical, 1 differences"):
        call_command("repeat_run", run.pk, record=forged, stdout=out)
    assert "n_served: the record says 7, the run 1." in out.getvalue()


@pytest.mark.parametrize("content", ["no record", "[1, 2]"])
def test_what_is_no_record_is_named(tmp_path, content):
    cohort = make_cohort()
    make_mentee(cohort)
    make_mentor(cohort)
    run = make_run(cohort)
    file = tmp_path / "run.json"
    file.write_text(content)

    with pytest.raises(CommandError, match="--record: "):
        command(run.pk, record=file)
