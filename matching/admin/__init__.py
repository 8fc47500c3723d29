"""The review room: what counts, what must not be, match runs, and the pairings they propose."""

from matching.admin import conflicts, desk, offers, pairings, runs, settings, unmatched

__all__ = ["conflicts", "desk", "offers", "pairings", "runs", "settings", "unmatched"]
