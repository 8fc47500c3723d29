"""The page about matching promises nothing without a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "matching.md"


def test_every_test_the_page_names_exists():
    links = re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))

    missing = [
        name
        for name, path in links
        if f"\ndef {name}(" not in (PAGE.parent / path).read_text(encoding="utf-8")
    ]

    assert len(links) > 20
    assert missing == []
