"""The site as in production, with made-up people on it, for tools that look at it from outside.

It answers on a port of its own and keeps everything in a folder that is gone afterwards.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60


@contextmanager
def served() -> Iterator[str]:
    """Serve the site while the block runs; gives its address, without a slash at the end."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | _settings(Path(folder), port)
        for command in [["prepare_site"], ["load_demo"], ["collectstatic", "--no-input"]]:
            _manage(command, environment)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "behind_tls:application"),
                *("--pythonpath", ".ci", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "2", "--threads", "4", "--log-level", "warning"),
                "--no-control-socket",
            ],
            cwd=ROOT,
            env=environment,
        )
        try:
            address = f"http://localhost:{port}"
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def fetch(address: str) -> tuple[int, str, str]:
    """Status, type and text of what stands at ``address``, errors included."""
    try:
        answer = urlopen(address, timeout=60)  # noqa: S310 - our own server
    except URLError as error:
        if not hasattr(error, "read"):
            raise
        answer = error
    return answer.status, answer.headers.get_content_type(), answer.read().decode(errors="replace")


def _settings(folder: Path, port: int) -> dict[str, str]:
    return {
        "DEBUG": "off",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "IDENTITY_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port}",
        "BEHIND_TLS_PROXY": "on",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "EMAIL_URL": "dummymail://",
        "STATIC_ROOT": f"{folder}/static",
        "FILES_ROOT": f"{folder}/files",
        "MEDIA_ROOT": f"{folder}/media",
    }


def _manage(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            fetch(f"{address}/robots.txt")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return
