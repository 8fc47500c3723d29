"""Files that go with guides: what may be attached, and how it is handed out."""

from __future__ import annotations

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from spotlights.attachments import CONTENT_TYPES, AttachmentError, kind_of, name_to_save
from tests.factories import make_program, make_spotlight_editor, pdf
from tests.spotlights.guide_factories import make_guide, make_guide_file, zipped

pytestmark = pytest.mark.django_db

WORD = {"word__document_dot_xml": "<w/>"}
GOOD = {
    "pdf": pdf(),
    "docx": zipped("a.docx", **WORD),
    "xlsx": zipped("a.xlsx", xl__workbook_dot_xml="<w/>"),
    "odt": zipped("a.odt", mimetype=CONTENT_TYPES["odt"]),
    "ods": zipped("a.ods", mimetype=CONTENT_TYPES["ods"]),
}
BAD = {
    "a page": SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>"),
    "a program": SimpleUploadedFile("a.docx", b"MZ\x90\x00"),
    "nothing": SimpleUploadedFile("a.pdf", b""),
    "half a PDF": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"),
    "any ZIP": zipped("a.docx", page_dot_html="<script>"),
    "broken ZIP": SimpleUploadedFile("a.docx", b"PK\x03\x04" + b"\x00" * 40),
    "another type": zipped("a.odt", mimetype="text/html"),
    "macros of Word": zipped("a.docx", **WORD, word__vbaProject_dot_bin="x"),
    "macros of LibreOffice": zipped("a.odt", mimetype=CONTENT_TYPES["odt"], Basic__x_dot_xml="x"),
    "a file in it": zipped("a.docx", **WORD, word__embeddings__x_dot_exe="x"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_documents_are_known_by_what_is_in_them(kind):
    GOOD[kind].name = "picture.png"

    assert kind_of(GOOD[kind]) == kind


@pytest.mark.parametrize("kind", BAD)
def test_whatever_else_is_refused_with_a_sentence(kind):
    with pytest.raises(AttachmentError, match="Save "):
        kind_of(BAD[kind])


def test_a_file_that_is_too_large_is_refused_unread(settings):
    settings.MAX_FILE_MB = 1

    with pytest.raises(AttachmentError, match="1 MB is the most"):
        kind_of(pdf(content=b"x" * 2**20))


@pytest.mark.parametrize(
    ("sent", "saved"),
    [
        ("Our form.docx", "Our form.pdf"),
        ("../../etc/passwd", "guide.pdf"),
        ('a"; filename="x.html.pdf', "a filenamex.html.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "guide.pdf"),
        ("ñandú.pdf", "ñandú.pdf"),
    ],
)
def test_readers_save_it_under_a_harmless_name(sent, saved):
    assert name_to_save(sent, kind="pdf") == saved


def test_file_is_handed_out_to_be_saved_and_counted(client):
    file = make_guide_file(make_guide())

    response = client.get(file.get_absolute_url())

    assert b"".join(response).startswith(b"%PDF-")
    assert response.headers["Content-Disposition"] == 'attachment; filename="form.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/pdf"
    for close in client.head(file.get_absolute_url())._resource_closers:
        close()
    file.refresh_from_db()
    assert file.n_downloads == 1
    assert "form" not in file.name


def test_file_of_a_draft_is_handed_to_its_committee_only_and_not_counted(client):
    guide = make_guide(status="draft", program=make_program())
    file = make_guide_file(guide)

    assert client.get(file.get_absolute_url()).status_code == 404
    client.force_login(make_spotlight_editor(make_program()))
    assert client.get(file.get_absolute_url()).status_code == 404
    client.force_login(make_spotlight_editor(guide.program))
    assert b"".join(client.get(file.get_absolute_url())).startswith(b"%PDF-")
    file.refresh_from_db()
    assert file.n_downloads == 0


def test_a_file_that_is_gone_from_the_store_is_not_found(client):
    file = make_guide_file(make_guide())
    storages["private"].delete(file.name)

    assert client.get(file.get_absolute_url()).status_code == 404


def test_readers_are_offered_the_files_of_their_language(client):
    guide = make_guide()
    everyone, english, spanish = (
        make_guide_file(guide, label=label, language=language)
        for label, language in [("All", ""), ("English", "en"), ("Español", "es")]
    )

    assert client.get(guide.get_absolute_url()).context["files"] == [everyone, english]
    with override("es"):
        address = guide.get_absolute_url()
    assert client.get(address).context["files"] == [everyone, spanish]
