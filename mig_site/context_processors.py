"""What every page may name: the site itself."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"site_name": "Library Mentoring", "contact_address": settings.DEFAULT_FROM_EMAIL}
