"""Times to meet, years of experience, ranked formats and places: asked, kept, changed, told."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from signups.disclosure import everything_about
from signups.exports import table_of
from signups.forms import APPLICATION_FORMS
from signups.intake import Intake
from signups.models import (
    Application,
    AvailabilityTime,
    Draft,
    Format,
    FormatChoice,
    Role,
    TopicChoice,
)
from tests.factories import (
    application_data,
    choose_formats,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
)

pytestmark = pytest.mark.django_db


def make_times(program, *names):
    return [AvailabilityTime.objects.create(program=program, name=name) for name in names]


def make_circle(program, **fields):
    sizes = {"least_size": 3, "greatest_size": 6}
    return Format.objects.create(
        program=program, name="Peer circle", summary="Together.", **sizes | fields
    )


def apply_url(cohort, role):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])


def errors(cohort, role, **answers):
    data = application_data(cohort, role, **answers)
    return dict(APPLICATION_FORMS[role](data, cohort=cohort).errors)


def topics_of(application):
    return [str(choice) for choice in application.topic_choices.all()]


def formats_of(application):
    return [str(choice) for choice in application.format_choices.all()]


# Times to meet


@pytest.mark.parametrize("role", Role)
def test_times_are_asked_where_the_program_has_them(client, role):
    cohort = make_cohort()
    assert "times" not in APPLICATION_FORMS[role](cohort=cohort).fields
    evenings, _ = make_times(cohort.program, "Weekday evenings", "Weekends")

    client.post(apply_url(cohort, role), application_data(cohort, role, times=[evenings.pk]))

    application = Application.objects.get()
    assert list(application.times.all()) == [evenings]
    assert everything_about(application)["application"]["times to meet"] == ["Weekday evenings"]


def test_times_need_no_answer_and_come_from_the_own_program():
    cohort, other = make_cohort(), make_program()
    make_times(cohort.program, "Weekends")
    [foreign] = make_times(other, "Weekday evenings")

    assert errors(cohort, Role.MENTEE) == {}
    assert list(errors(cohort, Role.MENTEE, times=[foreign.pk])) == ["times"]


# Years of experience


def test_a_mentor_may_say_for_how_many_years(client):
    cohort = make_cohort()
    cataloging, supervision, *_ = cohort.program.topics.all()
    data = application_data(cohort, Role.MENTOR) | {f"years_{supervision.pk}": "12"}

    client.post(apply_url(cohort, "mentor"), data)

    mentor = Application.objects.get()
    assert {choice.topic.name: choice.years for choice in mentor.topic_choices.all()} == {
        "Cataloging": None,
        "Supervision": 12,
    }
    form = APPLICATION_FORMS[Role.MENTOR](cohort=cohort, instance=mentor)
    assert form[f"years_{supervision.pk}"].value() == 12
    assert form[f"years_{cataloging.pk}"].value() is None
    assert sorted(everything_about(mentor)["application"]["topics"]) == [
        "Cataloging",
        "Supervision (12 years)",
    ]
    row = dict(zip(*(lambda t: (t.headers, t[0]))(_table(mentor)), strict=True))
    assert "Supervision (12 years)" in row["Topics"]


def _table(application):
    superuser = User.objects.create(username="super", is_superuser=True)
    return table_of(Application.objects.filter(pk=application.pk), for_user=superuser)


@pytest.mark.parametrize(
    ("years", "sentence"),
    [
        ("61", "Years go from 0 to 60."),
        ("-1", "Years go from 0 to 60."),
        ("9" * 30, "Years go from 0 to 60."),
        ("many", "Give a whole number, or leave it blank."),
        ("1.5", "Give a whole number, or leave it blank."),
    ],
)
def test_years_that_cannot_be_are_named_beside_their_topic(client, years, sentence):
    cohort = make_cohort()
    name = f"years_{cohort.program.topics.first().pk}"

    page = client.post(
        apply_url(cohort, "mentor"), application_data(cohort, Role.MENTOR, **{name: years})
    )

    assert page.context["intake"].form.errors == {name: [sentence]}
    assert f'id="id_{name}_error"' in page.content.decode()
    assert page.context["intake"].faults == [(f"id_{name}", "Cataloging: years", sentence)]


def test_years_without_a_tick_are_asked_about():
    cohort = make_cohort()
    grants = cohort.program.topics.get(name="Grants")

    found = errors(cohort, Role.MENTOR, **{f"years_{grants.pk}": "3"})

    assert found == {f"years_{grants.pk}": ["Tick “Grants” too, or take its number of years away."]}


def test_years_go_with_their_topic_when_a_mentor_changes_the_answers():
    cohort = make_cohort()
    _, supervision, grants, _ = cohort.program.topics.all()
    mentor = make_mentor(cohort, topics=["Cataloging", "Supervision"])
    TopicChoice.objects.filter(application=mentor).update(years=5)
    data = application_data(
        cohort,
        Role.MENTOR,
        topics=[supervision.pk, grants.pk],
        **{f"years_{supervision.pk}": "6", f"years_{grants.pk}": "0"},
    )

    form = APPLICATION_FORMS[Role.MENTOR](data, cohort=cohort, instance=mentor)
    assert form.errors == {}
    form.save()

    assert sorted(topics_of(mentor)) == ["Grants (0 years)", "Supervision (6 years)"]


# Formats


def test_a_mentee_ranks_kinds_of_mentoring(client):
    cohort = make_cohort()
    circle = make_circle(cohort.program)
    pair, chat = (cohort.program.formats.get(name=n) for n in ("One-to-one pair", "Coffee chat"))
    ranked = {"format_1": chat.pk, "format_2": circle.pk, "format_3": pair.pk}

    client.post(apply_url(cohort, "mentee"), application_data(cohort, Role.MENTEE) | ranked)

    mentee = Application.objects.get()
    assert formats_of(mentee) == ["1. Coffee chat", "2. Peer circle", "3. One-to-one pair"]
    assert set(mentee.formats.all()) == {pair, chat, circle}
    form = APPLICATION_FORMS[Role.MENTEE](cohort=cohort, instance=mentee)
    assert {name: form[name].value() for name in ranked} == ranked


def test_a_kind_of_mentoring_is_ranked_once_and_without_gaps():
    cohort = make_cohort()
    make_circle(cohort.program)
    pair, chat, _ = cohort.program.formats.order_by("pk")

    assert errors(cohort, Role.MENTEE, format_1=pair.pk, format_2=pair.pk) == {
        "format_2": ["You chose this kind of mentoring already: choose another, or none."]
    }
    assert errors(cohort, Role.MENTEE, format_1=pair.pk, format_3=chat.pk) == {
        "format_2": ["You gave a third choice: give a second one, or move it up."]
    }


def test_no_more_ranks_are_asked_than_there_are_kinds():
    cohort = make_cohort()
    cohort.program.formats.filter(name="Coffee chat").update(is_offered=False)

    names = [n for n in APPLICATION_FORMS[Role.MENTEE](cohort=cohort).fields if "format" in n]

    assert names == ["format_1"]


def test_who_once_ticked_more_kinds_than_are_ranked_loses_none_by_a_change():
    cohort = make_cohort()
    names = ["One-to-one pair", "Coffee chat", *"ABC"]
    for name in "ABC":
        Format.objects.create(program=cohort.program, name=name, summary="Another.")
    mentee = make_mentee(cohort)
    choose_formats(mentee, *names)

    form = APPLICATION_FORMS[Role.MENTEE](cohort=cohort, instance=mentee)

    kept = [form[f"format_{n}"].value() for n in range(1, 6)]
    assert kept == [cohort.program.formats.get(name=name).pk for name in names]


def test_a_mentor_offers_places_in_each_kind(client):
    cohort = make_cohort()
    circle = make_circle(cohort.program)
    pair = cohort.program.formats.get(name="One-to-one pair")
    data = application_data(
        cohort,
        Role.MENTOR,
        formats=[pair.pk, circle.pk],
        **{f"places_{pair.pk}": "2", f"places_{circle.pk}": "5"},
    )

    client.post(apply_url(cohort, "mentor"), data)

    mentor = Application.objects.get()
    assert sorted(formats_of(mentor)) == ["One-to-one pair (2 places)", "Peer circle (5 places)"]
    assert mentor.capacity == 2


def test_places_one_to_one_are_within_all_and_a_circle_counts_by_itself():
    cohort = make_cohort()
    circle = make_circle(cohort.program)
    pair = cohort.program.formats.get(name="One-to-one pair")
    both = {"formats": [pair.pk, circle.pk], "capacity": "2"}

    def found(n_pairs, n_circle):
        places = {f"places_{pair.pk}": n_pairs, f"places_{circle.pk}": n_circle}
        return errors(cohort, Role.MENTOR, **both, **places)

    assert found("2", "6") == {}
    assert found("", "") == {}
    assert found("3", "6") == {
        f"places_{pair.pk}": [
            "You take 2 mentees in all: give no more than that here, or more below."
        ]
    }
    assert found("2", "7") == {f"places_{circle.pk}": ["Places go from 1 to 6."]}
    assert found("0", "6") == {f"places_{pair.pk}": ["Places go from 1 to 5."]}


def test_a_format_for_several_is_a_group():
    program = make_program()

    assert make_circle(program).is_group is True
    assert program.formats.get(name="One-to-one pair").is_group is False


# What holds for all of them


def test_a_draft_keeps_numbers_and_ranks_right_or_wrong():
    cohort = make_cohort()
    topic, other, *_ = cohort.program.topics.all()
    answers = {"topics": [str(topic.pk)], f"years_{topic.pk}": ["7"], f"years_{other.pk}": ["no"]}
    draft = Draft.objects.create(cohort=cohort, role="mentor", email="a@b.org", answers=answers)

    form = Intake(cohort, Role.MENTOR, answers=draft.answers).form

    assert form["topics"].value() == [str(topic.pk)]
    assert [form[f"years_{t.pk}"].value() for t in (topic, other)] == ["7", "no"]


def test_everything_is_read_over_in_words_before_it_is_sent(client):
    cohort = make_cohort()
    pair = cohort.program.formats.get(name="One-to-one pair")
    topic = cohort.program.topics.first()
    data = application_data(cohort, Role.MENTOR, step="check", formats=[pair.pk])
    data |= {f"years_{topic.pk}": "7", f"places_{pair.pk}": "1", "wish_1": "Ana Lee"}

    page = client.post(apply_url(cohort, "mentor"), data)

    told = {label: answer for _, rows in page.context["intake"].sections for label, answer in rows}
    assert told["Topics you could help a mentee with"] == "Cataloging (years: 7), Supervision"
    assert told["Which kinds of mentoring do you offer?"] == "One-to-one pair (places: 1)"
    assert told["A mentee you would like"] == "Ana Lee"
    assert not any("years" in label or "places" in label for label in told)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (TopicChoice, {"rank": 1, "years": 3}),
        (TopicChoice, {"rank": None, "years": 61}),
        (FormatChoice, {"rank": 1, "places": 2}),
        (FormatChoice, {"rank": 0}),
        (FormatChoice, {"places": 0}),
        (FormatChoice, {"places": 31}),
    ],
)
def test_the_database_refuses_choices_that_cannot_be(model, fields):
    mentor = make_mentor(make_cohort())

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(application=mentor).update(**fields)


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ({"least_size": 0}, "A format has one mentee at least."),
        (
            {"least_size": 4, "greatest_size": 3},
            "A format cannot have fewer mentees at most than at least.",
        ),
        ({"greatest_size": 31}, "A group has 30 mentees at most."),
    ],
)
def test_sizes_that_cannot_be_are_refused_with_a_reason(sizes, sentence):
    program = make_program()
    circle = make_circle(program)
    for name, size in sizes.items():
        setattr(circle, name, size)

    with pytest.raises(ValidationError) as refused:
        circle.full_clean()

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("n_more", [0, 2])
@pytest.mark.parametrize(("role", "n_queries"), [(Role.MENTEE, 24), (Role.MENTOR, 21)])
def test_the_form_takes_the_same_number_of_queries_however_long_the_lists(
    client, django_assert_num_queries, role, n_queries, n_more
):
    cohort = make_cohort()
    make_times(cohort.program, *(f"Time {n}" for n in range(n_more + 1)))
    for n in range(n_more + 1):
        Format.objects.create(program=cohort.program, name=f"Another {n}", summary="Another.")
    client.get(apply_url(cohort, role))

    with django_assert_num_queries(n_queries):
        client.get(apply_url(cohort, role))
