"""The export of applications: complete, scoped, and safe to open."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from signups.exports import COLUMNS, harmless, table_of
from signups.models import Application
from tests.factories import make_chair, make_cohort, make_mentee, make_question

pytestmark = pytest.mark.django_db

MENTEES = "admin:signups_menteeapplication_changelist"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",  # the same four, full width
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "  =1",
    "\x01=1",
    "\u202e=1",
    "\u00a0=1",
]


def export(client, action, *applications):
    data = {"action": action, "_selected_action": [a.pk for a in applications]}
    return client.post(reverse(MENTEES), data)


def rows_of_csv(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def rows_of_xlsx(response):
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    types = {cell.data_type for row in sheet.iter_rows() for cell in row}
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()], types


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text):
    assert harmless(text).startswith("'")


def test_a_text_stays_as_it_is():
    assert [harmless(text) for text in ("Ada O'Hara", "2 + 2 = 4", "", "a@example.org")] == [
        "Ada O'Hara",
        "2 + 2 = 4",
        "",
        "a@example.org",
    ]


def test_both_kinds_of_sheet_hold_the_same_and_no_formula(client):
    cohort = make_cohort()
    question = make_question(cohort, wording="=Which tools?")
    ada = make_mentee(
        cohort, name="=HYPERLINK(1)", employer="\uff20home", statement="Zoë \x0b\U0001f4da"
    )
    question.record(ada, ["+1", "Koha"])
    client.force_login(make_chair(cohort.program))

    as_csv, as_xlsx = export(client, "export_csv", ada), export(client, "export_xlsx", ada)

    headings, row = rows_of_csv(as_csv)
    told = dict(zip(headings, row, strict=True))
    assert headings == [*COLUMNS, "'=Which tools?"]
    assert {name: told[name] for name in ("Cohort", "Name", "Library or employer", "Topics")} == {
        "Cohort": str(cohort),
        "Name": "'=HYPERLINK(1)",
        "Library or employer": "'\uff20home",
        "Topics": "1. Cataloging",
    }
    assert told["'=Which tools?"] == "'+1; Koha"
    assert told["Statement"] == "Zoë \U0001f4da"
    cells, types = rows_of_xlsx(as_xlsx)
    assert cells == [headings, row]
    assert "f" not in types
    for response, suffix in ((as_csv, "csv"), (as_xlsx, "xlsx")):
        assert response["Content-Disposition"].endswith(f'.{suffix}"')
        assert "no-store" in response["Cache-Control"]


def test_an_answer_stands_below_the_words_it_was_given_to():
    cohort = make_cohort()
    question = make_question(cohort, wording="What do you read?")
    first, second, _third = make_mentee(cohort), make_mentee(cohort), make_mentee(cohort)
    question.record(first, ["Calvino"])
    question.wording = "What do you write?"
    question.save()
    question.record(second, ["Poems"])

    table = table_of(Application.objects.order_by("pk"), for_user=make_chair(cohort.program))

    assert table.headers[len(COLUMNS) :] == ["What do you read?", "What do you write?"]
    assert [row[len(COLUMNS) :] for row in table] == [("Calvino", ""), ("", "Poems"), ("", "")]


@pytest.mark.parametrize("may_read", [False, True])
def test_sensitive_columns_need_the_permission(client, may_read):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    make_question(cohort, wording="How is your health?", is_sensitive=True).record(
        mentee, ["Shaky"]
    )
    chair = make_chair(cohort.program)
    if may_read:
        chair.user_permissions.add(Permission.objects.get(codename="view_sensitive_answer"))
    client.force_login(chair)

    headings, row = rows_of_csv(export(client, "export_csv", mentee))

    shown = [("How is your health?", "Shaky")] if may_read else []
    assert list(zip(headings, row, strict=True))[len(COLUMNS) :] == shown


def test_chair_exports_own_applications_only(client):
    own, foreign = make_mentee(make_cohort()), make_mentee(make_cohort())
    client.force_login(make_chair(own.cohort.program))

    _, *rows = rows_of_csv(export(client, "export_csv", own, foreign))

    assert [row[4] for row in rows] == [own.name]


def test_seat_without_permission_exports_nothing(client):
    mentee = make_mentee(make_cohort())
    chair = make_chair(mentee.cohort.program)
    chair.groups.clear()
    client.force_login(chair)

    assert export(client, "export_csv", mentee).status_code == 403


@pytest.mark.parametrize("n_applications", [1, 3])
def test_export_takes_the_same_number_of_queries(django_assert_num_queries, n_applications):
    cohort = make_cohort()
    question = make_question(cohort)
    for _ in range(n_applications):
        mentee = make_mentee(cohort)
        mentee.other_library_types.set(cohort.program.librarytypes.all())
        question.record(mentee, ["Calvino"])
    chair = make_chair(cohort.program)

    with django_assert_num_queries(13):
        table = table_of(Application.objects.all(), for_user=chair)

    assert len(table) == n_applications
