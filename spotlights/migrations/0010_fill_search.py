"""What was published before there was a search is found by it too."""

import re
import unicodedata

from django.db import migrations


def words_of(spotlight):
    """The words as spotlights/models/search.py kept them when this was written."""
    texts = [
        spotlight.title,
        spotlight.person_name,
        spotlight.position_title,
        spotlight.library,
        spotlight.town,
        spotlight.summary,
        spotlight.pull_quote,
        spotlight.body,
    ]
    text = re.sub(r"\]\([^)]*\)", "] ", "\n".join(texts))
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = {word[:60] for word in re.findall(r"[^\W_]+", plain)}
    return " ".join(sorted(words))[:200_000]


def fill(apps, schema_editor):
    entries = apps.get_model("spotlights", "SearchEntry").objects
    for spotlight in apps.get_model("spotlights", "Spotlight").objects.filter(status="published"):
        entries.update_or_create(spotlight=spotlight, defaults={"words": words_of(spotlight)})


class Migration(migrations.Migration):

    dependencies = [
        ("spotlights", "0009_add_search"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
