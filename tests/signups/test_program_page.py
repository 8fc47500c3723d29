"""A program's page: the menu with its ways in, the dates as a line, and what is asked often."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from signups.models import CommitteeSeat, Format, FrequentQuestion, Role
from signups.timeline import timeline_of
from tests.factories import (
    application_data,
    make_cohort,
    make_mentor,
    make_program,
    make_session,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 19, tzinfo=UTC)  # noon in Denver


def page_of(client, program, language=""):
    return client.get(f"{language}{program.get_absolute_url()}")


def apply_url(cohort, role, one=None):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])
    return f"{url}?format={one.pk if isinstance(one, Format) else one}" if one else url


def chosen_on(page, role):
    name = "format_1" if role == Role.MENTEE else "formats"
    return page.context["intake"].form[name].value()


def line(cohort, moment=NOON):
    with time_machine.travel(moment, tick=False):
        return [(one.when, one.what, one.state) for one in timeline_of(cohort)]


def dated_cohort(**fields):
    return make_cohort(
        **{
            "mentee_opens_at": datetime(2026, 2, 1, 7, tzinfo=UTC),
            "mentor_opens_at": datetime(2026, 2, 1, 7, tzinfo=UTC),
            "mentee_closes_at": datetime(2026, 3, 14, 5, 59, tzinfo=UTC),
            "mentor_closes_at": datetime(2026, 3, 14, 5, 59, tzinfo=UTC),
            "answer_by": date(2026, 4, 1),
            "starts_on": date(2026, 5, 1),
            "ends_on": date(2026, 10, 31),
            **fields,
        }
    )


def test_an_entry_says_what_it_is_whom_it_suits_and_what_it_takes(client):
    program = make_program()
    program.formats.filter(name="Coffee chat").update(
        summary="One talk.", suits="who is curious", takes="one hour"
    )

    page = page_of(client, program).content.decode()

    for words in (
        "Coffee chat",
        "One talk.",
        "Suits:</span><span>who is curious</span>",
        "one hour",
    ):
        assert words in page
    assert page.count("Informal.") == page.count("Formal.") == 1


def test_an_entry_leads_to_the_form_of_each_open_role(client):
    cohort = make_cohort(
        mentor_opens_at=NOON.replace(year=2024), mentor_closes_at=NOON.replace(year=2025)
    )
    one, gone = cohort.program.formats.all()
    gone.is_offered = False
    gone.save()

    page = page_of(client, cohort.program).content.decode()

    assert f'href="{apply_url(cohort, "mentee", one)}"' in page
    assert "?format=" in page
    assert page.count("?format=") == 1
    cohort.delete()
    assert "?format=" not in page_of(client, cohort.program).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_the_form_arrives_with_the_format_chosen_and_keeps_its_other_defaults(client, role):
    cohort = make_cohort()
    one = cohort.program.formats.get(name="Coffee chat")

    page = client.get(apply_url(cohort, role, one))

    assert chosen_on(page, role) == (one.pk if role == Role.MENTEE else [one.pk])
    assert "You came for “Coffee chat”" in page.content.decode()
    assert page.context["intake"].form["time_zone"].value() == cohort.program.time_zone


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1", "٣", "<script>"])
def test_what_is_not_offered_is_not_chosen_and_the_page_says_so(client, asked):
    cohort = make_cohort()

    page = client.get(apply_url(cohort, "mentee", asked))

    assert chosen_on(page, Role.MENTEE) is None
    assert "is not offered here any more" in page.content.decode()
    assert "<script>" not in page.content.decode().partition("</head>")[2]


@pytest.mark.parametrize("whose", ["another program's", "taken off the menu"])
def test_only_formats_that_the_program_offers_are_chosen(client, whose):
    cohort = make_cohort()
    if whose == "taken off the menu":
        one = cohort.program.formats.first()
        one.is_offered = False
        one.save()
    else:
        one = make_program().formats.first()

    page = client.get(apply_url(cohort, "mentor", one))

    assert not chosen_on(page, Role.MENTOR)


def test_the_choice_outlives_faults_and_the_other_language(client):
    cohort = make_cohort()
    one = cohort.program.formats.get(name="Coffee chat")
    address = apply_url(cohort, "mentee", one)
    page = client.get(address).content.decode()
    assert f'href="/es{address}"' in page

    data = application_data(cohort, Role.MENTEE, name="", format_1=one.pk, step="check")
    response = client.post(address, data)

    assert response.context["intake"].faults
    assert chosen_on(response, Role.MENTEE) == str(one.pk)


def test_the_line_has_every_date_in_order_with_today_among_them():
    cohort = dated_cohort()
    make_session(cohort, starts_at=datetime(2026, 4, 20, 18, tzinfo=UTC))
    make_session(cohort, starts_at=datetime(2026, 4, 21, 18, tzinfo=UTC), dropped_at=NOON)

    assert line(cohort) == [
        ("1 February 2026", "Applications open", "past"),
        ("2 March 2026", "Mentees and mentors can apply", "today"),
        ("13 March 2026, 11:59 p.m. MDT", "Applications close", "next"),
        ("1 April 2026", "By then, everyone who applied is told", "later"),
        ("20 April 2026, noon MDT", "Orientation", "later"),
        ("1 May 2026", "Mentorships begin", "later"),
        ("31 October 2026", "Mentorships end", "later"),
    ]


def test_a_date_of_today_is_today():
    cohort = dated_cohort(answer_by=date(2026, 3, 2))

    assert [one for one in line(cohort) if one[2] == "today"] == [
        ("2 March 2026", "By then, everyone who applied is told", "today")
    ]


def test_days_are_counted_in_the_zone_of_the_program():
    cohort = dated_cohort()

    # Half past five in the morning of the 14th in London is the 13th in Denver: still open.
    states = {
        what: state for _, what, state in line(cohort, datetime(2026, 3, 14, 5, 30, tzinfo=UTC))
    }

    assert states["Applications close"] == "today"


def test_roles_with_windows_of_their_own_have_entries_of_their_own():
    cohort = dated_cohort(mentor_closes_at=datetime(2026, 3, 7, 6, 59, tzinfo=UTC))

    assert [what for _, what, _ in line(cohort)][:4] == [
        "Applications open",
        "Mentees and mentors can apply",
        "Applications of mentors close",
        "Applications of mentees close",
    ]


def test_a_cohort_without_end_says_that_pairs_are_made_all_year(client):
    cohort = make_cohort(
        mentee_opens_at=NOON, mentor_opens_at=NOON, mentee_closes_at=None, mentor_closes_at=None
    )

    page = page_of(client, cohort.program).content.decode()

    assert [what for _, what, _ in line(cohort, NOON.replace(year=2027))] == [
        "Applications open",
        "Mentees and mentors can apply",
    ]
    assert "Pairs are made all year" in page


def test_the_line_is_a_list_whose_states_are_said_in_words(client):
    cohort = dated_cohort()

    with time_machine.travel(NOON, tick=False):
        page = page_of(client, cohort.program).content.decode()

    assert page.count('<ol class="timeline">') == 1
    for state in ("Over", "Today", "Next", "Later"):
        assert f'<span class="timeline__state">{state}</span>' in page
    assert page.count('aria-current="date"') == 1


def test_questions_are_answered_in_the_language_of_the_page_and_hidden_ones_nowhere(client):
    program = make_program()
    FrequentQuestion.objects.create(
        program=program,
        question="Is it free?",
        question_es="¿Es gratis?",
        answer="*Yes.*",
        answer_es="*Sí.*",
        audience="mentees",
    )
    FrequentQuestion.objects.create(program=program, question="Only in English?", answer="Yes.")
    FrequentQuestion.objects.create(
        program=program, question="Hidden?", answer="Yes.", is_shown=False
    )

    english = page_of(client, program).content.decode()
    spanish = page_of(client, program, "/es").content.decode()

    assert "Is it free?" in english
    assert "<em>Yes.</em>" in english
    assert "For mentees" in english
    assert "Hidden?" not in english + spanish
    assert "¿Es gratis?" in spanish
    assert "<em>Sí.</em>" in spanish
    assert '<span lang="en">Only in English?</span>' in spanish


def test_a_seat_is_shown_with_role_and_library_as_written(client):
    program = make_program()
    CommitteeSeat.objects.create(
        program=program, name="Ada O'Hara", library="Mesa County Libraries", role="co_chair"
    )

    page = page_of(client, program).content.decode()

    assert "Ada O&#x27;Hara</strong> (Co-Chair)" in page


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n):
    cohort = make_cohort()
    program = cohort.program
    for number in range(n):
        Format.objects.create(program=program, name=f"Format {number}", summary="So.")
        FrequentQuestion.objects.create(program=program, question=f"{number}?", answer="Yes.")
        make_session(cohort)
        make_mentor(cohort)

    with django_assert_num_queries(11):
        page = page_of(client, program)

    assert len(page.context["faq"]) == n
