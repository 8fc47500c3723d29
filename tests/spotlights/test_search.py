"""Searching the series: by beginnings of words, in everything that readers read."""

import pytest
from django.db import connection

from spotlights.models import SearchEntry, Spotlight
from tests.spotlights.factories import make_draft, make_question, make_spotlight, make_topic
from tests.spotlights.guide_factories import make_guide

pytestmark = pytest.mark.django_db


def make_found(**fields) -> Spotlight:
    """A published spotlight as the admin leaves it: with its entry."""
    spotlight = make_spotlight(**fields)
    SearchEntry.objects.write_for([spotlight])
    return spotlight


def found(asked: str) -> list[str]:
    return [one.title for one in Spotlight.objects.published().found_by(asked)]


@pytest.mark.parametrize(
    "asked",
    [
        "bookmobile",
        "BOOKMOBILE",
        "book",
        "  bookmobile,  ranches! ",
        "peña",
        "Pena",
        "résumé",
        "resumes",
        "budget",
        "lichen",
        "mesa",
        "director",
        "o'hara",
        "shoulder",
        "presupuestos",
        "straße",
        "strasse",
        "7",
        "2026",
        "東京",
    ],
)
def test_found_by_what_is_in_it(asked):
    spotlight = make_spotlight(
        title="She drives the bookmobile",
        person_name="María de la Peña O'Hara",
        position_title="Director",
        town="Juniper Mesa",
        body="To the **ranches**, with résumés, at 7. Straße, 東京.",
        summary="In 2026.",
    )
    make_question(spotlight, "And on your nightstand?", "A guide to *lichens*.")
    spotlight.topics.add(make_topic("Budgets", name_es="Presupuestos"))
    SearchEntry.objects.write_for([spotlight])
    make_found(
        title="Other", person_name="Ada", town="", library="", position_title="", pull_quote=""
    )

    assert found(asked) == ["She drives the bookmobile"]


@pytest.mark.parametrize(
    "asked",
    [
        "zebra",
        "bookmobile zebra",
        "mobile",  # in the middle of a word
        "b",  # one letter is a word, not the beginning of one
        "!!!",
        "' OR 1=1 --",
        '"',
        "book* NEAR x",
        "evil",  # in the address of a link, which nobody reads
        "\\",
        "🐛",
    ],
)
def test_not_found_by_anything_else(asked):
    make_found(title="She drives the bookmobile", body="[read](https://evil.example/)", town="")

    assert found(asked) == []


def test_latest_first():
    titles = [make_found(title=title).title for title in ("One", "Two", "Three")]

    assert found("maren") == titles[::-1]


def test_only_what_is_public_is_found():
    shown = make_found(title="Shown")
    draft = make_draft(title="Draft", program=shown.program)
    SearchEntry.objects.write_for([draft])
    later = make_found(title="Later")
    Spotlight.objects.filter(pk=later.pk).update(published_at="2999-01-01T00:00Z")

    assert found("maren") == ["Shown"]
    assert {entry.pk for entry in SearchEntry.objects.all()} == {shown.pk, later.pk}


def test_publishing_lets_it_be_found_and_withdrawing_forgets_its_words():
    draft = make_draft(title="Bookmobile")

    draft.publish()
    when_published = found("bookmobile")
    draft.withdraw()

    assert when_published == ["Bookmobile"]
    assert (found("bookmobile"), SearchEntry.objects.count()) == ([], 0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            table = "spotlights_searchentry_fts"
            sql = f"SELECT count(*) FROM {table} WHERE {table} MATCH 'bookmobile'"  # noqa: S608
            assert cursor.execute(sql).fetchone() == (0,)


def test_what_is_no_longer_said_is_no_longer_found():
    spotlight = make_found(body="Zebras.")

    spotlight.body = "Yaks."
    spotlight.save()
    SearchEntry.objects.write_for([spotlight])

    assert (found("zebras"), found("yaks")) == ([], [spotlight.title])


def test_deleted_one_takes_its_words_along():
    make_found(body="Zebras.").delete()

    assert (SearchEntry.objects.count(), found("zebras")) == (0, [])


def test_the_databases_own_index_answers():
    make_found()
    if connection.vendor == "postgresql":
        # With so few rows it would read them all.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    explained = Spotlight.objects.published().found_by("maren lib").explain()

    index = {
        "postgresql": "Bitmap Index Scan on spotlights_searchentry_vector",
        "sqlite": "spotlights_searchentry_fts VIRTUAL TABLE INDEX",
    }
    assert index[connection.vendor] in explained


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("agenda", ["The first meeting"]),
        ("AGEN first", ["The first meeting"]),
        ("reunión", ["The first meeting"]),
        ("agenda goals", []),
        ("meeting", ["The first meeting", "Ending well"]),
        ("?!", []),
    ],
)
def test_guides_are_found_beside_spotlights(client, asked, titles):
    make_guide(
        title="The first meeting",
        body="An *agenda* for it.",
        position=1,
        i18n={"title_es": "La primera reunión"},
    )
    make_guide(title="Ending well", body="The last meeting.", phase="transitioning")
    make_guide(title="Draft of a meeting", body="An agenda.", status="draft")

    response = client.get("/lets-connect/", {"q": asked})

    assert [guide.title for guide in response.context["guides"]] == titles
    assert response.text.count('id="guides-title"') == (1 if titles else 0)


def test_guides_are_not_searched_where_no_word_is_asked_for(client):
    make_guide()

    assert client.get("/lets-connect/").context["guides"] == []
