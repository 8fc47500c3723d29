"""The room in which a committee writes: spotlights, guides, and what people suggest for them."""

from spotlights.admin.guides import GuideAdmin
from spotlights.admin.spotlights import SpotlightAdmin
from spotlights.admin.suggestions import SuggestionAdmin
from spotlights.admin.topics import SpotlightTopicAdmin

__all__ = ["GuideAdmin", "SpotlightAdmin", "SpotlightTopicAdmin", "SuggestionAdmin"]
