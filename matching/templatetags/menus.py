"""The Menu of Options with the places that are left, on the page of a program."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from matching.places_left import places_left
from signups.models import Cohort, Format

register = template.Library()


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One kind of mentoring, and what is said of its places."""

    format: Format
    places: str


@register.simple_tag
def menu_with_places(formats: list[Format], cohort: Cohort | None) -> list[MenuEntry]:
    """The entries in their order; without an open ``cohort`` nothing is said of places."""
    left = places_left(cohort, formats) if cohort and formats else {}
    return [MenuEntry(one, left[one.pk].sentence if left else "") for one in formats]
