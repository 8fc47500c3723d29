"""The review room: what counts, match runs, and the pairings they propose."""

from matching.admin import desk, offers, pairings, runs, settings

__all__ = ["desk", "offers", "pairings", "runs", "settings"]
