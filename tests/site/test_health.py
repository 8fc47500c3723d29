"""/healthz says how the site is doing, to machines that ask every minute."""

import json
import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from signups.letters import deliver_letter


@pytest.mark.django_db
def test_all_is_well(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "migrations": "ok",
        "queue": {"due": 0, "oldest_due_since": None},
    }
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
def test_answers_without_https_where_pages_do_not(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200
    assert client.get("/robots.txt").status_code == 301


@pytest.mark.django_db
def test_missing_migration_is_a_fault(client):
    [newest] = MigrationExecutor(connection).loader.graph.leaf_nodes("spotlights")
    MigrationRecorder(connection).record_unapplied(*newest)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "migrations": "1 not applied",
        "reason": "Migrations are not applied: run `python manage.py migrate`.",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waiting", "status"), [(timedelta(minutes=14), 200), (timedelta(minutes=16), 503)]
)
@pytest.mark.parametrize("has_start", [True, False])
def test_task_that_waits_long_is_a_fault(client, waiting, status, has_start):
    since = timezone.now() - waiting
    if has_start:
        deliver_letter.using(run_after=since).enqueue(0)
    else:
        deliver_letter.enqueue(0)
        DBTaskResult.objects.update(enqueued_at=since)

    response = client.get("/healthz")

    assert response.status_code == status
    state = response.json()
    assert state["queue"] == {"due": 1, "oldest_due_since": since.isoformat()}
    assert ("is a worker running?" in state.get("reason", "")) is (status == 503)


@pytest.mark.django_db
def test_task_of_tomorrow_does_not_wait_today(client):
    deliver_letter.using(run_after=timezone.now() + timedelta(days=1)).enqueue(0)

    assert client.get("/healthz").json()["queue"]["due"] == 0


@pytest.mark.parametrize("server", ["sqlite", "postgres"])
def test_database_that_does_not_answer_is_a_fault(server, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = {
        "sqlite": f"sqlite:///{tmp_path}/no-such-folder/db.sqlite3",
        "postgres": f"postgres://nobody@127.0.0.1:{port}/nowhere",
    }[server]
    script = (
        "import django; django.setup(); from django.test import Client; "
        "response = Client(headers={'host': 'localhost'}).get('/healthz'); "
        "print(response.status_code, response.content.decode())"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "mig_site.settings"},
        capture_output=True,
        text=True,
    )

    status, answer = done.stdout.split(" ", 1)
    assert status == "503"
    assert json.loads(answer) == {
        "database": "fault",
        "reason": "The database does not answer: OperationalError.",
    }
