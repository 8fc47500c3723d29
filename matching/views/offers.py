"""Answering an offer, behind the link that a letter brought."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.emails import N_REASONS
from matching.forms import FewerPlacesForm, OfferReplyForm
from matching.in_other_words import reasons_for
from matching.models import OfferAnswer, OfferReply
from matching.offers import OfferError, accept, ask_committee, decline, take_fewer
from matching.standing import standing_of
from signups.models import Application, Role
from signups.views.my_application import of_known_application


def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is offered and why; accept, decline, or ask the committee first."""
    return of_known_application(partial(_offer, pk=pk))(request)


def _offer(request: HttpRequest, application: Application, *, pk: int) -> HttpResponse:
    reply = _reply_of(application, pk)
    form = OfferReplyForm(request.POST if request.method == "POST" else None, reply=reply)
    if request.method == "POST" and form.is_valid():
        try:
            said = _take_answer(reply, form)
        except OfferError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("signups:my_application")
    role = application.role_enum
    context = {
        "application": application,
        "program": application.cohort.program,
        "cohort": application.cohort,
        "standing": standing_of(reply.offer, role),
        "reasons": reasons_for(reply.offer.pairing, role, N_REASONS),
        "form": form,
        "fewer": FewerPlacesForm(mentor=application)
        if role == Role.MENTOR and application.capacity > 1
        else None,
    }
    return TemplateResponse(request, "matching/offer.html", context)


def _reply_of(application: Application, offer_id: int) -> OfferReply:
    replies = OfferReply.objects.filter(application=application.pk, offer=offer_id)
    reply = replies.select_related(
        "offer__pairing__mentee__cohort__program", "offer__pairing__mentor"
    ).first()
    if reply is None:
        raise Http404
    return reply


def _take_answer(reply: OfferReply, form: OfferReplyForm) -> str:
    """Do what someone answered; returns what they are told."""
    answer, words = form.cleaned_data["answer"], form.cleaned_data["words"]
    if answer == OfferAnswer.DECLINED:
        decline(reply, reason=form.cleaned_data["reason"], words=words)
        return _("You have declined. Thank you for telling us: we look for another way.")
    if answer == OfferAnswer.ASKED:
        ask_committee(reply, words=words)
        return _("Your question is on its way to the committee, which writes to you.")
    if accept(reply):
        return _("Both of you have accepted: a letter introduces you to each other.")
    return _(
        "You have accepted. As soon as both of you have, a letter introduces you to each other."
    )


@require_POST
@of_known_application
def fewer_places(request: HttpRequest, application: Application) -> HttpResponse:
    """Note that a mentor can take fewer mentees than they said."""
    if application.role != Role.MENTOR:
        raise Http404
    form = FewerPlacesForm(request.POST, mentor=application)
    if form.is_valid():
        try:
            take_fewer(application, form.cleaned_data["places"])
        except OfferError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Noted. Thank you for telling us in time."))
    else:
        sentence = _("Give a number from 1 to %(most)s, or decline instead.")
        messages.warning(request, sentence % {"most": application.capacity - 1})
    return redirect("signups:my_application")
