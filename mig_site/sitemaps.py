"""What search engines are told of: every public page, in every language, and nothing else.

A new kind of page gets a class here and a line in ``SITEMAPS``.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from signups.models import Program
from spotlights.models import Guide, Spotlight


class PagesInEveryLanguage(Sitemap):
    """Pages below the site's own address, each with those in the other languages beside it."""

    i18n = True
    alternates = True
    limit = 2000

    def get_urls(
        self, page: int = 1, site: object = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        # The address that the site is known by, whatever name it was asked under.
        known = urlsplit(settings.SITE_URL)
        return super().get_urls(page, SimpleNamespace(domain=known.netloc), known.scheme)


class FixedPages(PagesInEveryLanguage):
    def items(self) -> list[str]:
        return [
            "home",
            "spotlights:list",
            "suggestions:suggest",
            "guides:list",
            "signups:contact_site",
            "privacy",
            "accessibility",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Programs(PagesInEveryLanguage):
    def items(self) -> QuerySet[Program]:
        return Program.objects.published()


class Contact(PagesInEveryLanguage):
    def items(self) -> QuerySet[Program]:
        return Program.objects.published()

    def location(self, item: Program) -> str:
        return reverse("signups:contact", args=[item.slug])


class HowWeMatch(PagesInEveryLanguage):
    def items(self) -> QuerySet[Program]:
        return Program.objects.published()

    def location(self, item: Program) -> str:
        return reverse("matching:how_we_match", args=[item.slug])


class Guides(PagesInEveryLanguage):
    def items(self) -> QuerySet[Guide]:
        return Guide.objects.published().in_order()

    def lastmod(self, item: Guide) -> datetime:
        return item.updated_at


class Spotlights(PagesInEveryLanguage):
    def items(self) -> QuerySet[Spotlight]:
        published = Spotlight.objects.published().select_related(None)
        return published.only("slug", "published_at", "updated_at")

    def lastmod(self, item: Spotlight) -> datetime:
        return item.changed_at


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": FixedPages,
    "programs": Programs,
    "how-we-match": HowWeMatch,
    "contact": Contact,
    "guides": Guides,
    "spotlights": Spotlights,
}
