"""What every test may rely on."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.core.signals import request_finished
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase
from django.utils import translation
from django_tasks_db.management.commands import db_worker


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what needs to be run once, unless nothing else was asked for."""
    left_out = [item for item in items if item.get_closest_marker("once")]
    if connection.vendor == "postgresql" and len(left_out) < len(items):
        items[:] = [item for item in items if not item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def django_db_use_migrations(django_db_keepdb, django_db_createdb):
    """Only a database that was kept is brought up to date; see `django_db_setup`."""
    return django_db_keepdb and not django_db_createdb


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, django_db_use_migrations):
    """The test database; at the end nobody is left in it.

    Its tables are made from the models, in a tenth of the time that all migrations take, and the
    migrations are noted as done. That they would make the same: tests/site/test_migrations.py.

    The server of the browser tests keeps a connection for each thread, and PostgreSQL drops no
    database that somebody is connected to.
    """
    if not django_db_use_migrations:
        django_settings.MIGRATION_MODULES = {}  # what pytest-django has put aside
        with django_db_blocker.unblock():
            note_migrations_as_done()
            add_index_of_search()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# What Django writes there once belongs to the tables.
KEPT = {"django_content_type", "django_migrations", "auth_permission"}


def empty_tables(case: TransactionTestCase) -> None:
    """After a test with transactions of its own: delete what is there, for there is not much.

    Django's own way, truncating all tables and writing permissions anew, takes PostgreSQL longer
    than most of these tests. Foreign keys are looked at when the transaction ends.
    """
    quoted = {name: connection.ops.quote_name(name) for name in all_tables() - KEPT}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608
                for name, table in quoted.items()
            )
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[name]}")  # noqa: S608


@cache
def all_tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True))


TransactionTestCase._fixture_teardown = empty_tables


def note_migrations_as_done() -> None:
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).graph.nodes:
        recorder.record_applied(app, name)


def add_index_of_search() -> None:
    """What each database searches in is its own, so that no model can describe it."""
    added = import_module("spotlights.migrations.0009_add_search")
    stored = import_module("spotlights.migrations.0011_store_search_vectors")
    with connection.schema_editor() as editor:
        added.add_index(None, editor)
        stored.store_vectors(None, editor)


@pytest.fixture(autouse=True)
def _settings_of_a_test(settings, tmp_path):
    """No HTTPS redirects, plain static names, mail kept in memory, and passwords seen at once."""
    settings.SECURE_SSL_REDIRECT = False
    # Taking long is what the real one is for.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
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
