"""Which mentees have a mentor and which places are taken, while a cohort is locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from matching.models.decisions import PairingStatus
from signups.models import ReviewError

if TYPE_CHECKING:
    from matching.models.pairings import Pairing


class Places:
    """Which mentees and places are taken, kept up to date while their cohorts are locked."""

    def __init__(self, taking: Iterable[Pairing]) -> None:
        self._holder: dict[int, Pairing] = {}
        self._n_taken: Counter[tuple[int, int | None]] = Counter()
        for pairing in taking:
            self._enter(pairing)

    def take(self, pairing: Pairing, done: str) -> None:
        """Take up the mentee and a place; raises ReviewError when that cannot be."""
        for person in (pairing.mentee, pairing.mentor):
            if not person.takes_part:
                raise ReviewError(f"{person} no longer takes part: {pairing} was not {done}.")
        holder = self._holder.get(pairing.mentee_id)
        if holder is not None and holder.pk == pairing.pk:
            return
        if self._n_taken[_pool(pairing)] >= _most(pairing):
            where = f" in {pairing.format}" if _is_in_group(pairing) else ""
            raise ReviewError(
                f"{pairing.mentor} has no place left{where}: {pairing} was not {done}."
            )
        if holder is not None:
            raise ReviewError(
                f"{pairing.mentee} already has a mentor: {pairing} was not {done}."
                if holder.status == PairingStatus.APPROVED
                else f"{pairing.mentee} already has a mentor: {holder} is "
                f"{holder.get_status_display().lower()}. {pairing} was not {done}."
            )
        self._enter(pairing)

    def exchange(self, freed: Iterable[Pairing], taken: Iterable[Pairing], done: str) -> None:
        """Give some back and take others; raises ReviewError and changes nothing when it cannot."""
        holder, n_taken = self._holder.copy(), self._n_taken.copy()
        try:
            for pairing in freed:
                self.free(pairing)
            for pairing in taken:
                self.take(pairing, done)
        except ReviewError:
            self._holder, self._n_taken = holder, n_taken
            raise

    def free(self, pairing: Pairing) -> None:
        """Give back what a pairing takes up, if it does."""
        holder = self._holder.get(pairing.mentee_id)
        if holder is not None and holder.pk == pairing.pk:
            del self._holder[pairing.mentee_id]
            self._n_taken[_pool(holder)] -= 1

    def has_mentor(self, mentee_id: int) -> bool:
        return mentee_id in self._holder

    def _enter(self, pairing: Pairing) -> None:
        self._holder[pairing.mentee_id] = pairing
        self._n_taken[_pool(pairing)] += 1


def in_pairs(of: str = "") -> Q:
    """Pairings that take one of the places a mentor named, and none of a group.

    ``of`` is what leads to the pairings, such as ``"pairings_as_mentor__"``.
    """
    return Q(**{f"{of}format": None}) | Q(**{f"{of}format__greatest_size": 1})


def _is_in_group(pairing: Pairing) -> bool:
    return pairing.format is not None and pairing.format.is_group


def _pool(pairing: Pairing) -> tuple[int, int | None]:
    """What a pairing takes a place of: the mentor's capacity, or a group of theirs."""
    return pairing.mentor_id, pairing.format_id if _is_in_group(pairing) else None


def _most(pairing: Pairing) -> int:
    if _is_in_group(pairing):
        return pairing.format.greatest_size
    return pairing.mentor.capacity
