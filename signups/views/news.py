"""Asking for news of spotlights, and ending it by the link in each letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from signups import news
from signups.access import no_trace
from signups.models import Application, UnsubscribeLink
from signups.views.my_application import of_known_application


@require_POST
@of_known_application
def choose_news(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask for news of new spotlights on one's own page, or end it there."""
    if request.POST.get("news") == "yes":
        news.subscribe(application)
        messages.success(request, _("We write to you when there is a new spotlight."))
    else:
        news.unsubscribe(application)
        messages.success(request, _("We write to you about new spotlights no more."))
    return redirect("signups:my_application")


# Mail programs send this form by themselves (RFC 8058): they have no cookie and no token of ours.
# Whoever holds the link can do nothing but end letters with it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressed here or in a mail program, it ends the letters.

    Scanners that open every link change nothing. The page is at the address with the token, as it
    has to work in a browser that keeps no cookie; it names nobody.
    """
    application = UnsubscribeLink.application_for(token)
    if application and request.method == "POST":
        news.unsubscribe(application)
    context = {
        "program": application and application.cohort.program,
        "wants_news": bool(application and news.wants_news(application)),
    }
    status = 200 if application else 404
    page = TemplateResponse(request, "signups/unsubscribe.html", context, status=status)
    return no_trace(page)
