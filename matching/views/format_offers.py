"""Answering whether one would like another format, behind the link that a letter brought."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.answering import FormatAnswerError, answer_format
from matching.models import FormatOffer
from signups.models import Application
from signups.views.my_application import of_known_application


@require_POST
def format_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a yes or a no, given on the status page."""
    return of_known_application(partial(_answer, pk=pk))(request)


def _answer(request: HttpRequest, application: Application, *, pk: int) -> HttpResponse:
    offers = FormatOffer.objects.filter(application=application.pk, pk=pk)
    offer = offers.select_related("application", "format").first()
    answer = request.POST.get("answer")
    if offer is None or answer not in ("yes", "no"):
        raise Http404
    try:
        answer_format(offer, accepts=answer == "yes")
    except FormatAnswerError as error:
        messages.warning(request, str(error))
    else:
        said = (
            _("Noted: you would like %(format)s too. The committee looks for a place for you.")
            if answer == "yes"
            else _("Noted: no %(format)s. What you chose before stays as it is.")
        )
        messages.success(request, said % {"format": offer.format})
    return redirect("signups:my_application")
