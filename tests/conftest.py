"""What every test may rely on."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished
from django.db import connection
from django.utils import translation
from django_tasks_db.management.commands import db_worker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database; at the end nobody is left in it.

    The server of the browser tests keeps a connection for each thread, and PostgreSQL drops no
    database that somebody is connected to.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _settings_of_a_test(settings, tmp_path):
    """No HTTPS redirects, plain static names, and mail kept in memory."""
    settings.SECURE_SSL_REDIRECT = False
    settings.EMAIL_FILE_PATH = str(tmp_path / "letters")
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "public": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": None},
        },
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }
    # A test fills in forms faster than people do, and more of them; see test_limits.
    settings.MIN_SECONDS_TO_FILL = 0
    settings.WITHOUT_LIMITS = True


@pytest.fixture(autouse=True)
def _language_of_a_page_ends_with_it():
    """Nothing that a test does after visiting a page in Spanish is in Spanish for that."""

    def end(**_: object) -> None:
        translation.deactivate()

    request_finished.connect(end)
    yield
    request_finished.disconnect(end)
    end()


@pytest.fixture
def deliver_letters(monkeypatch):
    """Do what a worker does until the queue is empty."""
    # A worker drops connections that are not in autocommit mode, as that of a test never is.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)

    def deliver() -> None:
        db_worker.Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="test",
            excluded_queue_names=[],
        ).run()

    return deliver
