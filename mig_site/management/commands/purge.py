"""Let go of what has been kept long enough; the worker does the same every day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mig_site.retention import everything_due
from signups.retention import programs_undecided


class Command(BaseCommand):
    help = (
        "Erase applications that a program no longer keeps, and delete drafts, links, words of "
        "letters, tasks and sessions that are past their time; see docs/retention.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go, and change nothing."
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        n_due = 0
        for due in everything_due():
            if not dry_run:
                due.go()
            self.stdout.write(f"{due.n:6d}  {due.what}")
            n_due += due.n
        for program in programs_undecided():
            self.stdout.write(
                f"{program} keeps its applications: its committee has not said for how many days."
            )
        if dry_run:
            self.stdout.write(f"{n_due} would go. This was a dry run: nothing was changed.")
        else:
            self.stdout.write(f"{n_due} gone.")
