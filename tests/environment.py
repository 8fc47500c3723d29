"""What the tests run with, whatever .env says: a plug-in that pytest loads before the settings.

Only DATABASE_URL is taken from the environment, so that the same tests run on PostgreSQL.
"""

from __future__ import annotations

import os
import tempfile

import pytest
from django.db import connections

from mig_site.languages import compile_translations

os.environ |= {
    "SECRET_KEY": "only-for-tests",
    "IDENTITY_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtISE=",
    "DEBUG": "on",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "SITE_URL": "http://127.0.0.1:8000",
    "EMAIL_URL": "filemail:///var/letters",
    "DEFAULT_FROM_EMAIL": "committee@example.org",
    "BEHIND_TLS_PROXY": "off",
    "HSTS_SECONDS": "0",
    # Never collected: a test takes static files from their sources, not from the last `make run`.
    "STATIC_ROOT": "var/static-of-tests",
}
os.environ.setdefault("DATABASE_URL", "sqlite:///var/db.sqlite3")


def pytest_configure(config: pytest.Config) -> None:
    """SQLite in a file, as the site has it: every thread and process with its own connection.

    One in memory would be one connection shared by a journey and the server it visits.
    """
    if not hasattr(config, "workerinput"):
        compile_translations()
    connection = connections["default"]
    if connection.vendor == "sqlite":
        folder = tempfile.TemporaryDirectory(prefix="test-database-")
        config.add_cleanup(folder.cleanup)
        connection.settings_dict["TEST"]["NAME"] = f"{folder.name}/test.sqlite3"
