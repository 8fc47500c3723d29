"""What the person portrayed writes about their spotlight."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from spotlights.models.portrayed import MAX_WORDS


class _WordsForm(forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page has the token in its own form


class ChangeForm(_WordsForm):
    """What should be changed, in words."""

    change = forms.CharField(
        label=_("What should be changed?"),
        max_length=MAX_WORDS,
        help_text=_("Say where it stands and how it should read. The committee sees to it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write what should be changed; a few words are enough."),
            "max_length": _("Please keep it below %(limit_value)d characters."),
        },
    )


class TakeBackForm(_WordsForm):
    """Why someone would rather not be in the series: they need not say."""

    reason = forms.CharField(
        label=_("Would you like to say why?"),
        required=False,
        max_length=MAX_WORDS,
        help_text=_("You need not. Only the committee reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please keep it below %(limit_value)d characters.")},
    )
