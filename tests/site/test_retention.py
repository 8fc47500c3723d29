"""What goes by itself, when, and what does not."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from matching.introductions import introduce
from mig_site.management.commands.run_worker import SWEEPS
from mig_site.retention import policy_table, purge
from signups.emails import write_application_received
from signups.erasing import erase
from signups.models import AccessLink, Application, Draft, Letter, LetterStatus
from spotlights import portrayed
from spotlights.models import Spotlight
from spotlights.retention import erase_withdrawn, withdrawn_due
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing
from tests.spotlights.factories import make_spotlight

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def in_days(days):
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


def purge_as_typed(*arguments):
    out = StringIO()
    call_command("purge", *arguments, stdout=out)
    return out.getvalue()


def erased():
    return list(Application.objects.exclude(erased_at=None).order_by("pk"))


def test_docs_say_what_is_done():
    text = (settings.BASE_DIR / "docs" / "retention.md").read_text()

    assert policy_table() in text


def test_the_worker_does_it_every_day():
    assert SWEEPS[purge] == DAY


def test_applications_go_when_their_cohort_has_been_over_long_enough(deliver_letters):
    program = make_program(keep_for_days=30)
    cohort = make_cohort(program, ends_on=timezone.localdate())
    person = make_mentee(cohort)
    write_application_received(person)
    deliver_letters()
    kept = make_mentee(make_cohort(make_program(), ends_on=timezone.localdate()))

    with in_days(30):
        purge()
        assert erased() == []
    with in_days(32):
        assert purge() == 1

    assert [one.pk for one in erased()] == [person.pk]
    assert Letter.objects.count() == AccessLink.objects.count() == 0
    kept.refresh_from_db()
    assert kept.erased_at is None


@pytest.mark.parametrize("moment", ["submitted_at", "edited_at", "decided_at"])
def test_without_a_last_day_the_last_change_counts(moment):
    cohort = make_cohort(make_program(keep_for_days=30), mentee_closes_at=None)
    person = make_mentee(cohort, submitted_at=timezone.now() - 50 * DAY)
    Application.objects.update(decided_at=timezone.now() - 40 * DAY)
    Application.objects.update(**{moment: timezone.now() - 29 * DAY})

    purge()
    assert erased() == []
    with in_days(2):
        purge()

    assert [one.pk for one in erased()] == [person.pk]


def test_without_a_last_day_a_recent_pair_is_kept():
    cohort = make_cohort(make_program(keep_for_days=30), mentee_closes_at=None)
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    with in_days(20):
        pairing = make_pairing(mentee, mentor)
        pairing.approve(by=make_chair(cohort.program))
        introduce(cohort, [pairing.pk])

    with in_days(40):
        purge()
        assert erased() == []
    # The mentor has changed something since, and stays.
    Application.objects.filter(pk=mentor.pk).update(edited_at=timezone.now() + 45 * DAY)
    with in_days(51):
        purge()

    assert [one.pk for one in erased()] == [mentee.pk]
    # Time ended it: nobody is written to.
    assert not Letter.objects.filter(key__startswith="mentorship_ended").exists()


def test_people_who_asked_to_be_kept_are_kept_a_year_longer():
    cohort = make_cohort(make_program(keep_for_days=30), ends_on=timezone.localdate())
    make_mentee(cohort, status="waitlisted", keep_for_next_at=timezone.now())

    with in_days(390):
        purge()
        assert erased() == []
    with in_days(400):
        purge()
        assert len(erased()) == 1


def test_drafts_go_two_weeks_after_their_window():
    now = timezone.now().replace(second=0, microsecond=0)
    cohort = make_cohort(mentor_closes_at=None, mentee_closes_at=now)
    closed = Draft.objects.create(cohort=cohort, role="mentee", email="ada@example.org")
    rolling = Draft.objects.create(cohort=cohort, role="mentor", email="ada@example.org")

    with in_days(13):
        purge()
        assert set(Draft.objects.all()) == {closed, rolling}
    with in_days(15):
        purge()
        assert set(Draft.objects.all()) == {rolling}
    with in_days(366):
        purge()
        assert set(Draft.objects.all()) == set()


def test_links_go_when_they_open_nothing():
    person = make_mentee(make_cohort())
    for fields in ({}, {"revoked_at": timezone.now()}, {"expires_at": timezone.now() - DAY}):
        AccessLink.new_address(application=person)
        AccessLink.objects.filter(pk=AccessLink.objects.latest("pk").pk).update(**fields)

    purge()

    assert AccessLink.objects.count() == AccessLink.objects.working().count() == 1


def test_letters_lose_their_words_but_not_their_place_in_the_ledger(deliver_letters):
    cohort = make_cohort()
    people = [make_mentee(cohort) for _ in range(3)]
    for person in people:
        write_application_received(person)
    sent, refused, waiting = Letter.objects.order_by("pk")
    Letter.objects.filter(pk=sent.pk).update(status=LetterStatus.SENT, sent_at=timezone.now())
    Letter.objects.filter(pk=refused.pk).update(status=LetterStatus.REFUSED)

    with in_days(29):
        purge()
        assert Letter.objects.with_words().count() == 3
    with in_days(31):
        purge()

    assert list(Letter.objects.with_words()) == [waiting]
    sent.refresh_from_db()
    assert (sent.body, sent.to, sent.status) == ("", people[0].email, LetterStatus.SENT)
    refused.refresh_from_db()
    assert refused.send_again() is False
    write_application_received(people[0])
    assert Letter.objects.count() == 3


def test_a_letter_that_crossed_with_an_erasing_goes():
    person = make_mentee(make_cohort())
    stale = Application.objects.select_related("cohort__program").get(pk=person.pk)
    erase(person)
    write_application_received(stale)
    assert Letter.objects.count() == 1

    purge()

    assert Letter.objects.count() == 0


def test_finished_tasks_and_ended_sessions_go():
    write_application_received(make_mentee(make_cohort()))
    long_ago = timezone.now() - 8 * DAY
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=long_ago)
    Session.objects.create(session_key="over", session_data="", expire_date=long_ago)
    Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + DAY)

    purge()

    assert DBTaskResult.objects.count() == 0
    assert [session.pk for session in Session.objects.all()] == ["new"]


def test_a_dry_run_says_what_would_go_and_changes_nothing():
    cohort = make_cohort(
        make_program(name="Core", keep_for_days=30), name="2025", ends_on=timezone.localdate()
    )
    make_mentee(cohort)
    make_mentee(cohort)
    make_mentee(make_cohort(make_program(name="CAL MIG")))

    with in_days(32):
        said = purge_as_typed("--dry-run")
        assert erased() == []
        done = purge_as_typed()

    assert said.splitlines() == [
        "     2  Applications to Core – 2025, kept for 30 days",
        "CAL MIG keeps its applications: its committee has not said for how many days.",
        "2 would go. This was a dry run: nothing was changed.",
    ]
    assert done.splitlines()[-1] == "2 gone."
    assert len(erased()) == 2


def test_withdrawn_spotlights_go_a_year_after_anybody_touched_them():
    taken_back, public = make_spotlight(contact_email="maren@pine.example"), make_spotlight()
    portrayed.send_to_read(taken_back, by=make_chair(taken_back.program), n_before=0)
    taken_back.withdraw()
    address = taken_back.get_absolute_url()

    with in_days(364):
        purge()
        assert Spotlight.objects.count() == 2
        assert Client().get(address).status_code == 410
    with in_days(366):
        assert purge() > 0
        assert Client().get(address).status_code == 404

    assert list(Spotlight.objects.all()) == [public]
    assert Spotlight.history.filter(id=taken_back.pk).count() == 0
    assert Letter.objects.filter(key__startswith=taken_back.letters_key).count() == 0


def test_a_spotlight_that_is_published_again_stays():
    spotlight = make_spotlight()
    spotlight.withdraw()

    with in_days(366):
        due = withdrawn_due()
        assert due.count() == 1
        spotlight.publish()
        erase_withdrawn(due)

    assert list(Spotlight.objects.all()) == [spotlight]
