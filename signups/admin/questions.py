"""Questions on the page of a cohort, and answers on the page of an application."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from signups.admin.scoped import CommitteeInline
from signups.forms.fields import clean_line
from signups.models import Answer, Application, Question, QuestionOption
from signups.models.questions import WITH_OPTIONS

MAX_OPTION = 200


class QuestionForm(forms.ModelForm):
    """A question with its options, one a line."""

    options_in_lines = forms.CharField(
        label="Options",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 60}),
        help_text="One a line, for a choice of one or several. Answers given before keep their "
        "words, whatever becomes of an option.",
    )
    options_in_spanish = forms.CharField(
        label="Options in Spanish",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 60}),
        help_text="Optional: one a line, in the same order. Whatever was chosen, answers are kept "
        "in the words of the first list.",
    )

    class Meta:
        model = Question
        fields = [
            "wording",
            "help_text",
            "kind",
            "role",
            "is_required",
            "is_sensitive",
            "is_asked",
            "position",
        ]
        widgets = {
            "wording": forms.TextInput(attrs={"size": 80}),
            "help_text": forms.TextInput(attrs={"size": 80}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            options = self.instance.options.all()
            self.initial["options_in_lines"] = "\n".join(option.text for option in options)
            if any(option.text_es for option in options):
                in_spanish = "\n".join(option.text_es or "" for option in options)
                self.initial["options_in_spanish"] = in_spanish

    def clean_options_in_lines(self) -> list[str]:
        lines = _lines(self.cleaned_data["options_in_lines"])
        return list(dict.fromkeys(filter(None, lines)))

    def clean_options_in_spanish(self) -> list[str]:
        lines = _lines(self.cleaned_data["options_in_spanish"])
        return lines if any(lines) else []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") in WITH_OPTIONS and not data.get("options_in_lines", True):
            self.add_error("options_in_lines", "Give at least one option to choose.")
        n_options = len(data.get("options_in_lines", []))
        if n_options and len(data.get("options_in_spanish", [])) not in (0, n_options):
            sentence = f"Give as many lines as there are options, {n_options}, or none."
            self.add_error("options_in_spanish", sentence)
        return data

    def _save_m2m(self) -> None:
        super()._save_m2m()
        wanted = self.cleaned_data["options_in_lines"]
        in_spanish = self.cleaned_data["options_in_spanish"] or [""] * len(wanted)
        options = self.instance.options
        options.exclude(text__in=wanted).delete()
        QuestionOption.objects.bulk_create(
            [
                QuestionOption(question=self.instance, text=text, text_es=said, position=position)
                for position, (text, said) in enumerate(zip(wanted, in_spanish, strict=True))
            ],
            update_conflicts=True,
            unique_fields=["question", "text"],
            update_fields=["position", "i18n"],
        )


def _lines(typed: str) -> list[str]:
    """What was typed, line by line, without empty lines at the end; says which is too long."""
    lines = [clean_line(line) for line in typed.rstrip().splitlines()]
    if any(len(line) > MAX_OPTION for line in lines):
        raise forms.ValidationError(f"An option has {MAX_OPTION} characters at most.")
    return lines


class QuestionFormSet(BaseInlineFormSet):
    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        # A question that was answered is no longer asked, and never deleted.
        if getattr(form.instance, "n_answers", 0) and self.can_delete:
            form.fields["DELETE"].disabled = True


class QuestionInline(CommitteeInline):
    """What the committee asks in this cohort, beside the questions of the form itself."""

    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    template = "admin/edit_inline/stacked.html"
    verbose_name = "question of the committee's own"
    verbose_name_plural = "questions of the committee's own"
    fields = [
        "wording",
        "help_text",
        ("kind", "role"),
        "options_in_lines",
        "options_in_spanish",
        ("is_required", "is_sensitive", "is_asked"),
        ("position", "answers_given"),
    ]
    readonly_fields = ["answers_given"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("options").annotate(n_answers=Count("answers"))

    @admin.display(description="answers given")
    def answers_given(self, question: Question) -> int:
        return getattr(question, "n_answers", 0)


class AnswerInline(CommitteeInline):
    """What an applicant answered to the committee's own questions."""

    model = Answer
    verbose_name_plural = "answers to the committee's own questions"
    fields = ["wording", "answer"]
    readonly_fields = fields
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).readable_by(request.user).select_related("upload")

    def has_add_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return True

    @admin.display(description="answer")
    def answer(self, answer: Answer) -> str:
        if answer.upload is None:
            return answer.in_words
        address = reverse("signups:committee_file", args=[answer.pk])
        return format_html('<a href="{}">{}</a>', address, answer.upload)
