"""Applying: what a person does on the intake form, and what is then true."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from signups.forms import APPLICATION_FORMS
from signups.models import Application, ApplicationStatus, Letter, Role
from tests.factories import application_data, make_cohort, make_mentee, make_program

pytestmark = pytest.mark.django_db


def apply_url(cohort, role):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])


def applied_url(cohort, role):
    return reverse("signups:applied", args=[cohort.program.slug, cohort.slug, role])


def test_mentee_applies_and_is_told_what_comes_next(client, deliver_letters):
    cohort = make_cohort()

    response = client.post(
        apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE, email="Ada@Example.org")
    )

    assert (response.status_code, response.url) == (302, applied_url(cohort, "mentee"))
    application = Application.objects.get()
    assert (application.cohort, application.role, application.email, application.status) == (
        cohort,
        Role.MENTEE,
        "ada@example.org",
        ApplicationStatus.RECEIVED,
    )
    chosen = [(choice.rank, choice.topic.name) for choice in application.topic_choices.all()]
    assert chosen == [(1, "Cataloging"), (2, "Supervision")]
    deliver_letters()
    [message] = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == f"We have your application to {cohort.program}"
    assert "Dear Ada O'Hara," in message.body
    assert "What happens next" in message.body


def test_mentor_ticks_topics_and_offers_places(client):
    cohort = make_cohort()

    client.post(apply_url(cohort, "mentor"), application_data(cohort, Role.MENTOR))

    application = Application.objects.get()
    assert (application.role, application.capacity) == (Role.MENTOR, 2)
    chosen = {(choice.rank, choice.topic.name) for choice in application.topic_choices.all()}
    assert chosen == {(None, "Cataloging"), (None, "Supervision")}


def test_second_application_looks_the_same_and_the_first_one_stands(client, deliver_letters):
    cohort = make_cohort()
    first = application_data(cohort, Role.MENTEE)
    second = first | {"name": "Somebody Else", "email": "ADA@example.org"}

    answers = [client.post(apply_url(cohort, "mentee"), data) for data in (first, second, second)]

    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, applied_url(cohort, "mentee"))
    ] * 3
    assert [a.name for a in Application.objects.all()] == ["Ada O'Hara"]
    deliver_letters()
    assert [message.subject for message in mail.outbox] == [
        f"We have your application to {cohort.program}",
        f"Your first application to {cohort.program} still stands",
    ]
    assert {message.to[0] for message in mail.outbox} == {"ada@example.org"}


def test_one_person_may_hold_both_roles(client):
    cohort = make_cohort()

    client.post(apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE))
    client.post(apply_url(cohort, "mentor"), application_data(cohort, Role.MENTOR))

    assert sorted(Application.objects.values_list("role", flat=True)) == ["mentee", "mentor"]


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"name": ""}, "name", "Tell us your name."),
        ({"email": "ada at example"}, "email", "Enter a valid email address."),
        (
            {"agrees_to_rules": ""},
            "agrees_to_rules",
            "Tick the box if you agree to the rules of the program.",
        ),
        ({"topic_1": ""}, "topic_1", "Choose the topic you want most."),
        (
            {"format_1": ""},
            "format_1",
            "Choose the kind of mentoring you would like most.",
        ),
    ],
)
def test_a_bad_answer_is_named_and_the_others_are_kept(client, answers, field, sentence):
    cohort = make_cohort()

    response = client.post(
        apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE, **answers)
    )

    form = response.context["intake"].form
    assert list(form.errors) == [field]
    assert form.errors[field] == [sentence]
    assert "I would like to learn to lead a team." in response.content.decode()
    assert Application.objects.count() == 0


def test_a_topic_can_be_ranked_only_once_and_without_gaps():
    cohort = make_cohort()
    cataloging, supervision, *_ = cohort.program.topics.all()
    form_class = APPLICATION_FORMS[Role.MENTEE]

    def errors(**topics):
        data = application_data(cohort, Role.MENTEE, topic_2="", topic_3="") | topics
        return dict(form_class(data, cohort=cohort).errors)

    assert errors(topic_1=cataloging.pk, topic_2=supervision.pk) == {}
    assert errors(topic_1=cataloging.pk, topic_2=cataloging.pk) == {
        "topic_2": ["You chose this topic already: choose another, or none."]
    }
    assert errors(topic_1=cataloging.pk, topic_3=supervision.pk) == {
        "topic_2": ["You gave a third choice: give a second one, or move it up."]
    }


def test_options_of_another_program_cannot_be_chosen():
    cohort, other = make_cohort(), make_program()
    data = application_data(cohort, Role.MENTEE, topic_1=other.topics.first().pk)

    form = APPLICATION_FORMS[Role.MENTEE](data, cohort=cohort)

    assert list(form.errors) == ["topic_1"]


def test_an_option_no_longer_offered_cannot_be_chosen():
    cohort = make_cohort()
    data = application_data(cohort, Role.MENTEE)
    cohort.program.topics.filter(pk=data["topic_1"]).update(is_offered=False)

    form = APPLICATION_FORMS[Role.MENTEE](data, cohort=cohort)

    assert list(form.errors) == ["topic_1"]


def test_a_program_without_membership_and_orientation_asks_for_neither():
    form = APPLICATION_FORMS[Role.MENTEE](cohort=make_cohort())

    assert {"membership_number", "promises_orientation"} & set(form.fields) == set()


def test_membership_and_orientation_are_required_where_asked_for():
    cohort = make_cohort(
        make_program(membership_of="ALA and Core"), orientation="One evening in January."
    )
    data = application_data(cohort, Role.MENTOR)
    form_class = APPLICATION_FORMS[Role.MENTOR]

    without = form_class(data, cohort=cohort)
    with_both = form_class(
        data | {"membership_number": "123", "promises_orientation": "on"}, cohort=cohort
    )

    assert sorted(without.errors) == ["membership_number", "promises_orientation"]
    assert with_both.errors == {}
    assert with_both.fields["membership_number"].label == "Membership number (ALA and Core)"
    assert with_both.fields["promises_orientation"].help_text == "One evening in January."


@pytest.mark.parametrize("role", list(Role))
def test_layout_shows_every_field(role):
    cohort = make_cohort(make_program(membership_of="ALA"), orientation="In January.")
    form = APPLICATION_FORMS[role](cohort=cohort)

    shown = [pointer.name for pointer in form.helper.layout.get_field_names()]

    assert sorted(shown) == sorted(form.fields)


def test_unpublished_program_takes_no_applications(client):
    cohort = make_cohort(make_program(is_published=False))

    response = client.post(apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE))

    assert (response.status_code, Application.objects.count()) == (404, 0)


def test_application_survives_a_mail_server_that_is_down(client, settings, deliver_letters):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    cohort = make_cohort()

    response = client.post(apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE))
    deliver_letters()

    assert response.url == applied_url(cohort, "mentee")
    assert Application.objects.count() == 1
    letter = Letter.objects.get()
    assert (letter.status, letter.n_tries) == ("waiting", 1)
    assert letter.fault.startswith("ConnectionRefusedError")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "reader"},
        {"status": "lost"},
        {"capacity": 2},
        {"agrees_to_rules": False},
        {"status": "received"},
    ],
)
def test_database_refuses_what_cannot_be(fields):
    mentee = make_mentee(make_cohort())

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=mentee.pk).update(**fields)


@pytest.mark.parametrize("capacity", [None, 0, 6])
def test_database_refuses_a_mentor_with_no_or_too_many_places(capacity):
    cohort = make_cohort()
    mentee = make_mentee(cohort)

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=mentee.pk).update(role="mentor", capacity=capacity)


def test_database_keeps_one_application_per_address_however_it_is_written():
    cohort = make_cohort()
    make_mentee(cohort, email="ada@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_mentee(cohort, email="ADA@example.org")


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "\x00"},
        {"name": "Ada\r\nBcc: x@example.org"},
        {"name": "\u202eadA \U0001f4da"},
        {"email": "a" * 400 + "@example.org"},
        {"statement": "x" * 1_000_000},
        {"topic_1": "no number"},
        {"formats": ["1"] * 1000},
        {"career_stage": "99999999999999999999"},
        {"capacity": "3", "role": "mentor", "status": "accepted", "cohort": "1"},
    ],
)
def test_hostile_answers_are_refused_or_harmless(client, deliver_letters, answers):
    cohort = make_cohort()

    response = client.post(
        apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE, **answers)
    )
    deliver_letters()

    assert response.status_code in (200, 302)
    for application in Application.objects.all():
        assert (application.role, application.status) == (Role.MENTEE, "received")
    assert {tuple(message.recipients()) for message in mail.outbox} <= {("ada@example.org",)}
