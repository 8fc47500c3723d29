"""What holds for all tests of the engine: no database, and settings for properties."""

from pathlib import Path

import pytest
from hypothesis import settings

FOLDER = Path(__file__).parent

# Brute force takes its time, and a busy machine more; neither is a failure.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker("once")
