"""How an application is decided, taken back and handed in again, and who comes first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from signups.history import record
from signups.models.decisions import ReviewError
from signups.models.roles import Role
from signups.models.statuses import ApplicationStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Deciding:
    """The steps of an application; each finds it as it was read, or changes nothing."""

    def accept(self, *, by: User) -> None:
        """Take this application into the matching; see ``_decide``."""
        self._decide(ApplicationStatus.ACCEPTED, by=by)

    def waitlist(self, *, by: User) -> None:
        """Keep this application in reserve; see ``_decide``."""
        self._decide(ApplicationStatus.WAITLISTED, by=by)

    def decline(self, *, by: User) -> None:
        """Turn this application down; see ``_decide``."""
        self._decide(ApplicationStatus.DECLINED, by=by)

    def decline_for_lack_of_places(self, *, by: User) -> None:
        """Turn down an application that only lacked a place; see ``_decide``."""
        self._decide(ApplicationStatus.DECLINED, by=by, lacked_place=True)

    def keep_for_next(self, *, by: User) -> None:
        """Turn down an application for lack of places, first in line next time; see ``_decide``.

        As if its writer had asked to be kept, and they may take it back.
        """
        self._decide(
            ApplicationStatus.DECLINED, by=by, lacked_place=True, keep_for_next_at=timezone.now()
        )

    def withdraw(self) -> None:
        """Take this application back, as its writer asks; raises ReviewError when that is done."""
        self._change_status(ApplicationStatus.WITHDRAWN, decided_by=None, decided_at=timezone.now())

    def come_back(self) -> None:
        """Hand a withdrawn application in again; raises ReviewError when it is not withdrawn.

        It is read anew, whatever was decided on it before.
        """
        if self.status != ApplicationStatus.WITHDRAWN:
            raise ReviewError("This application is not withdrawn.")
        self._change_status(
            ApplicationStatus.RECEIVED,
            decided_by=None,
            decided_at=None,
            told_status="",
            told_at=None,
        )

    def let_come_first(self, *, by: User, reason: str) -> None:
        """Mark a mentee to come first when places are short; raises ReviewError for a mentor."""
        if self.role != Role.MENTEE:
            raise ReviewError(f"{self} is a mentor: only mentees can come first.")
        self._mark(None, at=timezone.now(), by=by, reason=reason)

    def stand_in_line(self, *, by: User) -> None:
        """Take the mark of ``let_come_first`` back; raises ReviewError when there is none."""
        if self.priority_marked_at is None:
            raise ReviewError(f"{self} is not marked to come first.")
        self._mark(self.priority_marked_at, at=None, by=None, reason="")

    def _mark(
        self, seen_at: datetime | None, *, at: datetime | None, by: User | None, reason: str
    ) -> None:
        unchanged = type(self).objects.not_erased().filter(pk=self.pk, priority_marked_at=seen_at)
        mark = {"priority_marked_at": at, "priority_marked_by": by, "priority_reason": reason}
        if self.priority_marked_at != seen_at or not unchanged.update(**mark):
            raise ReviewError(f"{self} was already marked or unmarked; reload the list to see how.")
        for name, value in mark.items():
            setattr(self, name, value)

    def _decide(
        self,
        status: ApplicationStatus,
        *,
        by: User,
        lacked_place: bool = False,
        **more: object,
    ) -> None:
        """Record a decision; raises ReviewError when someone changed the status meanwhile."""
        if self.status == ApplicationStatus.WITHDRAWN:
            raise ReviewError(f"{self} has withdrawn.")
        self._change_status(
            status, decided_by=by, decided_at=timezone.now(), lacked_place=lacked_place, **more
        )

    @transaction.atomic
    def _change_status(self, status: ApplicationStatus, **decision: object) -> None:
        decision = {"lacked_place": False} | decision
        if status != ApplicationStatus.WAITLISTED and not decision["lacked_place"]:
            # Only who is left without a place can be in line for the next cohort.
            decision["keep_for_next_at"] = None
        unchanged = type(self).objects.not_erased().filter(pk=self.pk, status=self.status)
        if self.status == status or not unchanged.update(status=status, **decision):
            raise ReviewError(f"{self} was already decided; reload the list to see how.")
        self.status = status
        for name, value in decision.items():
            setattr(self, name, value)
        record(self, by=decision["decided_by"])
