"""Whoever was published before consent was kept here had agreed to it: by then at the latest."""

from django.db import migrations
from django.db.models import F
from django.db.models.functions import TruncDate

NOTE = "Published before the day of consent was kept here."


def fill(apps, schema_editor):
    apps.get_model("spotlights", "Spotlight").objects.filter(
        status="published", consent_given_on=None
    ).update(consent_given_on=TruncDate(F("published_at")), consent_note=NOTE)


def empty(apps, schema_editor):
    apps.get_model("spotlights", "Spotlight").objects.filter(consent_note=NOTE).update(
        consent_given_on=None, consent_note=""
    )


class Migration(migrations.Migration):

    dependencies = [
        ("spotlights", "0003_add_interviews_topics_and_consent"),
    ]

    operations = [migrations.RunPython(fill, empty)]
