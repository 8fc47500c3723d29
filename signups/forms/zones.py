"""Choosing a time zone: by country and city, not by the key that computers use."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext as _

from mig_site.time_zones import zones_by_country


@cache
def all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


class ZonesInList(forms.Select):
    """A list of zones. What is chosen already is in it, under an old name or none at all."""

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int]]:
        groups = super().optgroups(name, value, attrs)
        if any(option["selected"] for _country, options, _index in groups for option in options):
            return groups
        key = next((key for key in value if key in all_zones()), "")
        label = key or _("Choose one")
        chosen = self.create_option(name, key, label, selected=True, index=len(groups))
        return [(None, [chosen], len(groups)), *groups]


class ZoneField(forms.TypedChoiceField):
    """A time zone. Sheets and old drafts may name any that there is."""

    widget = ZonesInList

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"choices": zones_by_country, "coerce": ZoneInfo})

    def valid_value(self, value: object) -> bool:
        return value in all_zones()
