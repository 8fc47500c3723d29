"""The review room: what counts, match runs, and the pairings they propose."""

from matching.admin import pairings, runs, settings

__all__ = ["pairings", "runs", "settings"]
