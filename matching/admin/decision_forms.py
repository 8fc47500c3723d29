"""What a decision asks for, and what its page showed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from matching.models import Conflict, ConflictReason, DecisionKind, Pairing, RejectReason
from matching.models.decisions import MAX_WORDS
from matching.reading import PairRow


class SeenField(forms.CharField):
    """What a page showed: pairings with their versions, as ``seen_of`` writes them."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> dict[int, int]:
        return seen_in(super().to_python(value))


def seen_in(text: str) -> dict[int, int]:
    """What ``seen_of`` wrote; whatever else is sent showed nothing, and decides nothing."""
    found = re.findall(r"(\d{1,18}):(\d{1,9})", text)
    return {int(pk): int(version) for pk, version in found}


def seen_of(pairings: Iterable[Pairing | PairRow]) -> str:
    """What a page shows of pairings, to be sent back with a decision."""
    return " ".join(f"{pairing.pk}:{pairing.version}" for pairing in pairings)


class DecisionForm(forms.Form):
    """Why, in words; and for a rejection a reason from a short list."""

    seen = SeenField(required=False)
    reason = forms.ChoiceField(
        label="Reason", choices=[("", "Choose a reason"), *RejectReason.choices]
    )
    words = forms.CharField(
        label="In words",
        max_length=MAX_WORDS,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept with the decision; the committee reads it, and nobody else.",
    )

    def __init__(self, *args: Any, kind: DecisionKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == DecisionKind.FORBID:
            self.fields["reason"].choices = [("", "Choose a reason"), *ConflictReason.choices]
            at_most = Conflict._meta.get_field("words").max_length
            self.fields["words"].validators.append(MaxLengthValidator(at_most))
            self.fields["words"].widget.attrs["maxlength"] = at_most
        elif kind != DecisionKind.REJECT:
            del self.fields["reason"]
        if kind == DecisionKind.HOLD:
            self.fields["words"].required = True
            self.fields["words"].label = "What this is waiting for"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == RejectReason.OTHER and not cleaned.get("words"):
            self.add_error("words", "Say the reason in words, or choose one from the list.")
        return cleaned
