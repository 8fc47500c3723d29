"""Barriers: told freely, reported in counts, and quoted only with consent and without a name."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from signups.barriers import report_on
from signups.forms import BarriersPart
from signups.models import AccessLink, Application, Barrier, BarrierAnswer, Role, Support
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
    make_user,
)

pytestmark = pytest.mark.django_db

REPORT = "admin:signups_barrier_report"


@pytest.fixture
def cohort():
    cohort = make_cohort()
    for position, name in enumerate(["No time", "Bias"]):
        Barrier.objects.create(program=cohort.program, name=name, position=position)
    Support.objects.create(program=cohort.program, name="A mentor")
    return cohort


def tell(application, *barriers, words="", helps="", quoted=False, **fields):
    program = application.cohort.program
    told = {
        "barriers": [program.barriers.get(name=name).pk for name in barriers],
        "barriers_words": words,
        "supports": [],
        "supports_words": helps,
    }
    return BarrierAnswer.objects.create(
        application=application, told=told, may_be_quoted=quoted, **fields
    )


def send(client, cohort, **answers):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    data = application_data(cohort, Role.MENTEE)
    return client.post(url, data | {f"barriers-{name}": value for name, value in answers.items()})


def test_what_is_told_is_kept_apart_and_may_be_left_blank(client, cohort):
    bias, help_ = cohort.program.barriers.get(name="Bias"), cohort.program.supports.get()

    send(client, cohort, barriers=[bias.pk], supports_words="Someone to ask.", may_be_quoted="on")

    answer = BarrierAnswer.objects.get()
    assert answer.told == {
        "barriers": [bias.pk],
        "barriers_words": "",
        "supports": [],
        "supports_words": "Someone to ask.",
    }
    assert answer.may_be_quoted
    Application.objects.all().update(email="other@example.org")
    send(client, cohort, may_be_quoted="on")
    assert (Application.objects.count(), BarrierAnswer.objects.count()) == (2, 1)
    assert help_.pk not in answer.told["supports"]


def test_answers_are_shown_again_changed_and_taken_back(client, cohort):
    mentee = make_mentee(cohort)
    tell(mentee, "Bias", words="No one listened.")
    client.get(AccessLink.new_address(application=mentee))
    url = reverse("signups:edit")

    part = client.get(url).context["intake"].forms[1]
    assert part["barriers"].value() == [str(cohort.program.barriers.get(name="Bias").pk)]
    assert part["barriers_words"].value() == "No one listened."
    data = application_data(cohort, Role.MENTEE, version=1)
    client.post(url, data | {"barriers-barriers_words": "Someone did."})
    assert BarrierAnswer.objects.get().told["barriers_words"] == "Someone did."
    client.post(url, data | {"version": 2})

    assert BarrierAnswer.objects.count() == 0


def test_too_long_words_get_a_sentence_and_foreign_options_too(client, cohort):
    foreign = Barrier.objects.create(program=make_program(), name="Elsewhere")

    page = send(client, cohort, barriers=[foreign.pk], supports_words="x" * 1_000_000)

    part = page.context["intake"].forms[1]
    assert sorted(part.errors) == ["barriers", "supports_words"]
    assert BarrierAnswer.objects.count() == 0


def test_a_program_without_lists_does_not_ask(cohort):
    asked, silent = (
        BarriersPart(cohort=one, role=Role.MENTEE).fields for one in (cohort, make_cohort())
    )

    assert (len(asked), list(silent)) == (5, [])


def test_counts_leave_out_small_groups_and_the_withdrawn(cohort):
    for _ in range(5):
        tell(make_mentee(cohort), "No time", "Bias")
    tell(make_mentor(cohort), "No time")
    tell(make_mentee(cohort, status="withdrawn"), "Bias")
    BarrierAnswer.objects.order_by("pk").first().delete()

    report = report_on(cohort)

    assert report.n_applicants == 6
    assert report.barriers == (("No time", 5), ("Bias", None))
    assert report.supports == (("A mentor", None),)


def test_a_person_in_both_roles_counts_once_with_the_later_answer(cohort):
    for _ in range(4):
        tell(make_mentee(cohort), "Bias")
    earlier = timezone.now() - timedelta(days=1)
    tell(make_mentee(cohort, email="ada@example.org"), "Bias", answered_at=earlier)
    tell(make_mentor(cohort, email="ADA@example.org"), "No time")

    report = report_on(cohort)

    assert report.n_applicants == 5
    assert report.barriers == (("No time", None), ("Bias", None))


def test_words_are_quoted_only_with_consent_and_say_nothing_of_who(cohort):
    tell(make_mentee(cohort, name="Zoe"), words="Zero support.", quoted=True)
    tell(make_mentee(cohort), words="Kept to ourselves.", helps="Also this.")
    tell(make_mentee(cohort), words="a door that was closed", helps="Time.", quoted=True)
    make_mentee(cohort)
    assert report_on(cohort).barrier_quotations == ()
    make_mentee(cohort)

    report = report_on(cohort)

    assert report.barrier_quotations == ("a door that was closed", "Zero support.")
    assert report.support_quotations == ("Time.",)


def test_a_chair_reads_the_report_of_the_own_cohorts_only(client, cohort):
    foreign = make_cohort()
    for _ in range(5):
        tell(make_mentee(cohort, name="Zoe Q"), "Bias", words="<b>Unheard</b>", quoted=True)
    client.force_login(make_chair(cohort.program))

    page = client.get(reverse(REPORT))
    text = page.content.decode()

    assert page.context["cohorts"] == [cohort]
    assert page.context["report"].barriers == (("No time", None), ("Bias", 5))
    assert ("&lt;b&gt;Unheard&lt;/b&gt;" in text, "Zoe Q" in text) == (True, False)
    assert client.get(reverse(REPORT), {"cohort": foreign.pk}).status_code == 404
    listed = client.get(reverse("admin:signups_barrier_changelist"))
    assert reverse(REPORT) in listed.content.decode()
    assert [b.program for b in listed.context["cl"].result_list] == [cohort.program] * 2


def test_without_permission_there_is_no_report(client, cohort):
    user = make_user()
    cohort.program.seats.create(name="Member", user=user)
    client.force_login(user)

    assert client.get(reverse(REPORT)).status_code == 403


@pytest.mark.parametrize("n_people", [1, 3])
def test_the_report_takes_the_same_number_of_queries(cohort, django_assert_num_queries, n_people):
    for _ in range(n_people):
        tell(make_mentee(cohort), "Bias", quoted=True)

    with django_assert_num_queries(4):
        report_on(cohort)


def test_download_holds_what_one_told(client, cohort):
    mentee = make_mentee(cohort)
    tell(mentee, "Bias", words="No one listened.", quoted=True)
    tell(make_mentee(cohort), "No time")
    client.get(AccessLink.new_address(application=mentee))

    held = json.loads(client.get(reverse("matching:download")).content)["barriers"]

    assert held["what stood in my way"] == ["Bias"]
    assert held["in my own words"] == "No one listened."
    assert held["may be quoted without my name"]
