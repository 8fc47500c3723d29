"""The posts of the Let's Connect series, with what belongs to each of them."""

from spotlights.models.addresses import RESERVED_SLUGS, SlugChange
from spotlights.models.interviews import InterviewQuestion
from spotlights.models.library_types import SpotlightLibraryType
from spotlights.models.links import SpotlightLink
from spotlights.models.publishing import PublishingError, SpotlightQuerySet, SpotlightStatus
from spotlights.models.spotlights import Spotlight
from spotlights.models.topics import SpotlightTopic

__all__ = [
    "RESERVED_SLUGS",
    "InterviewQuestion",
    "PublishingError",
    "SlugChange",
    "Spotlight",
    "SpotlightLibraryType",
    "SpotlightLink",
    "SpotlightQuerySet",
    "SpotlightStatus",
    "SpotlightTopic",
]
