"""What every request passes before a view sees it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class RefuseNulMiddleware:
    """Answer 400 to an address with a NUL character, which PostgreSQL cannot hold in any text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(
                "This address holds a character that no page of ours knows.",
                content_type="text/plain",
            )
        return self.get_response(request)


class RefuseOtherCharsetsMiddleware:
    """Answer 400 to a body that says it is in anything but UTF-8, in which all our pages are.

    Django would read a form in any encoding that Python knows, some of which make no text.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = request.content_params.get("charset", "utf-8")
        if charset.strip("\"'").lower() not in ("utf-8", "utf8"):
            return HttpResponseBadRequest(
                "What was sent is not in UTF-8.", content_type="text/plain"
            )
        return self.get_response(request)
