"""How readers choose among the spotlights: by topic, library type, year, and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import Http404, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from spotlights.models import (
    Guide,
    Spotlight,
    SpotlightLibraryType,
    SpotlightQuerySet,
    SpotlightTopic,
)

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """What a reader has chosen: everything, as long as nothing is said."""

    words: str = ""
    topic: SpotlightTopic | None = None
    library_type: str = ""
    year: str = ""
    query: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_address(cls, query: QueryDict) -> Choice:
        """The choice that an address says; unknown topics, types and years are not found."""
        asked = {name: query.get(name, "").strip() for name in ("q", "topic", "type", "year")}
        asked["q"] = " ".join(asked["q"].split())[:LONGEST_SEARCH]
        topic = None
        if asked["topic"]:
            topic = SpotlightTopic.objects.filter(slug=asked["topic"]).first()
        is_known = (
            bool(topic) == bool(asked["topic"])
            and asked["type"] in ("", *SpotlightLibraryType.values)
            and (not asked["year"] or _is_year(asked["year"]))
        )
        if not is_known:
            raise Http404("No list of spotlights has this address.")
        return cls(
            words=asked["q"],
            topic=topic,
            library_type=asked["type"],
            year=asked["year"],
            query={name: value for name, value in asked.items() if value},
        )

    def __bool__(self) -> bool:
        return bool(self.query)

    def spotlights(self) -> SpotlightQuerySet:
        """The published ones that fit, latest first."""
        found = Spotlight.objects.published()
        if self.topic:
            tagged = Spotlight.topics.through.objects.filter(
                spotlight=OuterRef("pk"), spotlighttopic=self.topic
            )
            found = found.filter(Exists(tagged))
        if self.library_type:
            found = found.filter(library_type=self.library_type)
        if self.year:
            found = found.filter(published_at__year=int(self.year))
        if self.words:
            found = found.found_by(self.words)
        return found

    def guides(self) -> list[Guide]:
        """The guides with the words searched for: who searches need not know what is where."""
        return Guide.objects.published().in_order().holding(self.words) if self.words else []

    def address(self, page: int = 1) -> str:
        """The part of the address that says this choice, and the page where it is not the first."""
        query = self.query | ({"page": str(page)} if page > 1 else {})
        return f"?{urlencode(query)}" if query else ""

    def in_words(self) -> list[str]:
        """What was chosen, for the title of the page."""
        chosen = [
            self.topic.name_i18n if self.topic else "",
            str(SpotlightLibraryType(self.library_type).label) if self.library_type else "",
            self.year,
            _("“%(words)s”") % {"words": self.words} if self.words else "",
        ]
        return [one for one in chosen if one]

    @cached_property
    def topics(self) -> list[Option]:
        """The topics that a published spotlight has."""
        tagged = Spotlight.objects.published().filter(topics=OuterRef("pk"))
        topics = SpotlightTopic.objects.filter(Exists(tagged))
        return [
            Option(topic.slug, topic.name_i18n, topic == self.topic)
            for topic in sorted(topics, key=lambda topic: topic.name_i18n)
        ]

    @cached_property
    def library_types(self) -> list[Option]:
        """The types of library that a published spotlight is about."""
        published = Spotlight.objects.published().order_by()
        known = {*published.values_list("library_type", flat=True).distinct()}
        return [
            Option(value, str(label), value == self.library_type)
            for value, label in SpotlightLibraryType.choices
            if value in known
        ]

    @cached_property
    def years(self) -> list[Option]:
        """The years from the first published spotlight to the last, latest first."""
        ends = Spotlight.objects.published().values_list("published_at", flat=True)
        last, first = ends.first(), ends.last()
        if not last:
            return []
        years = range(last.year, first.year - 1, -1)
        return [Option(str(year), str(year), str(year) == self.year) for year in years]


def lead_spotlight() -> Spotlight | None:
    """The one shown first and large: the one that the committee features, or else the latest."""
    # Asked for by nothing else, so that the index of the featured one answers, not that of all.
    featured = Spotlight.objects.filter(is_featured=True).select_related("program")
    lead = featured.order_by("is_featured").first()
    return lead if lead and lead.is_published() else Spotlight.objects.published().first()


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4 and text != "0000"
