"""What holds off programs, and no people: a field not to be seen, and a form not sent at once."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from signups.models import Application, Draft, Role
from signups.traps import MAX_AGE, new_stamp
from tests.factories import application_data, make_cohort, make_question, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people_take_five_seconds(settings):
    settings.MIN_SECONDS_TO_FILL = 5


@pytest.fixture
def cohort():
    return make_cohort()


def url_of(cohort):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])


def send(client, cohort, **data):
    data = {"opened": new_stamp(seconds_ago=60), **data}
    return client.post(url_of(cohort), application_data(cohort, Role.MENTEE, **data))


def stamps_in(response):
    return re.findall(r'name="opened" value="([^"]+)"', response.content.decode())


@pytest.mark.parametrize("step", ["send", "save"])
@pytest.mark.parametrize(
    ("stamp", "sentence"),
    [
        (lambda: new_stamp(), "That was quicker than we can take it"),
        (lambda: new_stamp(seconds_ago=4), "That was quicker than we can take it"),
        (lambda: "", "This page was open for a very long time"),
        (lambda: "1:made-up", "This page was open for a very long time"),
        (lambda: new_stamp(seconds_ago=MAX_AGE + 9), "This page was open for a very long time"),
        (lambda: new_stamp(seconds_ago=-3600), "This page was open for a very long time"),
    ],
)
def test_what_comes_too_fast_is_shown_again_with_all_answers(client, cohort, step, stamp, sentence):
    with time_machine.travel(timezone.now(), tick=False):
        response = send(client, cohort, step=step, opened=stamp())

    html = response.content.decode()
    assert response.status_code == 200
    assert response.context["held_up"].startswith(sentence)
    assert [text in html for text in (sentence, "I would like to learn to lead a team.")] == [
        True,
        True,
    ]
    assert (Application.objects.count(), Draft.objects.count()) == (0, 0)


def test_five_seconds_are_enough(client, cohort):
    assert send(client, cohort, opened=new_stamp(seconds_ago=5)).status_code == 302


def test_who_was_too_fast_once_waits_from_the_first_page_on(client, cohort):
    """Someone whose browser fills in everything is held up once, for seconds."""
    early = new_stamp(seconds_ago=3)

    [shown_again] = stamps_in(send(client, cohort, opened=early))

    assert shown_again == early


def test_the_stamp_goes_from_the_form_to_the_summary(client, cohort):
    [stamp] = stamps_in(client.get(url_of(cohort)))

    checked = send(client, cohort, step="check", opened=stamp)

    assert checked.template_name == "signups/apply_check.html"
    assert stamps_in(checked) == [stamp]


@pytest.mark.parametrize("step", ["check", "send", "save"])
def test_a_filled_trap_shows_the_form_again_with_the_trap_empty(client, cohort, step):
    response = send(client, cohort, step=step, leave_this_empty="http://spam.example")

    html = response.content.decode()
    assert "please press the button once more" in response.context["held_up"]
    assert "I would like to learn to lead a team." in html
    assert "spam" not in html
    assert (Application.objects.count(), Draft.objects.count()) == (0, 0)


def test_a_file_is_not_lost_when_the_form_is_shown_again(client, cohort):
    question = make_question(cohort, kind="file")

    response = send(client, cohort, opened=new_stamp(), **{f"questions-q{question.pk}": pdf()})

    assert "Chosen before: letter.pdf" in response.content.decode()


def test_the_trap_is_kept_from_people_and_their_helpers(client, cohort):
    html = client.get(url_of(cohort)).content.decode()

    [trap] = re.findall(r'<p class="trap" aria-hidden="true">.*?</p>', html, re.DOTALL)
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


def test_neither_stamp_nor_trap_is_an_answer(client, cohort):
    send(client, cohort, step="save", leave_this_empty="")

    assert {"opened", "leave_this_empty"} & Draft.objects.get().answers.keys() == set()
