"""How a set of pairings is decided and undone: all under one lock, each with its own answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from matching.models.conflicts import Conflict
from matching.models.decisions import (
    STEPS,
    TAKES_PLACE,
    Decision,
    DecisionKind,
    PairingStatus,
    StalePageError,
    said,
)
from matching.models.places import Places
from matching.models.settings import MatchSettings
from matching.models.undoing import Past, UndoneStep
from signups.models import Cohort, CommitteeQuerySet, ReviewError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from matching.models.pairings import Pairing


@dataclass(slots=True)
class Outcome:
    """What became of a decision on a set: which pairings were decided, and why others were not."""

    decided: list[Pairing] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class DecidingQuerySet(CommitteeQuerySet):
    """Pairings, as far as they are decided."""

    def taking_places(self) -> Self:
        """Pairings that take up the mentee and a place; no run touches them."""
        return self.filter(status__in=TAKES_PLACE, ended_at=None)

    def with_people(self) -> Self:
        people = ["mentee__cohort__program", "mentor", "format", "decided_by", "offer"]
        return self.select_related(*people)

    def locked(self, seen: Mapping[int, int] | None = None) -> list[Pairing]:
        """These pairings as they are, once nothing else decides in their cohorts.

        ``seen`` is the version of each that a page showed; raises StalePageError when one has
        changed since.
        """
        of_cohorts = dict(self.order_by().values_list("pk", "mentee__cohort"))
        lock(of_cohorts.values())
        rows = list(self.model.objects.filter(pk__in=of_cohorts).with_people().order_by("pk"))
        if seen is not None and (changes := changes_since(rows, seen)):
            raise StalePageError(changes)
        return rows

    @transaction.atomic
    def decide(
        self,
        kind: DecisionKind,
        *,
        by: User,
        seen: Mapping[int, int] | None = None,
        reason: str = "",
        words: str = "",
    ) -> Outcome:
        """Take one kind of decision on each of these pairings.

        What cannot be decided is said in the outcome, and the rest is decided all the same.
        Raises StalePageError when a pairing is not as it was ``seen``: then none is decided.
        """
        step = STEPS[kind]
        pairings, outcome = self.locked(seen), Outcome()
        places = self.model.objects.places_in(pairings)
        asks_for_two = MatchSettings.objects.asking_for_two()
        # In the order of points, so that the better pair gets a last place.
        for pairing in sorted(pairings, key=lambda pairing: (-pairing.points, pairing.pk)):
            try:
                if pairing.status not in step.open_to:
                    raise ReviewError(f"{pairing} was already decided; reload the list to see how.")
                if kind == DecisionKind.APPROVE:
                    _check_second_person(pairing, by, asks_for_two)
                if step.leads_to in TAKES_PLACE:
                    places.take(pairing, step.done)
                else:
                    places.free(pairing)
            except ReviewError as error:
                outcome.refusals.append(str(error))
            else:
                outcome.decided.append(pairing)
        self._note(kind, outcome.decided, by=by, reason=reason, words=words)
        return outcome

    def _note(
        self, kind: DecisionKind, decided: list[Pairing], *, by: User, reason: str, words: str
    ) -> None:
        """Write a decision into pairings that all end in one status, and its rows beside them."""
        now, status = timezone.now(), STEPS[kind].leads_to
        changes = {"status": status, "decided_by": by, "decided_at": now}
        if kind == DecisionKind.RECOMMEND:
            changes["recommended_by"] = by
        elif kind != DecisionKind.APPROVE:
            changes["recommended_by"] = None
        self.model.objects.filter(pk__in=[pairing.pk for pairing in decided]).update(
            version=F("version") + 1, **changes
        )
        Decision.objects.bulk_create(
            Decision(
                pairing=pairing,
                number=pairing.version + 1,
                kind=kind,
                reason=reason,
                words=words,
                status_before=pairing.status,
                status_after=status,
                made_by=by,
                made_at=now,
            )
            for pairing in decided
        )
        if kind == DecisionKind.FORBID:
            Conflict.objects.bulk_create(
                [
                    Conflict(
                        mentee_id=pairing.mentee_id,
                        mentor_id=pairing.mentor_id,
                        reason=reason,
                        words=words,
                        made_by=by,
                        made_at=now,
                    )
                    for pairing in decided
                ],
                # One that somebody named before stays as it is.
                ignore_conflicts=True,
            )
        for pairing in decided:
            pairing.version += 1
            for name, value in changes.items():
                setattr(pairing, name, value)

    @transaction.atomic
    def undo(
        self,
        *,
        by: User,
        seen: Mapping[int, int] | None = None,
        words: str = "",
        own_only: bool = False,
    ) -> Outcome:
        """Take back the last decision on each of these pairings, and what belongs to it.

        What cannot be undone is said in the outcome. ``own_only``: nothing but recommendations of
        one's own. Raises StalePageError as ``decide`` does.
        """
        chosen = self.locked(seen)
        last_acts = {
            decision.pairing_id: decision.act
            for decision in Decision.objects.effective().filter(pairing__in=chosen)
        }
        together = self.model.objects.filter(decisions__act__in=set(last_acts.values()))
        past = Past([*chosen, *together.with_people().distinct()], self.model.objects)
        outcome, undone = Outcome(), {}
        for pairing in chosen:
            act = last_acts.get(pairing.pk)
            if act in undone:
                continue  # with the other pair of a swap
            try:
                if act is None:
                    raise ReviewError(f"Nothing was decided on {pairing}.")
                undone[act] = past.take_back(act, by=by, words=words, own_only=own_only)
            except ReviewError as error:
                outcome.refusals.append(str(error))
            else:
                outcome.decided.append(pairing)
        self._save_undone([step for steps in undone.values() for step in steps])
        return outcome

    def _save_undone(self, steps: list[UndoneStep]) -> None:
        alike: dict[tuple, list[int]] = defaultdict(list)
        # What frees a mentee comes first: the database looks at each row on its own.
        for step in sorted(steps, key=lambda step: step.takes_place):
            row = step.pairing
            alike[row.status, row.decided_by, row.decided_at, row.recommended_by].append(row.pk)
        for (status, decided_by, decided_at, recommended_by), pairing_ids in alike.items():
            self.model.objects.filter(pk__in=pairing_ids).update(
                status=status,
                decided_by=decided_by,
                decided_at=decided_at,
                recommended_by=recommended_by,
                version=F("version") + 1,
            )
        Decision.objects.bulk_create(step.decision for step in steps)
        for step in steps:
            undone = step.decision.undoes
            if undone.kind == DecisionKind.FORBID:
                pair = {"mentee": step.pairing.mentee_id, "mentor": step.pairing.mentor_id}
                Conflict.objects.filter(**pair, made_at=undone.made_at).delete()

    def supersede(self, *, by: User | None) -> int:
        """Let a later run's proposals take the place of undecided ones; returns how many."""
        return self.filter(status=PairingStatus.PROPOSED).update(
            status=PairingStatus.SUPERSEDED,
            decided_by=by,
            decided_at=timezone.now(),
            version=F("version") + 1,
        )

    def places_in(self, pairings: Iterable[Pairing]) -> Places:
        """What is taken in the cohorts of some pairings."""
        cohort_ids = {pairing.mentee.cohort_id for pairing in pairings}
        taking = self.taking_places().filter(mentee__cohort__in=cohort_ids)
        return Places(taking.select_related("mentee", "mentor", "format"))


