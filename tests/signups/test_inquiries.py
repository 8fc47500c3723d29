"""Questions from the public: asked, confirmed, answered from the admin, added to by a link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mig_site.retention import purge
from signups import limits
from signups.emails import write_application_received
from signups.erasing import erase
from signups.limits import Limit
from signups.models import AccessLink, Deed, Inquiry, InquiryMessage, InquiryState, Letter
from signups.traps import new_stamp
from tests.factories import (
    make_chair,
    make_cohort,
    make_inquiry,
    make_member,
    make_mentee,
    make_program,
    make_user,
)
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

QUESTION = {
    "name": "Ada O'Hara",
    "email": "Ada@example.org",
    "subject": "The orientation",
    "words": "Is it recorded?\n\nI work on that day.",
}


def contact_url(program=None, language=""):
    url = reverse("signups:contact", args=[program.slug]) if program else "/contact/"
    return f"{language}{url}"


def ask(client, program=None, **answers):
    return client.post(contact_url(program), QUESTION | {"opened": new_stamp()} | answers)


def page_in_admin(inquiry, name="change"):
    return reverse(f"admin:signups_inquiry_{name}", args=[inquiry.pk])


def answer(client, inquiry, words="Yes, it is.", **data):
    seen = {"seen": inquiry.messages.latest("pk").pk}
    return client.post(page_in_admin(inquiry, "answer"), {"words": words} | seen | data)


def link_in(message):
    return re.search(r"https?://[^/\s]+(/\S*my/link/\S+)", message.body)[1]


def told_on(page):
    return [(message.is_answer, message.words) for message in page.context["thread"]]


def test_a_question_is_kept_confirmed_and_brought_to_the_committee(client, deliver_letters):
    program = make_program(name="Lantern", contact_email="lantern@example.org")

    response = ask(client, program)
    deliver_letters()

    assert response.url == reverse("signups:asked", args=[program.slug])
    assert client.get(response.url).status_code == 200
    inquiry = Inquiry.objects.get()
    assert (inquiry.program, inquiry.name, inquiry.email, inquiry.subject, inquiry.state) == (
        program,
        "Ada O'Hara",
        "ada@example.org",
        "The orientation",
        InquiryState.OPEN,
    )
    assert [message.words for message in inquiry.messages.all()] == [QUESTION["words"]]
    to_person, to_committee = mail.outbox
    assert (to_person.to, to_person.subject, to_person.reply_to) == (
        ["ada@example.org"],
        "Your question to Lantern",
        ["lantern@example.org"],
    )
    assert (to_committee.to, to_committee.subject) == (
        ["lantern@example.org"],
        "Lantern: The orientation",
    )
    assert "Ada O'Hara asks, in English:\n\nIs it recorded?\n\nI work on that day." in (
        to_committee.body
    )
    assert page_in_admin(inquiry) in to_committee.body
    assert "/my/link/" not in to_committee.body


def test_nothing_that_was_typed_goes_to_an_address_that_anybody_can_type(client, deliver_letters):
    ask(client, make_program())
    deliver_letters()

    letter = next(message for message in mail.outbox if message.to == ["ada@example.org"])
    for typed in ("O'Hara", "orientation", "recorded"):
        assert typed not in letter.body + letter.subject


def test_a_question_of_no_program_goes_to_the_site(client, deliver_letters):
    response = ask(client)
    deliver_letters()

    assert response.url == reverse("signups:asked_site")
    assert Inquiry.objects.get().program is None
    assert {message.to[0] for message in mail.outbox} == {
        "ada@example.org",
        "committee@example.org",
    }


def test_the_general_page_leads_to_the_programs(client):
    program, hidden = make_program(), make_program(is_published=False)

    page = client.get(contact_url()).content.decode()

    assert contact_url(program) in page
    assert contact_url(hidden) not in page
    assert client.get(contact_url(hidden)).status_code == 404
    assert ask(client, hidden).status_code == 404


def test_a_button_pressed_twice_asks_once(client, deliver_letters):
    program, stamp = make_program(), new_stamp()

    responses = [ask(client, program, opened=stamp) for _ in range(2)]
    deliver_letters()

    assert len({response.url for response in responses}) == 1
    assert (Inquiry.objects.count(), len(mail.outbox)) == (1, 2)
    ask(client, program, opened=stamp, words="Something else?")
    assert Inquiry.objects.count() == 2


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"name": " "}, "Tell us your name."),
        ({"email": ""}, "Give the address to which we can write the answer."),
        ({"email": "ada"}, "Give a whole e-mail address, such as name@example.org."),
        ({"subject": ""}, "Say in a few words what it is about."),
        ({"subject": "x" * 121}, "Please say it in up to 120 characters."),
        ({"words": "\x07"}, "Write your question."),
        ({"words": "x" * 4001}, "Please say it in 4000 characters; it has 4001."),
    ],
)
def test_each_fault_is_said_and_nothing_else_is_lost(client, answers, fault):
    response = ask(client, make_program(), **answers)

    [(_, _, said)] = response.context["faults"]
    assert said == fault
    page = response.content.decode()
    assert fault in page
    kept = {name: value for name, value in QUESTION.items() if name not in answers}
    assert {name: response.context["form"][name].value() for name in kept} == kept
    assert Inquiry.objects.count() == 0


def test_programs_are_held_off_and_people_lose_nothing(client, settings):
    settings.MIN_SECONDS_TO_FILL = 5
    program = make_program()

    for answers in ({"leave_this_empty": "x"}, {"opened": new_stamp()}, {"opened": "made up"}):
        response = ask(client, program, **answers)
        assert response.context["held_up"]
        assert response.context["form"]["words"].value() == QUESTION["words"]
    assert Inquiry.objects.count() == 0

    ask(client, program, opened=new_stamp(seconds_ago=6))
    assert Inquiry.objects.count() == 1


def test_one_place_asks_so_often_in_an_hour(client, settings, monkeypatch):
    settings.WITHOUT_LIMITS = False
    monkeypatch.setitem(limits.LIMITS, Deed.ASK, Limit(per_address=1, per_network=2))
    program = make_program()
    ask(client, program)

    response = ask(client, program, words="One more?")

    assert (response.status_code, Inquiry.objects.count()) == (429, 1)
    assert int(response["Retry-After"]) > 0
    assert "One more?" in response.content.decode()


def test_the_answer_is_a_letter_in_the_thread_of_the_first(client, deliver_letters):
    program = make_program(contact_email="lantern@example.org")
    ask(client, program)
    inquiry, chair = Inquiry.objects.get(), make_chair(program)
    client.force_login(chair)

    response = answer(client, inquiry, "Yes,\n\nfrom O'Neill's desk.")
    deliver_letters()

    assert response.url == page_in_admin(inquiry)
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.ANSWERED
    assert inquiry.messages.latest("pk").written_by == chair
    received, answered = [m for m in mail.outbox if m.to == ["ada@example.org"]]
    assert "Dear Ada O'Hara," in answered.body
    assert "Yes,\n\nfrom O'Neill's desk." in answered.body
    assert answered.subject == f"Re: {received.subject}"
    assert answered.reply_to == ["lantern@example.org"]
    first, second = (m.extra_headers["Message-ID"] for m in (received, answered))
    assert first != second
    assert answered.extra_headers["In-Reply-To"] == first
    assert answered.extra_headers["References"] == first
    assert "In-Reply-To" not in received.extra_headers
    assert "An answer to this letter does not arrive with your question." in answered.body


def test_letters_and_pages_are_in_the_language_in_which_it_was_asked(client, deliver_letters):
    program = make_program()
    client.post(contact_url(program, "/es"), QUESTION | {"opened": new_stamp()})
    inquiry = Inquiry.objects.get()
    client.force_login(make_chair(program))
    answer(client, inquiry)
    deliver_letters()

    assert inquiry.language == "es"
    letters = [message for message in mail.outbox if message.to == ["ada@example.org"]]
    assert [link_in(letter).startswith("/es/my/link/") for letter in letters] == [True, True]


def test_a_link_opens_the_thread_and_opening_it_changes_nothing(client, deliver_letters):
    ask(client, make_program())
    deliver_letters()
    before = Inquiry.objects.values().get()

    link = link_in(mail.outbox[0])
    for _ in range(2):  # a mail scanner first
        response = client.get(link)
        assert response.url == reverse("signups:my_question")
    page = client.get(response.url)

    assert told_on(page) == [(False, QUESTION["words"])]
    assert "no-store" in page["Cache-Control"]
    assert Inquiry.objects.values().get() == before
    assert client.get(reverse("signups:my_application")).url == reverse("signups:lost_link")


def test_the_person_writes_again_and_it_lies_on_the_desk_again(client, deliver_letters):
    program = make_program()
    inquiry = make_inquiry(program)
    inquiry.close(by=make_chair(program))
    client.get(re.search(r"/my/link/\S+", AccessLink.new_address(inquiry=inquiry))[0])

    for _ in range(2):
        client.post(reverse("signups:my_question"), {"words": "And where?"})
    deliver_letters()

    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.OPEN
    assert [message.words for message in inquiry.messages.all()] == [
        "When does it start?",
        "And where?",
    ]
    [letter] = mail.outbox
    assert letter.to == [program.contact_address]
    assert "And where?" in letter.body


def test_an_empty_message_is_told_where_it_is(client):
    inquiry = make_inquiry(make_program())
    client.get(re.search(r"/my/link/\S+", AccessLink.new_address(inquiry=inquiry))[0])

    response = client.post(reverse("signups:my_question"), {"words": ""})

    assert [fault for *_, fault in response.context["faults"]] == [
        "Write what you would like to say."
    ]
    assert InquiryMessage.objects.count() == 1


def test_what_came_meanwhile_is_read_before_it_is_answered(client):
    program = make_program()
    inquiry, chair = make_inquiry(program), make_chair(program)
    client.force_login(chair)
    seen = inquiry.messages.get().pk
    inquiry.messages.create(words="It was about Tuesday.")

    response = answer(client, inquiry, "On Monday.", seen=seen)

    page = response.content.decode()
    assert "Somebody has written meanwhile" in page
    assert "It was about Tuesday." in page
    assert response.context["form"]["words"].value() == "On Monday."
    assert Letter.objects.count() == 0
    answer(client, inquiry, "On Tuesday.", seen=response.context["seen"])
    assert inquiry.messages.latest("pk").words == "On Tuesday."


def test_states_go_to_and_fro_and_history_says_who(client):
    program = make_program()
    inquiry, chair = make_inquiry(program), make_chair(program)
    client.force_login(chair)

    for name in ("close", "close", "open_again", "open_again"):
        client.post(page_in_admin(inquiry, name))

    changes = client.get(page_in_admin(inquiry, "history")).context["changes"]
    assert [(one.by, one.kind, one.fields) for one in changes] == [
        (chair, "changed", [("state", "Closed", "Waits for an answer")]),
        (chair, "changed", [("state", "Waits for an answer", "Closed")]),
        (None, "added", []),
    ]
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.OPEN
    assert Letter.objects.count() == 0


def test_members_read_chairs_answer_and_other_committees_find_nothing(client):
    program = make_program()
    inquiry, general = make_inquiry(program), make_inquiry(None)
    expected = [
        (make_member(program), 200, 403),
        (make_chair(program), 200, 302),
        (make_chair(make_program()), 404, 404),
        (make_user(), 404, 403),
    ]

    for user, reads, closes in expected:
        client.force_login(user)
        assert client.get(page_in_admin(inquiry)).status_code == reads
        assert client.post(page_in_admin(inquiry, "close")).status_code == closes
        # What concerns no program is for those who look after the site.
        assert client.get(page_in_admin(general)).status_code in (403, 404)
    client.force_login(make_user(is_superuser=True))
    assert client.get(page_in_admin(general)).status_code == 200


@pytest.mark.parametrize("n_inquiries", [1, 3])
def test_the_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_inquiries):
    program = make_program()
    for _ in range(n_inquiries):
        make_inquiry(program)
    client.force_login(make_chair(program))

    with django_assert_num_queries(10):
        response = client.get(reverse("admin:signups_inquiry_changelist"))

    assert response.context["cl"].result_count == n_inquiries


@pytest.mark.parametrize("n_messages", [1, 3])
def test_a_thread_takes_the_same_number_of_queries(client, django_assert_num_queries, n_messages):
    program = make_program()
    inquiry, chair = make_inquiry(program), make_chair(program)
    for _ in range(n_messages):
        inquiry.messages.create(words="Yes.", written_by=chair)
    client.force_login(chair)

    with django_assert_num_queries(7):
        response = client.get(page_in_admin(inquiry))

    assert len(response.context["thread"]) == n_messages + 1


def test_a_lost_link_is_sent_again(client, deliver_letters):
    make_inquiry(make_program())

    client.post(reverse("signups:lost_link"), {"email": "GRACE@example.org"})
    deliver_letters()

    [letter] = mail.outbox
    assert letter.to == ["grace@example.org"]
    assert client.get(link_in(letter)).url == reverse("signups:my_question")


def test_the_person_erases_it_and_nothing_is_left(client, deliver_letters):
    program = make_program()
    ask(client, program)
    deliver_letters()
    inquiry = Inquiry.objects.get()
    chair = make_chair(program)
    client.force_login(chair)
    answer(client, inquiry)
    deliver_letters()
    client.logout()
    client.get(link_in(mail.outbox[0]))
    assert "signups.Inquiry.email" in places_that_hold("ada@example.org")
    client.get(reverse("signups:erase_question"))
    assert Inquiry.objects.exists()

    response = client.post(reverse("signups:erase_question"))

    assert response.url == reverse("signups:question_erased")
    assert places_that_hold("ada@example.org", "O'Hara", "recorded", "The orientation") == []
    assert (Letter.objects.count(), AccessLink.objects.count()) == (0, 0)
    assert client.get(link_in(mail.outbox[0])).url.endswith("?failed")


@pytest.mark.parametrize("has_other_application", [False, True])
def test_who_has_an_application_erased_has_the_questions_erased_too(has_other_application):
    cohort, other_program = make_cohort(), make_program()
    person = make_mentee(cohort, email="grace@example.org")
    write_application_received(person)
    make_inquiry(cohort.program, email="grace@example.org")
    elsewhere = make_inquiry(other_program, email="grace@example.org")
    strangers = make_inquiry(cohort.program, email="other@example.org")
    if has_other_application:
        make_mentee(make_cohort(other_program), email="grace@example.org")

    erase(person)

    kept = [elsewhere, strangers] if has_other_application else [strangers]
    assert sorted(Inquiry.objects.values_list("pk", flat=True)) == [one.pk for one in kept]


def test_it_goes_a_year_after_the_last_message():
    make_inquiry(make_program())

    with time_machine.travel(timezone.now() + timedelta(days=364), tick=False):
        purge()
        assert Inquiry.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        purge()

    assert (Inquiry.objects.count(), InquiryMessage.objects.count()) == (0, 0)
