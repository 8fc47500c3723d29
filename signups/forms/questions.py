"""The section of the intake that a committee words itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from mig_site.languages import in_its_language
from signups.forms.fields import (
    LineField,
    LinkField,
    OptionsInList,
    OptionsToTick,
    PassageField,
)
from signups.forms.files import PdfField
from signups.forms.parts import Part
from signups.models import Answer, Application, Question, QuestionKind, Upload

PREFIX = "questions"

# As they are kept, and as they are read.
YES_AND_NO = {"Yes": _("Yes"), "No": _("No")}

# What is said where an answer is missing.
MISSING = {
    QuestionKind.TEXT: _("Answer this question; a few words are enough."),
    QuestionKind.LONG_TEXT: _("Answer this question; a sentence or two are enough."),
    QuestionKind.CHOICE: _("Choose the answer that fits best."),
    QuestionKind.SEVERAL: _("Tick at least one."),
    QuestionKind.YES_NO: _("Choose yes or no."),
    QuestionKind.LINK: _("Give an address such as https://example.org/page."),
    QuestionKind.FILE: _("Choose a PDF file."),
}

WHO_READS_SENSITIVE = _("Only those on the committee who may read sensitive answers see it.")


def field_name(question: Question) -> str:
    return f"q{question.pk}"


class QuestionsPart(Part):
    """One field for each question of the cohort to this role."""

    legend = _("Questions from the committee")

    def ask(self) -> None:
        questions = self.cohort.questions.asked_of(self.role).prefetch_related("options")
        self.questions = list(questions)
        given = self._given()
        for question in self.questions:
            answer = given.get(question.pk)
            field = self._field(question, answer)
            field.initial = answer and _initial(answer)
            self.fields[field_name(question)] = field

    def _given(self) -> dict[int, Answer]:
        """The answers of the application that is being changed, each to its question."""
        if self.application is None:
            return {}
        answers = self.application.answers.select_related("upload")
        return {answer.question_id: answer for answer in answers}

    def _field(self, question: Question, answer: Answer | None) -> forms.Field:
        kind = QuestionKind(question.kind)
        sentences = [in_its_language(question, "help_text")]
        if question.is_sensitive:
            sentences.append(WHO_READS_SENSITIVE)
        options: dict[str, Any] = {
            "label": str(question),
            "required": question.is_required,
            "help_text": format_html_join(" ", "{}", ([one] for one in sentences if one)),
            "error_messages": {"required": MISSING[kind]},
        }
        if kind == QuestionKind.TEXT:
            return LineField(max_length=300, **options)
        if kind == QuestionKind.LONG_TEXT:
            widget = forms.Textarea(attrs={"rows": 5})
            return PassageField(max_length=3000, widget=widget, **options)
        if kind == QuestionKind.LINK:
            options["error_messages"]["invalid"] = MISSING[kind]
            return LinkField(max_length=500, **options)
        if kind == QuestionKind.FILE:
            return PdfField(application=self.application, **options)
        texts = self._choices(question, answer)
        if kind == QuestionKind.SEVERAL:
            widget = OptionsToTick
            return forms.MultipleChoiceField(choices=texts, widget=widget, **options)
        empty = ("", _("Choose one") if question.is_required else _("No answer"))
        return forms.ChoiceField(choices=[empty, *texts], widget=OptionsInList, **options)

    def _choices(self, question: Question, answer: Answer | None) -> list[tuple[str, str]]:
        """What can be chosen: as it is kept, whatever the language, and as it is read."""
        if question.kind == QuestionKind.YES_NO:
            choices = dict(YES_AND_NO)
        else:
            choices = {option.text: str(option) for option in question.options.all()}
        # What was chosen before can stay chosen, whatever became of the option.
        if answer and answer.kind == question.kind:
            choices = choices | {text: choices.get(text, text) for text in answer.texts}
        return list(choices.items())

    def save(self, application: Application) -> None:
        for question in self.questions:
            value = self.cleaned_data[field_name(question)]
            if isinstance(value, Upload):
                question.record(application, [value.shown_name], value)
            elif isinstance(value, list):
                offered = [text for text, _ in self.fields[field_name(question)].choices]
                question.record(application, [text for text in offered if text in value])
            else:
                question.record(application, [value] if value else [])


def _initial(answer: Answer) -> str | list[str]:
    """An answer as its field holds it."""
    if answer.upload:
        return answer.upload.reference
    return answer.texts if answer.kind == QuestionKind.SEVERAL else answer.texts[0]
