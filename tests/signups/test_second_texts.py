"""Texts of committees in a second language: where they are said, and where they are shown."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from signups.forms.questions import QuestionsPart
from signups.models import Format, Program, Role, Topic
from tests.factories import make_chair, make_cohort, make_program, make_question
from tests.signups.test_questions import cohort_form

pytestmark = pytest.mark.django_db


def page_of(row, name="change"):
    return reverse(f"admin:signups_{row._meta.model_name}_{name}", args=[row.pk])


def test_text_is_shown_in_the_language_of_the_page_where_it_is_said():
    program = make_program(name="Own", name_es="Propio", tagline="For all.")
    topic = Topic.objects.create(program=program, name="Leading", name_es="Dirigir")

    with override("es"):
        in_spanish = str(program), str(topic), program.tagline_i18n, topic.name
    with override("en"):
        in_english = str(program), str(topic), program.tagline_i18n, topic.name

    # What is compared, ``name``, is one and the same.
    assert in_spanish == ("Propio", "Dirigir", "For all.", "Leading")
    assert in_english == ("Own", "Leading", "For all.", "Leading")


def test_a_cohort_is_called_by_its_program_in_both_languages():
    cohort = make_cohort(make_program(name="Own", name_es="Propio"), name="2026, autumn")
    cohort.name_es = "2026, otoño"
    cohort.save()

    with override("es"):
        assert str(cohort) == "Propio – 2026, otoño"
    assert str(cohort) == "Own – 2026, autumn"


def test_options_of_a_question_are_kept_in_one_language_and_read_in_two():
    cohort = make_cohort()
    question = make_question(
        cohort, kind="choice", wording="When?", wording_es="¿Cuándo?", options=["Now", "Later"]
    )
    question.options.filter(text="Now").update(i18n={"text_es": "Ahora"})

    with override("es"):
        part = QuestionsPart({}, cohort=cohort, role=Role.MENTEE)

    [field] = part.fields.values()
    assert field.label == "¿Cuándo?"
    assert field.choices[1:] == [("Now", "Ahora"), ("Later", "Later")]


def test_chair_says_texts_of_a_program_in_spanish_below_the_others(client):
    program = make_program()
    client.force_login(make_chair(program))

    page = client.get(page_of(program))

    name, options = page.context["adminform"].fieldsets[-1]
    assert name == "In Spanish (optional)"
    assert options["fields"] == [
        "name_es",
        "organisation_es",
        "tagline_es",
        "purpose_es",
        "audience_es",
        "commitment_es",
        "rules_es",
        "membership_of_es",
    ]
    form = page.context["adminform"].form
    assert form["tagline_es"].label == "Tagline in Spanish"
    assert not any(form[name].field.required for name in options["fields"])


def test_each_row_of_a_list_has_its_spanish_beside_it(client):
    program = make_program()
    client.force_login(make_chair(program))

    inlines = client.get(page_of(program)).context["inline_admin_formsets"]

    fields = {inline.opts.model: list(inline.formset.form.base_fields) for inline in inlines}
    assert fields[Topic] == ["program", "name", "name_es", "is_offered", "position"]
    assert [name for name in fields[Format] if name.endswith(("_es", "_en", "_i18n"))] == [
        "name_es",
        "summary_es",
        "suits_es",
        "takes_es",
    ]


def test_chair_says_options_of_a_question_in_spanish_line_by_line(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_cohort_edit", args=[cohort.pk])
    _, data = cohort_form(client, cohort)
    data |= {
        "questions-TOTAL_FORMS": 1,
        "questions-0-wording": "Which day?",
        "questions-0-wording_es": "¿Qué día?",
        "questions-0-kind": "choice",
        "questions-0-options_in_lines": "Monday\r\nFriday\r\nNever",
        "questions-0-options_in_spanish": "\r\nviernes",
        "questions-0-position": 1,
    }

    refused = client.post(url, data)
    data["questions-0-options_in_spanish"] = "\r\nviernes\r\nnunca"
    client.post(url, data)
    _, shown = cohort_form(client, cohort)

    assert "Give as many lines as there are options, 3, or none." in refused.text
    [question] = cohort.questions.all()
    assert question.wording_es == "¿Qué día?"
    assert [(one.text, one.text_es or "") for one in question.options.all()] == [
        ("Monday", ""),
        ("Friday", "viernes"),
        ("Never", "nunca"),
    ]
    assert shown["questions-0-options_in_spanish"] == "\nviernes\nnunca"


def test_history_tells_what_was_said_in_spanish_and_what_before(client):
    program = make_program()
    chair = make_chair(program)
    client.force_login(chair)
    for tagline in ("Para todos.", "Para todas las personas."):
        program = Program.objects.get(pk=program.pk)
        program.tagline_es = tagline
        program._history_user = chair
        program.save()

    changes = client.get(page_of(program, "history")).context["changes"]

    assert [change.fields for change in changes if change.what.startswith("program")][:2] == [
        [("tagline in Spanish", "Para todos.", "Para todas las personas.")],
        [("tagline in Spanish", "", "Para todos.")],
    ]
