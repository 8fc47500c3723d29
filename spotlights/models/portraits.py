"""The portrait of a spotlight: its picture comes and goes with what the row says."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from spotlights.pictures import Picture, forget

PORTRAIT_FIELDS = ["portrait", "portrait_width", "portrait_height"]


class ShowsPortrait:
    """What a spotlight shows of the person in it."""

    @property
    def picture(self) -> Picture | None:
        """The portrait as pages show it."""
        if not self.portrait:
            return None
        return Picture(self.portrait, self.portrait_width, self.portrait_height)

    def show(self, picture: Picture | None) -> None:
        """Have ``picture`` as the portrait, or none; the one before goes once this is saved.

        Sets the fields of ``PORTRAIT_FIELDS``; saving them is the caller's, in a transaction.
        """
        before = self.picture
        if before and before != picture:
            transaction.on_commit(lambda: forget(before), robust=True)
        self.portrait = picture.key if picture else ""
        self.portrait_width = picture.width if picture else None
        self.portrait_height = picture.height if picture else None

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and its picture once that is certain."""
        self.show(None)
        return super().delete(*args, **kwargs)
