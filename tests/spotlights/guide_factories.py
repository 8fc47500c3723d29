"""Guides and their files for tests."""

from __future__ import annotations

from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

from spotlights.attachments import kind_of
from spotlights.models import Guide, GuideFile
from tests.factories import pdf

_numbers = count(1)


def make_guide(**fields: Any) -> Guide:
    """A published guide for everybody, to be read by both of a pair."""
    number = next(_numbers)
    return Guide.objects.create(
        **{
            "title": f"Guide {number}",
            "slug": f"guide-{number}",
            "audience": "pairs",
            "phase": "connecting",
            "summary": "What to do first.",
            "body": "## Before\n\nWrite *first*.",
            "position": number,
            "status": "published",
            **fields,
        }
    )


def make_guide_file(guide: Guide, **fields: Any) -> GuideFile:
    """A PDF that goes with ``guide``."""
    file = GuideFile(guide=guide, **{"label": "The form", **fields})
    content = pdf()
    file.put(content, kind=kind_of(content), shown_name="form.pdf")
    file.save()
    return file


def zipped(name: str, **parts: str) -> SimpleUploadedFile:
    """A ZIP file with ``parts``, whose names have __ where a path has a slash."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part.replace("__", "/").replace("_dot_", "."), text)
    return SimpleUploadedFile(name, content.getvalue())


def guide_data(guide: Guide, **answers: Any) -> dict[str, Any]:
    """What the admin's form sends when ``guide`` is saved as it is."""
    fields = ["title", "slug", "audience", "phase", "summary", "body", "position"]
    return {
        **{name: getattr(guide, name) for name in fields},
        "program": guide.program_id or "",
        **{f"{name}_es": "" for name in ("title", "summary", "body")},
        "files-TOTAL_FORMS": "0",
        "files-INITIAL_FORMS": "0",
        **answers,
    }
