"""What people on a committee type in about an application."""

from __future__ import annotations

from django import forms

from signups.forms.fields import clean_text
from signups.models.comments import MAX_WORDS
from signups.models.ratings import MAX_POINTS


class CommentForm(forms.Form):
    """Words for the others on the committee."""

    words = forms.CharField(
        label="Your comment",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Read by the committee only, never by applicants; erased with the person.",
    )

    def clean_words(self) -> str:
        return clean_text(self.cleaned_data["words"])


class RatingForm(forms.Form):
    """What a reader thinks of one application."""

    points = forms.TypedChoiceField(
        label="How well does this fit the program?",
        choices=[(1, "1, weak"), (2, "2"), (3, "3"), (4, "4"), (MAX_POINTS, "5, strong")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose 1 to 5 points."},
    )
    words = forms.CharField(
        label="Why",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="For the others on the committee, who see it once they have rated too.",
    )

    def clean_words(self) -> str:
        return clean_text(self.cleaned_data["words"])
