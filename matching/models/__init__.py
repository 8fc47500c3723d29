"""Who is put together: match runs, the pairings they propose, and whom they leave without."""

from matching.models.pairings import Pairing, PairingStatus
from matching.models.runs import MatchRun, RunStatus, Unmatched

__all__ = ["MatchRun", "Pairing", "PairingStatus", "RunStatus", "Unmatched"]
