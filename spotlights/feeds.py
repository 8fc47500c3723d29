"""The series for feed readers, in Atom and RSS, each with the whole text."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator

from spotlights.models import Spotlight

N_ENTRIES = 20

# XML has no way to write these; word processors leave one (vertical tab) for a soft line break.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def writable(text: str) -> str:
    return UNWRITABLE.sub(" ", text)


class FullTextAtomFeed(Atom1Feed):
    """Atom with the whole text of each entry and its language, which Django's own leaves out."""

    def item_attributes(self, item: dict[str, str]) -> dict[str, str]:
        return super().item_attributes(item) | {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class FullTextRssFeed(Rss201rev2Feed):
    """RSS with the whole text of each entry and its language."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/"
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, str]) -> None:
        super().add_item_elements(handler, item)
        dublin_core = {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}
        handler.addQuickElement("dc:language", item["language"], dublin_core)
        handler.addQuickElement("content:encoded", item["content"])


class SpotlightFeed(Feed):
    """The latest spotlights; all addresses carry the site's name, so entries keep their ids."""

    feed_type = FullTextAtomFeed
    author_name = "Let’s Connect"
    address = "spotlights:feed"

    def title(self) -> str:
        return _("Let’s Connect")

    def subtitle(self) -> str:
        return _("Conversations with people who lead libraries.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("spotlights:list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse(self.address)

    # Atom names a feed by its own address rather than by that of the page it follows.
    feed_guid = feed_url

    def items(self) -> QuerySet[Spotlight]:
        latest = Spotlight.objects.published()
        return latest.prefetch_related("questions", "links", "topics")[:N_ENTRIES]

    def item_title(self, item: Spotlight) -> str:
        # Not escaped: a title is plain text, and the XML writer escapes it once.
        return writable(item.title)

    def item_description(self, item: Spotlight) -> str:
        return escape(writable(item.summary))

    def item_extra_kwargs(self, item: Spotlight) -> dict[str, str]:
        content = render_to_string(
            "spotlights/feed_entry.html", {"spotlight": item, "site_url": settings.SITE_URL}
        )
        return {"content": writable(content).strip(), "language": item.language}

    def item_link(self, item: Spotlight) -> str:
        return item.absolute_url

    def item_guid(self, item: Spotlight) -> str:
        # One post is one entry, in whatever language the feed that brings it is.
        with override(settings.LANGUAGE_CODE):
            return item.absolute_url

    def item_author_name(self, item: Spotlight) -> str:
        return writable(item.program.name_i18n)

    def item_categories(self, item: Spotlight) -> list[str]:
        return [writable(topic.name_i18n) for topic in item.topics.all()]

    def item_pubdate(self, item: Spotlight) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Spotlight) -> datetime:
        return item.changed_at


class SpotlightRssFeed(SpotlightFeed):
    """The same for readers that know RSS only."""

    feed_type = FullTextRssFeed
    address = "spotlights:rss"

    def description(self) -> str:
        return self.subtitle()
