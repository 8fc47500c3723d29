"""The committee's own questions: asked, answered, read, and changed later without harm."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from signups.forms.questions import field_name
from signups.intake import Intake
from signups.models import AccessLink, Answer, Application, Draft, Question, Role, Upload
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_question,
    pdf,
)

pytestmark = pytest.mark.django_db

MENTEE_PAGE = "admin:signups_menteeapplication_change"


def apply_url(cohort, role="mentee"):
    return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])


def answer_to(question, *values):
    return {f"questions-{field_name(question)}": list(values)}


def send(client, cohort, *answers, role=Role.MENTEE, **data):
    data = application_data(cohort, role, **data)
    for answer in answers:
        data |= answer
    return client.post(apply_url(cohort, role), data)


def open_link_to(client, application):
    client.get(
        AccessLink.new_address(application=application).removeprefix("http://127.0.0.1:8000")
    )


def edit_data(application, *answers, **data):
    data = application_data(application.cohort, application.role_enum, **data)
    for answer in answers:
        data |= answer
    return data | {"version": Application.objects.get(pk=application.pk).version}


def all_kinds(cohort):
    return {
        "text": make_question(cohort, wording="What do you read?"),
        "long_text": make_question(cohort, wording="Tell us more.", kind="long_text"),
        "choice": make_question(
            cohort, wording="Which day?", kind="choice", options=["Monday", "Friday"]
        ),
        "several": make_question(
            cohort, wording="Which tools?", kind="several", options=["Alma", "Koha", "Sierra"]
        ),
        "yes_no": make_question(cohort, wording="Have you a mentor now?", kind="yes_no"),
        "link": make_question(cohort, wording="Your page?", kind="link"),
    }


def test_every_kind_is_asked_answered_looked_over_and_kept(client):
    cohort = make_cohort()
    asked = all_kinds(cohort)
    answers = [
        answer_to(asked["text"], "Calvino \u202e"),
        answer_to(asked["long_text"], "One line\r\nand another"),
        answer_to(asked["choice"], "Friday"),
        answer_to(asked["several"], "Sierra", "Alma"),
        answer_to(asked["yes_no"], "No"),
        answer_to(asked["link"], "example.org/ada"),
    ]

    page = client.get(apply_url(cohort)).content.decode()
    checked = send(client, cohort, *answers, step="check")
    response = send(client, cohort, *answers)

    assert [wording in page for wording in ("Which day?", "Koha")] == [True, True]
    legend, summary = checked.context["intake"].sections[-2]
    kept = [
        ("What do you read?", "Calvino"),
        ("Tell us more.", "One line\nand another"),
        ("Which day?", "Friday"),
        ("Which tools?", "Alma; Sierra"),
        ("Have you a mentor now?", "No"),
        ("Your page?", "https://example.org/ada"),
    ]
    assert legend == "Questions from the committee"
    assert [(q, a.replace(", ", "; ")) for q, a in summary][3:] == [
        ("Which tools?", "Sierra; Alma"),
        *kept[4:],
    ]
    assert response.status_code == 302
    assert [(a.wording, a.in_words) for a in Answer.objects.all()] == kept


def test_a_question_is_asked_of_its_role_and_cohort_only_while_it_is_asked():
    cohort = make_cohort()
    of_both, of_mentors = make_question(cohort), make_question(cohort, role="mentor")
    make_question(cohort, is_asked=False)
    make_question(make_cohort(cohort.program))

    asked = {role: list(cohort.questions.asked_of(role)) for role in Role}

    assert asked == {Role.MENTEE: [of_both], Role.MENTOR: [of_both, of_mentors]}
    assert list(Intake(cohort, Role.MENTEE).forms[1].fields) == [field_name(of_both)]


def test_a_cohort_without_questions_has_no_such_section(client):
    cohort = make_cohort()

    assert "Questions from the committee" not in client.get(apply_url(cohort)).content.decode()


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("text", "", "Answer this question; a few words are enough."),
        ("text", "\u202e\x01", "Answer this question; a few words are enough."),
        ("choice", "", "Choose the answer that fits best."),
        (
            "choice",
            "Sunday",
            "Select a valid choice. Sunday is not one of the available choices.",
        ),
        ("several", [], "Tick at least one."),
        ("yes_no", "", "Choose yes or no."),
        ("link", "javascript:alert(1)", "Give an address such as https://example.org/page."),
        ("link", "ftp://example.org/", "Give an address such as https://example.org/page."),
        ("file", "", "Choose a PDF file."),
        ("file", "no such reference", "The file chosen before is no longer here: choose it again."),
        ("file", "\x00", "The file chosen before is no longer here: choose it again."),
    ],
)
def test_a_bad_answer_to_a_required_question_is_named(client, kind, value, sentence):
    cohort = make_cohort()
    question = make_question(
        cohort, wording="Well?", kind=kind, options=["Monday"], is_required=True
    )

    values = value if isinstance(value, list) else [value]
    response = send(client, cohort, answer_to(question, *values))

    assert [fault[1:] for fault in response.context["intake"].faults] == [("Well?", sentence)]
    assert Application.objects.count() == 0


def test_words_of_the_committee_are_shown_as_words(client):
    cohort = make_cohort()
    make_question(cohort, wording="<b>Well?</b>", help_text="<i>Say it & be done.</i>")

    page = client.get(apply_url(cohort)).content.decode()

    assert "&lt;b&gt;Well?&lt;/b&gt;" in page
    assert "&lt;i&gt;Say it &amp; be done.&lt;/i&gt;" in page


def test_a_question_of_the_other_role_is_dropped_when_it_is_answered(client):
    cohort = make_cohort()
    of_mentors = make_question(cohort, role="mentor", is_required=True)

    response = send(client, cohort, answer_to(of_mentors, "Me"))

    assert (response.status_code, Answer.objects.count()) == (302, 0)


def test_changing_a_question_leaves_the_answers_given_to_it(client):
    cohort = make_cohort()
    question = make_question(
        cohort, wording="Which day?", kind="choice", options=["Monday", "Friday"]
    )
    send(client, cohort, answer_to(question, "Friday"))
    application = Application.objects.get()
    Question.objects.filter(pk=question.pk).update(wording="Which hour?", is_sensitive=True)
    question.options.all().delete()

    # Nor does it change when the person changes something else, seeing the new question.
    open_link_to(client, application)
    page = client.get(reverse("signups:edit")).content.decode()
    client.post(
        reverse("signups:edit"),
        edit_data(application, answer_to(question, "Friday"), name="Ada Byron"),
    )

    application.refresh_from_db()
    answer = application.answers.get()
    assert '<option value="Friday" selected>' in page
    assert application.name == "Ada Byron"
    assert (answer.wording, answer.in_words, answer.is_sensitive) == ("Which day?", "Friday", False)


def test_an_answer_that_is_changed_is_one_to_the_question_as_it_reads_now(client):
    cohort = make_cohort()
    question = make_question(cohort, wording="What do you read?")
    send(client, cohort, answer_to(question, "Calvino"))
    application = Application.objects.get()
    Question.objects.filter(pk=question.pk).update(wording="What do you write?")
    open_link_to(client, application)

    client.post(reverse("signups:edit"), edit_data(application, answer_to(question, "Poems")))
    assert [(a.wording, a.in_words) for a in Answer.objects.all()] == [
        ("What do you write?", "Poems")
    ]

    client.post(reverse("signups:edit"), edit_data(application, answer_to(question, "")))
    assert Answer.objects.count() == 0


def test_a_question_no_longer_asked_keeps_its_answers_when_the_rest_is_edited(client):
    cohort = make_cohort()
    question = make_question(cohort, is_required=True)
    send(client, cohort, answer_to(question, "Calvino"))
    application = Application.objects.get()
    Question.objects.update(is_asked=False)
    open_link_to(client, application)

    client.post(reverse("signups:edit"), edit_data(application, name="Ada Byron"))

    application.refresh_from_db()
    assert (application.name, application.answers.get().in_words) == ("Ada Byron", "Calvino")


def test_a_question_that_was_answered_cannot_be_deleted_nor_become_another_kind(client):
    cohort = make_cohort()
    question = make_question(cohort)
    send(client, cohort, answer_to(question, "Calvino"))

    with pytest.raises(ProtectedError):
        question.delete()
    question.kind = "yes_no"
    with pytest.raises(Exception, match="its kind stays"):
        question.full_clean()


@pytest.mark.parametrize(
    "fields", [{"kind": "poem"}, {"kind": "file"}, {"application": None}, {"question": None}]
)
def test_database_refuses_answers_that_cannot_be(client, fields):
    cohort = make_cohort()
    question = make_question(cohort)
    send(client, cohort, answer_to(question, "Calvino"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.update(**fields)


@pytest.mark.parametrize("fields", [{"kind": "poem"}, {"role": "reader"}])
def test_database_refuses_questions_that_cannot_be(fields):
    make_question(make_cohort())

    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.update(**fields)


def test_a_draft_holds_answers_right_or_wrong(client):
    cohort = make_cohort()
    several = make_question(cohort, kind="several", options=["Alma", "Koha"], is_required=True)
    link = make_question(cohort, kind="link")

    send(client, cohort, answer_to(several, "Koha"), answer_to(link, "no \x00link"), step="save")
    draft = Draft.objects.get()
    intake = Intake(cohort, Role.MENTEE, answers=draft.answers)

    part = intake.forms[1]
    assert part[field_name(several)].value() == ["Koha"]
    assert part[field_name(link)].value() == "no link"


def test_what_is_held_about_a_person_holds_their_answers(client):
    cohort = make_cohort()
    question = make_question(cohort, wording="Which tools?", kind="several", options=["A", "B"])
    send(client, cohort, answer_to(question, "A", "B"))
    open_link_to(client, Application.objects.get())

    held = json.loads(client.get(reverse("matching:download")).content)

    assert held["questions of the committee"] == [
        {"question": "Which tools?", "answer": ["A", "B"]}
    ]


# The admin


def keep_answer(application, question, *texts):
    question.record(application, list(texts))


def may_read_sensitive_answers(user):
    user.user_permissions.add(Permission.objects.get(codename="view_sensitive_answer"))


@pytest.mark.parametrize("may_read", [False, True])
@pytest.mark.parametrize("when", ["asked", "since"])
def test_sensitive_answers_are_shown_with_the_permission_only(client, may_read, when):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    plain = make_question(cohort, wording="What do you read?")
    sensitive = make_question(cohort, wording="How is your health?", is_sensitive=when == "asked")
    keep_answer(mentee, plain, "Calvino")
    keep_answer(mentee, sensitive, "Shaky")
    # Given as sensitive, it stays so; and once the question is, earlier answers are too.
    Question.objects.filter(pk=sensitive.pk).update(is_sensitive=when == "since")
    chair = make_chair(cohort.program)
    if may_read:
        may_read_sensitive_answers(chair)
    client.force_login(chair)

    page = client.get(reverse(MENTEE_PAGE, args=[mentee.pk])).content.decode()

    assert [text in page for text in ("What do you read?", "Calvino")] == [True, True]
    assert [text in page for text in ("How is your health?", "Shaky")] == [may_read, may_read]


def test_answers_cannot_be_read_by_the_chair_of_another_program():
    cohort, other = make_cohort(), make_cohort()
    mentee, foreign = make_mentee(cohort), make_mentee(other)
    keep_answer(mentee, make_question(cohort), "Calvino")
    keep_answer(foreign, make_question(other), "Borges")
    chair = make_chair(cohort.program)
    may_read_sensitive_answers(chair)

    assert [a.in_words for a in Answer.objects.readable_by(chair)] == ["Calvino"]


@pytest.mark.parametrize("n_answers", [1, 3])
def test_page_of_an_application_takes_the_same_number_of_queries(
    client, django_assert_num_queries, n_answers
):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    for _ in range(n_answers):
        keep_answer(mentee, make_question(cohort), "Calvino")
        # A file fills the column that could cost a query of its own.
        file = Upload.keep(pdf(), shown_name="Calvino.pdf")
        make_question(cohort, kind="file").record(mentee, ["Calvino.pdf"], file)
    client.force_login(make_chair(cohort.program))
    url = reverse(MENTEE_PAGE, args=[mentee.pk])
    client.get(url)

    with django_assert_num_queries(22):
        page = client.get(url).content.decode()

    assert page.count("Calvino") == 2 * n_answers


def cohort_form(client, cohort, **changes):
    """The cohort's page as the browser would send it back, with some changes."""
    page = client.get(reverse("admin:signups_cohort_edit", args=[cohort.pk]))
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    parts = [part for formset in formsets for part in (formset.management_form, *formset.forms)]
    data = {}
    for form in [page.context["adminform"].form, *parts]:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress"):
                for suffix, part in zip("01", widget.decompress(value), strict=True):
                    data[f"{bound.html_name}_{suffix}"] = part or ""
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return page, data | changes


