"""The intake forms: one design for every program, cohort and role."""

from __future__ import annotations

from functools import partial
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, LayoutObject, Row
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mig_site.languages import ForeignText, in_its_language
from mig_site.time_zones import zones_by_country
from signups.employers import note_employer
from signups.forms.choices import (
    Numbers,
)
from signups.forms.fields import LineField, field_for
from signups.models import (
    Application,
    Cohort,
    Format,
    Role,
    Wish,
)
from signups.models.considering import ApplicationQuerySet
from signups.models.wishes import MAX_WISHES

# What is said where an answer is missing; see also each field's own sentence below.
MISSING = {
    "name": _("Tell us your name."),
    "email": _("Give the address at which we can write to you."),
    "membership_number": _("Give your membership number; you find it on your membership card."),
    "career_stage": _("Choose the stage that fits best."),
    "library_type": _("Choose the kind of library you work in; “Other” is fine."),
    "region": _("Choose where you are."),
    "time_zone": _("Choose your time zone."),
    "meeting_ways": _("Tick at least one way of meeting."),
    "languages": _("Tick at least one language."),
    "formats": _("Tick at least one kind of mentoring."),
    "format_1": _("Choose the kind of mentoring you would like most."),
    "statement": _("Write a few sentences; your partner reads them."),
    "topic_1": _("Choose the topic you want most."),
    "topics": _("Tick at least one topic."),
    "capacity": _("Say how many mentees you could take."),
    "promises_orientation": _("Tick the box if you can attend: everyone who takes part does."),
    "agrees_to_rules": _("Tick the box if you agree to the rules of the program."),
}

WISH_FIELDS = [f"wish_{place}" for place in range(1, MAX_WISHES + 1)]

# The program's lists that the form offers; see also signups/models/options.py.
OPTION_FIELDS = {
    "career_stage": "careerstages",
    "library_type": "librarytypes",
    "other_library_types": "librarytypes",
    "region": "regions",
    "meeting_ways": "meetingways",
    "languages": "languages",
    "times": "availabilitytimes",
}


def menu_entry(option: Format) -> str:
    """An entry of the Menu of Options with what it is."""
    kind = _("formal") if option.is_formal else _("informal")
    name = str(option)
    entry = f"{name} ({', '.join(filter(None, [str(kind), option.takes_i18n]))})"
    return ForeignText(entry, name.language) if isinstance(name, ForeignText) else entry


