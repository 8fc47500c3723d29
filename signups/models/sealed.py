"""A field whose content the database keeps, but cannot read."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from signups.sealing import seal, seal_bytes, unseal, unseal_bytes


class SealedJSONField(models.TextField):
    """A JSON value, encrypted at rest. It cannot be searched, only read and written."""

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> object:
        if value is None:
            return None
        # Rows from before this field was sealed are plain until reseal_answers has run; what is
        # sealed never begins with a bracket.
        return json.loads(value) if value.startswith(("{", "[")) else unseal(value)

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else seal(value)

    def to_python(self, value: object) -> object:
        return unseal(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        # What dumpdata writes is a backup too.
        return seal(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> type[models.Lookup] | None:
        # The same value is sealed to another text each time: a comparison would find nothing.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class SealedBinaryField(models.BinaryField):
    """Bytes, encrypted at rest."""

    def from_db_value(
        self, value: bytes | memoryview | None, expression: object, connection: BaseDatabaseWrapper
    ) -> bytes | None:
        return None if value is None else unseal_bytes(bytes(value))

    def get_db_prep_value(
        self, value: bytes | None, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> object:
        sealed = None if value is None else seal_bytes(bytes(value))
        return super().get_db_prep_value(sealed, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        # What dumpdata writes is a backup too.
        return b64encode(seal_bytes(bytes(self.value_from_object(obj)))).decode("ascii")

    def to_python(self, value: object) -> object:
        return unseal_bytes(b64decode(value)) if isinstance(value, str) else value
