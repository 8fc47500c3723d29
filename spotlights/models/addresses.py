"""Under which addresses spotlights could be read before."""

from __future__ import annotations

from django.db import models

# Addresses below /lets-connect/ that are pages of their own; see also spotlights/urls.py.
RESERVED_SLUGS = ["feed", "rss"]


class SlugChange(models.Model):
    """A slug that a spotlight no longer has: its address leads to where the spotlight is now.

    No other spotlight can take it: somebody may have kept the link.
    """

    slug = models.SlugField(max_length=160, unique=True)
    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="slug_changes"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.slug
