"""What counts in a program: the committee's importances and goals, one page per program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from matching.models import CriterionSetting, GoalSetting, MatchSettings
from signups.admin.scoped import CommitteeAdmin, CommitteeInline
from signups.models import Program

NO_DATA_YET = "No data yet, so it counts for nothing."


class SettingForm(forms.ModelForm):
    """One row; what the site has no data for is shown and cannot be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The table names rows and columns, and no single field.
            field.widget.attrs["aria-label"] = f"{self.instance} {field.label}"
            if not self.instance.has_data:
                field.disabled = True


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
        if not positions and not any(form.errors for form in self.forms):
            raise ValidationError("Give at least one goal a number; 1 comes first.")


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

    @admin.display(description="Note")
    def note(self, row: CriterionSetting | GoalSetting) -> str:
        return "" if row.has_data else NO_DATA_YET


class CriterionInline(SettingInline):
    model = CriterionSetting
    fields = ["importance", "is_required", "note"]
    readonly_fields = ["note"]


class GoalInline(SettingInline):
    model = GoalSetting
    formset = GoalFormSet
    fields = ["position", "note"]
    readonly_fields = ["note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GoalSetting]:
        # What counts first, on either database.
        return super().get_queryset(request).order_by(F("position").asc(nulls_last=True), "pk")


@admin.register(MatchSettings)
class MatchSettingsAdmin(CommitteeAdmin):
    """One row per program, made when it is first looked for."""

    list_display = ["program"]
    list_select_related = ["program"]
    fields = ["program", "needs_two_to_approve"]
    readonly_fields = ["program"]
    inlines = [CriterionInline, GoalInline]

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
