"""Identity answers: told freely, kept apart, used only where both agreed, read by few and seen."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from signups.forms import IdentityPart
from signups.forms.identity import PREFERS_NOT, field_name
from signups.identity import SharedIdentity, counts_of, usable_in_matching
from signups.models import (
    AccessLink,
    Application,
    Draft,
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    Letter,
    Program,
    Role,
)
from tests.factories import (
    application_data,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
)
from tests.signups.identity import answer, make_dimension

pytestmark = pytest.mark.django_db


def sent(dimension, *options, matching=False, shared=False):
    """What a page sends for one identity question."""
    name = f"identity-{field_name(dimension)}"
    keys = [
        option if option == PREFERS_NOT else str(dimension.options.get(name=option).pk)
        for option in options
    ]
    data = {name: keys}
    data |= {f"{name}_matching": "on"} if matching else {}
    return data | ({f"{name}_shared": "on"} if shared else {})


def apply(client, cohort, role=Role.MENTEE, **answers):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])
    return client.post(url, application_data(cohort, role, **answers))


def told(application):
    """What is kept: question, answer in words, consent, wish."""
    return [
        (a.dimension.name, a.in_words, a.is_for_matching, a.wants_shared)
        for a in application.identity_answers.with_options()
    ]


def come_by_link(client, application):
    """Open the link that a letter brought."""
    client.get(AccessLink.new_address(application=application))


def save_identity(client, application, *answers):
    """Send the page of identity answers; ``answers`` as ``sent`` makes them."""
    data = {"version": Application.objects.get(pk=application.pk).version}
    for one in answers:
        data |= one
    return client.post(reverse("signups:identity"), data, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_what_a_mentee_tells_is_kept_apart_with_its_consents(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, "Gender", ("Woman", "Man"), takes_several=True)
    age = make_dimension(cohort.program, "Age", ("Under 30", "30 or over"))
    make_dimension(cohort.program, "Disability", ("Yes", "No"))

    apply(
        client,
        cohort,
        **sent(gender, "Woman", "Man", matching=True, shared=True),
        **sent(age, PREFERS_NOT, matching=True),
    )

    # "Prefer not to say" is an answer with nothing in it to use; a blank is no answer.
    assert told(Application.objects.get()) == [
        ("Gender", "Woman, Man", True, True),
        ("Age", "I prefer not to say", False, False),
    ]


def test_every_question_may_be_left_blank(client):
    cohort = make_cohort()
    make_dimension(cohort.program)

    apply(client, cohort)

    assert told(Application.objects.get()) == []


def test_mentors_are_not_asked_for_a_wish_and_cannot_send_one(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program)

    apply(client, cohort, Role.MENTOR, **sent(gender, "Man", matching=True, shared=True))

    assert told(Application.objects.get()) == [("Gender", "Man", True, False)]


def test_the_summary_shows_the_answers_in_words(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)
    make_dimension(cohort.program, "Age", ("Under 30",))

    page = apply(client, cohort, step="check", **sent(gender, "Woman", matching=True))

    assert dict(page.context["intake"].sections)["About who you are, if you like"] == [
        ("Gender", "Woman"),
        ("Gender: you may use my answer in matching", "Yes"),
        ("Gender: I would like my mentor to share this with me", "No"),
        ("Age", ""),
    ]


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        (("Woman", PREFERS_NOT), "", "You ticked “I prefer not to say” and an answer"),
        (("Woman",), "_matching", "To look for a mentor who shares this, matching needs"),
    ],
)
def test_what_does_not_go_together_gets_a_sentence(client, answers, field, sentence):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)

    page = apply(client, cohort, **sent(gender, *answers, shared=True))

    part = page.context["intake"].forms[1]
    assert list(part.errors) == [field_name(gender) + field]
    assert part.errors[field_name(gender) + field][0].startswith(sentence)
    assert Application.objects.count() == 0


@pytest.mark.parametrize("value", ["nonsense", "99999999999999999999", "\x1f", "-1"])
@pytest.mark.parametrize("takes_several", [True, False])
def test_a_foreign_answer_is_refused_with_a_sentence(client, value, takes_several):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=takes_several)
    elsewhere = make_dimension(make_program())

    for one in (value, elsewhere.options.first().pk):
        page = apply(client, cohort, **{f"identity-{field_name(gender)}": [one]})
        assert [label for _, label, _ in page.context["intake"].faults] == ["Gender"]
    assert Application.objects.count() == 0


def test_a_program_that_asks_nothing_shows_no_section(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    forms = client.get(url).context["intake"].forms
    assert [form for form in forms if isinstance(form, IdentityPart)] == []


@pytest.mark.parametrize("n_dimensions", [1, 3])
def test_asking_takes_the_same_number_of_queries(django_assert_num_queries, n_dimensions):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    for number in range(n_dimensions):
        answer(mentee, make_dimension(cohort.program, f"Question {number}"), "Man")

    with django_assert_num_queries(3):
        part = IdentityPart(cohort=cohort, role=Role.MENTEE, application=mentee)

    assert len(part.fields) == 3 * n_dimensions


def test_a_draft_brings_the_answers_back(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)

    apply(client, cohort, step="save", **sent(gender, "Man", matching=True))
    draft = Draft.objects.get()
    client.get(AccessLink.new_address(draft=draft))
    part = client.get(reverse("signups:my_draft")).context["intake"].forms[1]

    man = str(gender.options.get(name="Man").pk)
    assert part[field_name(gender)].value() == [man]
    assert part[f"{field_name(gender)}_matching"].value() == "on"


def test_the_form_for_the_other_role_arrives_filled_but_without_consents(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)
    age = make_dimension(cohort.program, "Age", ("Under 30",))
    mentee = make_mentee(cohort)
    answer(mentee, gender, "Woman", is_for_matching=True, wants_shared=True)
    answer(mentee, age)
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentor"])

    def shown():
        part = client.get(url).context["intake"].forms[1]
        return [part[name].value() for name in part.fields]

    assert shown() == [[], False, "", False]
    come_by_link(client, mentee)

    woman = str(gender.options.get(name="Woman").pk)
    assert shown() == [[woman], None, PREFERS_NOT, None]


def test_answers_are_changed_at_any_time_and_only_ones_own(client):
    cohort = make_cohort()
    cohort.mentee_closes_at = cohort.mentee_opens_at
    cohort.save()
    gender = make_dimension(cohort.program)
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    answer(mentee, gender, "Woman")
    answer(other, gender, "Woman")
    come_by_link(client, mentee)
    assert not mentee.can_be_edited

    save_identity(client, mentee, sent(gender, "Man", matching=True))
    assert told(mentee) == [("Gender", "Man", True, False)]
    save_identity(client, mentee)

    assert told(mentee) == []
    assert told(other) == [("Gender", "Woman", False, False)]


def test_a_consent_taken_back_counts_from_the_next_run_on_and_the_page_says_so(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program)
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    answer(mentee, gender, "Woman", is_for_matching=True, wants_shared=True)
    answer(mentor, gender, "Woman", is_for_matching=True)
    assert [one.pairs for one in usable_in_matching(cohort)] == [{(mentee.pk, mentor.pk)}]
    come_by_link(client, mentor)

    page = save_identity(client, mentor, sent(gender, "Woman"))

    assert messages_of(page) == [
        "Your answers are saved. No longer used in matching, from the next run on: Gender. "
        "Pairs that were proposed before stay with the committee."
    ]
    assert [one.pairs for one in usable_in_matching(cohort)] == [frozenset()]


def test_a_tab_opened_earlier_undoes_nothing_unseen(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program)
    mentee = make_mentee(cohort)
    come_by_link(client, mentee)
    save_identity(client, mentee, sent(gender, "Woman"))

    late = client.post(reverse("signups:identity"), {"version": 1, **sent(gender, "Man")})
    assert late.context["was_changed_elsewhere"]
    assert told(mentee) == [("Gender", "Woman", False, False)]
    client.post(
        reverse("signups:identity"),
        {"version": late.context["version"], **sent(gender, "Man")},
    )

    assert told(mentee) == [("Gender", "Man", False, False)]


def test_without_the_link_there_is_no_page(client):
    make_dimension(make_cohort().program)

    for response in (
        client.get(reverse("signups:identity")),
        client.post("/my/application/identity/"),
    ):
        assert (response.status_code, response.url) == (302, reverse("signups:lost_link"))


def test_the_page_leaves_no_trace(client):
    mentee = make_mentee(make_cohort())
    come_by_link(client, mentee)

    response = client.get(reverse("signups:identity"))

    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "same-origin")


def test_a_question_taken_off_is_asked_of_those_who_answered_it_only():
    cohort = make_cohort()
    gender = make_dimension(cohort.program)
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    answer(mentee, gender, "Man")
    IdentityOption.objects.filter(name="Man").update(is_offered=False)
    IdentityDimension.objects.update(is_offered=False)

    def asked(application):
        return IdentityPart(cohort=cohort, role=Role.MENTEE, application=application).fields

    assert [label for _, label in asked(mentee)[field_name(gender)].choices] == [
        "No answer",
        "Woman",
        "Man",
        "I prefer not to say",
    ]
    assert list(asked(other)) == list(asked(None)) == []


def test_only_what_both_agreed_to_is_used_in_matching():
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)
    age = make_dimension(cohort.program, "Age", ("Under 30",))
    retired = make_dimension(cohort.program, "Retired", is_offered=False)
    wishes, no_wish, no_consent, silent = (make_mentee(cohort) for _ in range(4))
    waiting = make_mentee(cohort, status="waitlisted")
    shares, other, refuses, declines = (make_mentor(cohort) for _ in range(4))
    agreed, wish = {"is_for_matching": True}, {"is_for_matching": True, "wants_shared": True}
    answer(wishes, gender, "Woman", **wish)
    answer(wishes, age, "Under 30", **agreed)
    answer(wishes, retired, "Woman", **wish)
    answer(no_wish, gender, "Woman", **agreed)
    answer(no_consent, gender, "Woman")
    answer(silent, gender, **wish)
    answer(waiting, gender, "Woman", **wish)
    answer(shares, gender, "Woman", "Man", **agreed)
    answer(shares, age, "Under 30", **agreed)
    answer(shares, retired, "Woman", **agreed)
    answer(other, gender, "Man", **agreed)
    answer(refuses, gender, "Woman")
    answer(declines, gender, **agreed)

    assert usable_in_matching(cohort) == [
        SharedIdentity(
            dimension_id=gender.pk,
            dimension="Gender",
            groups=((frozenset({wishes.pk}), frozenset({shares.pk})),),
        )
    ]
    assert usable_in_matching(make_cohort(cohort.program)) == []


@pytest.mark.parametrize("n_people", [1, 3])
def test_matching_and_counting_take_the_same_number_of_queries(django_assert_num_queries, n_people):
    cohort = make_cohort()
    dimensions = [make_dimension(cohort.program, name) for name in ("Gender", "Age")]
    for _ in range(n_people):
        for dimension in dimensions:
            answer(make_mentee(cohort), dimension, "Man", is_for_matching=True, wants_shared=True)
            answer(make_mentor(cohort), dimension, "Man", is_for_matching=True)

    with django_assert_num_queries(1):
        assert len(usable_in_matching(cohort)) == 2
    with django_assert_num_queries(4):
        assert counts_of(cohort, Role.MENTEE)[0] == 2 * n_people


def test_the_database_keeps_a_wish_to_its_consent_and_an_answer_single():
    cohort = make_cohort()
    gender, mentee = make_dimension(cohort.program), make_mentee(cohort)

    with pytest.raises(IntegrityError), transaction.atomic():
        answer(mentee, gender, "Man", wants_shared=True)
    answer(mentee, gender, "Man")
    with pytest.raises(IntegrityError), transaction.atomic():
        answer(mentee, gender, "Man")


def test_everyone_is_counted_once_and_the_withdrawn_not_at_all():
    cohort = make_cohort()
    gender = make_dimension(cohort.program, takes_several=True)
    answers = [["Woman"]] * 9 + [["Man"]] * 6 + [["Woman", "Man"]] * 2 + [[]] * 5 + [None] * 8
    for options in answers:
        mentee = make_mentee(cohort)
        if options is not None:
            answer(mentee, gender, *options)
    answer(make_mentee(cohort, status="withdrawn"), gender, "Man")
    answer(make_mentor(cohort), gender, "Man")

    n_applicants, [table] = counts_of(cohort, Role.MENTEE)

    assert n_applicants == 30
    assert table.rows == (
        ("No answer", None),
        ("I prefer not to say", 5),
        ("Woman", 9),
        ("Man", 6),
        ("More than one of these", None),
    )
    assert counts_of(make_cohort(cohort.program), Role.MENTEE) == (0, [])


def test_download_holds_ones_own_answers(client):
    cohort = make_cohort()
    gender = make_dimension(cohort.program)
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    answer(mentee, gender, "Woman", is_for_matching=True)
    answer(other, gender, "Man")
    come_by_link(client, mentee)

    held = json.loads(client.get(reverse("matching:download")).content)

    [own] = held["about who you are"]
    assert (own["question"], own["answer"], own["may be used in matching"]) == (
        "Gender",
        "Woman",
        True,
    )


def test_letters_say_nothing_of_it(client, deliver_letters, mailoutbox):
    cohort = make_cohort()
    gender = make_dimension(cohort.program, "Gender", ("Zzwoman",))

    apply(client, cohort, **sent(gender, "Zzwoman"))
    deliver_letters()

    assert len(mailoutbox) == 1
    assert "Zzwoman" not in mailoutbox[0].body + Letter.objects.get().body


def test_answers_go_with_the_application_and_the_record_of_reading_stays_nameless(admin_user):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    answer(mentee, make_dimension(cohort.program), "Man").read(by=admin_user)
    mentee.topic_choices.all().delete()

    mentee.delete()

    assert IdentityAnswer.objects.count() == 0
    [reading] = cohort.program.identitydimensions.get().readings.all()
    assert (reading.application, reading.reader) == (None, admin_user)


def test_both_programs_ask_in_rows_that_the_admin_would_accept():
    call_command("load_programs", verbosity=0)

    for program in Program.objects.all():
        assert program.identitydimensions.count() > 0
        for dimension in program.identitydimensions.all():
            dimension.full_clean()
            assert dimension.options.count() >= 2
            for option in dimension.options.all():
                option.full_clean()
