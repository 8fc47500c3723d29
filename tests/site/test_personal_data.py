"""The privacy statement names every field that is stored: one that is added has to be named."""

from __future__ import annotations

from collections import Counter

from django.apps import apps

from mig_site.personal_data import ABOUT_NOBODY, KINDS, TELLS_NOTHING


def stored_fields():
    """Model and field of everything in the database, history aside, which copies the same."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if not model._meta.proxy and not hasattr(model, "history_date")
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]
        # What is said in the second language is named with the first.
        if not field.primary_key and field.name != "i18n"
    }


def named_fields():
    named = [
        (model, name)
        for table in [*(kind.fields for kind in KINDS), TELLS_NOTHING]
        for model, names in table.items()
        for name in names.split()
    ]
    return Counter(named)


def test_every_field_is_named_once_and_nothing_is_named_that_is_not_there():
    stored = {one for one in stored_fields() if one[0] not in ABOUT_NOBODY}
    named = named_fields()

    assert sorted(stored - named.keys()) == [], "Say in mig_site/personal_data.py what it holds."
    assert sorted(named.keys() - stored) == []
    assert [one for one, n in named.items() if n > 1] == []


def test_models_about_nobody_are_there_and_point_to_nobody():
    models = {model._meta.label for model in apps.get_models()}
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.label in ABOUT_NOBODY
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.label in {"signups.Application"}
    }

    assert models >= ABOUT_NOBODY
    assert pointing == set()
