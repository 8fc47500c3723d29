"""How a page is looked at: what axe finds on it, short enough to read, and how wide it is."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# All that a page says anew when only its colours change.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def violations(page: Page, options: dict[str, object] | None = None) -> list[str]:
    """One line for each element that breaks a rule: the rule and where the element is."""
    # After a click Playwright waits until the next page has begun, not until it is there.
    page.wait_for_load_state()
    # What a page does right is not told, at the length of the page.
    options = {"resultTypes": ["violations"]} | (options or {})
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in Axe().run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]


def width_of(page: Page) -> int:
    """How many pixels wide the page is; more than the window if something is cut off."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth")
