"""The intake forms: one design for every program, cohort and role."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.html import escape

from signups.employers import note_employer
from signups.forms.fields import OptionsField, field_for
from signups.models import Application, Cohort, Format, Role, Topic, TopicChoice
from signups.models.applications import MAX_CAPACITY, ApplicationQuerySet
from signups.models.choices import MAX_RANKED_TOPICS

# What is said where an answer is missing; see also each field's own sentence below.
MISSING = {
    "name": "Tell us your name.",
    "email": "Give the address at which we can write to you.",
    "membership_number": "Give your membership number; you find it on your membership card.",
    "career_stage": "Choose the stage that fits best.",
    "library_type": "Choose the kind of library you work in; “Other” is fine.",
    "region": "Choose where you are.",
    "time_zone": "Choose your time zone.",
    "meeting_ways": "Tick at least one way of meeting.",
    "languages": "Tick at least one language.",
    "formats": "Tick at least one kind of mentoring.",
    "statement": "Write a few sentences; your partner reads them.",
    "topic_1": "Choose the topic you want most.",
    "topics": "Tick at least one topic.",
    "capacity": "Say how many mentees you could take.",
    "promises_orientation": "Tick the box if you can attend: everyone who takes part does.",
    "agrees_to_rules": "Tick the box if you agree to the rules of the program.",
}

# The program's lists that the form offers; see also signups/models/options.py.
OPTION_FIELDS = {
    "career_stage": "careerstages",
    "library_type": "librarytypes",
    "other_library_types": "librarytypes",
    "region": "regions",
    "meeting_ways": "meetingways",
    "languages": "languages",
    "formats": "formats",
}


class FormatChoiceField(OptionsField):
    """Entries of the Menu of Options, each with what it is."""

    def label_from_instance(self, option: Format) -> str:
        kind = "formal" if option.is_formal else "informal"
        return f"{option.name} ({kind}{f', {option.takes}' if option.takes else ''})"


class ApplicationForm(forms.ModelForm):
    """What both roles are asked; the role's own questions are in the subclasses.

    What differs between programs comes from the rows of program and cohort: the lists to choose
    from, a membership number, a promise to attend orientation.
    """

    role: Role
    topic_fields: list[str]

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
            "formats",
            "topics_in_own_words",
            "statement",
            "promises_orientation",
            "agrees_to_rules",
        ]
        formfield_callback = field_for
        field_classes = {"formats": FormatChoiceField}
        widgets = {
            "other_library_types": forms.CheckboxSelectMultiple,
            "meeting_ways": forms.CheckboxSelectMultiple,
            "languages": forms.CheckboxSelectMultiple,
            "formats": forms.CheckboxSelectMultiple,
            "topics_in_own_words": forms.Textarea(attrs={"rows": 3}),
            "statement": forms.Textarea(attrs={"rows": 7}),
        }
        labels = {
            "name": "Your name",
            "pronouns": "Your pronouns",
            "library_type": "Kind of library you work in now",
            "topics_in_own_words": "Anything to add about these topics?",
            "region": "Where you are",
            "time_zone": "Your time zone",
            "meeting_ways": "Ways of meeting that suit you",
            "languages": "Languages you would be glad to talk in",
        }
        help_texts = {
            "email": "We write to this address; make sure that you can read it for some months.",
            "employer": "Two people of one employer are not paired, unless the program says so.",
        }

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.cohort = cohort
        self.instance.role = self.role
        program = cohort.program
        for name, list_name in OPTION_FIELDS.items():
            self.fields[name].queryset = getattr(program, list_name).offered()
        self.fields["time_zone"].initial = program.time_zone
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["employer"].widget.attrs["autocomplete"] = "organization"
        self.fields["position_title"].widget.attrs["autocomplete"] = "organization-title"
        for name in MISSING.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = MISSING[name]
        for name in ("career_stage", "library_type", "region"):
            self.fields[name].empty_label = "Choose one"
        self._ask_what_the_program_asks(cohort)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page holds several forms in one, and one token
        self.helper.layout = self._layout()
        # Faults are listed in the order of the page.
        self.order_fields([pointer.name for pointer in self.helper.layout.get_field_names()])
        if self.instance.pk:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "To change it, please write to the committee."

    def _ask_what_the_program_asks(self, cohort: Cohort) -> None:
        program = cohort.program
        if program.membership_of:
            field = self.fields["membership_number"]
            field.required = True
            field.label = f"Membership number ({program.membership_of})"
        else:
            del self.fields["membership_number"]
        if cohort.orientation:
            field = self.fields["promises_orientation"]
            field.required = True
            field.label = "I will attend the orientation"
            field.help_text = escape(cohort.orientation)
        else:
            del self.fields["promises_orientation"]
        field = self.fields["agrees_to_rules"]
        field.required = True
        field.label = f"I agree to the rules of {program}"
        field.help_text = escape(program.rules)

    def _layout(self) -> Layout:
        asked = [name for name in ("membership_number",) if name in self.fields]
        promised = [
            name for name in ("promises_orientation", "agrees_to_rules") if name in self.fields
        ]
        return Layout(
            Fieldset(
                "About you",
                Row(Column("name", css_class="col-md-8"), Column("pronouns", css_class="col-md-4")),
                "email",
                Row(
                    Column("position_title", css_class="col-md-6"),
                    Column("employer", css_class="col-md-6"),
                ),
                *asked,
            ),
            Fieldset("Your work", "career_stage", "library_type", "other_library_types"),
            Fieldset(self.topics_legend, *self.topic_fields, "topics_in_own_words", "statement"),
            Fieldset("How you would like to meet", "formats", *self.capacity_fields),
            Fieldset(
                "Where and when",
                Row(
                    Column("region", css_class="col-md-6"),
                    Column("time_zone", css_class="col-md-6"),
                ),
                "meeting_ways",
                "languages",
            ),
            Fieldset("What you agree to", *promised),
        )

    capacity_fields: list[str] = []

    def _save_m2m(self) -> None:
        super()._save_m2m()
        note_employer(self.instance)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def earlier_applications(self) -> ApplicationQuerySet:
        """What this address sent before for the same cohort and role: none or one."""
        return self.instance.cohort.applications.filter(role=self.role).from_address(
            self.cleaned_data["email"]
        )


class MenteeApplicationForm(ApplicationForm):
    """Ranks up to three topics."""

    role = Role.MENTEE
    topics_legend = "What you would like to work on"
    topic_fields = [f"topic_{rank}" for rank in range(1, MAX_RANKED_TOPICS + 1)]

    topic_1 = forms.ModelChoiceField(
        Topic.objects.none(), label="What you want most", empty_label="Choose a topic"
    )
    topic_2 = forms.ModelChoiceField(
        Topic.objects.none(),
        label="Your second choice",
        required=False,
        empty_label="No second choice",
    )
    topic_3 = forms.ModelChoiceField(
        Topic.objects.none(),
        label="Your third choice",
        required=False,
        empty_label="No third choice",
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        for rank, name in enumerate(self.topic_fields, start=1):
            self.fields[name].queryset = cohort.program.topics.offered()
            self.fields[name].initial = self._ranked_before().get(rank)
        self.fields["other_library_types"].label = "Kinds of library you would like to know"
        self.fields["formats"].label = "Which kinds of mentoring would you accept?"
        self.fields["statement"].label = "What you hope for, and where you are now"
        self.fields[
            "statement"
        ].help_text = "A few sentences. The committee reads them, and so does your mentor."

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = [data.get(name) for name in self.topic_fields]
        if chosen[2] and not chosen[1]:
            self.add_error("topic_2", "You gave a third choice: give a second one, or move it up.")
        for rank, name in enumerate(self.topic_fields):
            if chosen[rank] and chosen[rank] in chosen[:rank]:
                self.add_error(name, "You chose this topic already: choose another, or none.")
        return data

    def _ranked_before(self) -> dict[int, int]:
        """The topics of the application that is being changed, by rank."""
        if self.instance.pk is None:
            return {}
        return dict(self.instance.topic_choices.values_list("rank", "topic_id"))

    def _save_m2m(self) -> None:
        super()._save_m2m()
        self.instance.topic_choices.all().delete()
        TopicChoice.objects.bulk_create(
            TopicChoice(application=self.instance, topic=self.cleaned_data[name], rank=rank)
            for rank, name in enumerate(self.topic_fields, start=1)
            if self.cleaned_data[name]
        )


class MentorApplicationForm(ApplicationForm):
    """Ticks any number of topics and says for how many mentees there is a place."""

    role = Role.MENTOR
    topics_legend = "What you can help with"
    topic_fields = ["topics"]
    capacity_fields = ["capacity"]

    class Meta(ApplicationForm.Meta):
        fields = [*ApplicationForm.Meta.fields, "topics", "capacity"]
        widgets = ApplicationForm.Meta.widgets | {"topics": forms.CheckboxSelectMultiple}

    capacity = forms.TypedChoiceField(
        label="How many mentees could you take?",
        choices=[(n, str(n)) for n in range(1, MAX_CAPACITY + 1)],
        coerce=int,
        initial=1,
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        self.fields["topics"].queryset = cohort.program.topics.offered()
        self.fields["topics"].label = "Topics you could help a mentee with"
        self.fields["other_library_types"].label = "Other kinds of library you know from work"
        self.fields["formats"].label = "Which kinds of mentoring do you offer?"
        self.fields["statement"].label = "What you would bring to a mentee"
        self.fields[
            "statement"
        ].help_text = "A few sentences. The committee reads them, and so does your mentee."


APPLICATION_FORMS: dict[Role, type[ApplicationForm]] = {
    form.role: form for form in (MenteeApplicationForm, MentorApplicationForm)
}
