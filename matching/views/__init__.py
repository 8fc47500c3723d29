"""The public pages that need to know of pairs."""

from matching.views.how_we_match import how_we_match
from matching.views.my_data import download, erase, erased
from matching.views.offers import fewer_places, offer

__all__ = ["download", "erase", "erased", "fewer_places", "how_we_match", "offer"]
