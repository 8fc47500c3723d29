"""Which rows about spotlights are past the time that they are kept."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from spotlights.models import PortrayedLink


def links_due() -> QuerySet[PortrayedLink]:
    """Links to spotlights that open nothing any more."""
    expired = Q(expires_at__lt=timezone.now())
    return PortrayedLink.objects.filter(expired | Q(revoked_at__isnull=False))
