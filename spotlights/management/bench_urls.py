"""The site's addresses and one more, for ``bench_spotlights`` only: a page with nothing on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from mig_site.caching import public_page
from mig_site.urls import handler400, urlpatterns

__all__ = ["handler400", "urlpatterns"]

EMPTY = engines["django"].from_string("")


@public_page
def empty(request: HttpRequest) -> HttpResponse:
    """What any page of this site costs before it shows anything."""
    return HttpResponse(EMPTY.render({}, request))


urlpatterns = [path("bench/empty/", empty), *urlpatterns]
