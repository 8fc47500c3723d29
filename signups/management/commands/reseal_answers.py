"""Seals everything sealed anew with the first key, so that an old key can be taken away."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from signups.models.sealed import SealedBinaryField, SealedJSONField


class Command(BaseCommand):
    help = (
        "Seal identity answers, barriers, drafts and proofs of runs anew with the first key of "
        "IDENTITY_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            sealed = (SealedJSONField, SealedBinaryField)
            fields = [f for f in model._meta.concrete_fields if isinstance(f, sealed)]
            if fields and not model._meta.proxy:
                n_rows = reseal(model, [field.name for field in fields])
                if options["verbosity"]:
                    self.stdout.write(f"{model._meta.verbose_name_plural}: {n_rows} sealed anew.")


def reseal(model: type[models.Model], names: list[str]) -> int:
    """Seal the named fields of every row anew; returns how many rows there were."""
    n_rows = 0
    for pk in model._base_manager.values_list("pk", flat=True):
        with transaction.atomic():
            # Someone may be changing the same row.
            row = model._base_manager.select_for_update().only("pk", *names).filter(pk=pk).first()
            if row is not None:
                row.save(update_fields=names)
                n_rows += 1
    return n_rows
