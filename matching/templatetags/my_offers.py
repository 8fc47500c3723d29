"""What a person was offered, on the page where they see how their application stands."""

from __future__ import annotations

from django import template

from matching.answering import format_offers_to
from matching.models import FormatOffer
from matching.standing import OfferStanding, has_found_somebody, offers_to
from signups.models import Application
from signups.standing import Standing

register = template.Library()


@register.inclusion_tag("matching/my_offers.html")
def my_offers(application: Application) -> dict[str, list[OfferStanding]]:
    return {"standings": offers_to(application)}


@register.inclusion_tag("matching/next_steps.html")
def next_steps(application: Application, standing: Standing) -> dict[str, list[str]]:
    """What comes next; looking for somebody only until somebody is found."""
    looks = bool(standing.search) and not has_found_somebody(application)
    return {"steps": [standing.search] * looks + [*standing.next_steps]}


@register.inclusion_tag("matching/my_format_offers.html")
def my_format_offers(application: Application) -> dict[str, list[FormatOffer]]:
    return {"offers": format_offers_to(application)}
