"""Who is put together: match runs, the pairings they propose, and whom they leave without."""

from matching.models.answers import RunAnswers
from matching.models.offers import (
    DeclineReason,
    Offer,
    OfferAnswer,
    OfferOutcome,
    OfferReply,
    OfferState,
)
from matching.models.pairings import Pairing, PairingStatus
from matching.models.runs import MatchRun, RunProof, RunStatus, Unmatched
from matching.models.settings import CriterionSetting, GoalSetting, MatchSettings

__all__ = [
    "CriterionSetting",
    "DeclineReason",
    "GoalSetting",
    "MatchRun",
    "MatchSettings",
    "Offer",
    "OfferAnswer",
    "OfferOutcome",
    "OfferReply",
    "OfferState",
    "Pairing",
    "PairingStatus",
    "RunAnswers",
    "RunProof",
    "RunStatus",
    "Unmatched",
]
