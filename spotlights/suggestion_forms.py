"""What people are asked who suggest a leader, or tell their own story."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from signups.forms.fields import field_for
from signups.forms.links import EMAIL_ATTRIBUTES
from signups.models import Program
from spotlights.models import Naming, Suggestion
from spotlights.models.suggestions import MAX_WORDS

TOO_LONG = _("Please say it in %(limit_value)d characters; it has %(show_value)d.")
LINE_TOO_LONG = _("Please say it in up to %(limit_value)d characters.")


class _SuggestionForm(forms.ModelForm):
    """What both forms have in common: sentences beside the fields, and no silent cutting."""

    missing: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # Browsers would cut a long text off without a word; ours says how long it is.
            field.widget.attrs.pop("maxlength", None)
            is_long = getattr(field, "max_length", None) == MAX_WORDS
            field.error_messages["max_length"] = TOO_LONG if is_long else LINE_TOO_LONG
            if name in self.missing:
                field.required = True
                field.error_messages["required"] = self.missing[name]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class SuggestionForm(_SuggestionForm):
    """Which leader somebody would like to read about, why, and who says so."""

    missing = {
        "program": _("Choose whose committee should read it."),
        "person_name": _("Tell us whom you would like to read about."),
        "why": _("Say in a few sentences why."),
        "from_name": _("Tell us your name."),
        "from_email": _("Give your e-mail address: the confirmation goes there."),
    }

    class Meta:
        model = Suggestion
        fields = [
            "program",
            "person_name",
            "position_title",
            "library",
            "town",
            "reach",
            "why",
            "from_name",
            "from_email",
            "may_be_named",
            "may_be_written_to",
        ]
        formfield_callback = field_for
        labels = {
            "program": _("Whose committee should read it?"),
            "person_name": _("Their name"),
            "position_title": _("What they do"),
            "library": _("Where they work"),
            "town": _("Town"),
            "reach": _("How can we reach them?"),
            "why": _("Why would you like to read about them?"),
            "from_name": _("Your name"),
            "from_email": _("Your e-mail address"),
            "may_be_named": _("You may tell them that I suggested them."),
            "may_be_written_to": _("The committee may write to me about it."),
        }
        help_texts = {
            "person_name": _("Anybody who leads in a library, with or without a title."),
            "reach": _("If you know: a public address, a page, or whom we could ask."),
            "why": _(
                "What have they done, changed, or made possible? Please tell nothing private."
            ),
            "from_email": _("We confirm that it arrived, with a link to take it back."),
            "may_be_named": _("Without this tick, we do not say who did."),
            "may_be_written_to": _(
                "If we have a question, and to thank you; without this tick, not at all."
            ),
            "program": "",
        }
        widgets = {
            "program": forms.RadioSelect,
            "why": forms.Textarea(attrs={"rows": 6}),
            "from_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "from_email": forms.EmailInput(attrs=EMAIL_ATTRIBUTES),
        }
        error_messages = {
            "from_email": {
                "invalid": _("Give a whole e-mail address, such as name@example.org."),
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = Program.objects.published()
        choice = self.fields["program"]
        choice.queryset, choice.empty_label = programs, None
        who = ["person_name", Row(Column("position_title"), Column("library")), "town", "reach"]
        you = [Row(Column("from_name"), Column("from_email")), "may_be_named", "may_be_written_to"]
        if len(programs) == 1:
            # Where there is one committee, nobody has to choose it.
            self.instance.program = programs[0]
            del self.fields["program"]
        else:
            you.insert(0, "program")
        self.helper.layout = Layout(
            Fieldset(_("Who"), *who), Fieldset(_("Why"), "why"), Fieldset(_("You"), *you)
        )

    def clean_from_email(self) -> str:
        return self.cleaned_data["from_email"].lower()


class StoryForm(_SuggestionForm):
    """How a mentorship was, in the words of somebody who had it."""

    agrees = forms.BooleanField(
        label=_("The committee may keep my story and write a draft from it for me to read."),
        help_text=_(
            "Nothing is published before you have read it and agreed. You can take it back here at "
            "any time."
        ),
        error_messages={"required": _("Tick the box if we may keep it; otherwise we cannot.")},
    )

    missing = {
        "hoped": _("Write a sentence or two about what you hoped for."),
        "happened": _("Write a sentence or two about what happened."),
        "naming": _("Choose how you would like to be named."),
    }

    class Meta:
        model = Suggestion
        fields = ["hoped", "happened", "would_tell", "naming"]
        formfield_callback = field_for
        labels = {
            "hoped": _("What did you hope for when you applied?"),
            "happened": _("What happened?"),
            "would_tell": _("What would you tell someone who hesitates?"),
            "naming": _("How should we name you, if it is published?"),
        }
        help_texts = {
            "happened": _(
                "One moment is worth more than a summary. Leave out the names of others, please: "
                "what you two said stays between you, unless both of you agree."
            ),
            "naming": "",
        }
        widgets = {
            "hoped": forms.Textarea(attrs={"rows": 4}),
            "happened": forms.Textarea(attrs={"rows": 8}),
            "would_tell": forms.Textarea(attrs={"rows": 4}),
            "naming": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["naming"].choices = Naming.choices
        self.helper.layout = Layout(
            Fieldset(_("Your story"), "hoped", "happened", "would_tell"),
            Fieldset(_("Your name and your consent"), "naming", "agrees"),
        )
