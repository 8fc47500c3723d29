"""What every page may name: the site itself."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {
        "site_name": "Library Mentoring",
        "contact_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }
