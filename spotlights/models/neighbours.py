"""To which other spotlights a reader is led on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight


class HasNeighbours:
    """The published spotlights around this one, by topic and by time."""

    def related(self, n: int) -> list[Spotlight]:
        """Published ones that share topics with this one: the most shared first, then latest."""
        topics = {topic.pk for topic in self.topics.all()}
        sharing = type(self).topics.through.objects.filter(
            spotlight=OuterRef("pk"), spotlighttopic__in=topics
        )
        # The latest of them, however many there are: it takes the same time.
        latest = type(self).objects.published().exclude(pk=self.pk).filter(Exists(sharing))
        found = list(latest.prefetch_related("topics")[: 8 * n]) if topics else []
        return sorted(
            found, key=lambda one: -len(topics & {topic.pk for topic in one.topics.all()})
        )[:n]

    def earlier(self) -> Spotlight | None:
        """The published one that appeared before this one."""
        return type(self).objects.published().before(self).first() if self.published_at else None

    def later(self) -> Spotlight | None:
        """The published one that appeared after this one."""
        return type(self).objects.published().after(self).last() if self.published_at else None
