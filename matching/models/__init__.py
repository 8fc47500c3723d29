"""Who is put together: match runs, the pairings they propose, and whom they leave without."""

from matching.models.conflicts import Conflict, ConflictReason
from matching.models.pairings import Pairing, PairingStatus
from matching.models.runs import MatchRun, RunProof, RunStatus, Unmatched
from matching.models.settings import (
    CriterionSetting,
    GoalSetting,
    KeepLast,
    MatchSettings,
    WhatCounts,
)

__all__ = [
    "Conflict",
    "ConflictReason",
    "CriterionSetting",
    "GoalSetting",
    "KeepLast",
    "MatchRun",
    "MatchSettings",
    "Pairing",
    "PairingStatus",
    "RunProof",
    "RunStatus",
    "Unmatched",
    "WhatCounts",
]
