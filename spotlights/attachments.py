"""What may be attached to a guide: documents known by what is in them, not by their names."""

from __future__ import annotations

import re
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from signups.forms.fields import clean_line

# How many files a guide may have: more than that is an archive, not a guide.
N_MOST = 10

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}

# The part that makes a document of Office Open XML what it is.
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}

# Parts that run when a document is opened; nobody should have to trust us that far.
RUNS = re.compile(r"(^|/)(vbaProject\.bin|Basic/|Scripts/|macros/|activeX/|embeddings/)", re.I)

SENTENCE = (
    "This is not a PDF, DOCX, XLSX, ODT or ODS file. Save the document in one of these formats, "
    "and choose that."
)


class AttachmentError(Exception):
    """A file that cannot be attached; its text tells the committee why, and what to do."""


def kind_of(file: UploadedFile) -> str:
    """Which kind of document a file is: a key of CONTENT_TYPES.

    Raises AttachmentError when it is none of them, too large, or holds what runs by itself.
    """
    if file.size > settings.MAX_FILE_MB * 2**20:
        raise AttachmentError(
            f"This file has {filesizeformat(file.size)}; {settings.MAX_FILE_MB} MB is the most. "
            "Save it with smaller pictures."
        )
    file.seek(0)
    try:
        return "pdf" if _is_pdf(file) else _kind_of_zip(file)
    finally:
        file.seek(0)


def _is_pdf(file: UploadedFile) -> bool:
    start = file.read(5)
    file.seek(max(file.size - 2048, 0))
    return start == b"%PDF-" and b"%%EOF" in file.read()


def _kind_of_zip(file: UploadedFile) -> str:
    file.seek(0)
    try:
        with ZipFile(file) as parts:
            names = parts.namelist()
            kind = _open_document(parts, names) or next(
                (kind for part, kind in MAIN_PARTS.items() if part in names), ""
            )
    except (BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError) as error:
        raise AttachmentError(SENTENCE) from error
    if not kind:
        raise AttachmentError(SENTENCE)
    if any(RUNS.search(name) for name in names):
        raise AttachmentError(
            "This document holds macros or other files. Save it without them, and choose that."
        )
    return kind


def _open_document(parts: ZipFile, names: list[str]) -> str:
    if "mimetype" not in names:
        return ""
    with parts.open("mimetype") as part:
        # Never more than a type can be long: what is packed may be far larger than the file.
        said = part.read(100).decode(errors="replace").strip()
    return next((kind for kind, name in CONTENT_TYPES.items() if name == said), "")


def name_to_save(file_name: str, *, kind: str) -> str:
    """What a file is called when readers save it: the sender's name, with its true ending."""
    stem = re.sub(r"[^\w .()-]", "", clean_line(file_name or "").rpartition(".")[0]).strip(" .")
    return f"{stem[:80] or 'guide'}.{kind}"
