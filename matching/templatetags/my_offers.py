"""The pairs that a person was offered, on the page where they see how their application stands."""

from __future__ import annotations

from django import template

from matching.standing import OfferStanding, offers_to
from signups.models import Application

register = template.Library()


@register.inclusion_tag("matching/my_offers.html")
def my_offers(application: Application) -> dict[str, list[OfferStanding]]:
    return {"standings": offers_to(application)}