class ApplicationForm(forms.ModelForm):
    """What both roles are asked; the role's own questions are in the subclasses.

    What differs between programs comes from the rows of program and cohort: the lists to choose
    from, a membership number, a promise to attend orientation.
    """

    role: Role
    topic_fields: list[str]
    # Where a program has lists with ranks or numbers, by what a mapping calls them.
    ranked: dict[str, list[str]]
    numbers: dict[str, Numbers]

    class Meta:
        model = Application
        fields = [
            "name",
            "pronouns",
            "email",
            "position_title",
            "employer",
            "membership_number",
            "career_stage",
            "library_type",
            "other_library_types",
            "region",
            "time_zone",
            "meeting_ways",
            "languages",
            "times",
            "topics_in_own_words",
            "statement",
            "promises_orientation",
            "agrees_to_rules",
        ]
        formfield_callback = field_for
        widgets = {
            "topics_in_own_words": forms.Textarea(attrs={"rows": 3}),
            "statement": forms.Textarea(attrs={"rows": 7}),
        }
        labels = {
            "name": _("Your name"),
            "pronouns": _("Your pronouns"),
            "career_stage": _("Career stage"),
            "library_type": _("Kind of library you work in now"),
            "topics_in_own_words": _("Anything to add about these topics?"),
            "region": _("Where you are"),
            "time_zone": _("Your time zone"),
            "meeting_ways": _("Ways of meeting that suit you"),
            "languages": _("Languages you would be glad to talk in"),
            "times": _("When can you usually meet?"),
        }
        help_texts = {
            "times": _("In your own time zone. Nothing ticked means that you can see to it."),
            "email": _("We write to this address; make sure that you can read it for some months."),
            "employer": _("Two people of one employer are not paired, unless the program says so."),
        }

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.cohort = cohort
        self.instance.role = self.role
        program = cohort.program
        self.ranked, self.numbers = {}, {}
        self._ask_formats(program.formats.offered())
        self._ask_wishes()
        for name, list_name in OPTION_FIELDS.items():
            self.fields[name].queryset = getattr(program, list_name).offered()
        self.fields["time_zone"].initial = program.time_zone
        self.fields["time_zone"].choices = partial(zones_by_country, program.time_zone.key)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["employer"].widget.attrs["autocomplete"] = "organization"
        self.fields["position_title"].widget.attrs["autocomplete"] = "organization-title"
        for name in MISSING.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = MISSING[name]
        for name in ("career_stage", "library_type", "region"):
            self.fields[name].empty_label = _("Choose one")
        if not self.fields["times"].queryset.exists():
            del self.fields["times"]
        self._ask_what_the_program_asks(cohort)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page holds several forms in one, and one token
        self.helper.layout = self._layout()
        # Faults are listed in the order of the page.
        self.order_fields([pointer.name for pointer in self.helper.layout.get_field_names()])
        if self.instance.pk:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("To change it, please write to the committee.")

    def follow_the_clock(self) -> None:
        """Let the browser choose its own time zone, of which the program's is only a guess."""
        self.fields["time_zone"].widget.attrs["data-own-zone"] = True

    def _ask_what_the_program_asks(self, cohort: Cohort) -> None:
        program = cohort.program
        if program.membership_of:
            field = self.fields["membership_number"]
            field.required = True
            field.label = _("Membership number (%(association)s)") % {
                "association": program.membership_of_i18n
            }
        else:
            del self.fields["membership_number"]
        if cohort.orientation:
            field = self.fields["promises_orientation"]
            field.required = True
            field.label = _("I will attend the orientation")
            field.help_text = in_its_language(cohort, "orientation")
        else:
            del self.fields["promises_orientation"]
        field = self.fields["agrees_to_rules"]
        field.required = True
        field.label = _("I agree to the rules of %(program)s") % {"program": program}
        field.help_text = in_its_language(program, "rules")

    def _layout(self) -> Layout:
        asked = [name for name in ("membership_number",) if name in self.fields]
        promised = [
            name for name in ("promises_orientation", "agrees_to_rules") if name in self.fields
        ]
        return Layout(
            Fieldset(
                _("About you"),
                Row(Column("name", css_class="col-md-8"), Column("pronouns", css_class="col-md-4")),
                "email",
                Row(
                    Column("position_title", css_class="col-md-6"),
                    Column("employer", css_class="col-md-6"),
                ),
                *asked,
            ),
            Fieldset(_("Your work"), "career_stage", "library_type", "other_library_types"),
            Fieldset(self.topics_legend, *self._topics(), "topics_in_own_words", "statement"),
            Fieldset(_("How you would like to meet"), *self._formats()),
            Fieldset(
                _("Where and when"),
                Row(
                    Column("region", css_class="col-md-5"),
                    Column("time_zone", css_class="col-md-7"),
                ),
                "meeting_ways",
                *(name for name in ("times",) if name in self.fields),
                "languages",
            ),
            Fieldset(_("Somebody you have in mind"), *WISH_FIELDS),
            Fieldset(_("What you agree to"), *promised),
        )

    def _ask_formats(self, offered: QuerySet[Format]) -> None:
        """Add the question on the kinds of mentoring, in the role's own way."""
        raise NotImplementedError

    def prefer(self, option: Format) -> None:
        """Show an offered format as chosen; the person can choose otherwise."""
        raise NotImplementedError

    def _topics(self) -> list[str | LayoutObject]:
        """The question on topics, as the layout has it."""
        raise NotImplementedError

    def _formats(self) -> list[str | LayoutObject]:
        """The question on kinds of mentoring, as the layout has it."""
        raise NotImplementedError

    def _ask_wishes(self) -> None:
        before = [str(wish) for wish in self._choices_before("wishes")]
        first = {
            Role.MENTEE: _("A mentor you would like"),
            Role.MENTOR: _("A mentee you would like"),
        }[self.role]
        labels = [first, _("Another one"), _("And another one")]
        for place, (name, label) in enumerate(zip(WISH_FIELDS, labels, strict=True)):
            self.fields[name] = LineField(
                label=label,
                required=False,
                max_length=200,
                initial=before[place] if place < len(before) else None,
            )
        self.fields[WISH_FIELDS[0]].help_text = _(
            "Somebody you met at the orientation, for example: give a name or an e-mail address. "
            "Only the committee reads it, and it can promise nothing."
        )

    def _choices_before(self, name: str) -> QuerySet | list:
        """Rows that belong to the application that is being changed; a new one has none."""
        return getattr(self.instance, name).all() if self.instance.pk else []

    def _save_m2m(self) -> None:
        super()._save_m2m()
        note_employer(self.instance)
        self._save_wishes()

    def _save_wishes(self) -> None:
        texts = list(filter(None, (self.cleaned_data[name] for name in WISH_FIELDS)))
        # One that stays keeps what the committee found out about it.
        self.instance.wishes.exclude(wanted_name_or_email__in=texts).delete()
        kept = set(self.instance.wishes.values_list("wanted_name_or_email", flat=True))
        Wish.objects.bulk_create(
            Wish(application=self.instance, wanted_name_or_email=text)
            for text in dict.fromkeys(texts)
            if text not in kept
        )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def earlier_applications(self) -> ApplicationQuerySet:
        """What this address sent before for the same cohort and role: none or one."""
        return self.instance.cohort.applications.filter(role=self.role).from_address(
            self.cleaned_data["email"]
        )
