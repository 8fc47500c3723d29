"""What was changed, by whom and when: of a row, and of what is edited on its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone
from modeltrans.fields import TranslationField

from signups.second_texts import second_texts_of

# How long it is kept; what tells of an applicant goes with the applicant before that.
KEPT = timedelta(days=3 * 365)

# What a row is called by, whichever it has.
NAMED_BY = ["name", "title", "question", "kind", "criterion", "goal"]

KINDS = {"+": "added", "~": "changed", "-": "deleted"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row."""

    at: datetime
    by: User | None
    what: str
    kind: str
    fields: list[tuple[str, str, str]]  # name, before, after


def record(row: Model, *, by: User | None) -> None:
    """Keep what a row is now, where it was changed by a query that no ``save`` saw."""
    type(row).history.bulk_history_create([row], update=True, default_user=by)


def changes_of(records: Iterable[QuerySet]) -> list[Change]:
    """The changes that history ``records`` tell of, latest first."""
    changes = []
    for rows in records:
        names, key = _names_in(rows), rows.model.instance_type._meta.pk.attname
        by_row: dict[int, list[Model]] = {}
        for one in rows.select_related("history_user").order_by("history_date", "history_id"):
            by_row.setdefault(getattr(one, key), []).append(one)
        for versions in by_row.values():
            changes += [
                _change(before, after, names) for before, after in pairwise([None, *versions])
            ]
    return sorted(changes, key=attrgetter("at"), reverse=True)


def _names_in(rows: QuerySet) -> dict[str, dict[int, str]]:
    """What the rows are called that history points to, field by field, as far as they are left."""
    names = {}
    for field in rows.model.tracked_fields:
        if field.is_relation:
            ids = set(rows.values_list(field.attname, flat=True)) - {None}
            found = field.related_model._default_manager.in_bulk(ids)
            names[field.name] = {pk: str(row) for pk, row in found.items()}
    return names


def _change(before: Model | None, after: Model, names: dict[str, dict[int, str]]) -> Change:
    named = after.instance_type._meta.verbose_name
    fields = []
    for field in after.tracked_fields:
        if isinstance(field, TranslationField):
            fields += _news_of_second_texts(before, after)
            continue
        old = _in_words(before, field.name, names) if before else ""
        new = _in_words(after, field.name, names)
        is_news = old != new if before else not field.is_relation and new not in ("", "no")
        if is_news and not field.primary_key:
            fields.append((str(field.verbose_name), old, new))
    # What is new or gone is told by its name alone.
    is_told = after.history_type == "~"
    return Change(
        at=after.history_date,
        by=after.history_user,
        what=f"{named} {_name_of(after)}".strip(),
        kind=KINDS[after.history_type],
        fields=fields if is_told else [],
    )


def _news_of_second_texts(before: Model | None, after: Model) -> list[tuple[str, str, str]]:
    """What changed of the texts in the second language, each under its own name."""
    news = []
    for name in second_texts_of(after.instance_type).values():
        old, new = ((getattr(version, name, "") or "") for version in (before, after))
        if old != new:
            news.append((str(after.instance_type._meta.get_field(name).verbose_name), old, new))
    return news


def _name_of(version: Model) -> str:
    words = (getattr(version, name, "") for name in NAMED_BY)
    return next((f"“{word}”" for word in words if word), "")


def _in_words(version: Model, name: str, names: dict[str, dict[int, str]]) -> str:
    field = version._meta.get_field(name)
    value = getattr(version, field.attname)
    if field.is_relation:
        return "" if value is None else names[name].get(value, f"no. {value}, deleted since")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    shown = getattr(version, f"get_{name}_display", lambda: value)()
    return "" if shown is None else str(shown)


def histories() -> list[type[Model]]:
    """The models that keep history, one for each model whose changes are kept."""
    return [model for model in apps.get_models() if hasattr(model, "history_date")]


class OldHistory:
    """All history that is older than it is kept, as retention counts and deletes it."""

    def _rows(self) -> list[QuerySet]:
        long_ago = timezone.now() - KEPT
        return [model.objects.filter(history_date__lt=long_ago) for model in histories()]

    def count(self) -> int:
        return sum(rows.count() for rows in self._rows())

    def delete(self) -> None:
        for rows in self._rows():
            rows.delete()
