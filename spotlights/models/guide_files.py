"""The files that people take away with a guide."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import override

from spotlights.models.guides import Guide

# Where the files of guides are within the private store, apart from those of applicants.
FOLDER = "guides"


def store() -> Storage:
    """Where the files are: handed out by a view that asks whether their guide is shown."""
    return storages["private"]


class GuideFileQuerySet(models.QuerySet["GuideFile"]):
    def in_language(self, code: str) -> Self:
        """Those for readers of one language, and those for all."""
        return self.filter(language__in=["", code])


class GuideFile(models.Model):
    """A file to take away with a guide, kept under a random name."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="files")
    label = models.CharField(
        max_length=120, help_text="What it is, such as “The agreement as a form to fill in”."
    )
    language = models.CharField(
        max_length=2,
        blank=True,
        choices=settings.LANGUAGES,
        help_text="Blank: for readers of every language.",
    )
    name = models.CharField("name in the store", max_length=60, unique=True, editable=False)
    shown_name = models.CharField("name when it is saved", max_length=100, editable=False)
    n_bytes = models.PositiveIntegerField("size in bytes", editable=False)
    n_downloads = models.PositiveIntegerField("downloads", default=0, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = GuideFileQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.kind}, {filesizeformat(self.n_bytes)})"

    def get_absolute_url(self) -> str:
        # A file has one address, whatever the language of the page that leads to it.
        with override(settings.LANGUAGE_CODE):
            return reverse("guides:file", args=[self.name.rpartition("/")[2]])

    @property
    def kind(self) -> str:
        """PDF, DOCX and the like, for readers who want to know what they get."""
        return self.name.rpartition(".")[2].upper()

    def put(self, file: File, *, kind: str, shown_name: str) -> None:
        """Keep a checked file in the store under a name of our own; not yet saved as a row."""
        self.name = store().save(f"{FOLDER}/{uuid.uuid4().hex}.{kind}", file)
        self.shown_name, self.n_bytes = shown_name, file.size

    def open(self) -> File:
        return store().open(self.name)

    def count_download(self) -> None:
        GuideFile.objects.filter(pk=self.pk).update(n_downloads=F("n_downloads") + 1)

    def forget_file(self) -> None:
        """Delete the file once it is certain that its row is gone."""
        name = self.name
        transaction.on_commit(lambda: store().delete(name))
