"""When people may apply: the one place that decides it and says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from mig_site.dates import moment_in_words


class WindowState(StrEnum):
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when until when one role may apply for one cohort, in the program's own zone."""

    opens_at: datetime
    closes_at: datetime | None  # None: never
    zone: ZoneInfo

    @property
    def ends_at(self) -> datetime | None:
        """First moment that is too late: a deadline means the end of its minute."""
        return self.closes_at and self.closes_at + timedelta(minutes=1)

    @property
    def state(self) -> WindowState:
        now = timezone.now()
        if now < self.opens_at:
            return WindowState.UPCOMING
        if self.ends_at and now >= self.ends_at:
            return WindowState.CLOSED
        return WindowState.OPEN

    @property
    def is_open(self) -> bool:
        return self.state == WindowState.OPEN

    @property
    def opens(self) -> str:
        """The opening moment in words, with its zone."""
        return moment_in_words(self.opens_at, self.zone)

    @property
    def closes(self) -> str:
        """The closing moment in words, with its zone; empty for a window without end."""
        return moment_in_words(self.closes_at, self.zone) if self.closes_at else ""

    @property
    def sentence(self) -> str:
        """Where the window stands, for any page or letter."""
        if self.state == WindowState.UPCOMING:
            return _("Applications open on %(moment)s.") % {"moment": self.opens}
        if self.state == WindowState.CLOSED:
            return _("Applications closed on %(moment)s.") % {"moment": self.closes}
        if self.closes_at:
            return _("Apply by %(moment)s.") % {"moment": self.closes}
        return _("Open all year: apply when you like.")
