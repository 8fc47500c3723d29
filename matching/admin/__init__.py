"""The review room: match runs, and the pairings they propose."""

from matching.admin import pairings, runs

__all__ = ["pairings", "runs"]
