"""Applications kept in a spreadsheet, brought into a cohort; see also docs/importing.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.urls import reverse
from django.utils.text import get_text_list

from signups.imports import SHEET_NAMES, Fault, ImportRefusedError, import_applications
from signups.models import Cohort, Role


class Command(BaseCommand):
    help = (
        "Bring the applications of two CSV files into a cohort: all of them, or none if there is "
        "a fault. Nobody is written to."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cohort", help="The slugs of program and cohort, such as core/2027.")
        for role, name in SHEET_NAMES.items():
            parser.add_argument(
                f"--{name}", type=Path, metavar="FILE", dest=role, help=f"CSV file of the {name}."
            )
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            required=True,
            help="TOML file that says what the sheets' headings and values mean.",
        )
        parser.add_argument(
            "--create-options",
            action="store_true",
            help="First add what [options] in the mapping lists and the program lacks.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Check only; keep nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        cohort = _cohort(options["cohort"])
        paths = {role: options[role] for role in Role if options[role]}
        if not paths:
            raise CommandError("Give --mentees FILE, --mentors FILE, or both.")
        try:
            tallies = import_applications(
                cohort,
                paths,
                options["mapping"],
                create_options=options["create_options"],
                dry_run=options["dry_run"],
            )
        except ImportRefusedError as refused:
            raise CommandError(f"{refused}\nNothing was imported.") from refused
        except IntegrityError as error:
            raise CommandError(
                "Somebody applied to this cohort in the meantime. Run it again.\n"
                "Nothing was imported."
            ) from error
        faults = [fault for tally in tallies.values() for fault in tally.faults]
        if faults:
            sentences = "\n".join(in_sentences(faults))
            raise CommandError(f"{sentences}\nNothing was imported.")
        for role, tally in tallies.items():
            self.stdout.write(
                f"{SHEET_NAMES[role].capitalize()}: {tally.n_rows} rows read, {tally.n_good} "
                f"applications added, {tally.n_already_there} already there."
            )
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was kept.")
            return
        self.stdout.write("Nobody was written to. Next, accept who takes part:")
        for role in paths:
            page = reverse(f"admin:signups_{role}application_changelist")
            self.stdout.write(f"{settings.SITE_URL}{page}?cohort__id__exact={cohort.pk}")


def _cohort(slugs: str) -> Cohort:
    cohorts = {
        f"{cohort.program.slug}/{cohort.slug}": cohort
        for cohort in Cohort.objects.select_related("program")
    }
    if slugs not in cohorts:
        known = get_text_list(sorted(cohorts), "and") or "none yet"
        raise CommandError(f"There is no cohort {slugs}. The cohorts are: {known}.")
    return cohorts[slugs]


def in_sentences(faults: Iterable[Fault]) -> list[str]:
    """One line for each different fault, with all the rows that have it."""
    rows_with: dict[tuple[str, str, str], list[int]] = {}
    for fault in faults:
        rows_with.setdefault((fault.file, fault.place, fault.sentence), []).append(fault.row)
    return [
        f"{file}, row{'s' * (len(rows) > 1)} {get_text_list(rows, 'and')}"
        f"{', ' * bool(place)}{place}: {sentence}"
        for (file, place, sentence), rows in rows_with.items()
    ]
