"""Which texts committees can enter in Spanish too, and what these are called in the admin."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language_info
from modeltrans.fields import TranslatedVirtualField

# The field that follows the language of the page, and the one that is the text as first written.
FIRST = [None, settings.LANGUAGE_CODE]


def second_texts_of(model: type[Model]) -> dict[str, str]:
    """The texts of a model that can be said in Spanish too, each with the name of its Spanish."""
    return {
        field.original_name: field.name
        for field in model._meta.private_fields
        if isinstance(field, TranslatedVirtualField) and field.language not in FIRST
    }


def prepare_second_texts(models: Iterable[type[Model]]) -> None:
    """Call the texts “tagline in Spanish”, not “tagline (ES)”; forms have no others of them."""
    for model in models:
        for field in model._meta.private_fields:
            if isinstance(field, TranslatedVirtualField):
                field.editable = field.language not in FIRST
        for original, name in second_texts_of(model).items():
            field = model._meta.get_field(name)
            language = get_language_info(field.language)["name"]
            field.verbose_name = f"{model._meta.get_field(original).verbose_name} in {language}"
