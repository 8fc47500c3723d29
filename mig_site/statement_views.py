"""The privacy and the accessibility statement: written from what this software really does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from mig_site.personal_data import KINDS
from mig_site.retention import policy_rows
from mig_site.statements import COOKIES, LAST_CHECKED
from signups.models import Program


@require_safe
@public_page(max_age=3600)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored of whom and why, who reads it, how long, and how to have it erased."""
    context = {
        "kinds": KINDS,
        "policy": policy_rows(),
        "programs": Program.objects.published(),
        "cookies": COOKIES,
    }
    return TemplateResponse(request, "privacy.html", context)


@require_safe
@public_page(max_age=3600)
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far the site can be used by everybody, how that is checked, and what is known to lack."""
    return TemplateResponse(request, "accessibility.html", {"last_checked": LAST_CHECKED})
