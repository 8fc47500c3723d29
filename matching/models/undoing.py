"""How decisions are taken back, an act at a time: what was before comes back, if it still can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from matching.models.decisions import TAKES_PLACE, Decision, DecisionKind, PairingStatus
from signups.models import ReviewError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from matching.models.deciding import DecidingQuerySet
    from matching.models.pairings import Pairing


@dataclass(frozen=True, slots=True)
class UndoneStep:
    """A pairing as it is after undoing, not saved yet, and the decision that says so."""

    pairing: Pairing
    decision: Decision

    @property
    def takes_place(self) -> bool:
        return self.pairing.status in TAKES_PLACE


class Past:
    """What was decided on some locked pairings, with all that hangs together with it."""

    def __init__(self, pairings: Iterable[Pairing], rows: DecidingQuerySet) -> None:
        self._pairings = {pairing.pk: pairing for pairing in pairings}
        self._history: dict[int, list[Decision]] = defaultdict(list)
        self._acts: dict[UUID, list[Decision]] = defaultdict(list)
        of_these = Decision.objects.effective().filter(pairing__in=self._pairings)
        for decision in of_these.select_related("made_by"):
            self._history[decision.pairing_id].append(decision)
            self._acts[decision.act].append(decision)
        self._places = rows.places_in(self._pairings.values())
        cohort_ids = {pairing.mentee.cohort_id for pairing in self._pairings.values()}
        self._proposed = set(
            rows.awaiting_review()
            .filter(mentee__cohort__in=cohort_ids)
            .values_list("mentee", flat=True)
        )

    def take_back(self, act: UUID, *, by: User, words: str, own_only: bool) -> list[UndoneStep]:
        """Undo one act in memory; raises ReviewError and changes nothing when it cannot be."""
        decisions = self._acts[act]
        for decision in decisions:
            self._check(decision, by, own_only=own_only)
        pairings = [self._pairings[decision.pairing_id] for decision in decisions]
        back = [
            self._pairings[decision.pairing_id]
            for decision in decisions
            if decision.status_before in TAKES_PLACE
        ]
        self._places.exchange(
            [pairing for pairing in pairings if pairing not in back], back, "restored"
        )
        return [self._undone(decision, by=by, words=words) for decision in decisions]

    def _check(self, decision: Decision, by: User, *, own_only: bool) -> None:
        pairing = self._pairings[decision.pairing_id]
        if own_only and (decision.kind != DecisionKind.RECOMMEND or decision.made_by_id != by.pk):
            raise ReviewError(
                f"{pairing}: you can take back what you recommended yourself, nothing else."
            )
        if pairing.is_told:
            raise ReviewError(
                f"The letters to {pairing} are written: that decision can no longer be undone."
            )
        if pairing.ended_at:
            raise ReviewError(f"{pairing} has ended: that decision can no longer be undone.")
        is_last = self._history[pairing.pk][-1] is decision
        if not is_last or pairing.status != decision.status_after:
            raise ReviewError(
                f"{pairing} is {pairing.get_status_display().lower()} by now: look at what was "
                "decided last, and undo that first."
            )

    def _undone(self, decision: Decision, *, by: User, words: str) -> UndoneStep:
        pairing = self._pairings[decision.pairing_id]
        earlier = self._history[pairing.pk][:-1]
        self._history[pairing.pk] = earlier
        now = timezone.now()
        pairing.status = self._status_before(decision)
        pairing.version += 1
        pairing.recommended_by = _recommended_by(pairing, earlier)
        if pairing.status == PairingStatus.PROPOSED:
            pairing.decided_by = pairing.decided_at = None
        elif earlier and pairing.status == earlier[-1].status_after:
            pairing.decided_by, pairing.decided_at = earlier[-1].made_by, earlier[-1].made_at
        else:
            pairing.decided_by, pairing.decided_at = by, now
        return UndoneStep(
            pairing,
            Decision(
                pairing=pairing,
                number=pairing.version,
                kind=DecisionKind.UNDO,
                undoes=decision,
                words=words,
                status_before=decision.status_after,
                status_after=pairing.status,
                made_by=by,
                made_at=now,
            ),
        )

    def _status_before(self, decision: Decision) -> PairingStatus:
        before = PairingStatus(decision.status_before)
        mentee_id = self._pairings[decision.pairing_id].mentee_id
        if before == PairingStatus.PROPOSED and (
            self._places.has_mentor(mentee_id) or mentee_id in self._proposed
        ):
            # Something else was proposed or decided for the mentee since: the pair is merely no
            # longer ruled out.
            return PairingStatus.SUPERSEDED
        return before


def _recommended_by(pairing: Pairing, earlier: list[Decision]) -> User | None:
    """Who was for a pairing that waits for somebody else, or waited before it was approved."""
    if pairing.status not in (PairingStatus.RECOMMENDED, PairingStatus.APPROVED):
        return None
    of_recommending = [one for one in earlier if one.kind == DecisionKind.RECOMMEND]
    return of_recommending[-1].made_by if of_recommending else None
