"""What counts in a program: the committee's importances and goals, one page per program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from matching.engine.tiers import Tier
from matching.models import CriterionSetting, GoalSetting, MatchSettings, WhatCounts
from matching.models.settings import GOAL_LABELS, KeepLast
from matching.preview import preview_of
from signups.admin.scoped import CommitteeAdmin, CommitteeInline
from signups.models import Program

NOT_REQUIRED = (
    "Cannot be required: a pair would then tell what the two answered about themselves, and a "
    "mentee left without a mentor that they had a wish. All its points are shown for every pair."
)


class SettingForm(forms.ModelForm):
    """One row of a table that names its rows and columns, and no single field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{self.instance} {field.label}"


class CriterionForm(SettingForm):
    """A criterion; what must not be required cannot be ticked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_required" in self.fields:
            self.fields["is_required"].disabled = not self.instance.can_be_required


class SettingsForm(forms.ModelForm):
    """What counts beside the criteria and goals; a preview reads it and saves nothing."""

    is_preview = False

    def is_valid(self) -> bool:
        # The admin saves what is valid, and shows again, as it was typed, what is not.
        return super().is_valid() and not self.is_preview


class GoalFormSet(forms.BaseInlineFormSet):
    """The goals together: some order, and each place in it taken once."""

    def clean(self) -> None:
        super().clean()
        positions = [
            form.cleaned_data["position"]
            for form in self.forms
            if form.cleaned_data.get("position") is not None
        ]
        twice = sorted({str(number) for number in positions if positions.count(number) > 1})
        if twice:
            raise ValidationError(
                f"Two goals have the number {' and '.join(twice)}. Give each a number of its own; "
                "leave empty what does not count."
            )
        if any(form.errors for form in self.forms):
            return
        if not positions:
            raise ValidationError("Give at least one goal a number; 1 comes first.")
        counting = {
            form.instance.goal
            for form in self.forms
            if form.cleaned_data.get("position") is not None
        }
        if self.instance.spread_points and Tier.SHORTFALL not in counting:
            raise ValidationError(
                f"The price of a second mentee is weighed within the goal "
                f"“{GOAL_LABELS[Tier.SHORTFALL]}” Give that goal a number, or set the price to 0."
            )


class SettingInline(CommitteeInline):
    """Rows that exist for every program: changed by whoever may change the settings."""

    form = SettingForm
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("matching.view_matchsettings")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("matching.change_matchsettings")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CriterionInline(SettingInline):
    model = CriterionSetting
    form = CriterionForm
    fields = ["importance", "is_required", "note"]
    readonly_fields = ["note"]

    @admin.display(description="Note")
    def note(self, row: CriterionSetting) -> str:
        return "" if row.can_be_required else NOT_REQUIRED


class GoalInline(SettingInline):
    model = GoalSetting
    formset = GoalFormSet
    fields = ["position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GoalSetting]:
        # What counts first, on either database.
        return super().get_queryset(request).order_by(F("position").asc(nulls_last=True), "pk")


def _counts_in(
    form: SettingsForm, criteria: forms.BaseInlineFormSet, goals: forms.BaseInlineFormSet
) -> WhatCounts:
    """What valid forms say counts, saved or not."""
    rows = [(one.instance, one.cleaned_data) for one in criteria.forms]
    numbered = [
        (one.cleaned_data["position"], one.instance.goal)
        for one in goals.forms
        if one.cleaned_data.get("position") is not None
    ]
    return WhatCounts(
        importances={row.criterion: cleaned["importance"] for row, cleaned in rows},
        required=[row.criterion for row, cleaned in rows if cleaned["is_required"]],
        goals=[goal for _, goal in sorted(numbered)],
        keep_last=KeepLast(form.cleaned_data["keep_last"]),
        spread_points=form.cleaned_data["spread_points"],
    )


@admin.register(MatchSettings)
class MatchSettingsAdmin(CommitteeAdmin):
    """One row per program, made when it is first looked for."""

    form = SettingsForm
    list_display = ["program"]
    list_select_related = ["program"]
    fields = ["program", "needs_two_to_approve", "keep_last", "spread_points"]
    radio_fields = {"keep_last": admin.VERTICAL}
    readonly_fields = ["program"]
    inlines = [CriterionInline, GoalInline]
    change_form_template = "admin/matching/matchsettings/change_form.html"

    class Media:
        js = ["importance.js"]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[SettingsForm]:
        form = super().get_form(request, *args, **kwargs)
        form.is_preview = "_preview" in request.POST
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        if form.is_bound and form.is_preview and not context["errors"]:
            program = form.instance.program
            context["preview"] = preview_of(
                program, MatchSettings.objects.what_counts(program), _counts_in(form, *formsets)
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MatchSettings | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        if self.has_change_permission(request):
            for program in Program.objects.visible_to(request.user).filter(match_settings=None):
                MatchSettings.objects.for_program(program)
        return super().changelist_view(request, extra_context)
