"""The public pages that need to know of pairs: answering an offer, downloading, erasing."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.emails import N_REASONS
from matching.erasing import erase_and_part, running_mentorships_of
from matching.forms import FewerPlacesForm, OfferReplyForm
from matching.models import OfferAnswer, OfferReply
from matching.offers import OfferError, accept, ask_committee, decline, take_fewer
from matching.standing import offers_told, standing_of
from signups.access import forget, no_trace
from signups.disclosure import everything_about
from signups.models import Application, Role
from signups.views.my_application import of_known_application


@require_safe
@of_known_application
def download(request: HttpRequest, application: Application) -> HttpResponse:
    """Everything held about the person in this application, to keep."""
    held = everything_about(application) | {"pairs offered": offers_told(application)}
    response = JsonResponse(held, json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = slugify(f"{application.cohort.program} {application.role}")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_known_application
def erase(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask first; then erase everything about the person, at once."""
    if request.method == "POST":
        erase_and_part(application)
        if request.user.is_authenticated:
            forget(request)  # a chair who tries it out stays signed in
        else:
            request.session.flush()
        return redirect("matching:erased")
    context = {
        "application": application,
        "program": application.cohort.program,
        "cohort": application.cohort,
        "other_role": application.role_enum.other,
        "is_running": bool(running_mentorships_of(application)),
    }
    return TemplateResponse(request, "matching/erase.html", context)


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
        "reasons": [
            reason[f"to_{role}"] for reason in reply.offer.pairing.strongest_reasons(N_REASONS)
        ],
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
        return "You have declined. Thank you for telling us: we look for another way."
    if answer == OfferAnswer.ASKED:
        ask_committee(reply, words=words)
        return "Your question is on its way to the committee, which writes to you."
    if accept(reply):
        return "Both of you have accepted: a letter introduces you to each other."
    return "You have accepted. As soon as both of you have, a letter introduces you to each other."


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
            messages.success(request, "Noted. Thank you for telling us in time.")
    else:
        messages.warning(
            request, f"Give a number from 1 to {application.capacity - 1}, or decline instead."
        )
    return redirect("signups:my_application")


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left; the same page for everyone."""
    return no_trace(TemplateResponse(request, "matching/erased.html"))
