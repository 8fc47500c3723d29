"""The admin as a committee sees it: the rows of its own programs and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.db.models.options import Options
from django.forms import Field as FormField
from django.forms import Form
from django.forms.models import BaseInlineFormSet, _get_foreign_key
from django.forms.utils import pretty_name
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from timezone_field import TimeZoneField

from signups.forms.zones import ZoneField
from signups.history import changes_of
from signups.models import CommitteeQuerySet, ReviewError
from signups.second_texts import second_texts_of

IN_SPANISH = "In Spanish (optional)"
FOLDED = {
    "classes": ["collapse"],
    "description": "For those who read the site in Spanish, and in the letters to them. Where "
    "nothing is said here, they are shown the text above.",
}


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


class _InSpanishBeside:
    """For rows edited in a table or below others: each Spanish text comes after its first."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list:
        texts = second_texts_of(self.model)
        fieldsets = []
        for title, options in super().get_fieldsets(request, obj):
            fields = []
            for field in options["fields"]:
                if field not in texts.values():
                    fields += [field, texts[field]] if field in texts else [field]
            fieldsets.append((title, options | {"fields": fields}))
        return fieldsets


class _InSpanishBelow:
    """For pages of one row: its Spanish texts are together, folded up until they are wanted."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list:
        texts = second_texts_of(self.model)
        fieldsets = [
            (title, options | {"fields": [x for x in options["fields"] if x not in texts.values()]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        shown = flatten_fieldsets(fieldsets)
        second = [texts[field] for field in shown if field in texts]
        return [*fieldsets, (IN_SPANISH, FOLDED | {"fields": second})] if second else fieldsets


class CommitteeAdmin(_InSpanishBelow, _VisibleRowsOnly, admin.ModelAdmin):
    """For models whose rows belong to a program; those of other programs are not found."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list filters by: any other condition would tell of what is not shown.

        Django itself allows one on every field, and on every relation's being there.
        """
        filters = [_name_of_filter(one) for one in self.get_list_filter(request)]
        shown = [name for name in [*filters, self.date_hierarchy] if name]
        is_shown = any(lookup == name or lookup.startswith(f"{name}__") for name in shown)
        return is_shown and super().lookup_allowed(lookup, value, request)

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **options: Any
    ) -> FormField | None:
        if isinstance(db_field, TimeZoneField):
            options["choices_form_class"] = ZoneField
        return super().formfield_for_choice_field(db_field, request, **options)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """What was done here, with what it was before, for who may see the row as it is."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        changes = changes_of(histories_of(self, request, row))
        return super().history_view(
            request, object_id, {"changes": changes} | (extra_context or {})
        )

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Options, object_id: str
    ) -> HttpResponse:
        # Django would send people home with a message; tests hold that this is still asked.
        raise Http404


def histories_of(room: admin.ModelAdmin, request: HttpRequest, row: Model) -> list[QuerySet]:
    """What is kept of a row's changes, and of those of rows that are edited on its page."""
    found = []
    if hasattr(room.model, "history"):
        found.append(room.model.history.filter(**{row._meta.pk.name: row.pk}))
    for inline in room.get_inline_instances(request, row):
        if hasattr(inline.model, "history"):
            parent = _get_foreign_key(room.model, inline.model).name
            found.append(inline.model.history.filter(**{parent: row.pk}))
    return found


def _name_of_filter(one: str | tuple[str, type] | type[admin.SimpleListFilter]) -> str:
    """How an address names a list filter: a field, or the parameter of a filter of our own."""
    if isinstance(one, tuple):
        return one[0]
    return one if isinstance(one, str) else one.parameter_name


class TableOfRows(BaseInlineFormSet):
    """Rows edited in a table: each field is named by its column, also for those who hear it."""

    def add_fields(self, form: Form, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = field.label or pretty_name(name)
            field.widget.attrs.setdefault("aria-label", capfirst(label))


class CommitteeInline(_InSpanishBeside, _VisibleRowsOnly, admin.TabularInline):
    """For rows edited on the page of what they belong to."""

    extra = 0
    formset = TableOfRows


class ReviewAdmin(CommitteeAdmin):
    """For rows that a committee reads and decides by action, but never types in by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Model:
        """The row that a page of its own is about; other committees' rows are not found."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def decide_each(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        decide: Callable[..., None],
        *,
        verb: str,
        done: str,
    ) -> HttpResponse | None:
        """Show the rows and their number first; once confirmed, decide each and say the result.

        ``decide(row, by=user)`` raises ReviewError when it cannot be done; the other rows are
        decided all the same, each in its own transaction.
        """
        if "confirmed" not in request.POST:
            return self.confirmation_page(request, queryset, verb=verb)
        count = 0
        for row in queryset:
            try:
                decide(row, by=request.user)
            except ReviewError as error:
                self.message_user(request, str(error), messages.WARNING)
            else:
                self.log_change(request, row, f"{done.capitalize()}.")
                count += 1
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count} of {len(queryset)} {done}.", level)
        return None

    def confirmation_page(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        *,
        verb: str,
        consequence: str = "",
        form: Form | None = None,
    ) -> TemplateResponse:
        """The page before an action, which states how many rows it is about.

        ``form`` holds what else has to be said with the decision.
        """
        rows = list(queryset)
        noun = self.opts.verbose_name if len(rows) == 1 else self.opts.verbose_name_plural
        context = self.admin_site.each_context(request) | {
            "title": f"{verb.capitalize()} {len(rows)} {noun}?",
            "opts": self.opts,
            "rows": rows,
            "action": request.POST["action"],
            "verb": verb,
            "consequence": consequence,
            "form": form,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)
