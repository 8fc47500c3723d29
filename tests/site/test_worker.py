"""The worker, as a process of its own: killed at the worst moment, and without its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from signups.letters import write
from signups.models import Letter, LetterStatus
from tests.factories import make_program
from tests.site.mail_server import MailServer

N_LETTERS = 60
PATIENCE = 60  # seconds, on a busy machine


def write_letters(n_letters: int) -> None:
    program = make_program()
    write(
        [
            Letter(
                key=f"drill/{number}",
                program=program,
                to=f"reader{number}@example.org",
                subject=f"Letter {number}",
                body="Dear reader,\n",
            )
            for number in range(n_letters)
        ]
    )


def database_url() -> str:
    """The test database as another process reaches it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


@contextmanager
def serving(**options) -> Iterator[MailServer]:
    with MailServer(**options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def working(mail_url: str, database_url: str) -> Iterator[subprocess.Popen]:
    """A worker beside the test; whatever happens, it does not outlive it."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "run_worker", "--interval", "0.1"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url, "EMAIL_URL": mail_url},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with worker.stderr:
            yield worker
    finally:
        worker.kill()
        worker.wait()


def wait_until(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)


def all_sent() -> bool:
    return not Letter.objects.exclude(status=LetterStatus.SENT).exists()


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_sending_loses_no_letter_and_doubles_at_most_one():
    write_letters(N_LETTERS)
    with serving(hold_at=20) as first_server, working(first_server.url, database_url()) as worker:
        assert first_server.held.wait(PATIENCE)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    [held_id] = first_server.message_ids[-1:]
    assert Letter.objects.filter(status=LetterStatus.SENT).count() == 19
    # Nobody waits two minutes: the lease of the letter in hand is made to run out now.
    held = Letter.objects.filter(leased_until__isnull=False)
    assert held.update(leased_until=timezone.now()) == 1

    with serving() as second_server, working(second_server.url, database_url()) as worker:
        wait_until(all_sent, "every letter was sent")
        worker.terminate()
        assert worker.wait(PATIENCE) == 0

    copies = first_server.n_copies + second_server.n_copies
    assert copies.pop(held_id) == 2
    assert set(copies.values()) == {1}
    assert len(copies) == N_LETTERS - 1
    assert Letter.objects.get(message_id=held_id).n_tries == 2

    # The task that the killed worker held is taken up as well, and finds its letter sent.
    held_tasks = DBTaskResult.objects.running()
    assert held_tasks.update(started_at=timezone.now() - timedelta(minutes=11)) == 1
    call_command("run_worker", batch=True)
    assert not DBTaskResult.objects.running().exists()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_letter_whose_task_died_before_claiming_it_is_sent():
    write_letters(1)
    DBTaskResult.objects.get().claim("a worker that is killed right here")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=11))

    call_command("run_worker", batch=True)

    assert [message.to for message in mail.outbox] == [["reader0@example.org"]]
    assert all_sent()


@pytest.mark.django_db(transaction=True)
def test_batch_leaves_what_is_not_due():
    write_letters(2)
    DBTaskResult.objects.filter(pk=DBTaskResult.objects.first().pk).update(
        run_after=timezone.now() + timedelta(hours=1)
    )

    call_command("run_worker", batch=True)

    assert len(mail.outbox) == 1
    assert DBTaskResult.objects.filter(status="READY").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_worker_waits_for_a_database_that_is_gone_for_a_moment(tmp_path):
    write_letters(1)
    path = tmp_path / "gone" / "db.sqlite3"
    with serving() as server, working(server.url, f"sqlite:///{path}") as worker:
        said = [worker.stderr.readline() for _ in range(3)]
        path.parent.mkdir()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        wait_until(lambda: server.message_ids, "the letter was sent")
        worker.terminate()
        assert worker.wait(PATIENCE) == 0

    fault = "The database is at fault (OperationalError unable to open database file); next look in"
    assert [line.split("run_worker: ")[1] for line in said] == [
        "The worker looks after letters and match runs.\n",
        f"{fault} 1 s.\n",
        f"{fault} 2 s.\n",
    ]
