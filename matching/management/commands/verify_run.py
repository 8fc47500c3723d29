"""A run's stored proof, checked again: additions and comparisons, and no solver."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.engine.certificate import CertificateError
from matching.models import MatchRun, RunStatus
from matching.proofs import check_run
from signups.sealing import SealError


class Command(BaseCommand):
    help = (
        "Check the stored proof of a match run again, and that the run's pairings are those it "
        "proves. Nothing is solved, and nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="The number of the run.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = MatchRun.objects.filter(pk=options["run"]).select_related("proof").first()
        except SealError as error:
            raise CommandError(f"The proof of run {options['run']} is sealed. {error}") from error
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        if run.status != RunStatus.FINISHED:
            raise CommandError(f"{run} is {run.get_status_display().lower()}: nothing to check.")
        if not run.proof_seal:
            raise CommandError(
                f"{run} has no stored proof: it was made before proofs were stored, or its cohort "
                "is too large. It was checked before it was saved."
            )
        started = time.perf_counter()
        try:
            check_run(run)
        except CertificateError as error:
            raise CommandError(f"{run} does not hold: {error}") from error
        seconds = time.perf_counter() - started
        self.stdout.write(
            f"{run}: the proof holds. {run.n_served} of {run.n_mentees} mentees served with "
            f"{run.total_points} points; no other choice does better on "
            f"{', then '.join(run.tiers)}. Checked in {seconds:.3f} s."
        )
