"""The guides that come with the site: complete in both languages, loaded once."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from spotlights.management.commands.load_guides import SEED_DIR, text_in
from spotlights.management.commands.make_forms import write_form
from spotlights.models import Guide, GuidePhase
from tests.spotlights.html import parse

SLUGS = sorted({path.name.split(".")[0] for path in SEED_DIR.glob("*.md")})
LANGUAGES = [code for code, _ in settings.LANGUAGES]


def load() -> list[Guide]:
    call_command("load_guides", verbosity=0)
    return [*Guide.objects.in_order()]


@pytest.mark.django_db
def test_six_guides_are_loaded_for_every_phase_with_their_forms():
    guides = load()

    assert [(guide.phase, guide.slug) for guide in guides] == [
        ("planning", "reading-applications-fairly"),
        ("planning", "running-an-orientation"),
        ("connecting", "first-meeting-agenda"),
        ("connecting", "mentoring-agreement"),
        ("advancing", "setting-three-goals"),
        ("transitioning", "ending-well"),
    ]
    assert {guide.phase for guide in guides} == set(GuidePhase)
    agreement = Guide.objects.get(slug="mentoring-agreement")
    assert [(file.language, file.shown_name) for file in agreement.files.all()] == [
        ("en", "mentoring-agreement.en.docx"),
        ("es", "mentoring-agreement.es.docx"),
    ]


@pytest.mark.django_db
def test_what_a_committee_made_of_them_stays():
    load()
    Guide.objects.filter(slug="ending-well").update(title="Our own ending")
    Guide.objects.filter(slug="setting-three-goals").update(slug="goals")
    Guide.objects.get(slug="running-an-orientation").delete()
    before = [*Guide.objects.order_by("pk").values()]

    load()

    assert [*Guide.objects.order_by("pk").values()] == before


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_parts(slug):
    texts = [text_in(slug, code) for code in LANGUAGES]

    for mark in (r"^## ", r"^### ", r"^- \[ \] ", r"^\|", r"^\d\. ", r"^> "):
        counts = {len(re.findall(mark, text["body"], re.MULTILINE)) for text in texts}
        assert len(counts) == 1, mark
    assert {500 <= len(text["body"].split()) <= 900 for text in texts} == {True}
    assert {len(text["summary"]) <= 300 for text in texts} == {True}


@pytest.mark.parametrize("source", sorted((SEED_DIR / "forms").glob("*.txt")), ids=lambda p: p.stem)
def test_forms_are_what_their_words_make_of_them(source, tmp_path):
    write_form(source, tmp_path / "made.docx")

    assert (tmp_path / "made.docx").read_bytes() == source.with_suffix(".docx").read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("code", LANGUAGES)
def test_tables_and_boxes_are_read_as_what_they_are(client, code):
    load()
    prefix = "" if code == "en" else f"/{code}"

    page = parse(client.get(f"{prefix}/guides/first-meeting-agenda/").text)

    assert [head.get("scope") for head in page.findall(".//table//th")] == ["col"] * 3
    assert len(page.findall(".//tbody/tr")) == 6
    assert len(page.findall(".//li[@class='task']")) == 8
