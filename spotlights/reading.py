"""What the page of a spotlight shows: in public, in a preview, and to the person portrayed."""

from __future__ import annotations

from spotlights.models import Spotlight


def page_of(spotlight: Spotlight) -> dict[str, object]:
    """The context of ``spotlights/spotlight.html``."""
    return {
        "spotlight": spotlight,
        "earlier": spotlight.earlier(),
        "later": spotlight.later(),
    }
