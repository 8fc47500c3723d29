"""Where a committee writes spotlights, has them read, publishes, announces and withdraws them."""

from spotlights.admin.spotlights import SpotlightAdmin
from spotlights.admin.topics import SpotlightTopicAdmin

__all__ = ["SpotlightAdmin", "SpotlightTopicAdmin"]
