"""What differs between machines is read from the environment, and what is missing is named."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SETTINGS = Path(settings.BASE_DIR, "mig_site", "settings.py")
PRODUCTION = {
    "SECRET_KEY": "x" * 60,
    "IDENTITY_KEYS": "x" * 43 + "=",
    "ALLOWED_HOSTS": "mentoring.example.org",
    "SITE_URL": "https://mentoring.example.org/",
    "DATABASE_URL": "postgres://mentoring:password@127.0.0.1:5432/mentoring",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
}


def run_with(environment, script, folder):
    """Run Python on a copy of the settings, beside which there is no .env."""
    (folder / "mig_site").mkdir()
    shutil.copy(SETTINGS, folder / "mig_site")
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", PRODUCTION)
def test_missing_variable_stops_the_start_and_is_named(name, tmp_path):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    done = run_with(environment, "import mig_site.settings", tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(f"Set the {name} environment variable")


def test_production_is_the_default_and_safe(tmp_path):
    names = [
        "DEBUG",
        "SITE_URL",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "EMAIL_BACKEND",
        "EMAIL_USE_TLS",
    ]
    script = (
        "import json; from mig_site import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {names}}})); "
        "assert not hasattr(settings, 'SECURE_PROXY_SSL_HEADER')"
    )

    done = run_with(PRODUCTION, script, tmp_path)

    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "DEBUG": False,
        "SITE_URL": "https://mentoring.example.org",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_USE_TLS": True,
    }


def test_sqlite_waits_its_turn_and_postgres_is_checked_before_use(tmp_path):
    script = "import json; from mig_site import settings; print(json.dumps(settings.DATABASES))"
    sqlite, postgres = tmp_path / "sqlite", tmp_path / "postgres"
    sqlite.mkdir()
    postgres.mkdir()

    on_sqlite = run_with(PRODUCTION | {"DATABASE_URL": "sqlite:///var/db.sqlite3"}, script, sqlite)
    on_postgres = run_with(PRODUCTION, script, postgres)

    database = json.loads(on_sqlite.stdout)["default"]
    assert database["NAME"] == str(sqlite / "var" / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    database = json.loads(on_postgres.stdout)["default"]
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.mark.parametrize("word", ["onn", "yes", ""])
def test_a_slip_in_what_closes_something_stops_the_start(word, tmp_path):
    environment = PRODUCTION | {"REQUIRE_SECOND_FACTOR": word}

    done = run_with(environment, "import mig_site.settings", tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("REQUIRE_SECOND_FACTOR is on or off.")


def test_example_names_every_variable():
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS.read_text()))
    example = Path(settings.BASE_DIR, ".env.example").read_text()

    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == read


def test_psycopg_3_is_not_installed_beside_psycopg2():
    # Django takes it without a word where it finds it.
    locked = Path(settings.BASE_DIR, "requirements.txt").read_text()

    assert re.findall(r"^psycopg[\w-]*", locked, re.MULTILINE) == ["psycopg2-binary"]
