"""Questions whose choices carry something: a rank in order of liking, or a number beside a tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.db.models import Model
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from signups.models import ProgramOption

# Translators: they stand before “choice” and “kind of mentoring”, in Spanish both feminine.
ORDINALS = [
    pgettext_lazy("choice", "first"),
    pgettext_lazy("choice", "second"),
    pgettext_lazy("choice", "third"),
    pgettext_lazy("choice", "fourth"),
    pgettext_lazy("choice", "fifth"),
    pgettext_lazy("choice", "sixth"),
    pgettext_lazy("choice", "seventh"),
    pgettext_lazy("choice", "eighth"),
    pgettext_lazy("choice", "ninth"),
    pgettext_lazy("choice", "tenth"),
    pgettext_lazy("choice", "eleventh"),
    pgettext_lazy("choice", "twelfth"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a number beside a tick counts, and the sentences about it."""

    name: str  # begins the names of the fields
    label: str
    label_of_option: str
    in_words: str
    too_far: str
    too_early: str


YEARS = Unit(
    name="years",
    label=_("years"),
    label_of_option=_("%(option)s: years"),
    in_words=_("%(option)s (years: %(number)s)"),
    too_far=_("Years go from %(least)s to %(most)s."),
    too_early=_("Tick “%(option)s” too, or take its number of years away."),
)
PLACES = Unit(
    name="places",
    label=_("places"),
    label_of_option=_("%(option)s: places"),
    in_words=_("%(option)s (places: %(number)s)"),
    too_far=_("Places go from %(least)s to %(most)s."),
    too_early=_("Tick “%(option)s” too, or take its number of places away."),
)


def check_ranks(form: forms.Form, names: list[str], *, twice: str) -> None:
    """Refuse ranked choices with a gap, or with the same one ``twice``, which says so."""
    chosen = [form.cleaned_data.get(name) for name in names]
    for rank in range(1, len(names)):
        here, before = chosen[rank], chosen[rank - 1]
        if here and not before and names[rank - 1] not in form.errors:
            form.add_error(
                names[rank - 1],
                _("You gave a %(ordinal)s choice: give a %(before)s one, or move it up.")
                % {"ordinal": ORDINALS[rank], "before": ORDINALS[rank - 1]},
            )
        if here and here in chosen[:rank]:
            form.add_error(names[rank], twice)


class NumberBeside(forms.IntegerField):
    """An optional number that says more about one ticked option."""

    def __init__(self, option: ProgramOption, *, unit: Unit, least: int, most: int) -> None:
        self.option, self.unit = option, unit
        too_far = unit.too_far % {"least": least, "most": most}
        super().__init__(
            label=unit.label_of_option % {"option": option},
            required=False,
            min_value=least,
            max_value=most,
            error_messages={
                "invalid": _("Give a whole number, or leave it blank."),
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
        return self.unit.too_early % {"option": self.option}


class Numbers:
    """The numbers beside the ticks of one question: a field of the form for each option."""

    def __init__(
        self,
        ticks: str,
        options: Iterable[ProgramOption],
        *,
        unit: Unit,
        least: int,
        most: Mapping[int, int],
        before: Mapping[int, int | None],
    ) -> None:
        self.ticks, self.unit = ticks, unit
        self.fields: dict[str, NumberBeside] = {}
        self.names: dict[int, str] = {}  # by the option's key
        for option in options:
            name = f"{unit.name}_{option.pk}"
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
            else self.unit.in_words % {"option": option, "number": given[option.pk]}
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
        mine = {
            "field": ticks,
            "rows": rows,
            "unit": self.numbers.unit.label,
            "form_show_errors": True,
        }
        return render_to_string(self.template, context.flatten() | mine)


def numbers_before(choices: Iterable[Model], option: str, number: str) -> dict[int, int | None]:
    """The numbers of an application that is being changed, by the option's key."""
    return {getattr(choice, option): getattr(choice, number) for choice in choices}
