"""Asking a question, and the thread behind the link that a letter about it brings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from signups import inquiries
from signups.access import forget, known_inquiry, no_trace
from signups.erasing import erase_inquiry
from signups.forms.contact import ContactForm, WordsForm
from signups.intake import faults_in
from signups.limits import LimitReachedError, count_attempt
from signups.models import Deed, Inquiry, Program
from signups.traps import STAMP_NAME, reason_to_ask_again, stamp_for

View = Callable[..., HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, program_slug: str | None = None) -> HttpResponse:
    """Take a question to a program's committee, or one that concerns no single program."""
    program = _program(program_slug)
    context = {
        "program": program,
        "programs": [] if program else Program.objects.published(),
    }
    if request.method != "POST":
        return _form_page(request, "signups/contact.html", ContactForm(), context)
    form = ContactForm(request.POST)
    held_up = reason_to_ask_again(request, is_final=True)
    if held_up or not form.is_valid():
        return _form_page(request, "signups/contact.html", form, context, held_up=held_up)
    try:
        count_attempt(request, Deed.ASK)
    except LimitReachedError as limit:
        return _ask_later(request, "signups/contact.html", form, context, limit)
    inquiries.ask(program, **form.cleaned_data, page=request.POST.get(STAMP_NAME, ""))
    if program:
        return redirect("signups:asked", program.slug)
    return redirect("signups:asked_site")


@require_safe
def asked(request: HttpRequest, program_slug: str | None = None) -> HttpResponse:
    """Say that the question was sent, and where its answer comes."""
    return TemplateResponse(request, "signups/asked.html", {"program": _program(program_slug)})


def of_known_inquiry(view: View) -> View:
    """For views that get the question whose link was opened; others are asked for the link."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        inquiry = known_inquiry(request)
        if inquiry is None:
            return no_trace(redirect("signups:lost_link"))
        return no_trace(view(request, inquiry))

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@of_known_inquiry
def my_question(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """What was asked and answered, and a form to write again."""
    template = "signups/my_question.html"
    context = {
        "inquiry": inquiry,
        "program": inquiry.program,
        "thread": inquiries.messages_of(inquiry),
    }
    if request.method != "POST":
        return _form_page(request, template, WordsForm(), context)
    form = WordsForm(request.POST)
    held_up = reason_to_ask_again(request, is_final=True)
    if held_up or not form.is_valid():
        return _form_page(request, template, form, context, held_up=held_up)
    try:
        count_attempt(request, Deed.ASK)
    except LimitReachedError as limit:
        return _ask_later(request, template, form, context, limit)
    inquiries.write_again(inquiry, form.cleaned_data["words"])
    messages.success(request, _("Your message is with the committee."))
    return redirect("signups:my_question")


@require_http_methods(["GET", "HEAD", "POST"])
@of_known_inquiry
def erase_question(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    """Ask first; then erase the question with everything that was written on it."""
    if request.method == "POST":
        erase_inquiry(inquiry)
        forget(request)
        return redirect("signups:question_erased")
    context = {"inquiry": inquiry, "program": inquiry.program}
    return TemplateResponse(request, "signups/erase_question.html", context)


@require_safe
def question_erased(request: HttpRequest) -> HttpResponse:
    """Say that nothing is left; the same page for everyone."""
    return no_trace(TemplateResponse(request, "signups/question_erased.html"))


def _program(slug: str | None) -> Program | None:
    return get_object_or_404(Program.objects.published(), slug=slug) if slug else None


def _form_page(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    context: dict[str, object],
    *,
    held_up: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {
        "form": form,
        "faults": faults_in([form]) if form.is_bound else [],
        "held_up": held_up,
        "stamp": stamp_for(request),
    }
    return TemplateResponse(request, template, context | shown, status=status)


def _ask_later(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    context: dict[str, object],
    limit: LimitReachedError,
) -> HttpResponse:
    program = context["program"]
    zone = program.time_zone if program else ZoneInfo("UTC")
    held_up = limit.sentence(zone)
    response = _form_page(request, template, form, context, held_up=held_up, status=429)
    response["Retry-After"] = str(limit.seconds)
    return response
