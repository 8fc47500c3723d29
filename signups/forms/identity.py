"""What people may tell about themselves, each answer with consents of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mig_site.languages import in_its_language
from signups.forms.fields import OptionsInList, OptionsToTick
from signups.forms.parts import Part
from signups.models import (
    PREFERS_NOT_TO_SAY,
    Application,
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    Role,
)

PREFERS_NOT = "prefers-not"


class Consent(forms.BooleanField):
    """A tick about the answer to another question, without which it says nothing."""

    def __init__(self, answer: str, **kwargs: Any) -> None:
        self.answer = answer
        super().__init__(required=False, **kwargs)


class IdentityPart(Part):
    """Optional questions on identity; what is chosen is sealed, apart from the application."""

    legend = _("About who you are, if you like")
    note = "signups/intake/identity_note.html"

    def ask(self) -> None:
        dimensions = IdentityDimension.objects.asked(self.cohort.program, self.application)
        self.dimensions = list(dimensions)
        before = answers_of(self.application)
        for dimension in self.dimensions:
            answer = before.get(dimension.pk)
            name = field_name(dimension)
            self.fields[name] = _choice_field(dimension, answer)
            self.fields[f"{name}_matching"] = Consent(
                name,
                label=_("%(question)s: you may use my answer in matching")
                % {"question": dimension},
                initial=bool(answer and answer.is_for_matching),
            )
            if self.role == Role.MENTEE:
                self.fields[f"{name}_shared"] = Consent(
                    name,
                    label=_("%(question)s: I would like my mentor to share this with me")
                    % {"question": dimension},
                    initial=bool(answer and answer.wants_shared),
                )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for dimension in self.dimensions:
            name = field_name(dimension)
            chosen = _as_list(data.get(name))
            if PREFERS_NOT_TO_SAY in chosen and len(chosen) > 1:
                self.add_error(
                    name,
                    _("You ticked “%(no_answer)s” and an answer: keep one of the two.")
                    % {"no_answer": PREFERS_NOT_TO_SAY},
                )
            elif not chosen or PREFERS_NOT_TO_SAY in chosen:
                # There is nothing to use, so there is nothing to agree to.
                data[f"{name}_matching"] = data[f"{name}_shared"] = False
            elif data.get(f"{name}_shared") and not data.get(f"{name}_matching"):
                self.add_error(
                    f"{name}_matching",
                    _(
                        "To look for a mentor who shares this, matching needs your answer: tick "
                        "this too, or take away the tick below."
                    ),
                )
        return data

    def save(self, application: Application) -> None:
        left_blank = []
        for dimension in self.dimensions:
            name = field_name(dimension)
            chosen = _as_list(self.cleaned_data[name])
            if not chosen:
                left_blank.append(dimension)
                continue
            IdentityAnswer.objects.update_or_create(
                application=application,
                dimension=dimension,
                defaults={
                    "chosen": [one.pk for one in chosen if isinstance(one, IdentityOption)],
                    "is_for_matching": self.cleaned_data[f"{name}_matching"],
                    "wants_shared": self.cleaned_data.get(f"{name}_shared", False),
                    "answered_at": timezone.now(),
                },
            )
        application.identity_answers.filter(dimension__in=left_blank).delete()


def field_name(dimension: IdentityDimension) -> str:
    return f"about{dimension.pk}"


def answers_of(application: Application | None) -> dict[int, IdentityAnswer]:
    """What an application has answered, by the key of the question."""
    if application is None or application.pk is None:
        return {}
    return {answer.dimension_id: answer for answer in application.identity_answers.all()}


def identity_as_sent(application: Application, *, prefix: str) -> dict[str, list[str]]:
    """What an application has answered, as a page would send it; without the consents."""
    return {
        f"{prefix}-{field_name(answer.dimension)}": _as_sent(answer)
        for answer in application.identity_answers.select_related("dimension")
    }


def _as_sent(answer: IdentityAnswer) -> list[str]:
    return [str(pk) for pk in answer.chosen] or [PREFERS_NOT]


def _choice_field(dimension: IdentityDimension, answer: IdentityAnswer | None) -> forms.Field:
    chosen = answer.chosen if answer else []
    options = {
        str(option.pk): option
        for option in dimension.options.all()
        if option.is_offered or option.pk in chosen
    }
    meanings: dict[str, IdentityOption | str] = options | {PREFERS_NOT: PREFERS_NOT_TO_SAY}
    choices = [(value, str(meaning)) for value, meaning in meanings.items()]
    initial = _as_sent(answer) if answer else []
    common = {
        "label": str(dimension),
        "help_text": in_its_language(dimension, "explanation"),
        "required": False,
        "coerce": meanings.__getitem__,
    }
    if dimension.takes_several:
        return forms.TypedMultipleChoiceField(
            **common, choices=choices, initial=initial, widget=OptionsToTick
        )
    return forms.TypedChoiceField(
        **common,
        choices=[("", _("No answer")), *choices],
        initial=next(iter(initial), ""),
        empty_value=None,
        widget=OptionsInList,
    )


def _as_list(value: object) -> list:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
