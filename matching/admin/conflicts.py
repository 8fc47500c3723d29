"""Conflicts: where the committee names two people who must not be paired."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest

from matching.models import Conflict, Pairing
from signups.admin.scoped import CommitteeAdmin
from signups.models import Application


class PersonField(forms.ModelChoiceField):
    """A person with their cohort: people apply to several."""

    def label_from_instance(self, application: Application) -> str:
        return f"{application} ({application.cohort}, {application.email})"


@admin.register(Conflict)
class ConflictAdmin(CommitteeAdmin):
    """A conflict is named or taken back; whom it is about does not change."""

    list_display = ["pair", "reason", "words", "made_by", "made_at"]
    list_select_related = ["mentee__cohort__program", "mentor", "made_by"]
    list_filter = ["reason", ("mentee__cohort", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["mentee__name", "mentor__name"]
    fields = ["mentee", "mentor", "reason", "words", "made_by", "made_at"]

    @admin.display(description="Mentee and mentor", ordering="mentee__name")
    def pair(self, conflict: Conflict) -> str:
        return f"{conflict.mentee} and {conflict.mentor}"

    def get_readonly_fields(self, request: HttpRequest, obj: Conflict | None = None) -> list[str]:
        return ["made_by", "made_at"] if obj is None else ["mentee", "mentor", "made_by", "made_at"]

    def get_fields(self, request: HttpRequest, obj: Conflict | None = None) -> list[str]:
        return self.fields[:-2] if obj is None else self.fields

    def formfield_for_foreignkey(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> forms.ModelChoiceField:
        if db_field.name in ("mentee", "mentor"):
            kwargs |= {"form_class": PersonField, "empty_label": "Choose a person"}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_field_queryset(
        self, db: str | None, db_field: Field, request: HttpRequest
    ) -> QuerySet | None:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name in ("mentee", "mentor"):
            return rows.considered().select_related("cohort__program").order_by("name", "pk")
        return rows

    def save_model(
        self, request: HttpRequest, obj: Conflict, form: forms.ModelForm, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        obj.name(by=request.user)
        together = Pairing.objects.filter(mentee=obj.mentee_id, mentor=obj.mentor_id)
        if together.awaiting_review().exists():
            self.message_user(
                request,
                "These two are proposed as a pair. Reject it: no later run proposes it again.",
                messages.WARNING,
            )
        elif together.standing().exists():
            self.message_user(
                request,
                "These two are an approved pair. What was decided stays until you end it.",
                messages.WARNING,
            )

    def get_deleted_objects(
        self, objs: QuerySet[Model], request: HttpRequest
    ) -> tuple[list, dict, set, list]:
        # Nothing hangs on a conflict; the page before deleting names the two people.
        _, counts, needed, protected = super().get_deleted_objects(objs, request)
        return [self.pair(conflict) for conflict in objs], counts, needed, protected
