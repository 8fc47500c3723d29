"""Sealed answers: unreadable in the database, readable with any key, sealed anew on demand."""

from __future__ import annotations

import json

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from signups.models import Draft, IdentityAnswer
from signups.models.sealed import SealedBinaryField, SealedJSONField
from signups.sealing import SealError, key_ring, seal, unseal
from tests.factories import make_cohort, make_mentee
from tests.signups.identity import answer, make_dimension

pytestmark = pytest.mark.django_db


def stored(row, column):
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608
        return cursor.fetchone()[0]


def new_key():
    return Fernet.generate_key().decode()


def make_draft(**answers):
    return Draft.objects.create(
        cohort=make_cohort(), role="mentee", email="ada@example.org", answers=answers
    )


def test_a_draft_is_kept_and_the_database_cannot_read_it():
    draft = make_draft(statement=["I lead a circle."])

    assert Draft.objects.get().answers == {"statement": ["I lead a circle."]}
    assert "circle" not in stored(draft, "answers")
    assert draft.save_answers({"statement": ["Changed."]}, seen_version=1)
    assert Draft.objects.get().answers == {"statement": ["Changed."]}
    assert "Changed" not in stored(draft, "answers")


def test_length_and_repetition_tell_nothing():
    short, long = seal([]), seal(list(range(40)))

    assert len(short) == len(long)
    assert seal([]) != seal([])
    assert (unseal(short), unseal(long)) == ([], list(range(40)))


def test_an_old_key_opens_until_everything_is_sealed_anew(settings):
    old, new = new_key(), new_key()
    settings.IDENTITY_KEYS = [old]
    draft = make_draft(name=["Ada"])
    mentee = make_mentee(draft.cohort)
    dimension = make_dimension(draft.cohort.program)
    woman = answer(mentee, dimension, "Woman").chosen

    settings.IDENTITY_KEYS = [new, old]
    assert Draft.objects.get().answers == {"name": ["Ada"]}
    call_command("reseal_answers", verbosity=0)
    settings.IDENTITY_KEYS = [new]

    assert Draft.objects.get().answers == {"name": ["Ada"]}
    assert IdentityAnswer.objects.get().chosen == woman
    settings.IDENTITY_KEYS = [old]
    with pytest.raises(SealError, match="None of the keys in IDENTITY_KEYS opens this"):
        Draft.objects.get()


def test_a_draft_from_before_is_still_read_and_then_sealed():
    draft = make_draft()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signups_draft SET answers = %s", [json.dumps({"name": ["Ada O'Hara"]})]
        )

    assert Draft.objects.get().answers == {"name": ["Ada O'Hara"]}
    call_command("reseal_answers", verbosity=0)

    assert "Ada" not in stored(draft, "answers")
    assert Draft.objects.get().answers == {"name": ["Ada O'Hara"]}


def test_a_dump_stays_sealed_and_comes_back():
    draft = make_draft(name=["Ada O'Hara"])

    dump = serializers.serialize("json", [draft])
    draft.delete()
    [loaded] = serializers.deserialize("json", dump)
    loaded.save()

    assert "Ada" not in dump
    assert Draft.objects.get().answers == {"name": ["Ada O'Hara"]}


def test_sealed_values_cannot_be_searched():
    with pytest.raises(FieldError, match="Unsupported lookup"):
        Draft.objects.filter(answers={}).exists()


@pytest.mark.parametrize("keys", [[], [""], ["too short"], ["x" * 43 + "=", "é"]])
def test_a_bad_key_stops_the_start_with_a_sentence(settings, keys):
    settings.IDENTITY_KEYS = keys

    with pytest.raises(ImproperlyConfigured, match="Set the IDENTITY_KEYS environment variable"):
        key_ring()


def test_what_tells_of_private_answers_is_sealed():
    sealed = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (SealedJSONField, SealedBinaryField))
    }
    assert sealed == {
        "Draft.answers",
        "IdentityAnswer.chosen",
        "BarrierAnswer.told",
        "RunProof.content",
    }
