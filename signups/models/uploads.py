"""Files that applicants hand in: kept in a private store under random names."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Self

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from signups.models.drafts import Draft

# How long a file waits for the application it was chosen for to be sent.
WAITS = timedelta(days=2)

MAX_SHOWN_NAME = 100


def store() -> Storage:
    """Where the files are: outside of everything that is served by address."""
    return storages["private"]


def new_reference() -> str:
    return secrets.token_urlsafe(32)


class UploadQuerySet(models.QuerySet["Upload"]):
    def unclaimed(self) -> Self:
        """Files that no answer holds yet."""
        return self.filter(answer=None)

    def abandoned(self) -> Self:
        """Files chosen for an application that was never sent, nor saved to be finished later."""
        return self.unclaimed().filter(draft=None, made_at__lt=timezone.now() - WAITS)

    @transaction.atomic
    def erase(self) -> int:
        """Delete these rows, and their files once that is certain; returns how many."""
        names = list(self.values_list("name", flat=True))
        Upload.objects.filter(name__in=names).delete()
        transaction.on_commit(lambda: [store().delete(name) for name in names])
        return len(names)

    def hold_for(self, draft: Draft) -> None:
        """Let the files that a draft refers to wait as long as the draft does."""
        texts = [text for texts in draft.answers.values() for text in texts]
        references = [text for text in texts if len(text) == len(new_reference())]
        draft.uploads.exclude(reference__in=references).update(draft=None)
        self.unclaimed().filter(reference__in=references).update(draft=draft)


class Upload(models.Model):
    """One file that someone handed in; an answer holds it, or a draft, or it is thrown away.

    Whoever fills in the form has no account and may have no session, so that a page refers to
    its file by a random reference, as hard to guess as a link in a letter. A reference is taken
    by one answer and by no other.
    """

    reference = models.CharField(max_length=43, unique=True, default=new_reference)
    name = models.CharField("name in the store", max_length=40, unique=True)
    shown_name = models.CharField("name as it was sent", max_length=MAX_SHOWN_NAME)
    n_bytes = models.PositiveIntegerField("size in bytes")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="uploads")
    made_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        indexes = [models.Index(fields=["made_at"], name="upload_made_at")]

    def __str__(self) -> str:
        return f"{self.shown_name} ({filesizeformat(self.n_bytes)})"

    @classmethod
    def keep(cls, file: File, *, shown_name: str) -> Upload:
        """Put a checked file into the store, under a name of our own."""
        name = store().save(f"{uuid.uuid4().hex}.pdf", file)
        return cls.objects.create(
            name=name, shown_name=shown_name[:MAX_SHOWN_NAME], n_bytes=file.size
        )

    def open(self) -> File:
        return store().open(self.name)
