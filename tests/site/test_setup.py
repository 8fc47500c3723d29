"""What turns a clone into a site: .env, and the first login of the committee."""

import os
import re
import shutil
import stat
import subprocess
import sys
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from signups.models import CommitteeSeat, SeatRole
from tests.factories import make_chair, make_program, make_user


def ensure_chair():
    """Run the command; returns what it printed."""
    out = StringIO()
    call_command("load_roles", verbosity=0)
    call_command("ensure_chair", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_first_chair_can_log_in_and_sees_every_program_without_a_login(client):
    plain, taken = make_program(), make_program()
    CommitteeSeat.objects.create(program=plain, name="Ada O'Hara", role=SeatRole.MEMBER)
    CommitteeSeat.objects.create(program=taken, name="Zoë", user=make_user(is_staff=False))

    printed = ensure_chair()

    [password] = re.findall(r"user chair, password (\S+)", printed)
    data = {"username": "chair", "password": password, "next": "/admin/"}
    assert client.post("/admin/login/", data).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    [seat] = CommitteeSeat.objects.filter(user__username="chair")
    assert (seat.program, seat.role, seat.is_public) == (plain, SeatRole.CHAIR, False)


@pytest.mark.django_db
def test_second_time_tells_no_secret_and_changes_nothing():
    make_program()
    ensure_chair()
    password = User.objects.get().password

    assert ensure_chair() == "The committee has a login already.\n"
    assert User.objects.get().password == password


@pytest.mark.django_db
def test_no_login_is_made_beside_another():
    make_chair(make_program())

    ensure_chair()

    assert not User.objects.filter(username="chair").exists()


@pytest.fixture
def clone(tmp_path):
    """A folder in which ``make`` finds a virtual environment that needs no building."""
    if shutil.which("make") is None:
        pytest.skip("needs make")
    shutil.copy(settings.BASE_DIR / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def make(clone, *arguments):
    """Run make as from a shell, also when make runs these tests."""
    return subprocess.run(
        ["make", *arguments],  # noqa: S607 - whichever make people have
        cwd=clone,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )


def test_env_file_is_written_once_with_a_secret_that_only_its_owner_reads(clone):
    make(clone, ".env")
    path = clone / ".env"
    written = path.read_text()
    make(clone, ".env")

    assert path.read_text() == written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", written, re.MULTILINE))
    assert len(values.pop("SECRET_KEY")) > 50
    Fernet(values.pop("IDENTITY_KEYS"))
    assert values == {
        "DEBUG": "on",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": "sqlite:///var/db.sqlite3",
        "EMAIL_URL": "filemail:///var/letters",
    }


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("abc", "PORT is a number from 1 to 65535, not 'abc'."),
        ("70000", "PORT is a number from 1 to 65535, not '70000'."),
    ],
)
def test_port_that_is_none_gets_a_sentence(clone, port, sentence):
    done = make(clone, "check-port", f"PORT={port}")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == sentence


def test_taken_port_gets_a_sentence(clone, live_server):
    port = live_server.thread.port

    done = make(clone, "check-port", f"PORT={port}")

    assert done.stderr.splitlines()[0] == (
        f"Port {port} is taken. Choose another: PORT=8123 make run"
    )


def test_python_that_is_too_old_gets_a_sentence(clone):
    shutil.rmtree(clone / ".venv")
    old = clone / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(0o755)

    done = make(clone, "run", f"PYTHON={old}")

    assert done.stdout.splitlines()[0].startswith(
        f"This site needs Python 3.11 or newer; {old} is Python 3.9.2."
    )
    assert not (clone / ".venv").exists()
