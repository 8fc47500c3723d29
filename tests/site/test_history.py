"""What committees decide and edit keeps who changed it, and what it was before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from matching.erasing import erase_and_part
from matching.models import MatchSettings
from mig_site.retention import purge
from signups.history import histories
from signups.models import Application, Cohort, CommitteeSeat, Program
from spotlights.models import Spotlight
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_member,
    make_mentee,
    make_mentor,
    make_program,
    make_user,
)
from tests.matching.factories import make_pairing
from tests.matching.test_settings import form_data
from tests.spotlights.factories import make_draft, spotlight_data

pytestmark = pytest.mark.django_db

MENTEES = reverse("admin:signups_menteeapplication_changelist")
PAIRINGS = reverse("admin:matching_pairing_changelist")


def page_of(row, name="history"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def changes_on(client, row):
    """By whom, what, and from what to what: latest first."""
    changes = client.get(page_of(row)).context["changes"]
    return [(one.by, one.what, one.kind, one.fields) for one in changes]


def decide(client, changelist, action, row):
    data = {"action": action, "_selected_action": [row.pk], "confirmed": "yes"}
    client.post(changelist, data)


def test_what_is_kept_is_written_here():
    kept = {
        model.instance_type._meta.label: sorted(field.name for field in model.tracked_fields)
        for model in histories()
    }

    assert sorted(kept) == [
        "matching.CriterionSetting",
        "matching.GoalSetting",
        "matching.MatchSettings",
        "signups.Application",
        "signups.AvailabilityTime",
        "signups.CareerStage",
        "signups.Cohort",
        "signups.CommitteeSeat",
        "signups.Format",
        "signups.FrequentQuestion",
        "signups.Gate",
        "signups.Inquiry",
        "signups.Language",
        "signups.LibraryType",
        "signups.MeetingWay",
        "signups.Program",
        "signups.Question",
        "signups.Region",
        "signups.Topic",
        "spotlights.Guide",
        "spotlights.InterviewQuestion",
        "spotlights.Spotlight",
        "spotlights.SpotlightLink",
        "spotlights.SpotlightTopic",
    ]
    # How the person portrayed is reached is the committee's to know, and no longer than needed.
    assert "contact_email" not in kept["spotlights.Spotlight"]
    # Nothing that people told about themselves. What is decided on pairs has a ledger of its own.
    assert kept["signups.Application"] == [
        "cohort",
        "decided_at",
        "decided_by",
        "id",
        "keep_for_next_at",
        "lacked_place",
        "left_out_before",
        "priority_marked_at",
        "priority_marked_by",
        "role",
        "status",
    ]
    assert kept["signups.Inquiry"] == ["id", "program", "state"]


def test_nothing_sealed_and_no_barrier_has_a_history():
    names = {model._meta.model_name for model in apps.get_models()}

    assert not {name for name in names if name.startswith(("historicalidentity", "historicalbarr"))}
    assert "historicalsupport" not in names
    assert "historicaldraft" not in names


def test_decisions_on_an_application_say_who_and_what_it_was_before(client):
    cohort = make_cohort()
    person = make_mentee(cohort, status="received", decided_at=None)
    first, second = make_chair(cohort.program), make_chair(cohort.program)
    client.force_login(first)
    decide(client, MENTEES, "waitlist_selected", person)
    client.force_login(second)
    decide(client, MENTEES, "accept_selected", person)

    told = changes_on(client, person)

    assert [by for by, *_ in told] == [second, first]
    assert [("status", "Waitlisted", "Accepted") in fields for *_, fields in told] == [True, False]
    assert ("status", "", "Waitlisted") in told[1][3]
    assert ("decided by", first.username, second.username) in told[0][3]


def test_what_is_edited_on_a_page_is_in_its_history(client):
    program = make_program()
    settings = MatchSettings.objects.for_program(program)
    chair = make_chair(program)
    client.force_login(chair)
    change = page_of(settings, "change")
    client.post(change, form_data(client.get(change), topics__importance=1))
    client.post(change, form_data(client.get(change), topics__importance=9))

    [(by, what, kind, fields), *_] = changes_on(client, settings)

    assert (by, what, kind) == (chair, "criterion “topics”", "changed")
    assert fields == [("importance", "1", "9")]


def test_seats_and_gates_are_in_the_history_of_their_pages(client):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    make_gate(cohort, "orientation")
    seat = CommitteeSeat.objects.get(user=chair)
    seat.role = "member"
    seat.save()
    client.force_login(chair)

    of_program, of_cohort = changes_on(client, cohort.program), changes_on(client, cohort)

    assert (
        None,
        f"committee seat “{chair.username}”",
        "changed",
        [("role", "Chair", "Member")],
    ) in (of_program)
    assert (None, "gate “orientation”", "added", []) in of_cohort


def test_publishing_a_spotlight_is_kept_and_goes_with_it(client):
    draft = make_draft()
    chair = make_chair(draft.program)
    client.force_login(chair)
    data = spotlight_data(draft, title="New", consent_given_on="2026-02-01", _publish="1")
    client.post(page_of(draft, "change"), data)

    told = changes_on(client, draft)
    assert {by for by, *_ in told[:2]} == {chair}
    assert ("status", "Draft", "Published") in told[0][3]
    assert ("title", draft.title, "New") in told[1][3]
    Spotlight.objects.get(pk=draft.pk).delete()

    assert Spotlight.history.count() == 0


def test_a_stranger_finds_no_history(client):
    cohort = make_cohort()
    make_gate(cohort, "orientation")
    person, mentor = make_mentee(cohort), make_mentor(cohort)
    pairing = make_pairing(person, mentor)
    chair = make_chair(cohort.program)
    pairing.approve(by=chair)
    rows = [cohort.program, cohort, person, pairing, make_draft(program=cohort.program)]
    client.force_login(make_chair(make_program()))

    assert [client.get(page_of(row)).status_code for row in rows] == [404] * 5
    # Not even what is only left in history.
    key = make_cohort(cohort.program).pk
    Cohort.objects.filter(pk=key)[0].delete()
    address = reverse("admin:signups_cohort_history", args=[key])
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert client.get(page_of(cohort)).status_code in (403, 404)


def test_a_member_reads_the_history_of_what_is_read(client):
    cohort = make_cohort()
    client.force_login(make_member(cohort.program))
    Program.objects.get(pk=cohort.program_id).save()

    assert client.get(page_of(cohort.program)).status_code == 200


def test_history_goes_with_the_person():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person, other = (make_mentee(cohort, status="received", decided_at=None) for _ in range(2))
    mentor = make_mentor(cohort, capacity=2)
    for one in (person, other):
        one.accept(by=chair)
        make_pairing(one, mentor).approve(by=chair)

    erase_and_part(person)

    assert not Application.history.filter(id=person.pk).exists()
    assert Application.history.filter(id=other.pk).exists()


def test_history_is_not_kept_for_ever():
    program = make_program()
    old = Program.history.get(id=program.pk)
    program.save()
    Program.history.filter(pk=old.pk).update(history_date=timezone.now() - timedelta(days=1096))

    purge()

    assert not Program.history.filter(pk=old.pk).exists()
    assert Program.history.filter(id=program.pk).count() == 1


@pytest.mark.parametrize("n_changes", [1, 3])
def test_history_takes_the_same_number_of_queries(client, django_assert_num_queries, n_changes):
    cohort = make_cohort()
    person = make_mentee(cohort, status="received", decided_at=None)
    chair = make_chair(cohort.program)
    for number in range(n_changes):
        (person.waitlist if number % 2 else person.accept)(by=chair)
    client.force_login(chair)

    with django_assert_num_queries(13):
        page = client.get(page_of(person))

    assert len(page.context["changes"]) == n_changes
