"""People one has in mind: written by applicants, understood for the run, corrected by a chair."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from signups.disclosure import everything_about
from signups.erasing import erase
from signups.forms import APPLICATION_FORMS
from signups.models import Application, Role, Wish
from signups.wishes import meant_by, resolved_wishes
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_user,
)
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

WISHES = "admin:signups_wish_changelist"


def wish(application, text, **fields):
    return Wish.objects.create(application=application, wanted_name_or_email=text, **fields)


def texts_of(application):
    return [str(one) for one in application.wishes.all()]


@pytest.mark.parametrize(
    "text",
    ["Mia O'Hara", "mia  o’hara", "mia@example.org", "MIA@example.org", "Mia <mia@example.org>"],
)
def test_a_name_or_an_address_finds_who_applied_for_the_other_role(text):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    mentor = make_mentor(cohort, name="Mia O'Hara", email="mia@example.org")

    wish(mentee, text)

    assert resolved_wishes(cohort) == {(mentee.pk, mentor.pk)}


def test_both_roles_may_wish_and_both_are_found():
    cohort = make_cohort()
    mentee, mentor = make_mentee(cohort, name="Ana"), make_mentor(cohort, name="Mia")

    wish(mentee, "Mia")
    wish(mentor, "Ana")

    assert resolved_wishes(cohort) == {(mentee.pk, mentor.pk), (mentor.pk, mentee.pk)}


@pytest.mark.parametrize("text", ["Mia", "Mi", "Mia Chen-Lee", "mia@example", "Miah Chen"])
def test_nobody_is_guessed_from_part_of_a_name(text):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    make_mentor(cohort, name="Mia Chen", email="mia@example.org")

    wish(mentee, text)

    assert resolved_wishes(cohort) == set()


def test_of_two_people_of_one_name_neither_is_taken_until_a_chair_says_who():
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    make_mentor(cohort, name="Mia Chen")
    second = make_mentor(cohort, name="Mia Chen")
    unclear = wish(mentee, "Mia Chen")
    assert resolved_wishes(cohort) == set()

    unclear.wanted = second
    unclear.full_clean()
    unclear.save()

    assert resolved_wishes(cohort) == {(mentee.pk, second.pk)}


def test_nobody_of_the_same_role_or_another_cohort_is_meant():
    cohort, other = make_cohort(), make_cohort()
    mentee = make_mentee(cohort)
    make_mentee(cohort, name="Mia")
    elsewhere = make_mentor(other, name="Mia")

    unclear = wish(mentee, "Mia")

    assert resolved_wishes(cohort) == set()
    unclear.wanted = elsewhere
    with pytest.raises(ValidationError, match="the other role in the same cohort"):
        unclear.full_clean()


def test_the_database_refuses_a_wish_for_oneself_or_for_nobody():
    mentee = make_mentee(make_cohort())

    for fields in ({"text": "Me", "wanted": mentee}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            wish(mentee, **fields)


@pytest.mark.parametrize("n_wishes", [1, 3])
def test_understanding_wishes_takes_two_queries(django_assert_num_queries, n_wishes):
    cohort = make_cohort()
    for number in range(n_wishes):
        make_mentor(cohort, name=f"Mia {number}")
        wish(make_mentee(cohort), f"Mia {number}")

    with django_assert_num_queries(2):
        assert len(resolved_wishes(cohort)) == n_wishes


@pytest.mark.parametrize("role", Role)
def test_the_form_takes_three_and_keeps_what_a_chair_found_out(role):
    cohort = make_cohort()
    form_class = APPLICATION_FORMS[role]
    data = application_data(
        cohort, role, wish_1="Mia  Chen", wish_2="bob@example.org", wish_3="Mia Chen"
    )
    form = form_class(data, cohort=cohort)
    assert form.errors == {}
    form.save()
    application = Application.objects.get()
    assert texts_of(application) == ["Mia Chen", "bob@example.org"]
    other = (make_mentor if role == Role.MENTEE else make_mentee)(cohort, name="Mia Chén")
    application.wishes.filter(wanted_name_or_email="Mia Chen").update(wanted=other)

    again = form_class(cohort=cohort, instance=application)
    assert [again[f"wish_{n}"].value() for n in (1, 2, 3)] == ["Mia Chen", "bob@example.org", None]
    changed = application_data(cohort, role, wish_1="New One", wish_2="Mia Chen")
    form = form_class(changed, cohort=cohort, instance=application)
    assert form.errors == {}
    form.save()

    assert texts_of(application) == ["Mia Chen", "New One"]
    assert resolved_wishes(cohort) == {(application.pk, other.pk)}


def test_the_applicant_reads_own_words_and_not_whether_anybody_applied(client):
    cohort = make_cohort()
    mentor = make_mentor(cohort, name="Mia Chen", email="mia.c@example.org")
    mentee = make_mentee(cohort)
    wish(mentee, "Mia Chen", wanted=mentor)

    told = everything_about(mentee)

    assert told["application"]["people in mind"] == ["Mia Chen"]
    assert "mia.c@example.org" not in str(told)
    assert "people in mind" in everything_about(mentor)["application"]
    assert mentee.name not in str(everything_about(mentor))


def test_who_is_erased_takes_own_wishes_and_those_of_others_along(admin_client):
    cohort = make_cohort()
    mentor = make_mentor(cohort, name="Quirina Vex", email="quirina@example.org")
    for text in ("quirina vex.", "Quirina <QUIRINA@example.org>", "Bob"):
        wish(make_mentee(cohort), text)
    corrected = wish(make_mentee(cohort), "Dr Quirina V.", wanted=mentor)
    own = wish(mentor, "Zanzibar")
    page_url = reverse("admin:signups_wish_change", args=[corrected.pk])
    admin_client.post(page_url, {"wanted": mentor.pk})
    assert "admin.LogEntry.object_repr" in places_that_hold("Quirina")

    erase(mentor)

    assert not Wish.objects.filter(pk__in=[corrected.pk, own.pk]).exists()
    assert [str(one) for one in Wish.objects.all()] == ["Bob"]
    assert places_that_hold("Quirina", "quirina@example.org", "Zanzibar") == []


def test_a_chair_finds_wishes_that_are_not_clear_and_says_who_is_meant(client):
    cohort = make_cohort()
    mentee, mentor = make_mentee(cohort), make_mentor(cohort, name="Mia Chen")
    make_mentor(make_cohort(cohort.program), name="Of another cohort")
    clear, unclear = wish(mentee, "Mia Chen"), wish(mentee, "The director from Salida")
    client.force_login(make_chair(cohort.program))

    listed = client.get(reverse(WISHES)).context["cl"].result_list
    unclear_ones = client.get(reverse(WISHES), {"meaning": "unclear"}).context["cl"].result_list
    page_url = reverse("admin:signups_wish_change", args=[unclear.pk])
    choices = client.get(page_url).context["adminform"].form.fields["wanted"].queryset
    client.post(page_url, {"wanted": mentor.pk, "wanted_name_or_email": "changed"})

    assert {(one.pk, one.means) for one in listed} == {(clear.pk, "Mia Chen"), (unclear.pk, "")}
    assert [one.pk for one in unclear_ones] == [unclear.pk]
    assert list(choices) == [Application.objects.get(pk=mentor.pk)]
    unclear.refresh_from_db()
    assert (unclear.wanted_id, str(unclear)) == (mentor.pk, "The director from Salida")
    assert meant_by(Wish.objects.select_related("application")) == {
        clear.pk: mentor.pk,
        unclear.pk: mentor.pk,
    }


def test_a_stranger_reads_and_changes_no_wishes(client):
    cohort = make_cohort()
    mentor = make_mentor(cohort)
    private = wish(make_mentee(cohort), "Mia Chen")
    page_url = reverse("admin:signups_wish_change", args=[private.pk])

    client.force_login(make_chair(make_cohort().program))
    assert list(client.get(reverse(WISHES)).context["cl"].result_list) == []
    assert client.get(page_url).status_code == 404
    client.post(page_url, {"wanted": mentor.pk})
    client.force_login(make_user())
    assert client.get(reverse(WISHES)).status_code == 403

    private.refresh_from_db()
    assert private.wanted is None


@pytest.mark.parametrize("n_wishes", [1, 3])
def test_the_list_takes_the_same_number_of_queries(client, django_assert_num_queries, n_wishes):
    cohort = make_cohort()
    for number in range(n_wishes):
        mentor = make_mentor(cohort, name=f"Mia {number}")
        wish(make_mentee(cohort), "The director", wanted=mentor)
    client.force_login(make_chair(cohort.program))

    with django_assert_num_queries(10):
        page = client.get(reverse(WISHES))

    assert page.context["cl"].result_count == n_wishes
