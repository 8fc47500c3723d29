"""The room in which a committee writes: spotlights and guides."""

from spotlights.admin.guides import GuideAdmin
from spotlights.admin.spotlights import SpotlightAdmin

__all__ = ["GuideAdmin", "SpotlightAdmin"]
