"""What people fill in about a pair that they were offered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.models import DeclineReason, OfferAnswer, OfferReply
from signups.forms.fields import PassageField
from signups.models import Application

ANSWERS = [
    (OfferAnswer.ACCEPTED.value, _("Yes, I would like this")),
    (OfferAnswer.DECLINED.value, _("No, not this time")),
    (OfferAnswer.ASKED.value, _("I want to ask the committee something first")),
]


class OfferReplyForm(forms.Form):
    """Accept, decline with a reason, or ask."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three answers.")},
    )
    reason = forms.ChoiceField(
        label=_("If no: why?"),
        required=False,
        choices=[("", _("Choose a reason")), *DeclineReason.choices],
        help_text=_("Only the committee reads it, never the other person."),
    )
    words = PassageField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        help_text=_("Your question to the committee, or what they should know of your reason."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, reply: OfferReply, **kwargs: Any) -> None:
        known = {} if reply.is_waiting else {"answer": reply.answer, "reason": reply.reason}
        super().__init__(*args, initial=known | {"words": reply.words}, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answer = cleaned.get("answer")
        if answer == OfferAnswer.DECLINED and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", _("Choose the reason that comes closest."))
        if answer == OfferAnswer.ASKED and "words" in cleaned and not cleaned["words"]:
            self.add_error("words", _("Write what you would like to know."))
        return cleaned


class FewerPlacesForm(forms.Form):
    """How many mentees a mentor can take after all."""

    places = forms.IntegerField(label=_("I can take at most"), min_value=1)

    def __init__(self, *args: Any, mentor: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].max_value = mentor.capacity - 1
        self.fields["places"].widget.attrs["max"] = mentor.capacity - 1
