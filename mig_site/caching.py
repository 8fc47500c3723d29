"""What caches may keep: pages that are the same for everybody, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, has_vary_header, patch_cache_control
from django.utils.http import http_date

View = Callable[..., HttpResponse]

COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "image/svg+xml", "+xml", "/xml")


def public_page(
    view: View | None = None,
    *,
    max_age: int = 0,
    stale_while_revalidate: int = 0,
    last_changed: Callable[..., datetime | None] | None = None,
) -> View:
    """For a view whose page is the same for everybody: caches may keep it, shared ones too.

    Without ``max_age`` (in seconds) every cache asks again before it shows the page, and is told
    "unchanged" (304) in a few bytes: for pages that show people, who may take back their consent.
    With it nobody asks for so long: choose no more than people may be told what is over, such as a
    window that has closed. ``stale_while_revalidate`` adds to it, so it is for pages that change by
    editing only. ``last_changed`` gets what the view gets and says when what is shown there last
    changed, removals included; leave it out where that is not known for sure.

    Such a page has no form, shows no messages and asks nothing of user or session. An answer other
    than 200, or one for which the view has said itself who may keep it (a preview), stays as it is.
    """
    if view is None:
        return lambda view: public_page(
            view,
            max_age=max_age,
            stale_while_revalidate=stale_while_revalidate,
            last_changed=last_changed,
        )

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.is_public_page = True
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        may_be_kept = request.method in ("GET", "HEAD") and response.status_code == 200
        if not may_be_kept or "Cache-Control" in response:
            return response
        if max_age:
            patch_cache_control(response, public=True, max_age=max_age)
        else:
            patch_cache_control(response, public=True, no_cache=True)
        if stale_while_revalidate:
            patch_cache_control(response, stale_while_revalidate=stale_while_revalidate)
        changed_at = last_changed and last_changed(request, *args, **kwargs)
        if changed_at:
            response["Last-Modified"] = http_date(changed_at.timestamp())
        else:
            # A feed's own says when its newest entry changed, and nothing of entries that are gone.
            response.headers.pop("Last-Modified", None)
        # Weak from the start, as the page goes out compressed in several ways: a cache refreshes
        # what it has kept only if the 304 bears the same tag as the page did.
        response["ETag"] = f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'
        return get_conditional_response(
            request,
            etag=response["ETag"],
            last_modified=int(changed_at.timestamp()) if changed_at else None,
            response=response,
        )

    return answer


def is_public_page(request: HttpRequest) -> bool:
    """Whether the page at hand is the same for everybody."""
    return getattr(request, "is_public_page", False)


class PrivateByDefaultMiddleware:
    """No cache keeps what its view has not called public, nor what has to do with a cookie.

    Library computers are shared: the back button must not bring up what somebody else filled in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_personal = bool(response.cookies) or has_vary_header(response, "Cookie")
        is_public = "public" in response.get("Cache-Control", "")
        if "Cache-Control" not in response or (is_public and is_personal):
            response["Cache-Control"] = "private, no-store"
            response.headers.pop("ETag", None)
        return response


class CompressTextMiddleware(GZipMiddleware):
    """Text goes out compressed; pictures and documents are so by themselves.

    Django's own adds random bytes, so that the length of a page with a token tells nothing of it
    (BREACH); the tokens of forms are masked anew each time besides.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        kind = response.get("Content-Type", "").partition(";")[0]
        if any(part in kind for part in COMPRESSIBLE):
            return super().process_response(request, response)
        return response
