"""``manage.py load_programs``: both programs at first, and nothing a second time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from signups.management.commands.load_programs import OPTION_MODELS
from signups.models import (
    Cohort,
    CommitteeSeat,
    FrequentQuestion,
    Gate,
    IdentityDimension,
    IdentityOption,
    Objective,
    Program,
    Role,
)
from signups.second_texts import second_texts_of

pytestmark = pytest.mark.django_db

ALL_MODELS = [Program, Cohort, CommitteeSeat, Objective, *OPTION_MODELS.values()]


def everything() -> list[dict]:
    return [row for model in ALL_MODELS for row in model.objects.order_by("pk").values()]


def test_both_programs_are_loaded_and_a_second_run_changes_nothing(capsys):
    call_command("load_programs")
    loaded = everything()
    call_command("load_programs")

    assert everything() == loaded
    assert list(Program.objects.values_list("slug", "is_published")) == [
        ("cal-mig", True),
        ("core", True),
    ]
    assert capsys.readouterr().out.splitlines() == [
        "CAL MIG loaded.",
        "Core loaded.",
        "CAL MIG is there already: nothing changed.",
        "Core is there already: nothing changed.",
    ]


def test_every_row_is_one_that_the_admin_would_accept():
    call_command("load_programs", verbosity=0)

    rows = [row for model in ALL_MODELS for row in model.objects.all()]
    for row in rows:
        row.full_clean()

    for program in Program.objects.all():
        assert {
            name: getattr(program, name).count() > 0 for name in OPTION_MODELS
        } == dict.fromkeys(OPTION_MODELS, True)


def test_what_a_committee_edited_stays_as_it_is():
    call_command("load_programs", verbosity=0)
    cal = Program.objects.get(slug="cal-mig")
    cal.name = "Our program"
    cal.save()
    cal.topics.filter(name="Data services").delete()
    cal.topics.filter(name="Assessment").update(name="Measuring what we do", is_offered=False)
    cal.formats.filter(name="Coffee chat").update(is_offered=False)
    cal.seats.filter(name="Rick Medrano").delete()
    cal.objectives.all().delete()
    cal.cohorts.all().delete()
    edited = everything()

    call_command("load_programs", verbosity=0)

    assert everything() == edited


def test_a_program_that_is_missing_is_loaded_beside_one_that_is_there():
    Program.objects.create(name="Ours", slug="core", organisation="Us", tagline="Hello.")

    call_command("load_programs", verbosity=0)

    assert Program.objects.get(slug="core").topics.count() == 0
    assert Program.objects.get(slug="cal-mig").topics.count() > 0


def test_the_committee_of_cal_is_as_its_page_lists_it():
    call_command("load_programs", verbosity=0)

    seats = Program.objects.get(slug="cal-mig").seats.all()
    assert [(seat.name, seat.public_role, seat.library, seat.user) for seat in seats] == [
        ("Ashley Fahey", "Co-Chair", "Douglas County Libraries", None),
        ("Sara Satkowiak", "Co-Chair", "Regis University", None),
        ("Rick Medrano", "", "High Plains Library District", None),
        ("Julianna Sipeki", "", "Jefferson County Public Library", None),
        ("Lynette Seelmeyer", "", "University of Northern Colorado", None),
    ]


def test_no_address_of_a_real_person_is_loaded(settings):
    call_command("load_programs", verbosity=0)

    assert {program.contact_email for program in Program.objects.all()} == {""}
    assert not [row for row in everything() for value in row.values() if "@" in str(value)]


def test_core_2023_is_closed_and_has_its_real_dates():
    call_command("load_programs", verbosity=0)

    cohort = Cohort.objects.get(program__slug="core", slug="2023")
    for role in Role:
        window = cohort.window(role)
        assert window.opens_at == datetime(2022, 11, 1, 5, 0, tzinfo=UTC)
        assert window.sentence == (
            "Applications closed on Friday, 18 November 2022, 11:59 p.m. CST (America/Chicago)."
        )
    assert (cohort.answer_by, cohort.starts_on, cohort.ends_on) == (
        date(2022, 12, 31),
        date(2023, 1, 1),
        date(2023, 6, 30),
    )


def test_what_core_asks_for_cal_does_not():
    call_command("load_programs", verbosity=0)

    rolling = Cohort.objects.get(program__slug="cal-mig")
    current = Cohort.objects.open_for(Role.MENTEE).get(program__slug="core")
    assert (rolling.program.membership_of, rolling.orientation) == ("", "")
    assert (current.program.membership_of, bool(current.orientation)) == ("ALA and Core", True)


@pytest.mark.parametrize(
    "now",
    [
        # In Colorado it is still the last day of the month before.
        "2026-03-01T04:00Z",
        "2026-03-01T12:00Z",
        "2026-11-22T12:00Z",
        "2026-12-31T23:59Z",
        "2028-02-29T12:00Z",
    ],
)
def test_both_programs_have_a_cohort_that_is_open_when_they_are_loaded(now):
    with time_machine.travel(now, tick=False):
        call_command("load_programs", verbosity=0)

        for role in Role:
            assert {str(cohort.program) for cohort in Cohort.objects.open_for(role)} == {
                "CAL MIG",
                "Core",
            }
        rolling = Cohort.objects.get(program__slug="cal-mig")
        assert rolling.window(Role.MENTOR).closes_at is None
        current = Cohort.objects.open_for(Role.MENTEE).get(program__slug="core")
        closes_at = current.mentee_closes_at.astimezone(ZoneInfo("America/Chicago"))
        assert (closes_at.strftime("%A"), closes_at.hour, closes_at.minute) == ("Friday", 23, 59)
        in_weeks = closes_at.date() - datetime.now(ZoneInfo("America/Chicago")).date()
        assert timedelta(weeks=7) < in_weeks <= timedelta(weeks=8)


def test_the_open_cohort_of_core_counts_its_dates_from_today():
    with time_machine.travel("2026-11-22T12:00Z", tick=False):
        call_command("load_programs", verbosity=0)

    cohort = Cohort.objects.exclude(slug="2023").get(program__slug="core")
    assert (cohort.name, cohort.slug) == ("2027", "2027")
    assert (cohort.answer_by, cohort.starts_on, cohort.ends_on) == (
        date(2027, 2, 12),
        date(2027, 3, 1),
        date(2027, 8, 31),
    )
    assert {(gate.what, gate.due_on) for gate in cohort.gates.all()} == {
        ("membership of ALA", date(2027, 3, 1)),
        ("membership of Core", date(2027, 3, 1)),
        ("the orientation", date(2027, 3, 1)),
    }
    assert Gate.objects.exclude(cohort=cohort).count() == 0


def rows_with_second_texts():
    models = [*ALL_MODELS, IdentityDimension, IdentityOption, FrequentQuestion]
    return [row for model in models if second_texts_of(model) for row in model.objects.all()]


def test_everything_that_the_public_reads_is_said_in_spanish_too():
    call_command("load_programs", verbosity=0)

    missing = [
        (first, getattr(row, first))
        for row in rows_with_second_texts()
        for first, second in second_texts_of(type(row)).items()
        if getattr(row, first) and not getattr(row, second)
    ]

    # Names of programs, associations and years are the same in every language.
    assert sorted(missing) == sorted(
        [
            ("name", "CAL MIG"),
            ("name", "Core"),
            ("organisation", "Colorado Association of Libraries"),
            *(("name", cohort.name) for cohort in Cohort.objects.filter(program__slug="core")),
        ]
    )


def test_spanish_is_added_where_nobody_has_said_it_and_nowhere_else(capsys):
    call_command("load_programs", verbosity=0)
    cal = Program.objects.get(slug="cal-mig")
    ours, blank, reworded, missing = cal.topics.all()[:4]
    ours.name_es, blank.name_es, reworded.name = "Lo nuestro", "", "Our own topic"
    reworded.i18n = missing.i18n = None
    before = missing.name
    for topic in (ours, blank, reworded, missing):
        topic.save()

    call_command("load_programs")

    said = [topic.name_es for topic in cal.topics.all()[:4]]
    assert said == ["Lo nuestro", "", None, "Pasar a la supervisión o la gestión"]
    missing.refresh_from_db()
    assert (missing.name, missing.history.count()) == (before, 2)
    assert capsys.readouterr().out.splitlines() == [
        "CAL MIG is there already: 1 text added in Spanish.",
        "Core is there already: nothing changed.",
    ]


def test_each_program_answers_what_is_asked_often_and_says_whom_each_format_suits():
    call_command("load_programs", verbosity=0)

    for program in Program.objects.all():
        assert program.frequent_questions.shown().count() >= 6
        assert all(one.suits for one in program.formats.offered())
