"""The guides that come with the site, as they are when nobody has edited them yet.

Each is loaded once: one that a committee edited, moved or deleted afterwards is left as it is and
never comes back. Every text is a file of its own, ``<slug>.<language>.md``: what is said of it in
TOML between two lines of +++, and below them its words in Markdown.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand
from django.db import transaction

from spotlights.attachments import kind_of
from spotlights.models import Guide, GuideAddress, GuideFile, GuideStatus, ShippedGuide

SEED_DIR = Path(__file__).resolve().parents[2] / "seed" / "guides"


class Command(BaseCommand):
    help = "Load the guides that come with the site. One that was loaded before is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        n_loaded = 0
        for path in sorted(SEED_DIR.glob(f"*.{settings.LANGUAGE_CODE}.md")):
            n_loaded += load_guide(path.name.split(".")[0])
        if options["verbosity"]:
            self.stdout.write(f"Guides loaded: {n_loaded}.")


@transaction.atomic
def load_guide(slug: str) -> bool:
    """Add one guide with its translations and files; False when that was done before."""
    _, is_new = ShippedGuide.objects.get_or_create(slug=slug)
    addresses = [Guide.objects.filter(slug=slug), GuideAddress.objects.filter(slug=slug)]
    if not is_new or any(rows.exists() for rows in addresses):
        return False
    texts = {code: text_in(slug, code) for code, _ in settings.LANGUAGES}
    said = texts[settings.LANGUAGE_CODE]
    guide = Guide(slug=slug, status=GuideStatus.PUBLISHED)
    for name in ("audience", "phase", "position", "title", "summary", "body"):
        setattr(guide, name, said[name])
    for code in texts.keys() - {settings.LANGUAGE_CODE}:
        for name in ("title", "summary", "body"):
            setattr(guide, f"{name}_{code}", texts[code][name])
    guide.full_clean()
    guide.save()
    for code, text in texts.items():
        for form in text.get("files", []):
            _attach(guide, form["file"], label=form["label"], language=code)
    return True


def text_in(slug: str, code: str) -> dict[str, Any]:
    """What a guide says in one language: the fields above its words, and those as ``body``."""
    source = (SEED_DIR / f"{slug}.{code}.md").read_text(encoding="utf-8")
    _, head, body = source.split("+++\n", 2)
    return tomllib.loads(head) | {"body": body.strip()}


def _attach(guide: Guide, name: str, *, label: str, language: str) -> None:
    with (SEED_DIR / "forms" / name).open("rb") as content:
        file = File(content, name=name)
        row = GuideFile(guide=guide, label=label, language=language)
        row.put(file, kind=kind_of(file), shown_name=name)
        row.save()
