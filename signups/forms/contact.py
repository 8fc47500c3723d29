"""What somebody who asks a question is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signups.forms.fields import LineField, PassageField
from signups.forms.links import EMAIL_ATTRIBUTES
from signups.models.inquiries import MAX_WORDS


class WordsForm(forms.Form):
    """More words in a thread: of the person who asked, or of the committee."""

    words = PassageField(
        label=_("Your message"),
        max_length=MAX_WORDS,
        error_messages={
            "required": _("Write what you would like to say."),
            "max_length": _("Please say it in %(limit_value)d characters; it has %(show_value)d."),
        },
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Browsers would cut a long text off without a word; ours says how long it is.
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class ContactForm(WordsForm):
    """A question, and where its answer goes."""

    name = LineField(
        label=_("Your name"),
        max_length=120,
        error_messages={
            "required": _("Tell us your name."),
            "max_length": _("Please give a name of up to %(limit_value)d characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("The answer goes to this address, and nothing else does."),
        error_messages={
            "required": _("Give the address to which we can write the answer."),
            "invalid": _("Give a whole e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs=EMAIL_ATTRIBUTES),
    )
    subject = LineField(
        label=_("What it is about"),
        max_length=120,
        help_text=_("A few words."),
        error_messages={
            "required": _("Say in a few words what it is about."),
            "max_length": _("Please say it in up to %(limit_value)d characters."),
        },
    )

    field_order = ["name", "email", "subject", "words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("Your question")
        self.fields["words"].error_messages["required"] = _("Write your question.")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
