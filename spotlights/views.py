"""The public pages of the Let's Connect series."""

from __future__ import annotations

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from spotlights.models import Spotlight
from spotlights.reading import page_of

N_PER_PAGE = 12


@require_safe
@public_page
def list(request: HttpRequest) -> HttpResponse:
    """Published spotlights, latest first."""
    paginator = Paginator(Spotlight.objects.published(), N_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    return TemplateResponse(
        request,
        "spotlights/list.html",
        {"page": page, "page_numbers": paginator.get_elided_page_range(page.number)},
    )


@require_safe
@public_page
def spotlight(request: HttpRequest, slug: str) -> HttpResponse:
    """One spotlight: in public, as a preview for its committee, or the word that it is gone."""
    spotlight = get_object_or_404(Spotlight.objects.select_related("program"), slug=slug)
    if spotlight.is_published():
        return _page(request, spotlight)
    if spotlight.can_be_previewed_by(request.user):
        response = _page(request, spotlight)
        patch_cache_control(response, private=True, no_store=True)
        return response
    if spotlight.is_withdrawn():
        return TemplateResponse(request, "spotlights/withdrawn.html", status=410)
    raise Http404


def _page(request: HttpRequest, spotlight: Spotlight) -> TemplateResponse:
    return TemplateResponse(request, "spotlights/spotlight.html", page_of(spotlight))
