"""Questions whose choices carry something: a rank in order of liking, or a number beside a tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.db.models import Model
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from signups.models import ProgramOption

ORDINALS = [
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
]


def check_ranks(form: forms.Form, names: list[str], *, what: str) -> None:
    """Refuse ranked choices with a gap, or with the same ``what`` twice."""
    chosen = [form.cleaned_data.get(name) for name in names]
    for rank in range(1, len(names)):
        here, before = chosen[rank], chosen[rank - 1]
        if here and not before and names[rank - 1] not in form.errors:
            form.add_error(
                names[rank - 1],
                f"You gave a {ORDINALS[rank]} choice: give a {ORDINALS[rank - 1]} one, or move "
                "it up.",
            )
        if here and here in chosen[:rank]:
            form.add_error(names[rank], f"You chose this {what} already: choose another, or none.")


class NumberBeside(forms.IntegerField):
    """An optional number that says more about one ticked option."""

    def __init__(self, option: ProgramOption, *, unit: str, least: int, most: int) -> None:
        self.option, self.unit = option, unit
        too_far = f"{unit.capitalize()} go from {least} to {most}."
        super().__init__(
            label=f"{option}: {unit}",
            required=False,
            min_value=least,
            max_value=most,
            error_messages={
                "invalid": "Give a whole number, or leave it blank.",
                "min_value": too_far,
                "max_value": too_far,
            },
        )
        # With a placeholder, the style sheet can tell an empty field from one with a number.
        self.widget.attrs |= {
            "placeholder": " ",
            "inputmode": "numeric",
            "class": "form-control",
        }

    @property
    def too_early(self) -> str:
        """What is said where there is a number and no tick."""
        return f"Tick “{self.option}” too, or take its number of {self.unit} away."


class Numbers:
    """The numbers beside the ticks of one question: a field of the form for each option."""

    def __init__(
        self,
        ticks: str,
        options: Iterable[ProgramOption],
        *,
        unit: str,
        least: int,
        most: Mapping[int, int],
        before: Mapping[int, int | None],
    ) -> None:
        self.ticks, self.unit = ticks, unit
        self.fields: dict[str, NumberBeside] = {}
        self.names: dict[int, str] = {}  # by the option's key
        for option in options:
            name = f"{unit}_{option.pk}"
            field = NumberBeside(option, unit=unit, least=least, most=most[option.pk])
            field.initial = before.get(option.pk)
            self.fields[name], self.names[option.pk] = field, name

    def check(self, form: forms.Form) -> None:
        """Refuse a number whose option is not ticked."""
        ticked = {option.pk for option in form.cleaned_data.get(self.ticks) or []}
        for pk, name in self.names.items():
            if pk not in ticked and form.cleaned_data.get(name) is not None:
                form.add_error(name, self.fields[name].too_early)

    def given(self, form: forms.Form) -> dict[int, int | None]:
        """The number of each option that was ticked in a valid form."""
        return {
            option.pk: form.cleaned_data.get(self.names[option.pk])
            for option in form.cleaned_data[self.ticks]
        }

    def in_words(self, form: forms.Form) -> str:
        """The ticked options with their numbers, to be read over."""
        given = self.given(form)
        return ", ".join(
            str(option)
            if given[option.pk] is None
            else f"{option} ({self.unit}: {given[option.pk]})"
            for option in form.cleaned_data[self.ticks]
        )


class TicksWithNumbers(LayoutObject):
    """Boxes to tick, each with a number beside it."""

    template = "signups/intake/ticks_with_numbers.html"

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.fields = [numbers.ticks, *numbers.fields]

    def render(
        self,
        form: forms.Form,
        context: Context,
        template_pack: object = TEMPLATE_PACK,
        **kwargs: Any,
    ) -> SafeString:
        ticks = form[self.numbers.ticks]
        rows = [
            (option.data, form[self.numbers.names[option.data["value"].value]])
            for option in ticks.subwidgets
        ]
        mine = {"field": ticks, "rows": rows, "unit": self.numbers.unit, "form_show_errors": True}
        return render_to_string(self.template, context.flatten() | mine)


def numbers_before(choices: Iterable[Model], option: str, number: str) -> dict[int, int | None]:
    """The numbers of an application that is being changed, by the option's key."""
    return {getattr(choice, option): getattr(choice, number) for choice in choices}
