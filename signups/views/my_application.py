"""The pages behind a link: where an application stands, and what its writer may do with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from signups.access import (
    forget,
    known_application,
    known_draft,
    no_trace,
    remember,
)
from signups.forms import LostLinkForm
from signups.intake import Intake, StaleError
from signups.limits import LimitReachedError, count_attempt
from signups.lost_links import write_links_to
from signups.models import (
    AccessLink,
    Application,
    ApplicationStatus,
    Deed,
    IdentityDimension,
    ReviewError,
)
from signups.news import wants_news
from signups.next_cohort import was_left_out
from signups.preparation import preparation_of
from signups.standing import standing_of
from signups.uploads import keep_files
from signups.views.applying import take_intake

View = Callable[..., HttpResponse]


def of_known_application(view: View) -> View:
    """For views that get the application whose link was opened; others are asked for the link."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        application = known_application(request)
        if application is None:
            return no_trace(redirect("signups:lost_link"))
        return no_trace(view(request, application))

    return wrapped


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address and go on; changes nothing but this browser's session."""
    link = AccessLink.objects.for_token(token).first()
    # Always away from here: no page is shown at an address that holds a token.
    if link is None:
        return no_trace(redirect(f"{reverse('signups:lost_link')}?failed"))
    remember(request, link)
    page = "my_application"
    if link.draft_id:
        page = "my_draft"
    elif link.inquiry_id:
        page = "my_question"
    return no_trace(redirect(f"signups:{page}"))


@require_safe
@of_known_application
def my_application(request: HttpRequest, application: Application) -> HttpResponse:
    """Where the application stands, what comes next, and what can be done."""
    other = application.role_enum.other
    context = {
        "application": application,
        "program": application.cohort.program,
        "cohort": application.cohort,
        "window": application.window,
        "standing": standing_of(application),
        "preparation": preparation_of(application),
        "is_withdrawn": application.status == ApplicationStatus.WITHDRAWN,
        "was_left_out": was_left_out(application),
        "other_role": other,
        "other_window": application.cohort.window(other),
        "files": application.answers.with_files(),
        "wants_news": wants_news(application),
        "other_languages": [
            (code, name) for code, name in settings.LANGUAGES if code != application.language
        ],
        "asks_identity": IdentityDimension.objects.asked(
            application.cohort.program, application
        ).exists(),
    }
    return TemplateResponse(request, "signups/my_application.html", context)


@of_known_application
def edit(request: HttpRequest, application: Application) -> HttpResponse:
    """Change the answers, while the window is open."""
    context = {
        "cohort": application.cohort,
        "program": application.cohort.program,
        "role": application.role_enum,
        "window": application.window,
        "application": application,
        "version": application.version,
    }
    if not application.can_be_edited:
        messages.warning(request, _("Answers can no longer be changed here. Ask the committee."))
        return redirect("signups:my_application")
    if request.method == "POST":
        keep_files(request, application.cohort, application.role_enum)
        context["version"] = request.POST.get("version", "0")
        intake = Intake(
            application.cohort,
            application.role_enum,
            data=request.POST,
            files=request.FILES,
            application=application,
        )
        if intake.is_valid():
            try:
                intake.change(seen_version=whole_number(context["version"]))
            except StaleError:
                application.refresh_from_db()
                now = Intake(application.cohort, application.role_enum, application=application)
                context["kept_elsewhere"] = now.differences_from(intake)
                context["version"] = application.version
            else:
                messages.success(request, _("Your changes are saved."))
                return redirect("signups:my_application")
    else:
        intake = Intake(application.cohort, application.role_enum, application=application)
    context["intake"] = intake
    return TemplateResponse(request, "signups/edit.html", context)


@of_known_application
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask first; then take the application back."""
    if request.method == "POST":
        try:
            application.withdraw()
        except ReviewError:
            messages.info(request, _("Your application was withdrawn already."))
        else:
            messages.success(request, _("Your application is withdrawn. Thank you for telling us."))
        return redirect("signups:my_application")
    context = {"application": application, "window": application.window}
    return TemplateResponse(request, "signups/withdraw.html", context)


@require_POST
@of_known_application
def come_back(request: HttpRequest, application: Application) -> HttpResponse:
    """Hand a withdrawn application in again, while the window is open."""
    if not application.window.is_open:
        said = _("%(window)s Please write to the committee.")
        messages.warning(request, said % {"window": application.window.sentence})
        return redirect("signups:my_application")
    try:
        application.come_back()
    except ReviewError:
        messages.info(request, _("Your application is with the committee already."))
    else:
        messages.success(request, _("Welcome back: the committee has your application again."))
    return redirect("signups:my_application")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the link in this browser, for people who share one."""
    forget(request)
    return no_trace(redirect("home"))


def my_draft(request: HttpRequest) -> HttpResponse:
    """Go on with an application that was saved to be finished later."""
    draft = known_draft(request)
    if draft is None:
        return no_trace(redirect("signups:lost_link"))
    response = take_intake(request, draft.cohort, draft.role_enum, draft=draft)
    return no_trace(response)


def lost_link(request: HttpRequest) -> HttpResponse:
    """Send new links to an address, and tell everyone the same."""
    if request.method == "POST":
        form = LostLinkForm(request.POST)
        if form.is_valid():
            try:
                count_attempt(request, Deed.LOST_LINK)
            except LimitReachedError as limit:
                return no_trace(_ask_later(request, form, limit))
            write_links_to.enqueue(form.cleaned_data["email"].lower())
            context = {"email": form.cleaned_data["email"]}
            return no_trace(TemplateResponse(request, "signups/link_sent.html", context))
    else:
        form = LostLinkForm()
    context = {"form": form, "link_failed": "failed" in request.GET}
    return no_trace(TemplateResponse(request, "signups/lost_link.html", context))


def _ask_later(request: HttpRequest, form: LostLinkForm, limit: LimitReachedError) -> HttpResponse:
    # Of no program: whether there is an application from this address is not told.
    context = {"form": form, "held_up": limit.sentence(ZoneInfo("UTC"))}
    response = TemplateResponse(request, "signups/lost_link.html", context, status=429)
    response["Retry-After"] = str(limit.seconds)
    return response


def whole_number(text: str) -> int:
    """What a hidden field says, or 0 where someone wrote something else into it."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
