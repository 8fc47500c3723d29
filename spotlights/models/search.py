"""What a search through the series looks in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, models, transaction
from django.db.models import prefetch_related_objects
from django.db.models.expressions import RawSQL

from spotlights.models.statuses import SpotlightStatus

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight

WORD = re.compile(r"[^\W_]+")
LINK_TARGET = re.compile(r"\]\([^)]*\)")
LONGEST_WORD = 60
# PostgreSQL indexes no more than a megabyte of one row.
MOST_LETTERS = 200_000
MOST_WORDS_ASKED_FOR = 10

# Both are made by 0009_add_search and 0011_store_search_vectors, as no model can describe them.
# OFFSET keeps PostgreSQL from comparing row by row what its index knows of all of them at once.
FOUND_BY_POSTGRESQL = """
    SELECT spotlight_id FROM spotlights_searchentry
    WHERE vector @@ to_tsquery('simple'::regconfig, %s) OFFSET 0
"""
FOUND_BY_SQLITE = """
    SELECT rowid FROM spotlights_searchentry_fts WHERE spotlights_searchentry_fts MATCH %s
"""


def words_in(text: str) -> list[str]:
    """The words of a text as they are compared: without accents, capitals and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:LONGEST_WORD] for word in WORD.findall(plain)]


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def keys_holding(self, asked: str) -> RawSQL | list[int]:
        """The spotlights with every word of ``asked``, or with a word that begins with it.

        The database's own full-text index answers: a GIN index in PostgreSQL, FTS5 in SQLite.
        """
        words = words_in(asked)[:MOST_WORDS_ASKED_FOR]
        if not words:
            return []
        # One letter begins too many words to mean anything.
        if connection.vendor == "postgresql":
            terms = " & ".join(f"'{word}'{':*' if len(word) > 1 else ''}" for word in words)
            return RawSQL(FOUND_BY_POSTGRESQL, [terms])  # noqa: S611 - the words are a parameter
        terms = " AND ".join(f'"{word}"{"*" if len(word) > 1 else ""}' for word in words)
        return RawSQL(FOUND_BY_SQLITE, [terms])  # noqa: S611 - the words are a parameter

    @transaction.atomic
    def write_for(self, spotlights: Iterable[Spotlight]) -> None:
        """Bring the entries of ``spotlights`` up to date: public ones have one, others have none.

        To be called once all that belongs to them is saved.
        """
        spotlights = list(spotlights)
        prefetch_related_objects(spotlights, "questions", "topics")
        public = [one for one in spotlights if one.status == SpotlightStatus.PUBLISHED]
        keys = {one.pk for one in spotlights} - {one.pk for one in public}
        self.filter(pk__in=keys).delete()
        self.bulk_create(
            [SearchEntry(spotlight_id=one.pk, words=_words_of(one)) for one in public],
            update_conflicts=True,
            unique_fields=["spotlight"],
            update_fields=["words"],
            batch_size=500,
        )


class SearchEntry(models.Model):
    """The words of one public spotlight, each once, as a search finds it.

    Each database has an index of its own kind on ``words``; SQLite's is kept up to date by
    triggers, which a migration that alters this table would lose. See 0009_add_search.
    """

    spotlight = models.OneToOneField(
        "spotlights.Spotlight",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
    )
    words = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return f"Words of spotlight {self.pk}"


def _words_of(spotlight: Spotlight) -> str:
    texts = [
        spotlight.title,
        spotlight.person_name,
        spotlight.position_title,
        spotlight.library,
        spotlight.town,
        spotlight.summary,
        spotlight.pull_quote,
        spotlight.body,
        *(text for one in spotlight.questions.all() for text in (one.question, one.answer)),
        *(name for topic in spotlight.topics.all() for name in (topic.name, topic.name_es or "")),
    ]
    text = LINK_TARGET.sub("] ", "\n".join(texts))
    return " ".join(sorted({*words_in(text)}))[:MOST_LETTERS]
