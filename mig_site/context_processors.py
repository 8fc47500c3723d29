"""What every page may name: the site itself, its rooms, and the languages it can be read in."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from mig_site.caching import is_public_page
from mig_site.languages import languages_of


def site(request: HttpRequest) -> dict[str, str]:
    return {
        "site_name": "Library Mentoring",
        "site_url": settings.SITE_URL,
        "contact_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One of the parts of the site that its navigation leads to."""

    name: str
    path: str
    current: str  # as aria-current has it: the page itself, in this room, or neither


def rooms(request: HttpRequest) -> dict[str, object]:
    return {"rooms": SimpleLazyObject(lambda: _rooms(request.path))}


def _rooms(path: str) -> list[Room]:
    home = reverse("home")
    doors = [
        # The list of programs is the home page; each has its pages below an address of its own.
        (_("Programs"), home, f"{home}programs/"),
        (_("Let’s Connect"), reverse("spotlights:list"), reverse("spotlights:list")),
        (_("Guides"), reverse("guides:list"), reverse("guides:list")),
    ]
    return [
        Room(
            name=name,
            path=door,
            current="page" if path == door else "true" if path.startswith(inside) else "",
        )
        for name, door, inside in doors
    ]


def languages(request: HttpRequest) -> dict[str, object]:
    return {"languages": SimpleLazyObject(lambda: languages_of(request))}


def public_pages(request: HttpRequest) -> dict[str, object]:
    """No messages on a page that caches may keep: they are for one person, who reads them next."""
    return {"messages": []} if is_public_page(request) else {}
