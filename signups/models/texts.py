"""Texts of a program in its second language, kept beside those in the first."""

from __future__ import annotations

from django.db.models import Field, Model
from modeltrans.fields import TranslationField
from simple_history.models import HistoricalRecords


def second_language(*fields: str) -> TranslationField:
    """A model's ``i18n``: what ``fields`` say in Spanish, where somebody wrote it.

    ``name_i18n`` then reads ``name`` in the language of the page, or else as it was first written.
    """
    return TranslationField(fields=fields)


class HistoryOfTexts(HistoricalRecords):
    """History of a model that says something in two languages."""

    def fields_included(self, model: type[Model]) -> list[Field]:
        # ``name_es`` and its like only read and write ``i18n``, which is kept as it is.
        return [field for field in super().fields_included(model) if field.concrete]
