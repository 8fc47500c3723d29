"""How often something may be done from one place, counted in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mig_site.dates import moment_in_words
from signups.models import Attempt, Deed

WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be done within ``WINDOW``.

    A library or a campus often has one address for everyone in it, and a workshop may apply
    together: the numbers are far above that, and far below what a program would send.
    """

    per_address: int
    per_network: int


LIMITS = {
    Deed.SEND: Limit(per_address=30, per_network=90),
    Deed.SAVE: Limit(per_address=40, per_network=120),
    Deed.LOST_LINK: Limit(per_address=10, per_network=40),
    Deed.UPLOAD: Limit(per_address=40, per_network=120),
    Deed.ASK: Limit(per_address=10, per_network=30),
    Deed.SUGGEST: Limit(per_address=20, per_network=60),
}


class LimitReachedError(Exception):
    """Something was done too often from one place; ``again_at`` is when it may be done again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at

    def sentence(self, zone: ZoneInfo) -> str:
        """Why it did not go through and when it will, for the page."""
        # The whole minute after it: never one in which it would be too early still.
        moment = (self.again_at + timedelta(seconds=59)).replace(second=0, microsecond=0)
        return _(
            "From where you are, this was done very often within an hour, by you or by others on "
            "the same network. Please try again after %(moment)s. What you wrote is still here."
        ) % {"moment": moment_in_words(moment, zone)}

    @property
    def seconds(self) -> int:
        """How long to wait, as the ``Retry-After`` header says it."""
        return max(1, int((self.again_at - timezone.now()).total_seconds()) + 1)


def count_attempt(request: HttpRequest, deed: Deed) -> None:
    """Count one try; raises LimitReachedError, and counts nothing, when it is one too many.

    Call it outside of a transaction: others must see it at once, whatever becomes of this one.
    """
    if settings.WITHOUT_LIMITS:
        return
    limit = LIMITS[deed]
    address, network = (hash_of_place(place) for place in places_of(client_address(request)))
    # Written first and counted then: of two at the same moment, at least one sees both.
    made = Attempt.objects.bulk_create(
        [Attempt(deed=deed, place=place) for place in (address, network)]
    )
    waits = [
        again_at
        for place, n_allowed in ((address, limit.per_address), (network, limit.per_network))
        if (again_at := _again_at(deed, place, n_allowed, made))
    ]
    if waits:
        # What was refused does not count: who waits as long as told is let in.
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in made]).delete()
        raise LimitReachedError(max(waits))


def _again_at(deed: Deed, place: str, n_allowed: int, made: list[Attempt]) -> datetime | None:
    """When the place is free again, if there were too many before what is just ``made``."""
    attempts = Attempt.objects.filter(
        deed=deed, place=place, made_at__gt=timezone.now() - WINDOW
    ).exclude(pk__in=[attempt.pk for attempt in made])
    times = attempts.order_by("-made_at").values_list("made_at", flat=True)
    last_that_blocks = times[n_allowed - 1 : n_allowed].first()
    return last_that_blocks and last_that_blocks + WINDOW


def forget_old_attempts() -> int:
    """Delete what no limit counts any more; returns how many."""
    return Attempt.objects.filter(made_at__lte=timezone.now() - WINDOW).delete()[0]


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Who sent a request, as far as it can be believed; None when nobody can tell.

    Each trusted proxy appends to X-Forwarded-For whom it was reached by, so that the entry of the
    outermost one stands as many places from the end as there are proxies. What stands before it
    was written by the visitor.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = forwarded[-settings.TRUSTED_PROXIES :] if settings.TRUSTED_PROXIES else []
    return next(
        filter(
            None, (_address(text) for text in [*trusted[:1], request.META.get("REMOTE_ADDR", "")])
        ),
        None,
    )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    # Some proxies add the port: 192.0.2.1:5678 or [2001:db8::1]:5678.
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def places_of(address: IPv4Address | IPv6Address | None) -> tuple[str, str]:
    """What is counted: the address, and the network that one customer commonly has."""
    if address is None:
        return "unknown", "unknown network"
    length = 24 if address.version == 4 else 64
    network = ip_network(f"{str(address).partition('%')[0]}/{length}", strict=False)
    return str(address), str(network)


def hash_of_place(place: str) -> str:
    return salted_hmac("signups.limits", place, algorithm="sha256").hexdigest()
