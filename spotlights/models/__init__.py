"""The Let's Connect series with what belongs to each post, and the guides that share practice."""

from spotlights.models.addresses import RESERVED_SLUGS, SlugChange
from spotlights.models.announcements import Announcement
from spotlights.models.guide_files import GuideFile
from spotlights.models.guides import (
    Guide,
    GuideAddress,
    GuideAudience,
    GuidePhase,
    GuideStatus,
    ShippedGuide,
)
from spotlights.models.interviews import InterviewQuestion
from spotlights.models.library_types import SpotlightLibraryType
from spotlights.models.links import SpotlightLink
from spotlights.models.portraits import PORTRAIT_FIELDS
from spotlights.models.portrayed import PortrayedLink, Reading, Reply, ReplyKind
from spotlights.models.publishing import SpotlightQuerySet
from spotlights.models.search import SearchEntry
from spotlights.models.spotlights import Spotlight
from spotlights.models.statuses import PublishingError, SpotlightStatus
from spotlights.models.suggestions import (
    Naming,
    Suggestion,
    SuggestionKind,
    SuggestionStatus,
)
from spotlights.models.topics import SpotlightTopic

__all__ = [
    "PORTRAIT_FIELDS",
    "RESERVED_SLUGS",
    "Announcement",
    "Guide",
    "GuideAddress",
    "GuideAudience",
    "GuideFile",
    "GuidePhase",
    "GuideStatus",
    "InterviewQuestion",
    "Naming",
    "PortrayedLink",
    "PublishingError",
    "Reading",
    "Reply",
    "ReplyKind",
    "SearchEntry",
    "ShippedGuide",
    "SlugChange",
    "Spotlight",
    "SpotlightLibraryType",
    "SpotlightLink",
    "SpotlightQuerySet",
    "SpotlightStatus",
    "SpotlightTopic",
    "Suggestion",
    "SuggestionKind",
    "SuggestionStatus",
]
