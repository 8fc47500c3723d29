"""How a form asks for a PDF file, and goes on knowing which one was chosen before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from signups.models import Application, Upload

# Behind a field's name: the box that takes away a file chosen before.
REMOVE_SUFFIX = "-remove"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is in the store already, as a page shows it."""

    reference: str
    shown: str

    def __str__(self) -> str:
        return self.shown


class PdfInput(forms.FileInput):
    """Sends a new file, or else the reference to the one that was chosen before."""

    def __init__(self) -> None:
        super().__init__(attrs={"accept": "application/pdf"})

    def value_from_datadict(
        self, data: QueryDict, files: MultiValueDict | None, name: str
    ) -> UploadedFile | str | None:
        return (files or {}).get(name) or data.get(name)

    def value_omitted_from_data(
        self, data: QueryDict, files: MultiValueDict | None, name: str
    ) -> bool:
        return name not in (files or {}) and name not in data

    def use_required_attribute(self, initial: object) -> bool:
        return super().use_required_attribute(initial) and not initial


class PdfField(forms.Field):
    """Takes a reference to a file in the store, where ``uploads.keep_files`` has put it."""

    widget = PdfInput
    default_error_messages = {
        "gone": _("The file chosen before is no longer here: choose it again."),
    }

    def __init__(self, *, application: Application | None, **options: Any) -> None:
        super().__init__(**options)
        self.application = application

    def to_python(self, value: UploadedFile | str | None) -> Upload | None:
        if isinstance(value, UploadedFile):
            # One that could be kept would be in the store by now.
            raise forms.ValidationError(getattr(value, "fault", self.error_messages["gone"]))
        if not value:
            return None
        upload = self._find(value)
        if upload is None:
            raise forms.ValidationError(self.error_messages["gone"])
        return upload

    def prepare_value(self, value: UploadedFile | str | None) -> KeptFile | None:
        if isinstance(value, UploadedFile):
            value = getattr(value, "chosen_before", "")
        upload = self._find(value) if value else None
        return upload and KeptFile(upload.reference, str(upload))

    def _find(self, reference: str) -> Upload | None:
        if "\x00" in reference:
            return None
        own = Q(answer__application=self.application) if self.application else Q(pk=None)
        return Upload.objects.filter(Q(answer=None) | own, reference=reference).first()


def fault_in(file: UploadedFile) -> str:
    """What is wrong with a file that should be a PDF; empty when nothing is.

    Judged by what is in it: name and type are what the sender says.
    """
    if file.size > settings.MAX_FILE_MB * 2**20:
        return gettext(
            "This file has %(size)s; %(most)s MB is the most. Save it with smaller pictures, or "
            "print only the pages that matter to a new PDF."
        ) % {"size": filesizeformat(file.size), "most": settings.MAX_FILE_MB}
    file.seek(0)
    start = file.read(5)
    file.seek(max(file.size - 2048, 0))
    end = file.read()
    file.seek(0)
    if start != b"%PDF-" or b"%%EOF" not in end:
        return gettext(
            "This is not a whole PDF file. Save or print the document as PDF, and choose that."
        )
    return ""
