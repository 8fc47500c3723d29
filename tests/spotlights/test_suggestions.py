"""Suggesting a leader: kept, confirmed once, the same for everybody, and taken back."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mig_site.retention import purge
from signups.models import Letter
from signups.traps import TRAP_NAME
from spotlights.models import Suggestion
from spotlights.models.suggestions import KEPT
from spotlights.suggestion_forms import StoryForm, SuggestionForm
from tests.factories import make_program
from tests.spotlights.suggestion_factories import make_suggestion, suggestion_data
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

SUGGEST = reverse("suggestions:suggest")
THANKS = reverse("suggestions:thanks")


def faults(response) -> dict[str, str]:
    return {name: str(errors[0]) for name, errors in response.context["form"].errors.items()}


@pytest.mark.parametrize("form", [SuggestionForm, StoryForm])
def test_layout_shows_every_field(form):
    for n_programs in (1, 2):
        make_program()
        shown = [pointer.name for pointer in form().helper.layout.get_field_names()]
        assert sorted(shown) == sorted(form().fields), n_programs


def test_a_suggestion_is_kept_and_confirmed(client, deliver_letters):
    program = make_program(contact_email="chair@example.org")
    make_program()

    response = client.post(SUGGEST, suggestion_data(program))
    deliver_letters()

    assert (response.status_code, response.url) == (302, THANKS)
    suggestion = Suggestion.objects.get()
    assert (suggestion.kind, suggestion.status, suggestion.program) == ("leader", "new", program)
    assert (suggestion.person_name, suggestion.from_email) == ("Odalys O'Pine", "ada@example.org")
    assert (suggestion.may_be_named, suggestion.may_be_written_to) == (True, True)
    [message] = mail.outbox
    assert (message.to, message.reply_to) == (["ada@example.org"], ["chair@example.org"])
    assert message.subject == f"We have your suggestion for Let’s Connect ({program})"
    assert "we may tell them who suggested them" in message.body
    assert suggestion.address_to_take_back in message.body


def test_the_letter_holds_no_word_that_was_typed(client, deliver_letters):
    program = make_program()

    client.post(SUGGEST, suggestion_data(program))
    deliver_letters()

    [message] = mail.outbox
    for words in ("Odalys", "O'Pine", "Ada", "O'Hara", "Mesa", "dogs"):
        assert words not in message.body + message.subject


def test_who_writes_in_spanish_gets_a_letter_in_spanish(client):
    program = make_program()

    client.post(f"/es{SUGGEST}", suggestion_data(program))

    assert Suggestion.objects.get().language == "es"


def test_a_button_pressed_twice_sends_once(client, deliver_letters):
    program = make_program()
    stamp = client.get(SUGGEST).context["stamp"]

    for _ in range(2):
        response = client.post(SUGGEST, suggestion_data(program, opened=stamp))
        assert response.url == THANKS
    deliver_letters()

    assert (Suggestion.objects.count(), len(mail.outbox)) == (1, 1)


def test_the_answer_is_the_same_whoever_was_suggested_before(client):
    program = make_program()
    client.post(SUGGEST, suggestion_data(program))

    answers = [
        client.post(SUGGEST, suggestion_data(program, opened=word, person_name=name))
        for word, name in [("a", "Odalys O'Pine"), ("b", "Nobody Yet")]
    ]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, THANKS)}


def test_with_one_program_nobody_chooses_it(client):
    program = make_program()
    make_program(is_published=False)

    assert "program" not in client.get(SUGGEST).context["form"].fields
    client.post(SUGGEST, suggestion_data(program, program=""))

    assert Suggestion.objects.get().program == program


def test_what_is_wrong_is_said_beside_each_field_and_the_rest_stays(client):
    hidden = make_program(is_published=False)
    make_program()
    make_program()
    data = suggestion_data(hidden, person_name=" ", from_email="ada", why="x" * 4001)

    response = client.post(SUGGEST, data)

    assert faults(response) == {
        "program": "Select a valid choice. That choice is not one of the available choices.",
        "person_name": "Tell us whom you would like to read about.",
        "why": "Please say it in 4000 characters; it has 4001.",
        "from_email": "Give a whole e-mail address, such as name@example.org.",
    }
    assert len(response.context["faults"]) == 4
    assert "She is on the library&#x27;s page." in response.text
    assert Suggestion.objects.count() == 0


def test_a_program_that_fills_every_field_is_held_up(client):
    program = make_program()

    response = client.post(SUGGEST, suggestion_data(program, **{TRAP_NAME: "x"}))

    assert "A field that is hidden from view was filled in" in response.context["held_up"]
    assert "She reads to the dogs." in response.text
    assert Suggestion.objects.count() == 0


def test_too_many_from_one_place_are_asked_to_wait(client, settings):
    settings.WITHOUT_LIMITS = False
    program = make_program()

    statuses = [
        client.post(SUGGEST, suggestion_data(program, opened=str(n))).status_code for n in range(21)
    ]

    assert statuses == [302] * 20 + [429]
    assert Suggestion.objects.count() == 20


HOSTILE = [
    {"person_name": "\x00"},
    {"person_name": "Ada\r\nBcc: x@example.org"},
    {"from_email": "ada@example.org\r\nBcc: x@example.org"},
    {"from_email": ["ada@example.org", "bob@example.org"]},
    {"why": "x" * 1_000_000},
    {"town": "\u202eadA"},
    {"program": "9" * 40},
    {"program": "\x00"},
    {"kind": "story", "status": "drafted", "pk": "1", "spotlight": "1", "application": "1"},
    {"opened": "\x00"},
]


@pytest.mark.parametrize("answers", HOSTILE, ids=lambda answers: next(iter(answers)))
def test_hostile_answers_are_refused_or_harmless(client, deliver_letters, answers):
    program = make_program()
    make_program()

    response = client.post(SUGGEST, suggestion_data(program, **answers))
    deliver_letters()

    assert response.status_code in (200, 302)
    for suggestion in Suggestion.objects.all():
        assert (suggestion.kind, suggestion.status) == ("leader", "new")
        assert "\n" not in suggestion.person_name
    for message in mail.outbox:
        assert len(message.recipients()) == 1


def test_a_suggestion_is_taken_back_with_everything_that_came_with_it(client, deliver_letters):
    program = make_program()
    client.post(SUGGEST, suggestion_data(program))
    deliver_letters()
    address = re.search(r"/my/suggestion/\S+", mail.outbox[0].body)[0]

    asked = client.get(address)
    assert Suggestion.objects.count() == 1
    assert "Odalys" not in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    response = client.post(address)

    assert response.url == reverse("suggestions:taken_back")
    assert (Suggestion.objects.count(), Letter.objects.count()) == (0, 0)
    assert places_that_hold("ada@example.org", "Odalys", "dogs") == []
    assert client.get(address).url == reverse("suggestions:taken_back")


@pytest.mark.parametrize("token", ["1", "1:x", "x", "9" * 40])
def test_a_link_that_was_made_up_takes_nothing_back(client, token):
    suggestion = make_suggestion()
    address = reverse("suggestions:take_back", args=[token])

    client.post(address)
    client.post(reverse("suggestions:take_back", args=[f"{suggestion.pk}{token}"]))

    assert Suggestion.objects.count() == 1


def test_time_lets_go_of_what_nobody_deals_with():
    old, dealt_with = make_suggestion(), make_suggestion()
    Letter.objects.create(
        key=f"{old.letters_key}received", program=old.program, to="ada@example.org"
    )
    almost = timezone.now() + KEPT
    Suggestion.objects.filter(pk=dealt_with.pk).update(moved_at=almost)

    with time_machine.travel(almost, tick=True):
        purge()

    assert [*Suggestion.objects.all()] == [dealt_with]
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "story"},
        {"status": "x"},
        {"naming": "x"},
        {"status": "withdrawn"},
        {"withdrawn_at": timezone.now()},
        {"language": "xx"},
    ],
)
def test_the_database_knows_the_rules(fields):
    program = make_program()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_suggestion(program=program, **fields)
