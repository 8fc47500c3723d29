"""The series for feed readers."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from spotlights.models import Spotlight

N_ENTRIES = 20

# XML has no way to write these; word processors leave one (vertical tab) for a soft line break.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def writable(text: str) -> str:
    return UNWRITABLE.sub(" ", text)


class FullTextAtomFeed(Atom1Feed):
    """Atom with the whole text of each entry, which Django's own leaves out."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class SpotlightFeed(Feed):
    """The latest spotlights; all addresses carry the site's name, so entries keep their ids."""

    feed_type = FullTextAtomFeed
    language = "en"
    title = "Let’s Connect"
    subtitle = "Conversations with people who lead libraries."
    author_name = "Let’s Connect"

    def link(self) -> str:
        return settings.SITE_URL + reverse("spotlights:list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("spotlights:feed")

    # Atom names a feed by its own address rather than by that of the page it follows.
    feed_guid = feed_url

    def items(self) -> QuerySet[Spotlight]:
        return Spotlight.objects.published()[:N_ENTRIES]

    def item_title(self, item: Spotlight) -> str:
        # Not escaped: an Atom title is plain text, and the XML writer escapes it once.
        return writable(item.title)

    def item_description(self, item: Spotlight) -> str:
        return escape(writable(item.summary))

    def item_extra_kwargs(self, item: Spotlight) -> dict[str, str]:
        return {"content": writable(item.body_html_for_feeds)}

    def item_link(self, item: Spotlight) -> str:
        return item.absolute_url

    def item_author_name(self, item: Spotlight) -> str:
        return writable(item.program.name)

    def item_pubdate(self, item: Spotlight) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Spotlight) -> datetime:
        return item.changed_at
