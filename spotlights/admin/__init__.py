"""The room in which a committee writes: spotlights and guides."""

from spotlights.admin.guides import GuideAdmin
from spotlights.admin.spotlights import SpotlightAdmin
from spotlights.admin.topics import SpotlightTopicAdmin

__all__ = ["GuideAdmin", "SpotlightAdmin", "SpotlightTopicAdmin"]
