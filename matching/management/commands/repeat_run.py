"""A match run carried out once more: identical, or what differs."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.engine.certificate import CertificateError
from matching.models import MatchRun
from matching.repeating import differences_from_record, repeat


class Command(BaseCommand):
    help = (
        "Solve the stored problem of a match run again and say whether the pairs are identical. "
        "With --record, also compare the run with a record of it that was downloaded. Nothing is "
        "changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="The number of the run.")
        parser.add_argument("--record", type=Path, help="A downloaded record of the run.")

    def handle(self, *args: Any, **options: Any) -> None:
        run = MatchRun.objects.filter(pk=options["run"]).select_related("proof").first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        if not run.proof_seal:
            raise CommandError(
                f"{run} has nothing stored to repeat: it did not finish, was made before proofs "
                "were stored, or its cohort is too large."
            )
        differences = self._against_record(run, options["record"]) if options["record"] else []
        try:
            repeated = repeat(run)
        except CertificateError as error:
            raise CommandError(f"{run} cannot be repeated: {error}") from error
        differences += repeated.differences
        if repeated.versions_then != repeated.versions_now:
            self.stdout.write(f"Then {repeated.versions_then}, now {repeated.versions_now}.")
        if differences:
            for difference in differences:
                self.stdout.write(difference)
            raise CommandError(f"{run}: not identical, {len(differences)} differences.")
        self.stdout.write(f"{run}: identical, {run.n_served} pairs.")

    def _against_record(self, run: MatchRun, file: Path) -> list[str]:
        try:
            record = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"--record: {file} cannot be read: {error}") from error
        if not isinstance(record, dict):
            raise CommandError(f"--record: {file} is not the record of a run.")
        return differences_from_record(run, record)
