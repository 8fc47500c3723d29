"""The admin as a committee sees it: the rows of its own programs and nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from signups.models import CommitteeQuerySet


def visible_rows(rows: QuerySet, request: HttpRequest) -> QuerySet:
    """``rows`` as far as the person may see them; rows without a program are for everyone."""
    return rows.visible_to(request.user) if isinstance(rows, CommitteeQuerySet) else rows


class _VisibleRowsOnly:
    """What lists, forms and inlines have in common: both sides of every relation are scoped."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return visible_rows(super().get_queryset(request), request)

    def get_field_queryset(
        self, db: str | None, db_field: Field, request: HttpRequest
    ) -> QuerySet | None:
        # Without this the choices of a foreign key would name other committees' rows.
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.using(db)
        return visible_rows(rows.all(), request)


class CommitteeAdmin(_VisibleRowsOnly, admin.ModelAdmin):
    """For models whose rows belong to a program."""


class CommitteeInline(_VisibleRowsOnly, admin.TabularInline):
    """For rows edited on the page of what they belong to."""

    extra = 0


class DecidedElsewhereAdmin(CommitteeAdmin):
    """For rows that people read and decide by action, but never type in by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
