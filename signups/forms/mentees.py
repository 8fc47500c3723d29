"""What mentees are asked: their topics and the kinds of mentoring, ranked."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from signups.forms.applications import ApplicationForm, menu_entry
from signups.forms.choices import ORDINALS, check_ranks
from signups.forms.fields import OptionsInList
from signups.models import Cohort, Format, FormatChoice, Role, Topic, TopicChoice
from signups.models.choices import MAX_RANKED_FORMATS, MAX_RANKED_TOPICS


class RankedFormatField(forms.ModelChoiceField):
    widget = OptionsInList

    def label_from_instance(self, option: Format) -> str:
        return menu_entry(option)


class TopicField(forms.ModelChoiceField):
    widget = OptionsInList


class MenteeApplicationForm(ApplicationForm):
    """Ranks up to three topics."""

    role = Role.MENTEE
    topics_legend = _("What you would like to work on")
    topic_fields = [f"topic_{rank}" for rank in range(1, MAX_RANKED_TOPICS + 1)]

    topic_1 = TopicField(
        Topic.objects.none(), label=_("What you want most"), empty_label=_("Choose a topic")
    )
    topic_2 = TopicField(
        Topic.objects.none(),
        label=_("Your second choice"),
        required=False,
        empty_label=_("No second choice"),
    )
    topic_3 = TopicField(
        Topic.objects.none(),
        label=_("Your third choice"),
        required=False,
        empty_label=_("No third choice"),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        for rank, name in enumerate(self.topic_fields, start=1):
            self.fields[name].queryset = cohort.program.topics.offered()
            self.fields[name].initial = self._ranked_before().get(rank)
        self.fields["other_library_types"].label = _("Kinds of library you would like to know")
        self.fields["statement"].label = _("What you hope for, and where you are now")
        self.fields["statement"].help_text = _(
            "A few sentences. The committee reads them, and so does your mentor."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_ranks(
            self,
            self.ranked["topics"],
            twice=_("You chose this topic already: choose another, or none."),
        )
        check_ranks(
            self,
            self.ranked["formats"],
            twice=_("You chose this kind of mentoring already: choose another, or none."),
        )
        return data

    def _ask_formats(self, offered: QuerySet[Format]) -> None:
        before = [choice.format_id for choice in self._choices_before("format_choices")]
        # Who was asked to tick, not to rank, may have more of them than are asked for now.
        n_asked = min(max(MAX_RANKED_FORMATS, len(before)), max(offered.count(), 1))
        names = [f"format_{rank}" for rank in range(1, n_asked + 1)]
        for rank, name in enumerate(names):
            ordinal = ORDINALS[rank]
            self.fields[name] = RankedFormatField(
                offered,
                label=_("%(ordinal)s kind of mentoring you would accept")
                % {"ordinal": ordinal.capitalize()}
                if rank
                else _("Kind of mentoring you would like most"),
                required=rank == 0,
                empty_label=_("No %(ordinal)s choice") % {"ordinal": ordinal}
                if rank
                else _("Choose one"),
                initial=before[rank] if rank < len(before) else None,
            )
        self.ranked = {"topics": self.topic_fields, "formats": names}

    def prefer(self, option: Format) -> None:
        self.initial["format_1"] = option.pk

    def _topics(self) -> list[str | LayoutObject]:
        return [*self.topic_fields]

    def _formats(self) -> list[str | LayoutObject]:
        return [*self.ranked["formats"]]

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
        self.instance.format_choices.all().delete()
        FormatChoice.objects.bulk_create(
            FormatChoice(application=self.instance, format=self.cleaned_data[name], rank=rank)
            for rank, name in enumerate(self.ranked["formats"], start=1)
            if self.cleaned_data[name]
        )
