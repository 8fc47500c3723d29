"""Who is put together: match runs, the pairings they propose, and whom they leave without."""

from matching.models.answers import RunAnswers
from matching.models.conflicts import Conflict, ConflictReason
from matching.models.decisions import (
    Decision,
    DecisionKind,
    PairingStatus,
    RejectReason,
    StalePageError,
)
from matching.models.format_offers import FormatAnswer, FormatOffer
from matching.models.offers import (
    DeclineReason,
    Offer,
    OfferAnswer,
    OfferOutcome,
    OfferReply,
    OfferState,
)
from matching.models.pairings import Pairing, PairingComment
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
    "Decision",
    "DecisionKind",
    "DeclineReason",
    "FormatAnswer",
    "FormatOffer",
    "GoalSetting",
    "KeepLast",
    "MatchRun",
    "MatchSettings",
    "Offer",
    "OfferAnswer",
    "OfferOutcome",
    "OfferReply",
    "OfferState",
    "Pairing",
    "PairingComment",
    "PairingStatus",
    "RejectReason",
    "RunAnswers",
    "RunProof",
    "RunStatus",
    "StalePageError",
    "Unmatched",
    "WhatCounts",
]
