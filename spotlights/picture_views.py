"""The pictures of the public store."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from spotlights.pictures import OUR_NAME, store

TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One size of a picture; an address means the same picture for ever, so caches never ask."""
    if not OUR_NAME.fullmatch(name):
        raise Http404
    try:
        with store().open(name) as file:
            data = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["ETag"] = f'"{name}"'
    return get_conditional_response(request, etag=response["ETag"], response=response)
