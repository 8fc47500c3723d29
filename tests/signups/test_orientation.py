"""Orientation: choosing a session, the letters with their calendars, and the last place."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from signups.models import (
    AccessLink,
    Application,
    Letter,
    OrientationPlace,
    OrientationSession,
    ReviewError,
)
from signups.orientation import (
    NoPlaceError,
    choose,
    drop_session,
    give_back,
    keep_session,
    release_places_left_behind,
    remind_of_orientation,
)
from tests.factories import (
    make_chair,
    make_cohort,
    make_gate,
    make_mentee,
    make_mentor,
    make_program,
    make_session,
)

STATUS_PAGE = "signups:my_application"


@pytest.fixture
def cohort(db):
    return make_cohort(make_program(contact_email="mig@example.org", time_zone="America/Denver"))


def session_of(application):
    place = OrientationPlace.objects.filter(application=application.pk).first()
    return place and place.session


def events(messages):
    """Method, UID, sequence, start and status of the calendar in each message."""
    found = []
    for message in messages:
        [part] = message.attachments
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        [event] = calendar.walk("VEVENT")
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == calendar["METHOD"]
        found.append(
            (
                str(calendar["METHOD"]),
                str(event["UID"]),
                int(event["SEQUENCE"]),
                event["DTSTART"].dt,
                str(event["STATUS"]),
            )
        )
    return found


def open_link(client, application):
    client.get(AccessLink.new_address(application=application))


def test_participant_chooses_changes_and_gives_back(client, cohort, deliver_letters):
    mentee = make_mentee(cohort, name="Ana O'Hara")
    monday = make_session(cohort, starts_at=datetime(2027, 1, 11, 19, tzinfo=UTC))
    tuesday = make_session(cohort, starts_at=datetime(2027, 7, 13, 18, 30, tzinfo=UTC), minutes=90)
    with time_machine.travel("2027-01-02 12:00Z"):
        mentee.cohort.refresh_from_db()
        open_link(client, mentee)
        page = client.get(reverse(STATUS_PAGE)).content.decode()
        assert "Monday, 11 January 2027, 12:00 p.m. MST (America/Denver)" in page
        assert "Tuesday, 13 July 2027, 12:30 p.m. MDT (America/Denver)" in page
        assert monday.how_to_join not in page

        for session in (monday, monday, tuesday):
            client.post(reverse("signups:choose_orientation"), {"session": session.pk})
        page = client.get(reverse(STATUS_PAGE)).content.decode()
        assert (session_of(mentee), tuesday.how_to_join in page) == (tuesday, True)

        client.post(reverse("signups:leave_orientation"))
        client.post(reverse("signups:leave_orientation"))
        assert session_of(mentee) is None
        client.post(reverse("signups:choose_orientation"), {"session": monday.pk})
        deliver_letters()

    uid = f"{OrientationPlace.objects.get().uid}@127.0.0.1"
    assert events(mail.outbox) == [
        ("REQUEST", uid, 1, monday.starts_at, "CONFIRMED"),
        ("REQUEST", uid, 2, tuesday.starts_at, "CONFIRMED"),
        ("CANCEL", uid, 3, tuesday.starts_at, "CANCELLED"),
        ("REQUEST", uid, 4, monday.starts_at, "CONFIRMED"),
    ]
    first = mail.outbox[0]
    assert first.subject == (
        "Your orientation session: Monday, 11 January 2027, 12:00 p.m. MST (America/Denver)"
    )
    assert "Dear Ana O'Hara," in first.body
    assert monday.how_to_join in first.body
    assert "/my/link/" in first.body


def test_the_calendar_file_has_what_calendars_need(client, cohort):
    mentee = make_mentee(cohort, name="Zoë; Ruiz, PhD")
    session = make_session(cohort, minutes=45, how_to_join="Link: https://x.org/ä\nRoom 1; ask")
    choose(session, mentee)
    open_link(client, mentee)

    response = client.get(reverse("signups:orientation_calendar"))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    lines = response.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [b"TZID" in response.content, b"VTIMEZONE" in response.content] == [False, False]
    assert f"DTSTART:{session.starts_at:%Y%m%dT%H%M%SZ}".encode() in lines
    assert f"DTEND:{session.ends_at:%Y%m%dT%H%M%SZ}".encode() in lines
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Orientation: {cohort.program}"
    assert str(event["DESCRIPTION"]) == session.how_to_join
    assert str(event["ORGANIZER"]).lower() == "mailto:mig@example.org"
    assert str(event["ATTENDEE"]).lower() == f"mailto:{mentee.email}"
    again = client.get(reverse("signups:orientation_calendar"))
    assert again.content == response.content


def test_without_a_place_there_is_no_calendar_file(client, cohort):
    mentee = make_mentee(cohort)
    open_link(client, mentee)

    assert client.get(reverse("signups:orientation_calendar")).status_code == 404


@pytest.mark.parametrize(
    "name", ["choose_orientation", "leave_orientation", "orientation_calendar"]
)
def test_without_a_link_nothing_can_be_done(client, cohort, name):
    ask = client.get if name == "orientation_calendar" else client.post

    assert ask(reverse(f"signups:{name}")).url == reverse("signups:lost_link")


@pytest.mark.parametrize("name", ["choose_orientation", "leave_orientation"])
def test_opening_an_address_changes_nothing(client, cohort, name):
    mentee, session = make_mentee(cohort), make_session(cohort)
    choose(session, mentee)
    open_link(client, mentee)

    answers = [ask(reverse(f"signups:{name}")).status_code for ask in (client.get, client.head)]

    assert (answers, session_of(mentee)) == ([405, 405], session)


@pytest.mark.parametrize("session", ["", "x", "²", "-1", "9" * 40, "foreign"])
def test_no_session_of_the_cohort_gets_a_sentence(client, cohort, session):
    mentee, foreign = make_mentee(cohort), make_session(make_cohort())
    open_link(client, mentee)
    data = {"session": foreign.pk if session == "foreign" else session}

    page = client.post(reverse("signups:choose_orientation"), data, follow=True)

    assert "Choose one of the orientation sessions first." in page.content.decode()
    assert session_of(mentee) is None


@pytest.mark.parametrize("status", ["received", "waitlisted", "declined", "withdrawn"])
def test_orientation_is_for_the_accepted(client, cohort, status):
    decided_at = None if status == "received" else timezone.now()
    mentee = make_mentee(cohort, status=status, decided_at=decided_at)
    session = make_session(cohort)
    open_link(client, mentee)

    page = client.get(reverse(STATUS_PAGE)).content.decode()
    client.post(reverse("signups:choose_orientation"), {"session": session.pk})

    assert ("Choose a session" in page, session_of(mentee)) == (False, None)


def test_a_full_session_says_so(client, cohort):
    session = make_session(cohort, places=1)
    choose(session, make_mentee(cohort))
    late = make_mentee(cohort)
    open_link(client, late)

    page = client.get(reverse(STATUS_PAGE))
    answer = client.post(
        reverse("signups:choose_orientation"), {"session": session.pk}, follow=True
    )

    [choice] = page.context["preparation"].choices
    assert (choice.note, choice.is_full) == ("Full", True)
    assert "is full now. Please choose another session." in answer.content.decode()
    assert session_of(late) is None


def test_the_place_of_who_withdraws_is_free_again(cohort):
    session = make_session(cohort, places=1)
    first, second = make_mentee(cohort), make_mentee(cohort)
    choose(session, first)
    assert OrientationSession.objects.with_n_taken().get().n_taken == 1
    first.withdraw()
    assert OrientationSession.objects.with_n_taken().get().n_taken == 0

    choose(session, second)

    assert (release_places_left_behind(), release_places_left_behind()) == (1, 0)
    assert (session_of(first), session_of(second)) == (None, session)
    assert (
        Letter.objects.filter(application=first.pk)
        .latest("pk")
        .subject.startswith("You no longer have a place")
    )


def test_a_session_that_has_begun_or_was_dropped_is_neither_chosen_nor_left(cohort):
    session, later = make_session(cohort), make_session(cohort)
    OrientationSession.objects.filter(pk=later.pk).update(
        starts_at=session.starts_at + timedelta(days=9)
    )
    inside, outside = make_mentee(cohort), make_mentee(cohort)
    choose(session, inside)

    with time_machine.travel(session.starts_at + timedelta(seconds=1)):
        with pytest.raises(NoPlaceError, match="can no longer be chosen"):
            choose(session, outside)
        with pytest.raises(NoPlaceError, match="has begun already"):
            give_back(inside)
        with pytest.raises(NoPlaceError, match="has begun already"):
            choose(later, inside)
        with pytest.raises(ReviewError, match="is over"):
            drop_session(session)
    drop_session(later)
    with pytest.raises(NoPlaceError, match="can no longer be chosen"):
        choose(later, outside)

    assert (session_of(inside), session_of(outside)) == (session, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_people_never_share_the_last_place():
    for _ in range(10):
        cohort = make_cohort()
        session = make_session(cohort, places=1)
        people = [make_mentee(cohort) for _ in range(2)]
        refusals = race(lambda person, session=session: choose(session, person), people)

        assert session.count_taken() == 1
        assert [refusal.endswith("Please choose another session.") for refusal in refusals] == [
            True
        ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_one_person_in_two_tabs_has_one_place():
    for _ in range(10):
        cohort = make_cohort()
        sessions = [make_session(cohort) for _ in range(2)]
        person = make_mentee(cohort)

        assert race(lambda session, person=person: choose(session, person), sessions) == []

        place = OrientationPlace.objects.get(application=person.pk)
        assert (place.session in sessions, place.sequence) == (True, 2)
        assert Letter.objects.filter(application=person.pk).count() == 2


def race(act, things):
    """Do ``act`` to all things at once; returns what was refused."""
    refusals = []
    together = threading.Barrier(len(things))

    def run(thing):
        together.wait()
        try:
            act(thing)
        except NoPlaceError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[thing]) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def session_form(session, **fields):
    data = {"minutes": session.minutes, "how_to_join": session.how_to_join}
    data |= {"places": session.places, "starts_at": session.starts_at, **fields}
    starts_at = data.pop("starts_at")
    return data | {
        "starts_at_0": f"{starts_at:%Y-%m-%d}",
        "starts_at_1": f"{starts_at:%H:%M:%S}",
    }


def test_a_session_that_moves_is_told_to_those_who_have_a_place(client, cohort, deliver_letters):
    session, other = make_session(cohort), make_session(cohort)
    inside, outside, gone = make_mentee(cohort), make_mentee(cohort), make_mentee(cohort)
    for person, chosen in ((inside, session), (gone, session), (outside, other)):
        choose(chosen, person)
    gone.withdraw()
    deliver_letters()
    mail.outbox.clear()
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_orientationsession_change", args=[session.pk])
    new_time = session.starts_at + timedelta(hours=2)

    client.post(url, session_form(session, places=7))
    deliver_letters()
    assert mail.outbox == []
    page = client.post(url, session_form(session, starts_at=new_time), follow=True)
    client.post(url, session_form(session, starts_at=new_time))
    deliver_letters()

    place = OrientationPlace.objects.get(application=inside.pk)
    assert [message.to for message in mail.outbox] == [[inside.email]]
    assert events(mail.outbox) == [("REQUEST", f"{place.uid}@127.0.0.1", 2, new_time, "CONFIRMED")]
    assert mail.outbox[0].subject.startswith("Changed: your orientation session is ")
    assert "1 person has a place in it and is written of the change." in page.content.decode()


def test_places_cannot_be_fewer_than_are_taken(client, cohort):
    session = make_session(cohort)
    for _ in range(2):
        choose(session, make_mentee(cohort))
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_orientationsession_change", args=[session.pk])

    page = client.post(url, session_form(session, places=1))

    assert page.context["adminform"].form.errors["places"] == [
        "2 people have a place already: give 2 at least."
    ]


def test_a_dropped_session_is_taken_out_of_calendars(client, cohort, deliver_letters):
    session = make_session(cohort)
    person = make_mentee(cohort)
    choose(session, person)
    deliver_letters()
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_orientationsession_changelist")
    data = {"action": "drop_selected", "_selected_action": [session.pk]}

    asked = client.post(url, data)
    assert "1 letters will be sent" not in asked.content.decode()
    assert "1 letter will be sent" in asked.content.decode()
    assert session_of(person) == session
    for _ in range(2):
        client.post(url, data | {"confirmed": "yes"})
    deliver_letters()

    uid = f"{OrientationPlace.objects.get().uid}@127.0.0.1"
    assert events(mail.outbox[1:]) == [("CANCEL", uid, 2, session.starts_at, "CANCELLED")]
    assert mail.outbox[1].subject.startswith("Called off: the orientation session on ")
    assert session_of(person) is None


def test_a_reminder_leaves_once_a_day_before(cohort, deliver_letters):
    session = make_session(cohort)
    early, late, gone = (make_mentee(cohort) for _ in range(3))
    for person in (early, gone):
        choose(session, person)
    gone.withdraw()
    day_before = session.starts_at - timedelta(days=1)

    with time_machine.travel(day_before - timedelta(seconds=1), tick=False):
        assert remind_of_orientation() == 0
    with time_machine.travel(day_before, tick=False):
        assert (remind_of_orientation(), remind_of_orientation()) == (1, 0)
        # Who chooses now has a letter that says it all.
        choose(session, late)
    with time_machine.travel(day_before + timedelta(hours=1), tick=False):
        assert remind_of_orientation() == 0
        deliver_letters()
    with time_machine.travel(session.starts_at, tick=False):
        assert remind_of_orientation() == 0

    reminders = [message for message in mail.outbox if message.subject.startswith("Soon: ")]
    assert [message.to for message in reminders] == [[early.email]]


def test_a_session_moved_after_its_reminder_is_reminded_of_again(cohort):
    session = make_session(cohort)
    choose(session, make_mentee(cohort))

    with time_machine.travel(session.starts_at - timedelta(hours=20)):
        assert remind_of_orientation() == 1
        session.starts_at += timedelta(days=7)
        assert keep_session(session) == 1
        assert remind_of_orientation() == 0
    with time_machine.travel(session.starts_at - timedelta(hours=20)):
        assert remind_of_orientation() == 1


def test_chair_of_another_program_reaches_no_session(client, cohort):
    session = make_session(cohort)
    client.force_login(make_chair(make_program()))
    change = reverse("admin:signups_orientationsession_change", args=[session.pk])
    listed = reverse("admin:signups_orientationsession_changelist")

    page = client.get(listed)
    opened = client.post(change, session_form(session, minutes=10))
    data = {"action": "drop_selected", "_selected_action": [session.pk], "confirmed": "yes"}
    client.post(listed, data)

    session.refresh_from_db()
    assert list(page.context["cl"].result_list) == []
    assert (opened.status_code, session.minutes, session.dropped_at) == (404, 60, None)


def test_chair_makes_a_session_for_own_cohorts_only(client, cohort):
    foreign = make_cohort()
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_orientationsession_add")
    data = session_form(OrientationSession(how_to_join="Room", starts_at=timezone.now()))

    client.post(url, data | {"cohort": foreign.pk})
    client.post(url, data | {"cohort": cohort.pk})

    assert [session.cohort for session in OrientationSession.objects.all()] == [cohort]


def test_seat_without_permission_makes_and_drops_no_session(client, cohort):
    session = make_session(cohort)
    chair = make_chair(cohort.program)
    chair.groups.clear()
    client.force_login(chair)
    listed = reverse("admin:signups_orientationsession_changelist")
    data = {"action": "drop_selected", "_selected_action": [session.pk], "confirmed": "yes"}

    assert client.post(listed, data).status_code == 403
    session.refresh_from_db()
    assert session.dropped_at is None


def test_pages_ask_as_much_for_three_sessions_as_for_one(client, cohort):
    mentee = make_mentee(cohort)
    make_gate(cohort, "orientation")
    open_link(client, mentee)
    client.force_login(make_chair(cohort.program))
    open_link(client, mentee)
    urls = [reverse(STATUS_PAGE), reverse("admin:signups_orientationsession_changelist")]

    def n_queries(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def add_one():
        choose(make_session(cohort), make_mentor(cohort))

    add_one()
    one = [n_queries(url) for url in urls]
    add_one()
    add_one()

    assert [n_queries(url) for url in urls] == one


def test_download_tells_of_gates_and_session(client, cohort):
    mentee, session = make_mentee(cohort), make_session(cohort)
    chair = make_chair(cohort.program)
    make_gate(cohort, "orientation").waive(mentee, reason="Leads it.", by=chair)
    choose(session, mentee)
    open_link(client, mentee)

    told = client.get(reverse("matching:download")).json()

    assert told["orientation sessions"] == [session.when]
    [gate] = told["asked before the start"]
    assert (gate["of"], gate["state"]) == ("the orientation", "Waived")
    assert gate["note"].startswith("Leads it.")


def test_a_person_of_another_cohort_takes_no_place(cohort):
    stranger = make_mentee(make_cohort(cohort.program))

    with pytest.raises(NoPlaceError, match="can no longer be chosen"):
        choose(make_session(cohort), stranger)

    assert Application.objects.filter(orientation_place__session__isnull=False).count() == 0