def lock(cohort_ids: Iterable[int]) -> None:
    """Wait until nobody else decides, introduces or saves a run in these cohorts.

    Two chairs then come one after the other; see also matching/runs.py.
    """
    cohorts = Cohort.objects.select_for_update(no_key=True, of=["self"])
    # In one order everywhere, so that two who need both never wait for each other.
    list(cohorts.filter(pk__in=set(cohort_ids)).order_by("pk").values_list("pk"))


def changes_since(pairings: Iterable[Pairing], seen: Mapping[int, int]) -> list[str]:
    """What happened to pairings since a page showed them, a sentence each; empty when nothing."""
    stale = [one for one in pairings if one.version != seen.get(one.pk)]
    if not stale:
        return []
    by_pairing: dict[int, list[Decision]] = defaultdict(list)
    for decision in Decision.objects.filter(pairing__in=stale).select_related("made_by", "undoes"):
        by_pairing[decision.pairing_id].append(decision)
    return [_change(pairing, by_pairing[pairing.pk], seen.get(pairing.pk)) for pairing in stale]


def _change(pairing: Pairing, decisions: list[Decision], seen_version: int | None) -> str:
    if seen_version is None:
        return f"{pairing}: the page did not show this pair yet."
    news = [decision.sentence for decision in decisions if decision.number > seen_version]
    if not decisions or pairing.version > decisions[-1].number:
        # Neither a run nor an erasing is a decision on the pair.
        parted = pairing.mentee.erased_at or pairing.mentor.erased_at
        why = "one of the two no longer takes part" if parted else "it gave way to a later run"
        news.append(f"{why} {said(pairing.decided_at)}" if pairing.decided_at else why)
    return f"{pairing}: {'; '.join(news)}."


def _check_second_person(pairing: Pairing, by: User, asks_for_two: Collection[int]) -> None:
    if pairing.recommended_by_id == by.pk:
        raise ReviewError(f"You recommended {pairing} yourself: somebody else has to approve it.")
    program = pairing.mentee.cohort.program
    if pairing.status != PairingStatus.RECOMMENDED and program.pk in asks_for_two:
        raise ReviewError(
            f"{program} asks for two people: somebody has to recommend {pairing} before "
            "somebody else approves it."
        )
