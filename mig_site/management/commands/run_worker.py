"""The worker: does what the queue holds, and takes up what a dead worker left behind."""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

from django import db
from django.core.management.base import BaseCommand, CommandError
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from matching.offers import remind_of_offers
from matching.tasks import take_up_abandoned_runs
from mig_site.queue import take_up_lost_tasks
from mig_site.retention import purge
from signups.drafts import remind_of_drafts
from signups.letters import take_up_lost_letters
from signups.limits import forget_old_attempts
from signups.membership import forget_old_checks
from signups.orientation import release_places_left_behind, remind_of_orientation
from signups.uploads import forget_abandoned_files
from spotlights.retention import forget_unused_pictures

logger = logging.getLogger(__name__)

# What is swept, and how often.
SWEEPS: dict[Callable[[], int], timedelta] = {
    take_up_lost_letters: timedelta(seconds=15),
    take_up_abandoned_runs: timedelta(seconds=15),
    take_up_lost_tasks: timedelta(seconds=15),
    remind_of_drafts: timedelta(minutes=10),
    purge: timedelta(days=1),
    forget_old_attempts: timedelta(hours=1),
    forget_abandoned_files: timedelta(hours=1),
    forget_unused_pictures: timedelta(hours=1),
    remind_of_offers: timedelta(minutes=10),
    remind_of_orientation: timedelta(minutes=10),
    release_places_left_behind: timedelta(minutes=10),
    forget_old_checks: timedelta(hours=1),
}

LONGEST_PAUSE = 30  # seconds between two looks at a database that does not answer
STEP = 0.2  # seconds in which a resting worker notices that it is to stop


class Command(BaseCommand):
    help = (
        "Send letters and carry out match runs as they fall due, until SIGTERM or Ctrl-C; the "
        "task in hand is finished first, and a second signal ends the worker at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=1, help="Seconds between two looks at the queue."
        )
        parser.add_argument(
            "--batch", action="store_true", help="Do all that is due now, and end: for cron."
        )

    def handle(self, *, interval: float, batch: bool, **options: Any) -> None:
        self.worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=interval,
            batch=True,  # run() comes back when nothing is due
            max_tasks=None,
            backend_name="default",
            startup_delay=False,
            worker_id=get_random_string(32),
        )
        self.next_sweeps = dict.fromkeys(SWEEPS, time.monotonic())
        handlers = {
            number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            if batch:
                self.work_once()
            else:
                self.work_until_stopped(interval)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.worker.running = False
        # A second signal does not wait for the task in hand. Nothing is lost by that: it is
        # taken up again like the task of a worker that was killed.
        signal.signal(number, signal.SIG_DFL)

    def work_once(self) -> None:
        try:
            self.sweep()
            self.worker.run()
        except db.Error as error:
            raise CommandError(f"The database is at fault: {in_one_line(error)}") from error

    def work_until_stopped(self, interval: float) -> None:
        logger.info("The worker looks after letters and match runs.")
        pause = interval
        while self.worker.running:
            try:
                self.sweep()
                self.worker.run()
            except db.Error as error:
                pause = min(max(2 * pause, 1), LONGEST_PAUSE)
                logger.warning(
                    "The database is at fault (%s); next look in %g s.", in_one_line(error), pause
                )
            else:
                pause = interval
            # Gives back a connection that is broken, or older than it may be.
            db.close_old_connections()
            self.rest(pause)
        logger.info("The worker has stopped.")

    def sweep(self) -> None:
        for sweep, every in SWEEPS.items():
            if time.monotonic() >= self.next_sweeps[sweep]:
                n_found = sweep()
                self.next_sweeps[sweep] = time.monotonic() + every.total_seconds()
                if n_found:
                    logger.info("%s: %d", sweep.__name__.replace("_", " "), n_found)

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self.worker.running and time.monotonic() < end:
            time.sleep(min(STEP, seconds))


def in_one_line(error: Exception) -> str:
    """The kind of an error with the first line of what it says."""
    return " ".join([type(error).__name__, *str(error).splitlines()[:1]])
