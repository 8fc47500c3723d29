"""What a run of a cohort would go by if it were started now."""

from __future__ import annotations

from dataclasses import dataclass

from matching.desk import GateCount, gate_counts
from matching.how_we_match import HowWeMatch, how_we_match
from matching.models import Conflict, Pairing
from signups.models import Cohort


@dataclass(frozen=True, slots=True)
class BeforeRun:
    """What counts, what is ruled out by hand, what stays, and whom gates hold back."""

    how: HowWeMatch
    n_conflicts: int
    kept: list[tuple[str, int]]  # states of pairs that a run leaves alone, with how many
    n_replaced: int  # undecided proposals that a run replaces
    gates: list[GateCount]


def before_run(cohort: Cohort) -> BeforeRun:
    pairings = Pairing.objects.of(cohort)
    kept: dict[str, int] = {}
    for pairing in pairings.taking_places().only("status"):
        label = pairing.get_status_display().lower()
        kept[label] = kept.get(label, 0) + 1
    return BeforeRun(
        how=how_we_match(cohort.program),
        n_conflicts=Conflict.objects.filter(mentee__cohort__program=cohort.program).count(),
        kept=sorted(kept.items()),
        n_replaced=pairings.awaiting_review().count(),
        gates=gate_counts(cohort),
    )
