"""A spotlight as its form has it, before anything of it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.text import slugify

from signups.models import Program
from spotlights.models import Spotlight, SpotlightStatus


@dataclass(frozen=True, slots=True)
class Preview:
    """What the public page would show, and what has to be mended before it can be saved."""

    spotlight: Spotlight
    faults: list[str]
    notes: list[str]


def preview_of(
    form: forms.ModelForm, formsets: list[BaseInlineFormSet], *, notes: list[str]
) -> Preview:
    """Read a form, right or wrong, into a spotlight that is never saved."""
    form.is_valid()
    spotlight: Spotlight = form.instance
    _take_wrong_texts(form, spotlight)
    if form.cleaned_data.get("remove_portrait"):
        spotlight.portrait = ""
    faults = _faults_in(form)
    for formset in formsets:
        formset.is_valid()
    _look_published(spotlight)
    kept: dict[str, QuerySet] = {}
    for formset in formsets:
        name = formset.fk.remote_field.get_accessor_name()
        rows = _rows_in(formset)
        kept[name] = _as_fetched(formset.model, rows)
        faults += [fault for one in formset.forms for fault in _faults_in(one)]
    if "topics" in form.cleaned_data:
        topics = form.cleaned_data["topics"]
        kept["topics"] = _as_fetched(topics.model, list(topics))
    spotlight._prefetched_objects_cache = kept
    return Preview(spotlight, faults, notes)


def _look_published(spotlight: Spotlight) -> None:
    """Fill in what every published spotlight has; it is never saved."""
    spotlight.status = SpotlightStatus.PUBLISHED
    spotlight.published_at = spotlight.published_at or timezone.now()
    spotlight.updated_at = spotlight.updated_at or timezone.now()
    spotlight.slug = spotlight.slug or slugify(spotlight.title) or "preview"
    if spotlight.program_id is None:
        spotlight.program = Program(name="your program")
    # Relations can be asked only of a row with a key; no row has this one.
    spotlight.pk = spotlight.pk or 0


def _take_wrong_texts(form: forms.ModelForm, row: Model) -> None:
    """Show also what cannot be saved as it is, such as a summary that is too long."""
    for name in form.errors:
        field = form.fields.get(name)
        if isinstance(field, forms.CharField) and not isinstance(field, forms.SlugField):
            setattr(row, name, form[name].value() or "")


def _faults_in(form: forms.BaseForm) -> list[str]:
    faults = []
    for name, errors in form.errors.items():
        label = form[name].label if name in form.fields else ""
        for error in errors:
            # That it was changed meanwhile is said when it is saved.
            if form.has_error(name, code="stale"):
                continue
            faults.append(f"{label}: {error}" if label else str(error))
    return faults


def _rows_in(formset: BaseInlineFormSet) -> list[Model]:
    rows = []
    for place, form in enumerate(formset.forms):
        if formset.can_delete and formset._should_delete_form(form):
            continue
        if not form.has_changed() and form.instance.pk is None:
            continue
        if "url" in form.errors:
            continue  # a link that leads nowhere, or to a script, is not shown
        _take_wrong_texts(form, form.instance)
        position = form.cleaned_data.get("position") if hasattr(form, "cleaned_data") else None
        rows.append(
            (form.instance.position if position is None else position, place, form.instance)
        )
    return [row for *_, row in sorted(rows, key=lambda one: one[:2])]


def _as_fetched(model: type[Model], rows: list[Model]) -> QuerySet:
    """Rows as the manager of a relation answers with, once they were fetched beforehand."""
    queryset = model._default_manager.none()
    queryset._result_cache = rows
    queryset._prefetch_done = True
    return queryset
