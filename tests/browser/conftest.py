"""How the journeys find their browser, and what none of them may do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Request

# Playwright keeps an event loop running in this thread, so that Django takes every query of a
# test for one inside a coroutine, and refuses it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

FOLDER = Path(__file__).parent

# The one that never draws a window of its own takes a third less time.
CHROMIUMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
NO_BROWSER = (
    "No browser for the journeys: install Debian's chromium-headless-shell or chromium, or name "
    "one in CHROMIUM=/path/to/it."
)
# As root and in a small container, and silent towards everyone but the site under test.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    may_skip = CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1"
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if may_skip:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        pytest.fail(NO_BROWSER)
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def base_url(live_server):
    """So that ``page.goto("/")`` leads to the site under test."""
    return live_server.url


@pytest.fixture(autouse=True)
def _keeps_to_the_policy(context: BrowserContext, base_url) -> Iterator[None]:
    """No journey meets a script error, a breach of the content policy, or another host."""
    own_host, faults = urlsplit(base_url).netloc, []

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != own_host:
            faults.append(f"asked another host for {request.url}")

    context.on("console", note_message)
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
    context.on("request", note_request)
    yield
    assert not faults
