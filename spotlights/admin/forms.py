"""The form in which a spotlight is written, and the rows on its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from signups.admin.scoped import CommitteeInline
from spotlights.forms import PictureField
from spotlights.models import InterviewQuestion, Spotlight, SpotlightLink
from spotlights.pictures import MAX_MB, keep

# Where a row comes that has no number: after all that have one.
LAST = 32_000
STEP = 10


class SpotlightForm(forms.ModelForm):
    """A spotlight as it is edited; what somebody else saved meanwhile is not written over."""

    agrees_to_changes = forms.BooleanField(
        required=False,
        label="They agree to the changes too",
        help_text="The text was changed after the day above. Tick this if they have told you, in "
        "another way than by the link, that they agree to it as it stands now.",
    )

    portrait_file = PictureField(
        label="Portrait",
        required=False,
        help_text=f"JPEG, PNG or WebP, up to {MAX_MB} MB. It is made smaller, and where and with "
        "what it was taken is taken out. A new one replaces the one before.",
    )
    remove_portrait = forms.BooleanField(label="Take the portrait away", required=False)

    class Meta:
        widgets = {
            # Django's own box of two lists needs a script, and styles that our policy forbids.
            "topics": forms.CheckboxSelectMultiple,
            "summary": AdminTextareaWidget(attrs={"rows": 3}),
            "pull_quote": AdminTextareaWidget(attrs={"rows": 2}),
            "body": AdminTextareaWidget(attrs={"rows": 20}),
        }

    # Up to which change whoever sent the form had seen the spotlight.
    seen_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        stays = self.instance.portrait and not cleaned.get("remove_portrait")
        # The constraint that says so is not validated: the picture itself is no field here.
        if (cleaned.get("portrait_file") or stays) and not cleaned.get("portrait_alt"):
            self.add_error(
                "portrait_alt", "Say what the portrait shows, for people who cannot see it."
            )
        seen = self.data.get("seen", "")
        if self.instance.pk and seen and seen != self.instance.updated_at.isoformat():
            self.seen_at = _moment(seen)
            raise ValidationError(
                "Not saved yet: somebody else changed this spotlight while you were writing. What "
                "changed stands above, and all that you wrote is still here below. Save again to "
                "keep it as you have it.",
                code="stale",
            )
        return cleaned

    def place_portrait(self, spotlight: Spotlight) -> bool:
        """Give ``spotlight`` the portrait that was chosen, or none; whether that changed it.

        Its fields are saved by the caller, in a transaction.
        """
        image = self.cleaned_data.get("portrait_file")
        if image:
            spotlight.show(keep(image))
        elif self.cleaned_data.get("remove_portrait") and spotlight.portrait:
            spotlight.show(None)
        else:
            return False
        return True


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


class OrderedRowForm(forms.ModelForm):
    """A row with a place in an order; one without a number comes last."""

    position = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LAST,
        label="order",
        help_text="Empty: at the end. To move a row, give it a number between two others.",
        widget=forms.NumberInput(attrs={"class": "row-order"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["position"] = None

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        return LAST if position is None else position

    def has_changed(self) -> bool:
        # An empty row with nothing but its number is no row.
        return any(name != "position" for name in self.changed_data) or (
            self.instance.pk is not None and super().has_changed()
        )


class OrderedFormSet(BaseInlineFormSet):
    """Rows in order; their numbers are made anew each time, with room between them."""

    def save(self, commit: bool = True) -> list:
        saved = super().save(commit=commit)
        if commit:
            self.renumber()
        return saved

    def renumber(self) -> None:
        rows = self.model.objects.filter(**{self.fk.name: self.instance})
        for place, row in enumerate(rows.order_by("position", "pk"), start=1):
            if row.position != place * STEP:
                self.model.objects.filter(pk=row.pk).update(position=place * STEP)


class QuestionInline(CommitteeInline, admin.StackedInline):
    model = InterviewQuestion
    form = OrderedRowForm
    formset = OrderedFormSet
    fields = ["question", "answer", "position"]
    template = "admin/edit_inline/stacked.html"
    # Rows to write into where there is no script to add one.
    extra = 2


# Stacked as well: the fields of Django's tables have no label of their own.
class LinkInline(CommitteeInline, admin.StackedInline):
    model = SpotlightLink
    form = OrderedRowForm
    formset = OrderedFormSet
    fields = [("label", "url"), "position"]
    template = "admin/edit_inline/stacked.html"
    extra = 1
