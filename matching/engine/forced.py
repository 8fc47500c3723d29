"""One pair as given, and the best solution around it: exact under every objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.engine.assignment import Assignment, assign
from matching.engine.certificate import verify
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.tiers import Objective, Tier


def assign_with(problem: Problem, objective: Objective, i: int, j: int) -> Assignment:
    """The best solution in which mentee row ``i`` has mentor row ``j``.

    `what_if` answers the same in far less time, where every tier has a price for a single pair;
    under `Tier.WORST` and `Tier.LEXIMIN` this is the way. The pair is locked as if it were the
    only proposal of last time, so `Tier.KEEP` itself is left out of the objective. The result is
    proven and checked; its values are to be held against those of the solution without the wish.

    Raises
    ------
    ValueError
        If the pair is not eligible, or the mentor offers no place.
    """
    if not problem.eligible[i, j] or problem.capacity[j] == 0:
        raise ValueError("the pair is not eligible, or the mentor offers no place")
    last_mentor = np.full(problem.n_mentees, UNMATCHED)
    last_mentor[i] = j
    locked = replace(problem, last_mentor=last_mentor)
    tiers = tuple(tier for tier in objective.tiers if tier is not Tier.KEEP)
    wanted = replace(objective, tiers=(Tier.KEEP, *tiers))
    found = assign(locked, wanted)
    verify(locked, wanted, found.mate, found.certificate)
    return found
