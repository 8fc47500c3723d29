"""Forms that ask for nothing but an address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

EMAIL_ATTRIBUTES = {"autocomplete": "email"}


class LostLinkForm(forms.Form):
    """Where a new link should go."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave in your application."),
        error_messages={"required": _("Give the address you applied with.")},
        widget=forms.EmailInput(attrs=EMAIL_ATTRIBUTES),
    )


class DraftForm(forms.Form):
    """The one answer without which nothing can be saved for later."""

    email = forms.EmailField(
        max_length=254,  # as Draft has it
        error_messages={
            "required": _("To save, give your e-mail address: the link to your draft goes there."),
            "invalid": _("To save, give a whole e-mail address, such as name@example.org."),
        },
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
