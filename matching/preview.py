"""What a change of settings would do to the pairs of a cohort, before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matching.engine.sentences import counted
from matching.engine.solution import Matching, match
from matching.engine.tiers import TIER_LABELS, Objective, Tier
from matching.loading import load_instance
from matching.models import MatchRun, WhatCounts
from matching.models.settings import CRITERION_LABELS, KeepLast
from signups.models import Program

MAX_PAIRS = 500 * 500  # of mentees and mentors: beyond, a preview would keep its reader waiting
MAX_CHANGES = 8  # told one by one; all of them together are told in any case


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change, or all of them, does to the pairs."""

    change: str  # "raising “Topics covered” from 3 to 8"
    n_other_mentor: int
    n_losing: int  # mentees who would no longer have a mentor
    n_gaining: int

    @property
    def sentence(self) -> str:
        change = f"{self.change[0].upper()}{self.change[1:]}"
        if not (self.n_other_mentor or self.n_losing or self.n_gaining):
            return f"{change}: the same pairs."
        parts = [
            f"{counted(self.n_other_mentor, 'mentee gets', 'mentees get')} another mentor",
            f"{counted(self.n_losing, 'mentee loses', 'mentees lose')} theirs"
            if self.n_losing
            else "nobody loses a mentor",
        ]
        if self.n_gaining:
            parts.append(f"{counted(self.n_gaining, 'mentee', 'mentees')} more would have one")
        return f"{change}: {', '.join(parts)}."


@dataclass(frozen=True, slots=True)
class Preview:
    """What changed settings do to the cohort of a program's last run, as it is today."""

    run: MatchRun | None  # whose cohort and salt; None without any finished run
    effects: tuple[Effect, ...]
    is_too_large: bool = False


def preview_of(program: Program, before: WhatCounts, after: WhatCounts) -> Preview:
    """Match the cohort of the program's last run by ``before`` and by ``after``; saves nothing.

    Each change is told alone, and all of them together. Of what is private only numbers are told,
    as of everything else: no name, and no pair.
    """
    run = MatchRun.objects.finished().filter(cohort__program=program).first()
    if run is None or before == after:
        return Preview(run, ())
    if run.n_mentees * run.n_mentors > MAX_PAIRS:
        return Preview(run, (), is_too_large=True)
    now = _mentors(run, before)
    changes = list(_changes(before, after))
    effects = [
        _effect(change, now, _mentors(run, counts)) for change, counts in changes[:MAX_CHANGES]
    ]
    if len(changes) > 1:
        effects.append(_effect("all of it together", now, _mentors(run, after)))
    return Preview(run, tuple(effects))


def _changes(before: WhatCounts, after: WhatCounts) -> Iterator[tuple[str, WhatCounts]]:
    """Each change in words, with the settings that hold it and no other."""
    for key, label in CRITERION_LABELS.items():
        old, new = before.importances[key], after.importances[key]
        if old != new:
            verb = "raising" if new > old else "lowering"
            importances = before.importances | {key: new}
            yield f"{verb} “{label}” from {old} to {new}", replace(before, importances=importances)
    for key in CRITERION_LABELS:
        if (key in before.required) != (key in after.required):
            required = [one for one in before.required if one != key]
            verb = "no longer requiring"
            if key in after.required:
                required, verb = [*before.required, key], "requiring"
            yield f"{verb} “{CRITERION_LABELS[key]}”", replace(before, required=required)
    if before.goals != after.goals:
        goals = "; ".join(TIER_LABELS[Tier(goal)].rstrip(".") for goal in after.goals)
        yield f"the goals in this order: {goals}", replace(before, goals=after.goals)
    if before.keep_last != after.keep_last:
        label = KeepLast(after.keep_last).label
        yield f"last proposals: “{label}”", replace(before, keep_last=after.keep_last)
    if before.spread_points != after.spread_points:
        yield (
            f"the price of a second mentee from {before.spread_points} to {after.spread_points}",
            replace(before, spread_points=after.spread_points),
        )


def _mentors(run: MatchRun, counts: WhatCounts) -> dict[int, int]:
    """The mentor of each mentee served by these settings, by their keys."""
    instance, _ = load_instance(
        run.cohort, salt=run.salt, keeps_last=Tier.KEEP.value in counts.tiers
    )
    objective = Objective(
        tuple(Tier(tier) for tier in counts.tiers), spread_price=counts.spread_price
    )
    matching: Matching = match(instance, counts.importances, objective, counts.required)
    return {instance.mentee_ids[i]: instance.mentor_ids[j] for i, j in matching.pairs}


def _effect(change: str, before: dict[int, int], after: dict[int, int]) -> Effect:
    both = before.keys() & after.keys()
    return Effect(
        change,
        n_other_mentor=sum(before[mentee] != after[mentee] for mentee in both),
        n_losing=len(before.keys() - after.keys()),
        n_gaining=len(after.keys() - before.keys()),
    )
