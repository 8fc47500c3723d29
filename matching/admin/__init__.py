"""The review room: what counts, match runs, and the pairings they propose."""

from matching.admin import offers, pairings, runs, settings

__all__ = ["offers", "pairings", "runs", "settings"]
