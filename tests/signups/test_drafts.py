"""Drafts that were not sent: one reminder before the end, and a number for the chairs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from matching.admin.desk import Figure
from mig_site.management.commands.run_worker import SWEEPS
from signups.drafts import count_open_drafts, remind_of_drafts
from signups.models import Cohort, Draft
from tests.factories import make_chair, make_cohort, make_mentee

pytestmark = pytest.mark.django_db

COHORTS = reverse("admin:signups_cohort_changelist")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def make_draft(cohort, role="mentee", **fields):
    number = Draft.objects.count() + 1
    fields = {"email": f"writer{number}@example.org", "saved_at": timezone.now()} | fields
    return Draft.objects.create(cohort=cohort, role=role, **fields)


def test_the_worker_looks_for_them():
    assert remind_of_drafts in SWEEPS


def test_one_reminder_three_days_before_the_end(deliver_letters):
    cohort = make_cohort()  # closes in ten days
    draft = make_draft(cohort)
    with time_machine.travel(cohort.mentee_closes_at - 3 * DAY - MINUTE, tick=False):
        assert remind_of_drafts() == 0
    with time_machine.travel(cohort.mentee_closes_at - 3 * DAY, tick=False):
        assert [remind_of_drafts(), remind_of_drafts()] == [1, 0]
    with time_machine.travel(cohort.mentee_closes_at - DAY, tick=False):
        assert remind_of_drafts() == 0
        deliver_letters()

    [message] = mail.outbox
    assert message.to == [draft.email]
    assert message.subject == f"Your application to {cohort.program} is not finished yet"
    assert "/my/link/" in message.body


def test_the_ledger_holds_back_a_second_reminder(deliver_letters):
    cohort = make_cohort()
    draft = make_draft(cohort)
    with time_machine.travel(cohort.mentee_closes_at - 2 * DAY, tick=False):
        remind_of_drafts()
        Draft.objects.filter(pk=draft.pk).update(reminded_at=None)
        remind_of_drafts()
        deliver_letters()

    assert len(mail.outbox) == 1


def test_each_role_has_its_own_window():
    now = timezone.now().replace(second=0, microsecond=0)
    cohort = make_cohort(mentee_closes_at=now + 2 * DAY, mentor_closes_at=now + 9 * DAY)
    yesterday = now - 2 * DAY
    mentee = make_draft(cohort, "mentee", saved_at=yesterday)
    make_draft(cohort, "mentor", saved_at=yesterday)

    assert remind_of_drafts() == 1

    assert [draft.pk for draft in Draft.objects.exclude(reminded_at=None)] == [mentee.pk]


def test_no_reminder_without_an_end_after_it_or_just_after_saving():
    now = timezone.now().replace(second=0, microsecond=0)
    long_ago = now - 5 * DAY
    make_draft(make_cohort(mentee_closes_at=None), saved_at=long_ago)
    make_draft(make_cohort(mentee_closes_at=now - 2 * MINUTE), saved_at=long_ago)
    make_draft(make_cohort(mentee_closes_at=now + DAY), saved_at=now)

    assert remind_of_drafts() == 0


def test_chairs_see_how_many_are_open_and_nothing_of_whose(client):
    now = timezone.now()
    cohort = make_cohort(mentor_closes_at=now - 2 * MINUTE)
    make_draft(cohort, answers={"name": ["Quirina"]})
    make_draft(cohort)
    make_draft(cohort, "mentor")  # could not be sent any more
    make_draft(make_cohort())
    client.force_login(make_chair(cohort.program))

    listed = client.get(COHORTS)
    opened = client.get(reverse("admin:signups_cohort_change", args=[cohort.pk]))

    [row] = listed.context["cl"].result_list
    assert (row.pk, row.n_open_drafts) == (cohort.pk, 2)
    for page in (listed.content.decode(), opened.content.decode()):
        assert "writer" not in page
        assert "Quirina" not in page
    assert opened.context["figures"][0] == Figure(2, "drafts open", COHORTS)


def test_drafts_are_counted_once_beside_other_counts():
    cohort = make_cohort()
    make_draft(cohort)
    for _ in range(2):
        make_mentee(cohort)

    counted = count_open_drafts(Cohort.objects.annotate(n_applications=Count("applications")))

    assert counted.get().n_open_drafts == 1


def test_the_scope_of_drafts_is_the_program():
    cohort = make_cohort()
    own = make_draft(cohort)
    make_draft(make_cohort())

    assert list(Draft.objects.all().visible_to(make_chair(cohort.program))) == [own]


@pytest.mark.parametrize("n_cohorts", [1, 3])
def test_the_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_cohorts):
    first = make_cohort()
    for cohort in [first, *(make_cohort(first.program) for _ in range(n_cohorts - 1))]:
        make_draft(cohort)
    client.force_login(make_chair(first.program))
    client.get(COHORTS)

    with django_assert_num_queries(8):
        client.get(COHORTS)
