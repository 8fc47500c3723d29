"""Runs of cohorts too large for a matrix: the same pairs, watched, stopped and taken up again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import large_runs, loading
from matching.engine.progress import CancelledError
from matching.large_runs import checkpoint_of, is_large, match_large_and_save
from matching.models import Conflict, MatchRun, Pairing, RunStatus
from matching.tasks import carry_out_run, start_run
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    cohort = make_cohort()
    for topic in ("Grants", "Cataloging", "Supervision", "Grants"):
        make_mentee(cohort, topics=[topic])
        make_mentor(cohort, topics=[topic, "Job search"])
    return cohort


@pytest.fixture
def _everything_is_large(monkeypatch):
    monkeypatch.setattr(loading, "MAX_MATRIX", 0)
    monkeypatch.setattr(large_runs, "SECONDS_A_SIGN", 0)


def pairs_of(run):
    rows = run.pairings.order_by("mentee")
    return list(rows.values_list("mentee", "mentor", "format", "points"))


def begun(cohort, **fields):
    now = timezone.now()
    return MatchRun.objects.create(
        cohort=cohort,
        status=RunStatus.RUNNING,
        started_at=now,
        last_sign_at=now,
        **{
            "importances": {"topics": 8},
            "tiers": ["served", "shortfall", "total"],
            "salt": "pepper",
            **fields,
        },
    )


def test_a_large_run_proposes_what_a_small_one_does(cohort, monkeypatch):
    mentee, mentor = cohort.applications.mentees().first(), cohort.applications.mentors().first()
    chair = make_chair(cohort.program)
    Conflict(mentee_id=mentee.pk, mentor_id=mentor.pk, reason="close", made_by=chair).save()
    wanted = {"importances": {"topics": 8}, "tiers": ["served", "shortfall", "total"]}
    small = make_run(cohort, **wanted)
    expected = pairs_of(small), [reason["key"] for reason in small.pairings.first().reasons]
    monkeypatch.setattr(loading, "MAX_MATRIX", 0)

    large = begun(cohort)
    match_large_and_save(large)

    assert (
        pairs_of(large),
        [reason["key"] for reason in large.pairings.first().reasons],
    ) == expected
    assert (large.status, large.n_served, large.total_points) == (
        RunStatus.FINISHED,
        small.n_served,
        small.total_points,
    )
    assert not checkpoint_of(large).exists()


def test_only_what_does_not_fit_is_large(cohort, monkeypatch):
    run = begun(cohort)
    assert is_large(run) is False
    monkeypatch.setattr(loading, "MAX_MATRIX", 15)
    assert is_large(run) is True
    monkeypatch.setattr(loading, "MAX_MATRIX", 16)
    assert is_large(run) is False


@pytest.mark.usefixtures("_everything_is_large")
def test_a_stopped_run_proposes_nothing_and_can_be_taken_up(cohort):
    run = begun(cohort)
    MatchRun.objects.filter(pk=run.pk).update(stop_asked_at=timezone.now())

    with pytest.raises(CancelledError):
        match_large_and_save(run)

    run.refresh_from_db()
    assert (Pairing.objects.count(), run.progress["n_passes"]) == (0, 0)
    MatchRun.objects.filter(pk=run.pk).update(stop_asked_at=None)
    match_large_and_save(run)
    assert run.pairings.count() == 4


@pytest.mark.usefixtures("_everything_is_large")
def test_a_chair_stops_a_run_from_its_page_and_by_post_only(client, cohort):
    run = start_run(cohort, by=None)
    page = reverse("admin:matching_matchrun_stop", args=[run.pk])
    client.force_login(make_chair(make_cohort().program))
    assert client.post(page).status_code == 404
    client.force_login(make_chair(cohort.program))
    assert client.get(page).status_code == 405
    run.refresh_from_db()
    assert run.status == RunStatus.WAITING

    client.post(page)
    carry_out_run.func(run.pk)

    run.refresh_from_db()
    assert (run.status, Pairing.objects.count()) == (RunStatus.STOPPED, 0)
    shown = client.get(reverse("admin:matching_matchrun_change", args=[run.pk]))
    assert "This run was stopped, and proposes nothing." in shown.content.decode()


@pytest.mark.usefixtures("_everything_is_large")
def test_a_menu_with_circles_is_refused_with_what_to_change(cohort):
    circle = cohort.program.formats.get(name="Coffee chat")
    circle.least_size, circle.greatest_size = 2, 4
    circle.save()
    for application in cohort.applications.all():
        application.formats.add(circle)
    run = start_run(cohort, by=None)

    carry_out_run.func(run.pk)

    run.refresh_from_db()
    assert (run.status, Pairing.objects.count()) == (RunStatus.FAILED, 0)
    assert "A cohort of this size is matched one to one only." in run.fault
