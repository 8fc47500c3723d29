"""Applications as a table, safe to open in any spreadsheet."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Prefetch
from tablib import Dataset

from signups.forms.fields import clean_text
from signups.models import Answer, Application
from signups.models.considering import ApplicationQuerySet
from signups.models.ratings import IDENTIFYING, as_read_by

# What makes a spreadsheet take a text for a formula, at its beginning; the wide forms too.
STARTS_FORMULA = (*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")

# The columns of the application itself: heading, and what names it. Identity answers are none.
COLUMNS = {
    "Cohort": "cohort",
    "Role": "get_role_display",
    "Status": "get_status_display",
    "Submitted (UTC)": "submitted_at",
    "Name": "name",
    "Pronouns": "pronouns",
    "E-mail address": "email",
    "Position": "position_title",
    "Library or employer": "employer",
    "Employer as compared": "employer_row",
    "Membership number": "membership_number",
    "Career stage": "career_stage",
    "Library type": "library_type",
    "Other library types": "other_library_types",
    "Region": "region",
    "Time zone": "time_zone",
    "Ways of meeting": "meeting_ways",
    "Times to meet": "times",
    "Languages": "languages",
    "Formats": "format_choices",
    "Topics": "topic_choices",
    "Topics in own words": "topics_in_own_words",
    "Mentees at most": "capacity",
    "Statement": "statement",
    "People in mind": "wishes",
    "Comes first because": "priority_reason",
}


def table_of(applications: ApplicationQuerySet, *, for_user: User) -> Dataset:
    """One row for each application, with the answers that ``for_user`` may read.

    A question whose wording changed has a column for each wording, so that every answer stands
    below the words it was given to. Who wrote what is empty where it is read blind.
    """
    answers = Answer.objects.readable_by(for_user).order_by("question__position", "question_id")
    rows = list(
        as_read_by(for_user, applications)
        .select_related("cohort__program", "career_stage", "library_type", "region", "employer_row")
        .prefetch_related(
            "other_library_types",
            "meeting_ways",
            "languages",
            "times",
            "format_choices__format",
            "wishes",
            "topic_choices__topic",
            Prefetch("answers", queryset=answers.select_related("question")),
        )
    )
    asked = {
        (answer.question.position, answer.question_id, answer.wording)
        for application in rows
        for answer in application.answers.all()
    }
    columns = [(question_id, wording) for _, question_id, wording in sorted(asked)]
    table = Dataset(headers=[harmless(text) for text in [*COLUMNS, *(w for _, w in columns)]])
    for application in rows:
        given = {(a.question_id, a.wording): a.in_words for a in application.answers.all()}
        cells = [_cell(application, name) for name in COLUMNS.values()]
        cells += [given.get(column, "") for column in columns]
        table.append([harmless(cell) for cell in cells])
    return table


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before one that looks so.

    Spaces before it are looked through, as some programs take them away.
    """
    text = clean_text(text)
    # The beginning may be a tab or a line break, which is why it is looked at twice.
    if text.startswith(STARTS_FORMULA) or text.strip().startswith(STARTS_FORMULA):
        return f"'{text}"
    return text


def _cell(application: Application, name: str) -> str:
    if application.is_blind and name in IDENTIFYING:
        return str(application) if name == "name" else ""
    value = getattr(application, name)
    if name == "submitted_at":
        return f"{value:%Y-%m-%d %H:%M}"
    if hasattr(value, "all"):
        return "; ".join(str(one) for one in value.all())
    if callable(value):
        value = value()
    return "" if value is None else str(value)
