"""Asking to be kept for the next cohort."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from signups.models import Application
from signups.next_cohort import ask_to_be_kept
from signups.views.my_application import of_known_application


@require_POST
@of_known_application
def keep_for_next(request: HttpRequest, application: Application) -> HttpResponse:
    """Keep someone who was left out for the next cohort, or no longer."""
    asks = request.POST.get("keep") == "yes"
    if not ask_to_be_kept(application, asks=asks):
        messages.info(request, _("This is for people who were left without a place."))
    elif asks:
        messages.success(request, _("You are noted for the next cohort."))
    else:
        messages.success(request, _("You are no longer noted for the next cohort."))
    return redirect("signups:my_application")
