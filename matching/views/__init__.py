"""The public pages that need to know of pairs."""

from matching.views.format_offers import format_offer
from matching.views.how_we_match import how_we_match
from matching.views.my_data import download, erase, erased
from matching.views.offers import fewer_places, offer
from matching.views.stories import story, take_back_story

__all__ = [
    "download",
    "erase",
    "erased",
    "fewer_places",
    "format_offer",
    "how_we_match",
    "offer",
    "story",
    "take_back_story",
]
