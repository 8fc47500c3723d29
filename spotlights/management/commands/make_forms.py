"""The forms that come with the guides, made from their words: the same file every time.

``seed/guides/forms/<name>.<language>.txt`` becomes ``<name>.<language>.docx``. A line that begins
with # is the title, one with ## a heading, one with ☐ a box to tick; a line of underscores is a
line to write on; every other line is a paragraph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.management.base import BaseCommand

from spotlights.management.commands.load_guides import SEED_DIR

# The first moment that a ZIP file can name: the time of making would make each file another.
MOMENT = (1980, 1, 1, 0, 0, 0)

SPACE = "http://schemas.openxmlformats.org"
PACKAGE, OFFICE = f"{SPACE}/package/2006", f"{SPACE}/officeDocument/2006"
WORDS = f'xmlns:w="{SPACE}/wordprocessingml/2006/main"'
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TYPES = f"""{HEAD}<Types xmlns="{PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/>\
</Types>"""

ROOT_LINKS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""

DOCUMENT_LINKS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" \
Type="{OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>"""

STYLES = f"""{HEAD}<w:styles {WORDS}>
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Georgia" w:hAnsi="Georgia"/>\
<w:sz w:val="22"/><w:lang w:val="{{language}}"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr>\
</w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>\
<w:pPr><w:spacing w:after="200"/></w:pPr><w:rPr><w:b/><w:sz w:val="40"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>\
<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="280" w:after="100"/>\
<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="ToWriteOn"><w:name w:val="To write on"/>\
<w:basedOn w:val="Normal"/><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" \
w:color="777777"/></w:pBdr><w:spacing w:before="200"/></w:pPr></w:style>
</w:styles>"""

LETTER_PAGE = (
    '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/>'
    '<w:pgMar w:top="1247" w:right="1247" w:bottom="1247" w:left="1247"/></w:sectPr>'
)


class Command(BaseCommand):
    help = "Make the forms of the guides again from their words."

    def handle(self, *args: Any, **options: Any) -> None:
        for source in sorted((SEED_DIR / "forms").glob("*.txt")):
            write_form(source, source.with_suffix(".docx"))
            self.stdout.write(f"{source.stem}.docx")


def write_form(source: Path, target: Path) -> None:
    """Write the form whose words are in ``source`` as a document of Office Open XML."""
    lines = source.read_text(encoding="utf-8").splitlines()
    paragraphs = "".join(_paragraph(line.strip()) for line in lines if line.strip())
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_LINKS,
        "word/document.xml": f"{HEAD}<w:document {WORDS}><w:body>{paragraphs}{LETTER_PAGE}"
        "</w:body></w:document>",
        "word/_rels/document.xml.rels": DOCUMENT_LINKS,
        "word/styles.xml": STYLES.format(language=source.stem.rpartition(".")[2]),
    }
    with ZipFile(target, "w") as document:
        for name, content in parts.items():
            part = ZipInfo(name, MOMENT)
            part.compress_type = ZIP_DEFLATED
            document.writestr(part, content)


def _paragraph(line: str) -> str:
    if set(line) == {"_"}:
        return '<w:p><w:pPr><w:pStyle w:val="ToWriteOn"/></w:pPr></w:p>'
    for mark, style in (("## ", "Heading1"), ("# ", "Title")):
        if line.startswith(mark):
            return _text(line.removeprefix(mark), style)
    return _text(line, "Normal")


def _text(words: str, style: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'
    )