def test_chair_asks_a_question_with_options_and_changes_them(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))
    url = reverse("admin:signups_cohort_edit", args=[cohort.pk])
    _, data = cohort_form(client, cohort)
    data |= {
        "questions-TOTAL_FORMS": 1,
        "questions-0-wording": "Which day?",
        "questions-0-kind": "choice",
        "questions-0-options_in_lines": "Monday\r\n\r\n Friday \r\nMonday\r\n",
        "questions-0-is_asked": "on",
        "questions-0-position": 1,
    }

    assert client.post(url, data).status_code == 302
    question = Question.objects.get()
    assert (question.cohort, question.wording) == (cohort, "Which day?")
    assert [option.text for option in question.options.all()] == ["Monday", "Friday"]

    _, data = cohort_form(client, cohort)
    assert data["questions-0-options_in_lines"] == "Monday\nFriday"
    data["questions-0-options_in_lines"] = "Friday\nSunday"
    client.post(url, data)
    assert [option.text for option in question.options.all()] == ["Friday", "Sunday"]

    data["questions-0-options_in_lines"] = ""
    refused = client.post(url, data)
    assert "Give at least one option to choose." in refused.content.decode()


def test_a_question_without_answers_can_be_deleted_and_one_with_answers_cannot(client):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    answered_one, _free = make_question(cohort), make_question(cohort)
    keep_answer(mentee, answered_one, "Calvino")
    client.force_login(make_chair(cohort.program))

    page, data = cohort_form(client, cohort)
    data |= {"questions-0-DELETE": "on", "questions-1-DELETE": "on"}
    client.post(reverse("admin:signups_cohort_edit", args=[cohort.pk]), data)

    [formset] = [
        inline.formset
        for inline in page.context["inline_admin_formsets"]
        if inline.formset.prefix == "questions"
    ]
    assert [form["DELETE"].field.disabled for form in formset.initial_forms] == [True, False]
    assert list(Question.objects.all()) == [answered_one]


def test_chair_of_another_program_cannot_reach_a_cohorts_questions(client):
    cohort = make_cohort()
    make_question(cohort, wording="Which day?")
    client.force_login(make_chair(make_cohort().program))

    response = client.get(reverse("admin:signups_cohort_edit", args=[cohort.pk]))

    assert (response.status_code, "Which day?" in response.content.decode()) == (404, False)


def test_a_second_role_has_answers_of_its_own():
    cohort = make_cohort()
    question = make_question(cohort)
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    keep_answer(mentee, question, "Calvino")
    keep_answer(mentor, question, "Borges")

    assert [a.in_words for a in mentee.answers.all()] == ["Calvino"]
    assert [a.in_words for a in mentor.answers.all()] == ["Borges"]
