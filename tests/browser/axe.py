"""What axe finds on a page, short enough to read in a failed test."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# All that a page says anew when only its colours change.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def violations(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """One line for each element that breaks a rule: the rule and where the element is."""
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in Axe().run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]
