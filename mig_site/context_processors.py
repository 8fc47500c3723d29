"""What every page may name: the site itself, and the languages it can be read in."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mig_site.caching import is_public_page
from mig_site.languages import languages_of


def site(request: HttpRequest) -> dict[str, str]:
    return {
        "site_name": "Library Mentoring",
        "site_url": settings.SITE_URL,
        "contact_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }


def languages(request: HttpRequest) -> dict[str, object]:
    return {"languages": SimpleLazyObject(lambda: languages_of(request))}


def public_pages(request: HttpRequest) -> dict[str, object]:
    """No messages on a page that caches may keep: they are for one person, who reads them next."""
    return {"messages": []} if is_public_page(request) else {}
