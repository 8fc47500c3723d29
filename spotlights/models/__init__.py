"""The Let's Connect series, and the guides in which practice is shared."""

from spotlights.models.guides import (
    Guide,
    GuideAddress,
    GuideAudience,
    GuideFile,
    GuidePhase,
    GuideStatus,
    ShippedGuide,
)
from spotlights.models.spotlights import (
    PublishingError,
    Spotlight,
    SpotlightStatus,
)

__all__ = [
    "Guide",
    "GuideAddress",
    "GuideAudience",
    "GuideFile",
    "GuidePhase",
    "GuideStatus",
    "PublishingError",
    "ShippedGuide",
    "Spotlight",
    "SpotlightStatus",
]
