"""The pages of the person portrayed: reading the spotlight, agreeing, changing, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from signups.access import STAY, no_trace
from spotlights import portrayed
from spotlights.models import PortrayedLink, Reply, ReplyKind, Spotlight
from spotlights.portrayed_forms import ChangeForm, TakeBackForm
from spotlights.reading import page_of

View = Callable[..., HttpResponse]

SESSION_KEY = "portrayed"


def of_portrayed(view: View) -> View:
    """For views that get the spotlight whose link was opened; others are told that it failed."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        spotlight = _known_spotlight(request)
        if spotlight is None:
            return no_trace(redirect("portrayed:link_failed"))
        return no_trace(view(request, spotlight))

    return wrapped


def _known_spotlight(request: HttpRequest) -> Spotlight | None:
    kept = request.session.get(SESSION_KEY)
    if kept is None or datetime.fromisoformat(kept["until"]) < timezone.now():
        return None
    links = PortrayedLink.objects.working().select_related("spotlight__program")
    link = links.filter(pk=kept["pk"]).first()
    return link and link.spotlight


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address and go on; changes nothing but this browser's session."""
    link = PortrayedLink.objects.for_token(token).first()
    if link is None:
        return no_trace(redirect("portrayed:link_failed"))
    until = timezone.now() + STAY
    request.session[SESSION_KEY] = {"pk": link.pk, "until": until.isoformat()}
    return no_trace(redirect("portrayed:my_spotlight"))


@require_safe
def link_failed(request: HttpRequest) -> HttpResponse:
    """Say that the link does not work (any more); the same for everyone."""
    return no_trace(TemplateResponse(request, "spotlights/link_failed.html"))


@require_safe
@of_portrayed
def my_spotlight(request: HttpRequest, spotlight: Spotlight) -> HttpResponse:
    """The spotlight as the public reads it, or will, with what can be said about it."""
    return _page(request, spotlight)


@require_POST
@of_portrayed
def agree(request: HttpRequest, spotlight: Spotlight) -> HttpResponse:
    """Note the consent to what was shown; what has been changed since is shown first."""
    try:
        portrayed.agree(spotlight, seen=request.POST.get("seen", ""))
    except portrayed.TextChangedError:
        messages.warning(
            request,
            _("The text was changed while you read it. Here it is as it stands now."),
        )
    else:
        messages.success(request, _("Thank you. We have noted that you agree."))
    return redirect("portrayed:my_spotlight")


@require_http_methods(["POST"])
@of_portrayed
def ask_for_change(request: HttpRequest, spotlight: Spotlight) -> HttpResponse:
    """Bring the committee what should be changed."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, spotlight, change_form=form)
    if portrayed.ask_for_change(spotlight, words=form.cleaned_data["change"]):
        messages.success(
            request, _("Thank you. The committee has it, and sends you the text again.")
        )
        return redirect("portrayed:my_spotlight")
    form.add_error(
        "change",
        _("Several changes are waiting for the committee already. Please write to %(address)s.")
        % {"address": spotlight.program.contact_address},
    )
    return _page(request, spotlight, change_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@of_portrayed
def take_back(request: HttpRequest, spotlight: Spotlight) -> HttpResponse:
    """Ask first; then take the spotlight from the public, or say that it should not get there."""
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        portrayed.take_back(spotlight, words=form.cleaned_data["reason"])
        messages.success(request, _("It is done, and the committee knows. Thank you."))
        return redirect("portrayed:my_spotlight")
    context = {"spotlight": spotlight, "program": spotlight.program, "form": form}
    return TemplateResponse(request, "spotlights/take_back.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the link in this browser, for people who share one."""
    request.session.pop(SESSION_KEY, None)
    return no_trace(redirect("home"))


def _page(
    request: HttpRequest, spotlight: Spotlight, *, change_form: ChangeForm | None = None
) -> HttpResponse:
    wording = spotlight.wording()
    last = spotlight.replies.exclude(kind=ReplyKind.CHANGE).first()
    has_said_no = last is not None and last.kind != ReplyKind.CONSENT
    context = page_of(spotlight) | {
        "program": spotlight.program,
        "wording": wording,
        "has_agreed": spotlight.consent_given_on is not None
        and spotlight.consent_to in ("", wording),
        "is_outdated": spotlight.consent_given_on is not None
        and spotlight.consent_to not in ("", wording),
        "has_said_no": has_said_no and spotlight.consent_given_on is None,
        "open_changes": _open_changes(spotlight),
        "change_form": change_form or ChangeForm(),
    }
    return TemplateResponse(request, "spotlights/my_spotlight.html", context)


def _open_changes(spotlight: Spotlight) -> list[Reply]:
    return list(spotlight.replies.open())
