"""Who someone is without an account: the holder of a link that a letter brought."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from signups.models import AccessLink, Application, Draft, Inquiry

SESSION_KEY = "link"

# After that, the link in the letter has to be opened again.
STAY = timedelta(hours=2)


def remember(request: HttpRequest, link: AccessLink) -> None:
    """Let the holder of a link go on without the token in any address."""
    # Not the session's own expiry: a chair who looks at a link stays signed in.
    request.session[SESSION_KEY] = {
        "pk": link.pk,
        "until": (timezone.now() + STAY).isoformat(),
    }


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def known_application(request: HttpRequest) -> Application | None:
    """The application whose link this browser has opened, if the link still works."""
    link = _link(request)
    application = link and link.application
    return application if application and application.erased_at is None else None


def known_draft(request: HttpRequest) -> Draft | None:
    """The draft whose link this browser has opened, if the link still works."""
    link = _link(request)
    return link.draft if link else None


def known_inquiry(request: HttpRequest) -> Inquiry | None:
    """The question whose link this browser has opened, if the link still works."""
    link = _link(request)
    return link.inquiry if link else None


def _link(request: HttpRequest) -> AccessLink | None:
    kept = request.session.get(SESSION_KEY)
    if kept is None or datetime.fromisoformat(kept["until"]) < timezone.now():
        return None
    links = AccessLink.objects.working().select_related(
        "application__cohort__program", "draft__cohort__program", "inquiry__program"
    )
    return links.filter(pk=kept["pk"]).first()


def no_trace(response: HttpResponse) -> HttpResponse:
    """For pages about one person: kept in no cache, and told to no other site."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    # Not "no-referrer": with it, browsers send forms with "Origin: null", which is refused.
    response["Referrer-Policy"] = "same-origin"
    return response
