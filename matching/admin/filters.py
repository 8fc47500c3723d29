"""Which pairs of a run to show: asked for by address, so that it can be kept and gone back to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from matching.models import PairingStatus
from matching.reading import ORDERS, UNDECIDED_STATE, WARNINGS
from signups.models import Cohort, Format, Topic


class PairFilterForm(forms.Form):
    """Which pairs of a run to show, and in which order; everything is optional."""

    q = forms.CharField(
        label="Name",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), (UNDECIDED_STATE, "To decide"), *PairingStatus.choices],
    )
    warning = forms.ChoiceField(
        label="Notice",
        required=False,
        choices=[("", "Any pair"), ("any", "With a notice"), *WARNINGS.items()],
    )
    topic = forms.ModelChoiceField(Topic.objects.none(), required=False, empty_label="Any topic")
    format = forms.ModelChoiceField(Format.objects.none(), required=False, empty_label="Any format")
    below = forms.IntegerField(label="Points below", required=False, min_value=1, max_value=101)
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[(key, label) for key, (label, _) in ORDERS.items()],
    )

    def __init__(self, data: QueryDict, *, cohort: Cohort) -> None:
        super().__init__(data, label_suffix="")
        self.fields["topic"].queryset = cohort.program.topics.all()
        self.fields["format"].queryset = cohort.program.formats.all()

    def chosen(self) -> dict[str, Any]:
        """What was asked for, by field; what was asked wrongly is told beside it and left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def address(self, **changes: str) -> str:
        """What was asked for as the end of an address: "?state=proposed", or nothing."""
        asked = QueryDict(mutable=True)
        for name, value in (self.chosen() | changes).items():
            asked[name] = getattr(value, "pk", value)
        return f"?{asked.urlencode()}" if asked else ""
