"""How far a large run is: what a person can watch, and what a killed run can go on from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from matching.engine.arrays import IntArray, not_given
from matching.engine.pricing import Pairs

SECONDS_A_REPORT = 0.5


class CancelledError(Exception):
    """Raised by a watcher to stop a run; nothing is lost that its last report did not hold."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person can watch, and what a killed run can go on from."""

    stage: str  # sketching, solving, pricing, choosing
    n_passes: int  # looks at all pairs that are done
    n_violations: int  # pairs found missing in the last one, at most a few for each mentee
    share: float  # of the stage, 0 to 1
    pairs: Pairs  # mentee rows and mentor rows looked at so far
    is_sketch: bool = True  # whether the pairs are only approximately those that matter
    mate: IntArray = field(default_factory=not_given)  # (n_mentees,), the last exact solution
    place: IntArray = field(default_factory=not_given)  # (n_mentors,), its prices in points


Watch = Callable[[Progress], None]


def report(state: Progress, stage: str, watch: Watch) -> Callable[[float], None]:
    return lambda share: watch(replace(state, stage=stage, share=share))


def ticker(state: Progress, stage: str, watch: Watch) -> Callable[[], None]:
    """Something to call as often as one likes, that reports now and then."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last > SECONDS_A_REPORT:
            last = time.monotonic()
            watch(replace(state, stage=stage, share=0.0))

    return tick
