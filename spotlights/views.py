"""The public pages of the Let's Connect series."""

from __future__ import annotations

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from mig_site.caching import public_page
from spotlights.choosing import Choice, lead_spotlight
from spotlights.models import SlugChange, Spotlight, SpotlightStatus
from spotlights.reading import page_of
from spotlights.sharing import shared_list

N_PER_PAGE = 12


@require_safe
@public_page
def list(request: HttpRequest) -> HttpResponse:
    """Published spotlights, latest first: one of them large, or those that a reader has chosen."""
    choice = Choice.from_address(request.GET)
    spotlights = choice.spotlights()
    lead = None if choice else lead_spotlight()
    if lead:
        spotlights = spotlights.exclude(pk=lead.pk)
    paginator = Paginator(spotlights, N_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404(str(error)) from error
    context = {
        "choice": choice,
        "lead": lead if page.number == 1 else None,
        "page": page,
        "n_found": paginator.count + (lead is not None),
        "guides": choice.guides() if page.number == 1 else [],
        "page_links": _page_links(page, choice),
        "shared": shared_list(choice, page.number),
    }
    return TemplateResponse(request, "spotlights/list.html", context)


def _page_links(page: Page, choice: Choice) -> dict[str, object]:
    """Addresses of the other pages, in which the choice stays what it is."""
    numbers = page.paginator.get_elided_page_range(page.number)
    return {
        "newer": choice.address(page.number - 1) or "?" if page.has_previous() else "",
        "older": choice.address(page.number + 1) if page.has_next() else "",
        "pages": [
            (number, choice.address(number) or "?" if isinstance(number, int) else "")
            for number in numbers
        ],
    }


@require_safe
@public_page
def spotlight(request: HttpRequest, slug: str) -> HttpResponse:
    """One spotlight: in public, as a preview for its committee, or the word that it is gone."""
    spotlight = Spotlight.objects.select_related("program").filter(slug=slug).first()
    if spotlight is None:
        return redirect(_moved_from(slug), permanent=True)
    if spotlight.is_published():
        return _page(request, spotlight)
    if spotlight.can_be_previewed_by(request.user):
        response = _page(request, spotlight)
        patch_cache_control(response, private=True, no_store=True)
        return response
    if spotlight.is_withdrawn():
        return TemplateResponse(request, "spotlights/withdrawn.html", status=410)
    raise Http404


def _moved_from(slug: str) -> Spotlight:
    """The spotlight that once had this slug, if a stranger may know that it is there."""
    change = get_object_or_404(SlugChange.objects.select_related("spotlight"), slug=slug)
    moved = change.spotlight
    if not (moved.is_published() or moved.status == SpotlightStatus.WITHDRAWN):
        raise Http404
    return moved


def _page(request: HttpRequest, spotlight: Spotlight) -> TemplateResponse:
    return TemplateResponse(request, "spotlights/spotlight.html", page_of(spotlight))
