"""What every request passes before a view sees it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from mig_site.second_factor import step_before


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


class SecondFactorMiddleware:
    """A login that has not passed its second step is nobody, except on the pages of that step."""

    # Each of them decides by itself what it shows to a login that has not passed yet.
    OPEN = {"second_factor_code": {"second_factor_code"}}
    OPEN["second_factor_set_up"] = {"second_factor_set_up", "second_factor_qr"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        user = request.user
        if not request.path.startswith(reverse("admin:index")):
            # Asked only if the view asks, since to ask makes a page personal.
            request.user = SimpleLazyObject(
                lambda: AnonymousUser() if self._step_before(user) else user
            )
            return None
        step = self._step_before(user)
        name = request.resolver_match.view_name
        if not step or name == "admin:logout" or name in self.OPEN[step]:
            return None
        return redirect(f"{reverse(step)}?{urlencode({'next': self._goal(request, name)})}")

    def _step_before(self, user: User | AnonymousUser) -> str:
        return step_before(user) if user.is_authenticated else ""

    def _goal(self, request: HttpRequest, name: str) -> str:
        if name == "admin:login":
            return request.GET.get("next", reverse("admin:index"))
        return request.get_full_path() if request.method == "GET" else reverse("admin:index")
