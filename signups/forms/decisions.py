"""What a committee says with a decision, on the page that asks for it to be confirmed."""

from __future__ import annotations

from typing import Any

from django import forms

from signups.forms.fields import LineField
from signups.models import Employer
from signups.models.employers import EmployerQuerySet


class PriorityForm(forms.Form):
    """Why somebody comes first when places are short."""

    reason = LineField(
        label="Reason",
        max_length=300,
        error_messages={"required": "Give the reason: whoever reads the run asks for it."},
        help_text="The committee reads it, and the person, who may download all that is held.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class SameEmployerForm(forms.Form):
    """Under which name employers that are the same go on."""

    keep = forms.ModelChoiceField(
        Employer.objects.none(),
        label="Which name do they go by?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the name that is kept."},
    )

    def __init__(self, *args: Any, employers: EmployerQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].queryset = employers
        self.fields["keep"].initial = employers.order_by("-n_applications", "name", "pk").first()
