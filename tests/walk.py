"""Everything that the site holds, text by text, to search it for someone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.storage import storages


def places_that_hold(*needles: str) -> list[str]:
    """Where any of ``needles`` stands in any row of any model, or in any private file."""
    lowered = [needle.lower() for needle in needles]
    return sorted(
        {
            place
            for place, text in _everything_held()
            if any(needle in text.lower() for needle in lowered)
        }
    )


def _everything_held() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                yield f"{model._meta.label}.{field.name}", str(getattr(row, field.attname))
            if isinstance(row, Session):
                yield "sessions.Session", str(row.get_decoded())
    for path in Path(storages["private"].location).rglob("*"):
        yield "private files", path.name
        if path.is_file():
            yield "private files", path.read_bytes().decode(errors="replace")
