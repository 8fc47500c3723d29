"""What mentors are asked: topics and kinds of mentoring, with years and places, and a capacity."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from signups.forms.applications import ApplicationForm, menu_entry
from signups.forms.choices import PLACES, YEARS, Numbers, TicksWithNumbers, numbers_before
from signups.forms.fields import OptionsField
from signups.models import Cohort, Format, Role
from signups.models.applications import MAX_CAPACITY
from signups.models.choices import MAX_YEARS


class FormatsField(OptionsField):
    def label_from_instance(self, option: Format) -> str:
        return menu_entry(option)


class MentorApplicationForm(ApplicationForm):
    """Ticks any number of topics and formats and says for how many mentees there is a place."""

    role = Role.MENTOR
    topics_legend = _("What you can help with")
    topic_fields = ["topics"]

    class Meta(ApplicationForm.Meta):
        fields = [*ApplicationForm.Meta.fields, "topics", "formats", "capacity"]
        field_classes = {"formats": FormatsField}
        widgets = ApplicationForm.Meta.widgets | {}

    capacity = forms.TypedChoiceField(
        label=_("How many mentees could you take?"),
        help_text=_("In all, one to one. A circle or group counts by itself."),
        choices=[(n, str(n)) for n in range(1, MAX_CAPACITY + 1)],
        coerce=int,
        initial=1,
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        self.fields["topics"].label = _("Topics you could help a mentee with")
        self.fields["topics"].help_text = _("If you like, add how many years you have done it.")
        self.fields["other_library_types"].label = _("Other kinds of library you know from work")
        self.fields["formats"].label = _("Which kinds of mentoring do you offer?")
        self.fields["formats"].help_text = _("If you like, add how many places you have in each.")
        self.fields["statement"].label = _("What you would bring to a mentee")
        self.fields["statement"].help_text = _(
            "A few sentences. The committee reads them, and so does your mentee."
        )

    def _ask_formats(self, offered: QuerySet[Format]) -> None:
        topics = self.instance.cohort.program.topics.offered()
        self.fields["topics"].queryset, self.fields["formats"].queryset = topics, offered
        years = numbers_before(self._choices_before("topic_choices"), "topic_id", "years")
        places = numbers_before(self._choices_before("format_choices"), "format_id", "places")
        self.numbers = {
            "topics": Numbers(
                "topics",
                topics,
                unit=YEARS,
                least=0,
                most={topic.pk: MAX_YEARS for topic in topics},
                before=years,
            ),
            "formats": Numbers(
                "formats",
                offered,
                unit=PLACES,
                least=1,
                most={f.pk: f.greatest_size if f.is_group else MAX_CAPACITY for f in offered},
                before=places,
            ),
        }
        for numbers in self.numbers.values():
            self.fields.update(numbers.fields)

    def prefer(self, option: Format) -> None:
        self.initial["formats"] = [option.pk]

    def _topics(self) -> list[str | LayoutObject]:
        return [TicksWithNumbers(self.numbers["topics"])]

    def _formats(self) -> list[str | LayoutObject]:
        return [TicksWithNumbers(self.numbers["formats"]), "capacity"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for numbers in self.numbers.values():
            numbers.check(self)
        self._check_places()
        return data

    def _check_places(self) -> None:
        """Refuse more places in a kind of mentoring than there are mentees in all."""
        capacity = self.cleaned_data.get("capacity")
        numbers = self.numbers["formats"]
        for option in self.cleaned_data.get("formats") or []:
            name = numbers.names[option.pk]
            places = self.cleaned_data.get(name)
            if capacity and places and not option.is_group and places > capacity:
                self.add_error(
                    name,
                    ngettext(
                        "You take %(n)d mentee in all: give no more than that here, or more below.",
                        "You take %(n)d mentees in all: give no more than that here, or more "
                        "below.",
                        capacity,
                    )
                    % {"n": capacity},
                )

    def _save_m2m(self) -> None:
        super()._save_m2m()
        for choices, numbers, option, number in (
            (self.instance.topic_choices, self.numbers["topics"], "topic_id", "years"),
            (self.instance.format_choices, self.numbers["formats"], "format_id", "places"),
        ):
            given = numbers.given(self)
            rows = list(choices.all())
            for row in rows:
                setattr(row, number, given[getattr(row, option)])
            choices.model.objects.bulk_update(rows, [number])
