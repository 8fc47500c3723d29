"""What about spotlights is past the time that it is kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from spotlights.erasing import erase
from spotlights.models import PortrayedLink, Spotlight, SpotlightStatus
from spotlights.pictures import forget_unused

# Long enough for a committee to see that one was withdrawn by mistake, and for search engines to
# have read that it is gone.
WITHDRAWN_KEPT = timedelta(days=365)


def links_due() -> QuerySet[PortrayedLink]:
    """Links to spotlights that open nothing any more."""
    expired = Q(expires_at__lt=timezone.now())
    return PortrayedLink.objects.filter(expired | Q(revoked_at__isnull=False))


def withdrawn_due() -> QuerySet[Spotlight]:
    """Withdrawn spotlights that nobody has touched since."""
    untouched = Q(updated_at__lt=timezone.now() - WITHDRAWN_KEPT)
    return Spotlight.objects.filter(untouched, status=SpotlightStatus.WITHDRAWN)


def erase_withdrawn(spotlights: QuerySet[Spotlight]) -> None:
    for pk in list(spotlights.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again under the lock: a committee may have taken it up meanwhile.
            spotlight = withdrawn_due().select_for_update(of=["self"]).filter(pk=pk).first()
            if spotlight:
                erase(spotlight)


def forget_unused_pictures() -> int:
    """Delete portraits that were kept for a spotlight which then was not saved."""
    return forget_unused(Spotlight.objects.exclude(portrait="").values_list("portrait", flat=True))
