"""Two runs of a cohort side by side: who gets another mentor, who gains one, who loses one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.engine.sentences import counted
from matching.models import MatchRun, Pairing
from signups.models import MenteeApplication


class Change(StrEnum):
    """What a later run does for a mentee, beside an earlier one."""

    LOSES = "loses the mentor"
    OTHER = "gets another mentor"
    GAINS = "gains a mentor"
    SAME = "keeps the mentor"


# What a committee looks at first.
ORDER = list(Change)


@dataclass(frozen=True, slots=True)
class Compared:
    """One mentee in two runs."""

    mentee: MenteeApplication
    earlier: Pairing | None
    later: Pairing | None

    @property
    def change(self) -> Change:
        if self.later is None:
            return Change.LOSES
        if self.earlier is None:
            return Change.GAINS
        return Change.SAME if self.earlier.mentor_id == self.later.mentor_id else Change.OTHER

    @property
    def both(self) -> tuple[Pairing | None, Pairing | None]:
        return self.earlier, self.later

    @property
    def points_gained(self) -> int:
        """Of the mentee's pair; negative when the later run gives fewer."""
        return (self.later.points if self.later else 0) - (
            self.earlier.points if self.earlier else 0
        )


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one run comes to, counted from its pairs."""

    run: MatchRun
    n_pairs: int
    total_points: int
    fewest_points: int | None

    @property
    def mean_points(self) -> float | None:
        return self.total_points / self.n_pairs if self.n_pairs else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one cohort, the earlier one first."""

    earlier: RunFigures
    later: RunFigures
    mentees: list[Compared]  # those who change first, and of them those who lose most
    same_settings: bool

    @property
    def figures(self) -> tuple[RunFigures, RunFigures]:
        return self.earlier, self.later

    def n(self, change: Change) -> int:
        return sum(one.change == change for one in self.mentees)

    @property
    def sentence(self) -> str:
        n_before, n_same = self.earlier.n_pairs, self.n(Change.SAME)
        if not n_before and not self.later.n_pairs:
            return "Neither run proposes a pair."
        parts = [
            f"{n_same} of {n_before} {'pair' if n_before == 1 else 'pairs'} "
            f"{'stays as it was' if n_same == 1 else 'stay as they were'}",
            f"{counted(self.n(Change.OTHER), 'mentee gets', 'mentees get')} another mentor",
            f"{_who(self.n(Change.GAINS), 'gains', 'gain')} one",
            f"{_who(self.n(Change.LOSES), 'loses', 'lose')} theirs",
        ]
        difference = self.later.total_points - self.earlier.total_points
        worth = (
            "the points of all pairs together are the same"
            if not difference
            else f"all pairs together have {abs(difference)} points "
            f"{'more' if difference > 0 else 'fewer'}"
        )
        caution = "" if self.same_settings else ", counted by other settings"
        return f"{', '.join(parts)}; {worth}{caution}."


def _who(n: int, singular: str, plural: str) -> str:
    return counted(n, singular, plural) if n else f"nobody {singular}"


def compare(one: MatchRun, other: MatchRun) -> Comparison:
    """Compare two finished runs of one cohort, in whatever order they are given.

    A pair counts for the run that proposed it, whatever was decided since.
    """
    earlier, later = sorted((one, other), key=lambda run: (run.asked_at, run.pk))
    before, after = _pairings(earlier), _pairings(later)
    mentees = {pairing.mentee_id: pairing.mentee for pairing in [*before.values(), *after.values()]}
    compared = [
        Compared(mentee, before.get(key), after.get(key)) for key, mentee in mentees.items()
    ]
    compared.sort(key=lambda one: (ORDER.index(one.change), one.points_gained, one.mentee.name))
    return Comparison(
        earlier=_figures(earlier, before),
        later=_figures(later, after),
        mentees=compared,
        same_settings=_settings(one) == _settings(other),
    )


def _pairings(run: MatchRun) -> dict[int, Pairing]:
    """The pairs that a run proposed, by mentee."""
    # "run" is named as Django would ask for it row by row, to know where each row came from.
    rows = run.pairings.select_related("mentee", "mentor").only(
        "run", "points", "status", "mentee__name", "mentor__name"
    )
    return {pairing.mentee_id: pairing for pairing in rows}


def _figures(run: MatchRun, pairings: dict[int, Pairing]) -> RunFigures:
    points = [pairing.points for pairing in pairings.values()]
    return RunFigures(run, len(points), sum(points), min(points, default=None))


def _settings(run: MatchRun) -> tuple[object, ...]:
    return run.importances, sorted(run.required)
