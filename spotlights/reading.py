"""What the page of a spotlight shows: in public, in a preview, and to the person portrayed."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from signups.calls import Call, calls_of
from spotlights.models import Spotlight
from spotlights.sharing import article_of, share_links, shared_spotlight

N_RELATED = 3


def page_of(spotlight: Spotlight) -> dict[str, object]:
    """The context of ``spotlights/spotlight.html``."""
    prefetch_related_objects([spotlight], "questions", "links", "topics")
    shared = shared_spotlight(spotlight)
    return {
        "spotlight": spotlight,
        "program": spotlight.program,
        "calls": _open_calls(spotlight),
        "related": spotlight.related(N_RELATED),
        "earlier": spotlight.earlier(),
        "later": spotlight.later(),
        "shared": shared,
        "article": article_of(spotlight, shared),
        "share_links": share_links(spotlight, shared),
    }


def _open_calls(spotlight: Spotlight) -> list[Call]:
    if spotlight.program.pk is None:  # in a preview, before a program was chosen
        return []
    prefetch_related_objects([spotlight.program], "cohorts")
    return [call for call in calls_of(spotlight.program) if call.window.is_open]
