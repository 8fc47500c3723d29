"""The posts of the Let's Connect series, with what belongs to each of them."""

from spotlights.models.addresses import RESERVED_SLUGS, SlugChange
from spotlights.models.interviews import InterviewQuestion
from spotlights.models.library_types import SpotlightLibraryType
from spotlights.models.links import SpotlightLink
from spotlights.models.publishing import SpotlightQuerySet
from spotlights.models.search import SearchEntry
from spotlights.models.spotlights import PORTRAIT_FIELDS, Spotlight, forget_unused_pictures
from spotlights.models.statuses import PublishingError, SpotlightStatus
from spotlights.models.topics import SpotlightTopic

__all__ = [
    "PORTRAIT_FIELDS",
    "RESERVED_SLUGS",
    "InterviewQuestion",
    "PublishingError",
    "SearchEntry",
    "SlugChange",
    "Spotlight",
    "SpotlightLibraryType",
    "SpotlightLink",
    "SpotlightQuerySet",
    "SpotlightStatus",
    "SpotlightTopic",
    "forget_unused_pictures",
]
