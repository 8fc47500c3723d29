"""Fields for what people type and choose, without what only programs send.

The one place where characters that no one types are taken out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import models
from timezone_field import TimeZoneField

from mig_site.languages import ForeignText
from signups.forms.zones import ZoneField

# They turn round the text that follows, so that a name or an address reads as another one. The
# plain marks of right-to-left writing (U+200E, U+200F, U+061C) do not, and stay.
TURNING_ROUND = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Control characters, halves of characters, and those that mean what a program wants.
NOT_TYPED = {"Cc", "Cs", "Co"}

LINE_BREAKS = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")


def clean_text(text: str) -> str:
    """Text of several lines, with nothing that is not text; line breaks and tabs stay."""
    return "".join(
        character
        for character in LINE_BREAKS.sub("\n", text)
        if character in "\n\t"
        or (character not in TURNING_ROUND and unicodedata.category(character) not in NOT_TYPED)
    )


def clean_line(text: str) -> str:
    """Text of one line: each gap in it is one space."""
    return " ".join(clean_text(text).split())


class LineField(forms.CharField):
    """A line of text."""

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value))


class PassageField(forms.CharField):
    """Text of several lines."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        return clean_text(super().to_python(value)).strip()


class LinkField(forms.URLField):
    """The address of a page, and of nothing else that an address can be."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)

    def to_python(self, value: object) -> str:
        return super().to_python(clean_line(value) if isinstance(value, str) else value)


class OptionsField(forms.ModelMultipleChoiceField):
    """Any number of a list's rows."""

    def clean(self, value: object) -> models.QuerySet:
        try:
            return super().clean(value)
        except OverflowError as error:
            # SQLite's answer to a key with more digits than any key has.
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], params={"value": "this"}
            ) from error


class _OptionsInTheirLanguage:
    """Options that a committee has not translated say in which language they are."""

    def create_option(
        self, name: str, value: object, label: str, *args: Any, **options: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **options)
        if isinstance(label, ForeignText):
            option["attrs"]["lang"] = label.language
        return option


class OptionsInList(_OptionsInTheirLanguage, forms.Select):
    """One of several options, in a list that opens."""


class OptionsToTick(_OptionsInTheirLanguage, forms.CheckboxSelectMultiple):
    """Any of several options, each with a box."""


def field_for(field: models.Field, **options: Any) -> forms.Field | None:
    """The form's field for a model's field: for ``Meta.formfield_callback``."""
    if type(field) is models.CharField and not field.choices:
        options.setdefault("form_class", LineField)
    elif type(field) is models.TextField:
        options.setdefault("form_class", PassageField)
    elif isinstance(field, models.ManyToManyField):
        options.setdefault("form_class", OptionsField)
        options.setdefault("widget", OptionsToTick)
    elif isinstance(field, models.ForeignKey):
        options.setdefault("widget", OptionsInList)
    elif isinstance(field, TimeZoneField):
        options.setdefault("choices_form_class", ZoneField)
    return field.formfield(**options)
