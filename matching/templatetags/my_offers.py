"""What a person was offered, on the page where they see how their application stands."""

from __future__ import annotations

from django import template

from matching.answering import format_offers_to
from matching.models import FormatOffer
from matching.standing import OfferStanding, offers_to
from signups.models import Application

register = template.Library()


@register.inclusion_tag("matching/my_offers.html")
def my_offers(application: Application) -> dict[str, list[OfferStanding]]:
    return {"standings": offers_to(application)}


@register.inclusion_tag("matching/my_format_offers.html")
def my_format_offers(application: Application) -> dict[str, list[FormatOffer]]:
    return {"offers": format_offers_to(application)}
