"""Circles and groups: several pairings of one mentor in one format, read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching.models import Pairing
from signups.models import Format, MentorApplication


@dataclass(frozen=True, slots=True)
class Group:
    """One mentor and the mentees who meet them together."""

    format: Format
    mentor: MentorApplication
    pairings: list[Pairing]

    def __str__(self) -> str:
        return f"{self.format} with {self.mentor}"

    @property
    def size(self) -> int:
        return len(self.pairings)

    @property
    def is_too_small(self) -> bool:
        return self.size < self.format.least_size


def groups_of(pairings: Iterable[Pairing]) -> list[Group]:
    """The groups among some pairings, in the order in which they come first.

    Of pairings with their mentor and format.
    """
    members: dict[tuple[int, int], list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        if pairing.format is not None and pairing.format.is_group:
            members[pairing.mentor_id, pairing.format_id].append(pairing)
    return [Group(some[0].format, some[0].mentor, some) for some in members.values()]


def warnings_about_size(approved: Iterable[Pairing]) -> list[str]:
    """The groups that have too few mentees to meet once these are approved, a sentence each."""
    touched = {(group.mentor.pk, group.format.pk) for group in groups_of(approved)}
    if not touched:
        return []
    standing = (
        Pairing.objects.standing()
        .filter(
            mentor__in={mentor for mentor, _ in touched}, format__in={one for _, one in touched}
        )
        .select_related("mentor", "format")
    )
    # Those not approved yet count as if they were.
    together = {pairing.pk: pairing for pairing in [*approved, *standing]}
    return [
        f"{group} has {group.size} approved so far, and meets with {group.format.least_size} at "
        "least. Approve more of it, or find these mentees another place."
        for group in groups_of(together.values())
        if group.is_too_small and (group.mentor.pk, group.format.pk) in touched
    ]
