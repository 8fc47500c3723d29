"""What a committee fills in about who meets a gate."""

from __future__ import annotations

from typing import Any

from django import forms

from signups.models import Gate, GateKind, GateStatus, HowMet

OUTCOMES = {
    GateKind.ORIENTATION: [
        (HowMet.ATTENDED, "Attended"),
        (HowMet.RECORDING, "Watched the recording"),
    ],
    GateKind.MEMBERSHIP: [(HowMet.BY_HAND, "Is a member: checked by hand")],
    GateKind.EXPERIENCE: [],
}


class MemberListForm(forms.Form):
    """The association's member list, to be compared and let go."""

    file = forms.FileField(
        label="Member list",
        help_text="A .csv (UTF-8) or .xlsx file whose first row has headings: “Membership number”, "
        "“E-mail”, “Name”; one of the first two is enough. Other columns are ignored.",
        error_messages={
            "required": "Choose the file with the member list.",
            "empty": "This file is empty. Export the list again.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class GateOutcomeForm(forms.Form):
    """How far one person is with one gate."""

    outcome = forms.ChoiceField(
        label="What holds",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what holds."},
    )
    reason = forms.CharField(
        label="Why, for a waiver",
        required=False,
        max_length=300,
        help_text="The committee reads it, and the person too who asks for everything we hold.",
    )

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [
            *OUTCOMES[GateKind(gate.kind)],
            (GateStatus.WAIVED, "Waived: this is not asked of the person"),
            (GateStatus.NOT_YET, "Not yet"),
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("outcome") == GateStatus.WAIVED and not answers.get("reason"):
            self.add_error("reason", "Say why: a waiver is recorded with its reason.")
        return answers
