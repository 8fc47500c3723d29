"""Offers: an approved pair is put to its two people, who answer on their own pages."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.introductions import introduce
from matching.loading import load_instance
from matching.models import Offer, OfferReply, Pairing
from matching.offers import (
    OfferError,
    accept,
    as_seen,
    decline,
    give_more_time,
    let_go,
    make_offers,
    remind_of_offers,
    take_fewer,
)
from signups.models import AccessLink, Application, Letter, ReviewError
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing

PAIRINGS = "admin:matching_pairing_changelist"
OFFERS = "admin:matching_offer_changelist"
STATUS_PAGE = "signups:my_application"

MONDAY = datetime(2027, 1, 11, 18, tzinfo=UTC)
FRIDAY = datetime(2027, 1, 16, 6, 59, tzinfo=UTC)  # the last minute of the 15th in Denver


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def cohort(db):
    return make_cohort(make_program(contact_email="mig@example.org", time_zone="America/Denver"))


@pytest.fixture
def chair(cohort):
    return make_chair(cohort.program)


def make_offer(mentee, mentor, *, by, answer_by=FRIDAY):
    pairing = make_pairing(mentee, mentor)
    pairing.approve(by=by)
    make_offers(mentee.cohort, [as_seen(pairing)], answer_by=answer_by, by=by)
    return Offer.objects.get(pairing=pairing)


def reply_of(offer, application):
    return OfferReply.objects.select_related("offer__pairing__mentee__cohort").get(
        offer=offer.pk, application=application.pk
    )


def answers(offer):
    return list(OfferReply.objects.filter(offer=offer).values_list("answer", flat=True))


def state(offer):
    return Offer.objects.with_people().get(pk=offer.pk).state


def open_link(client, application):
    client.get(AccessLink.new_address(application=application))


def answer(client, offer, **data):
    return client.post(reverse("matching:offer", args=[offer.pk]), data)


def act(client, action, *rows, where=PAIRINGS, **data):
    data |= {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(where), data)


def test_offers_are_made_after_a_look_at_both_letters_and_only_once(
    client, cohort, chair, deliver_letters
):
    mentee = make_mentee(cohort, name="Ana O'Hara")
    mentor = make_mentor(cohort, name="Mia Ito", statement="I can help.")
    approved = make_pairing(mentee, mentor)
    undecided = make_pairing(make_mentee(cohort), make_mentor(cohort))
    approved.approve(by=chair)
    client.force_login(chair)
    asked = act(client, "offer_selected", approved, undecided)
    to_mentee, to_mentor = asked.context["letters"]
    assert (asked.context["n_letters"], asked.context["n_left_out"]) == (2, 1)
    assert to_mentee.subject == (f"We have found a mentor for you in {cohort.program}: Mia Ito")
    assert to_mentor.subject == (f"We have found a mentee for you in {cohort.program}: Ana O'Hara")
    assert mentor.email not in to_mentee.body
    assert mentee.email not in to_mentor.body
    assert (Letter.objects.count(), Offer.objects.count()) == (0, 0)

    for _ in range(2):
        act(
            client,
            "offer_selected",
            approved,
            confirmed="yes",
            seen=as_seen(approved),
            answer_by="2027-01-15",
        )
    deliver_letters()

    offer = Offer.objects.get()
    assert (offer.pairing, offer.answer_by, offer.made_by) == (approved, FRIDAY, chair)
    assert [message.to for message in mail.outbox] == [[mentee.email], [mentor.email]]
    body = mail.outbox[0].body
    for line in ["Dear Ana O'Hara,", "- Your mentor covers your topic.", "I can help."]:
        assert line in body.splitlines()
    assert "Friday, 15 January 2027, 11:59 p.m. MST (America/Denver)" in body
    assert mentor.email not in body


def test_a_test_letter_goes_to_the_chair_only(client, cohort, chair, deliver_letters):
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=chair)
    chair.email = "chair@example.org"
    chair.save()
    client.force_login(chair)

    act(client, "offer_selected", pairing, test=pairing.pk)
    deliver_letters()

    assert [message.to for message in mail.outbox] == [[chair.email], [chair.email]]
    assert Offer.objects.count() == 0


def test_a_day_that_is_past_is_refused_beside_the_field(client, cohort, chair):
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=chair)
    client.force_login(chair)
    page = act(
        client,
        "offer_selected",
        pairing,
        confirmed="yes",
        seen=as_seen(pairing),
        answer_by="2027-01-10",
    )

    assert page.context["form"].errors == {"answer_by": ["Choose today or a later day."]}
    assert Offer.objects.count() == 0


def test_what_was_undone_meanwhile_gets_no_offer(cohort, chair):
    pairing = make_pairing(make_mentee(cohort), make_mentor(cohort))
    pairing.approve(by=chair)
    seen = as_seen(pairing)
    pairing.undo(by=chair)
    pairing.approve(by=chair)

    assert make_offers(cohort, [seen], answer_by=FRIDAY, by=chair) == 0
    assert Offer.objects.count() == 0


def test_nobody_is_looked_for_once_somebody_is_found(client, cohort, chair):
    told = {"told_status": "accepted", "told_at": timezone.now()}
    mentee, mentor = make_mentee(cohort, **told), make_mentor(cohort, **told)
    open_link(client, mentee)
    before = page_of(client)
    offer = make_offer(mentee, mentor, by=chair)
    asked = page_of(client)
    open_link(client, mentor)
    asked_too = page_of(client)
    decline(reply_of(offer, mentor), reason="other", words="")
    let_go(offer, by=chair)
    open_link(client, mentee)
    let_down = page_of(client)
    introduced = make_pairing(mentee, make_mentor(cohort))
    introduced.approve(by=chair)
    introduce(cohort, [introduced.pk])
    after = page_of(client)

    pages = [before, asked, asked_too, let_down, after]
    assert ["We look for a ment" in page for page in pages] == [True, False, False, True, False]


def test_both_accept_and_only_then_get_the_addresses(client, cohort, chair, deliver_letters):
    mentee = make_mentee(cohort, name="Ana O'Hara")
    mentor = make_mentor(cohort, name="Mia Ito")
    offer = make_offer(mentee, mentor, by=chair)
    deliver_letters()
    mail.outbox.clear()
    open_link(client, mentee)
    assert "We have found a mentor for you: Mia Ito" in page_of(client)

    answer(client, offer, answer="accepted")
    deliver_letters()
    assert mentor.email not in page_of(client)
    assert (answers(offer), mail.outbox) == (["accepted", "waiting"], [])

    open_link(client, mentor)
    answer(client, offer, answer="accepted")
    deliver_letters()
    assert mentee.email in page_of(client)

    offer.refresh_from_db()
    assert (offer.outcome, offer.pairing.is_running) == ("agreed", True)
    assert [(one.to, one.subject) for one in mail.outbox] == [
        ([mentee.email], f"Meet your mentor in {cohort.program}: Mia Ito"),
        ([mentor.email], f"Meet your mentee in {cohort.program}: Ana O'Hara"),
    ]


def page_of(client):
    return client.get(reverse(STATUS_PAGE)).content.decode()


def test_opening_every_page_answers_nothing(client, cohort, chair):
    mentee = make_mentee(cohort)
    offer = make_offer(mentee, make_mentor(cohort), by=chair)
    open_link(client, mentee)
    page_of(client)
    client.get(reverse("matching:offer", args=[offer.pk]))
    client.get(reverse("matching:fewer_places"))

    assert answers(offer) == ["waiting", "waiting"]


def test_an_answer_may_be_changed_until_the_last_second(client, cohort, chair):
    mentee = make_mentee(cohort)
    offer = make_offer(mentee, make_mentor(cohort), by=chair)
    open_link(client, mentee)
    answer(client, offer, answer="declined", reason="no_time", words="A new job.")
    reply = reply_of(offer, mentee)
    assert (reply.answer, reply.reason, reply.words) == ("declined", "no_time", "A new job.")
    assert state(offer) == "declined"
    with time_machine.travel(FRIDAY + timedelta(seconds=59), tick=False):
        open_link(client, mentee)
        answer(client, offer, answer="accepted")
        assert answers(offer) == ["accepted", "waiting"]
    with time_machine.travel(FRIDAY + timedelta(seconds=60), tick=False):
        page = answer(client, offer, answer="declined", reason="no_fit")
        assert page.context["form"].non_field_errors() == [
            "The time for an answer ended on Friday, 15 January 2027, 11:59 p.m. MST "
            "(America/Denver). Please write to the committee."
        ]
        assert answers(offer) == ["accepted", "waiting"]


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "answer", "Choose one of the three answers."),
        ({"answer": "declined"}, "reason", "Choose the reason that comes closest."),
        ({"answer": "asked"}, "words", "Write what you would like to know."),
    ],
)
def test_what_is_missing_is_said_beside_the_field(client, cohort, chair, data, field, sentence):
    mentee = make_mentee(cohort)
    offer = make_offer(mentee, make_mentor(cohort), by=chair)
    open_link(client, mentee)
    page = answer(client, offer, **data)

    assert page.context["form"].errors == {field: [sentence]}
    assert answers(offer) == ["waiting", "waiting"]


def test_a_question_reaches_the_committee_by_letter(client, cohort, chair, deliver_letters):
    mentor = make_mentor(cohort, name="Mia Ito")
    offer = make_offer(make_mentee(cohort), mentor, by=chair)
    deliver_letters()
    mail.outbox.clear()
    open_link(client, mentor)
    answer(client, offer, answer="asked", words="May we meet in Pueblo?")
    deliver_letters()
    assert state(offer) == "asked"

    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["mig@example.org"], [mentor.email])
    assert "May we meet in Pueblo?" in letter.body.splitlines()


def test_a_mentor_who_takes_fewer_cannot_accept_more(client, cohort, chair):
    mentor = make_mentor(cohort, capacity=3)
    first, second, third = (make_offer(make_mentee(cohort), mentor, by=chair) for _ in range(3))
    open_link(client, mentor)
    client.post(reverse("matching:fewer_places"), {"places": 1})
    answer(client, first, answer="accepted")
    page = answer(client, second, answer="accepted")

    assert Application.objects.get(pk=mentor.pk).capacity == 1
    assert page.context["form"].non_field_errors() == [
        "You can take 1 mentee, and have accepted as many already. Decline this one, or ask the "
        "committee."
    ]
    assert [answers(offer)[1] for offer in (first, second, third)] == [
        "accepted",
        "waiting",
        "waiting",
    ]


@pytest.mark.parametrize("places", [0, 3, 7])
def test_only_a_smaller_number_of_places_is_taken(cohort, places):
    mentor = make_mentor(cohort, capacity=3)

    with pytest.raises(OfferError, match="You said that you can take 3"):
        take_fewer(mentor, places)


def test_a_mentor_keeps_the_places_that_are_accepted(cohort, chair):
    mentor = make_mentor(cohort, capacity=3)
    for _ in range(2):
        accept(reply_of(make_offer(make_mentee(cohort), mentor, by=chair), mentor))
    with pytest.raises(OfferError, match="You have accepted 2 already"):
        take_fewer(mentor, 1)

    assert Application.objects.get(pk=mentor.pk).capacity == 3


def test_a_declined_offer_is_let_go_and_the_other_is_told_kindly(
    client, cohort, chair, deliver_letters
):
    mentee, mentor = make_mentee(cohort, name="Ana O'Hara"), make_mentor(cohort, name="Mia Ito")
    client.force_login(chair)
    offer = make_offer(mentee, mentor, by=chair)
    accept(reply_of(offer, mentee))
    decline(reply_of(offer, mentor), reason="no_time", words="Not this year.")
    deliver_letters()
    mail.outbox.clear()
    act(client, "let_go_selected", offer, where=OFFERS, confirmed="yes")
    deliver_letters()
    open_link(client, mentee)
    with pytest.raises(OfferError, match="This offer was taken back"):
        accept(reply_of(offer, mentor))

    offer.refresh_from_db()
    assert (offer.outcome, offer.pairing.ended_at is None) == ("let_go", False)
    assert [message.to for message in mail.outbox] == [[mentee.email]]
    assert "Not this year." not in mail.outbox[0].body
    assert "Mia Ito" not in page_of(client)
    assert list(Pairing.objects.standing()) == []


def test_an_offer_that_still_waits_is_not_let_go(cohort, chair):
    offer = make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)
    with pytest.raises(ReviewError, match="still waits for an answer"):
        let_go(offer, by=chair)

    assert Pairing.objects.standing().count() == 1


def test_more_time_is_told_to_whoever_has_not_accepted(cohort, chair, deliver_letters):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    offer = make_offer(mentee, mentor, by=chair)
    accept(reply_of(offer, mentee))
    deliver_letters()
    mail.outbox.clear()
    with time_machine.travel(FRIDAY + timedelta(days=1)):
        assert state(offer) == "out_of_time"
        give_more_time(offer, until=FRIDAY + timedelta(days=7))
        deliver_letters()
        assert state(offer) == "waiting"
        assert accept(reply_of(offer, mentor)) is True

    assert [message.to for message in mail.outbox][:1] == [[mentor.email]]
    assert "Friday, 22 January 2027" in mail.outbox[0].body


def test_who_has_not_answered_is_reminded_once_before_the_end(cohort, chair, deliver_letters):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    offer = make_offer(mentee, mentor, by=chair)
    accept(reply_of(offer, mentee))
    deliver_letters()
    mail.outbox.clear()
    assert remind_of_offers() == 0
    with time_machine.travel(FRIDAY - timedelta(days=1)):
        assert [remind_of_offers() for _ in range(2)] == [1, 0]
        deliver_letters()
    with time_machine.travel(FRIDAY + timedelta(hours=1)):
        assert remind_of_offers() == 0

    assert [message.to for message in mail.outbox] == [[mentor.email]]


def test_an_offer_comes_back_when_somebody_withdraws(cohort, chair):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    offer = make_offer(mentee, mentor, by=chair)
    Application.objects.get(pk=mentor.pk).withdraw()

    assert (state(offer), list(Offer.objects.came_back())) == ("left", [offer])
    with pytest.raises(OfferError, match="somebody no longer takes part"):
        accept(reply_of(offer, mentee))


def test_lists_of_offers_tell_the_same_as_their_states(cohort, chair):
    waiting, declined, agreed = (
        make_offer(make_mentee(cohort), make_mentor(cohort), by=chair) for _ in range(3)
    )
    late = make_offer(
        make_mentee(cohort),
        make_mentor(cohort),
        by=chair,
        answer_by=MONDAY - timedelta(minutes=2),
    )
    decline(reply_of(declined, declined.pairing.mentee), reason="other", words="")
    for person in (agreed.pairing.mentee, agreed.pairing.mentor):
        accept(reply_of(agreed, person))

    assert set(Offer.objects.came_back()) == {declined, late}
    assert list(Offer.objects.unanswered()) == [waiting]
    assert {one: one.has_come_back for one in Offer.objects.with_people()} == {
        waiting: False,
        declined: True,
        agreed: False,
        late: True,
    }


def test_nobody_reads_or_answers_the_offer_of_others(client, cohort, chair):
    offer = make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)
    open_link(client, make_mentee(cohort))

    assert client.get(reverse("matching:offer", args=[offer.pk])).status_code == 404
    assert answer(client, offer, answer="accepted").status_code == 404
    client.logout()
    assert answer(client, offer, answer="accepted").url == reverse("signups:lost_link")
    assert answers(offer) == ["waiting", "waiting"]


def test_chair_of_another_program_reaches_no_offer(client, cohort, chair):
    stranger = make_chair(make_cohort().program)
    client.force_login(stranger)
    offer = make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)
    decline(reply_of(offer, offer.pairing.mentee), reason="other", words="")
    page = reverse("admin:matching_offer_change", args=[offer.pk])

    assert client.get(page).status_code == 404
    assert list(client.get(reverse(OFFERS)).context["cl"].result_list) == []
    act(client, "let_go_selected", offer, where=OFFERS, confirmed="yes")
    offer.refresh_from_db()
    assert offer.closed_at is None


def test_the_page_of_an_offer_shows_what_both_say(client, cohort, chair):
    mentor = make_mentor(cohort, name="Mia Ito")
    client.force_login(chair)
    offer = make_offer(make_mentee(cohort), mentor, by=chair)
    decline(reply_of(offer, mentor), reason="known", words="We share an office.")
    page = client.get(reverse("admin:matching_offer_change", args=[offer.pk]))

    assert [(str(person), reply.answer) for person, reply in page.context["replies"]] == [
        (str(offer.pairing.mentee), "waiting"),
        ("Mia Ito", "declined"),
    ]
    assert "We share an office." in page.content.decode()


@pytest.mark.parametrize("where", [OFFERS, PAIRINGS])
def test_lists_ask_no_more_for_more_rows(client, cohort, chair, where):
    client.force_login(chair)

    def n_queries():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(where))
        return len(queries)

    make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)
    one = n_queries()
    for _ in range(2):
        make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)

    assert n_queries() == one


def test_the_status_page_asks_no_more_for_more_offers(client, cohort, chair):
    mentor = make_mentor(cohort, capacity=3)
    make_offer(make_mentee(cohort), mentor, by=chair)
    open_link(client, mentor)
    page_of(client)
    with CaptureQueriesContext(connection) as one:
        page_of(client)
    for _ in range(2):
        make_offer(make_mentee(cohort), mentor, by=chair)
    with CaptureQueriesContext(connection) as three:
        page_of(client)

    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Offer, {"outcome": "agreed"}),
        (Offer, {"closed_at": MONDAY}),
        (OfferReply, {"answer": "accepted"}),
        (OfferReply, {"answered_at": MONDAY}),
        (OfferReply, {"reason": "no_time"}),
        (OfferReply, {"role": "chair"}),
    ],
)
def test_database_keeps_offers_honest(cohort, chair, model, fields):
    offer = make_offer(make_mentee(cohort), make_mentor(cohort), by=chair)
    row = model.objects.order_by("pk").first()

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**fields)
    offer.refresh_from_db()
    assert answers(offer) == ["waiting", "waiting"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_acceptances_at_once_never_exceed_the_places():
    for _ in range(40):
        cohort = make_cohort()
        chair = make_chair(cohort.program)
        mentor = make_mentor(cohort, capacity=2)
        offers = [make_offer(make_mentee(cohort), mentor, by=chair) for _ in range(2)]
        take_fewer(mentor, 1)
        refusals = []
        together = threading.Barrier(2)

        def say_yes(offer, mentor=mentor, together=together, refusals=refusals):
            reply = reply_of(offer, mentor)
            together.wait()
            try:
                accept(reply)
            except OfferError as error:
                refusals.append(str(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=say_yes, args=[offer]) for offer in offers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answers(offers[0]) + answers(offers[1])) == [
            "accepted",
            "waiting",
            "waiting",
            "waiting",
        ]
        assert refusals == [
            "You can take 1 mentee, and have accepted as many already. Decline this one, or ask "
            "the committee."
        ]


def test_the_download_holds_what_was_offered_and_not_the_other_ones_answer(client, cohort, chair):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort, name="Mia Ito")
    offer = make_offer(mentee, mentor, by=chair)
    decline(reply_of(offer, mentor), reason="no_time", words="Not this year.")
    open_link(client, mentee)

    held = client.get(reverse("matching:download")).json()["pairs offered"]

    assert held == [
        {
            "with": "Mia Ito",
            "why": ["Your mentor covers your topic."],
            "offered": offer.made_at.isoformat(),
            "your answer": "No answer yet",
            "your reason": "",
            "in your own words": "",
            "state": "",
        }
    ]


def test_the_next_best_pair_is_proposed_and_nobody_is_told(client, cohort, chair, deliver_letters):
    mentee, mentor = make_mentee(cohort, topics=["Grants"]), make_mentor(cohort, topics=["Grants"])
    offer = make_offer(mentee, mentor, by=chair)
    full = make_mentor(cohort, topics=["Grants"], name="Full")
    make_pairing(make_mentee(cohort), full)
    best = make_mentor(cohort, topics=["Grants"], name="Best")
    make_mentor(cohort, topics=["Supervision"], name="Other")
    decline(reply_of(offer, mentor), reason="no_time", words="")
    client.force_login(chair)
    page = client.get(reverse("admin:matching_offer_change", args=[offer.pk]))
    assert str(page.context["next_best"][0]) == "Best"
    deliver_letters()
    mail.outbox.clear()

    act(client, "let_go_selected", offer, where=OFFERS, confirmed="yes")
    deliver_letters()

    prepared = Pairing.objects.get(mentee=mentee.pk, status="proposed")
    assert (prepared.mentor_id, prepared.run, prepared.points) == (
        best.pk,
        None,
        page.context["next_best"][1],
    )
    assert [message.to for message in mail.outbox] == [[mentee.email]]
    # Nor does a later run propose the pair that came to nothing.
    Pairing.objects.filter(pk=prepared.pk).delete()
    instance, _ = load_instance(cohort, salt="pepper")
    row = instance.mentee_ids.index(mentee.pk)
    assert instance.conflicts[row, instance.mentor_ids.index(mentor.pk)]


def test_without_anybody_left_nothing_is_proposed(cohort, chair):
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    offer = make_offer(mentee, mentor, by=chair)
    decline(reply_of(offer, mentor), reason="no_time", words="")

    assert let_go(offer, by=chair) is None
    assert list(Pairing.objects.active()) == []
