"""What people answered before some questions were asked in their present form."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from signups.models import Application, Employer, FormatChoice
from tests.factories import make_cohort, make_mentee, make_mentor

pytestmark = pytest.mark.django_db

filling = import_module("signups.migrations.0008_fill_employers_and_ranks")


def test_employers_typed_before_become_rows_of_their_program():
    cohort, other = make_cohort(), make_cohort()
    people = [
        make_mentee(cohort, employer="Mesa"),
        make_mentor(cohort, employer="MESA."),
        make_mentee(cohort, employer="Retired"),
        make_mentee(cohort, employer=""),
        make_mentee(other, employer="Mesa"),
    ]
    Application.objects.update(employer_row=None)
    Employer.objects.all().delete()

    filling.fill_employers(apps, None)

    rows = [Application.objects.get(pk=person.pk).employer_row for person in people]
    assert [str(row) for row in rows] == ["Mesa", "Mesa", "None", "None", "Mesa"]
    assert rows[0] == rows[1] != rows[4]
    assert [str(spelling) for spelling in rows[0].spellings.all()] == ["Mesa"]


def test_formats_ticked_before_are_liked_alike_and_a_mentors_are_not_ranked():
    cohort = make_cohort()
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    for person in (mentee, mentor):
        person.formats.set(cohort.program.formats.all())
    FormatChoice.objects.update(rank=None)

    filling.rank_formats(apps, None)

    assert [choice.rank for choice in mentee.format_choices.all()] == [1, 1]
    assert [choice.rank for choice in mentor.format_choices.all()] == [None, None]
