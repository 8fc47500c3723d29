"""Who is put together: match runs, the pairings they propose, and whom they leave without."""

from matching.models.answers import RunAnswers
from matching.models.pairings import Pairing, PairingStatus
from matching.models.runs import MatchRun, RunProof, RunStatus, Unmatched
from matching.models.settings import CriterionSetting, GoalSetting, MatchSettings

__all__ = [
    "CriterionSetting",
    "GoalSetting",
    "MatchRun",
    "MatchSettings",
    "Pairing",
    "PairingStatus",
    "RunAnswers",
    "RunProof",
    "RunStatus",
    "Unmatched",
]
