"""Which spotlights the public may read, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from signups.models import CommitteeQuerySet
from spotlights.models.search import SearchEntry
from spotlights.models.statuses import SpotlightStatus
from spotlights.pictures import forget

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight


class SpotlightQuerySet(CommitteeQuerySet):
    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and their pictures once that is certain."""
        pictures = [one.picture for one in self if one.picture]
        deleted = super().delete()
        transaction.on_commit(lambda: [forget(picture) for picture in pictures], robust=True)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True

    def published(self) -> Self:
        """What the public may read now, latest first; see also ``Spotlight.is_published``."""
        # The program comes along: its zone says which day a spotlight is from.
        return (
            self.filter(status=SpotlightStatus.PUBLISHED, published_at__lte=timezone.now())
            .select_related("program")
            .order_by("-published_at", "-pk")
        )

    def found_by(self, asked: str) -> Self:
        """Those that hold every word of ``asked``; see also ``SearchEntry``."""
        return self.filter(pk__in=SearchEntry.objects.keys_holding(asked))

    def before(self, spotlight: Spotlight) -> Self:
        """Those dated earlier than ``spotlight``; of the same moment, those with a smaller key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=spotlight.pk))

    def after(self, spotlight: Spotlight) -> Self:
        """Those dated later than ``spotlight``; of the same moment, those with a larger key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__gt=moment) | Q(published_at=moment, pk__gt=spotlight.pk))
