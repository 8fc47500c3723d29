"""Choosing an orientation session behind a link, and taking it to a calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from signups.invitations import FILE_NAME, invitation
from signups.models import Application, OrientationPlace, OrientationSession
from signups.orientation import NoPlaceError, choose, give_back
from signups.views.my_application import of_known_application


@require_POST
@of_known_application
def choose_orientation(request: HttpRequest, application: Application) -> HttpResponse:
    """Take a place in a session, or change to another one."""
    chosen = request.POST.get("session", "")
    sessions = OrientationSession.objects.filter(cohort=application.cohort_id)
    # Only digits that a database can hold: anything else is no session of ours.
    is_number = chosen.isascii() and chosen.isdecimal() and len(chosen) < 10
    session = sessions.filter(pk=chosen).first() if is_number else None
    if session is None:
        messages.warning(request, _("Choose one of the orientation sessions first."))
        return _back()
    try:
        choose(session, application)
    except NoPlaceError as error:
        messages.warning(request, str(error))
    else:
        said = _("You have a place in the orientation on %(moment)s.")
        messages.success(request, said % {"moment": session.when})
    return _back()


@require_POST
@of_known_application
def leave_orientation(request: HttpRequest, application: Application) -> HttpResponse:
    """Give the place back."""
    try:
        give_back(application)
    except NoPlaceError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Your place in the orientation is given back."))
    return _back()


@require_safe
@of_known_application
def orientation_calendar(request: HttpRequest, application: Application) -> HttpResponse:
    """The session for a calendar, as the letter brings it too."""
    places = OrientationPlace.objects.held().select_related(
        "session__cohort__program", "application"
    )
    place = places.filter(application=application.pk).first()
    if place is None:
        raise Http404
    response = HttpResponse(invitation(place), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def _back() -> HttpResponse:
    return redirect(reverse("signups:my_application") + "#orientation")
