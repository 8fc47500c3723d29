"""The intake form: filled in, looked over, sent, or saved to be finished later."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mig_site.languages import current_language
from signups import emails
from signups.access import forget, known_application, no_trace
from signups.forms import DraftForm
from signups.forms.identity import identity_as_sent
from signups.intake import Intake, answers_in
from signups.limits import LimitReachedError, count_attempt
from signups.models import Application, Cohort, Deed, Draft, Role, Upload
from signups.places import places_sentence
from signups.traps import reason_to_ask_again, stamp_for
from signups.uploads import keep_files

INTAKE_TEMPLATE = "signups/apply.html"


def apply(request: HttpRequest, program_slug: str, cohort_slug: str, role: Role) -> HttpResponse:
    """Take an application; outside the window, say when it is."""
    cohort = _cohort(program_slug, cohort_slug)
    answers = _answers_of_other_role(request, role)
    response = take_intake(request, cohort, role, answers=answers)
    return no_trace(response) if answers else response


def _answers_of_other_role(request: HttpRequest, role: Role) -> dict[str, list[str]] | None:
    """What a person who applied in the other role need not answer again."""
    application = known_application(request)
    if application is None or application.role == role:
        return None
    return shared_answers(application)


def shared_answers(application: Application) -> dict[str, list[str]]:
    """The answers that mean the same in both roles, as a page would send them."""
    one = ["name", "pronouns", "email", "position_title", "employer", "membership_number"]
    answers = {name: [str(getattr(application, name))] for name in [*one, "time_zone"]}
    answers |= {
        name: [str(getattr(application, f"{name}_id"))]
        for name in ("career_stage", "library_type", "region")
    }
    answers |= {
        name: [str(option.pk) for option in getattr(application, name).all()]
        for name in ("meeting_ways", "times", "languages")
    }
    # Consents are given for each role anew.
    return answers | identity_as_sent(application, prefix="identity")


def take_intake(
    request: HttpRequest,
    cohort: Cohort,
    role: Role,
    *,
    draft: Draft | None = None,
    answers: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """Do what the pressed button says; every way on keeps what was written."""
    window = cohort.window(role)
    context = {
        "cohort": cohort,
        "program": cohort.program,
        "role": role,
        "window": window,
        "draft": draft,
        "version": draft.version if draft else 0,
        "places": places_sentence(cohort, role),
        "stamp": stamp_for(request),
    }
    if request.method != "POST":
        if not window.is_open:
            return TemplateResponse(request, "signups/apply_closed.html", context)
        answers = draft.answers if draft else answers
        context["intake"] = Intake(cohort, role, answers=answers)
        if "format" in request.GET and draft is None:
            context |= _prefer_what_was_asked_for(request, context["intake"])
        return TemplateResponse(request, INTAKE_TEMPLATE, context)
    try:
        return _take_answers(request, draft, context)
    except LimitReachedError as limit:
        context["held_up"] = limit.sentence(cohort.program.time_zone)
        response = _show_again(request, context, status=429)
        response["Retry-After"] = str(limit.seconds)
        return response


def _prefer_what_was_asked_for(request: HttpRequest, intake: Intake) -> dict[str, object]:
    """Choose the entry of the menu from which somebody came, if the program offers it."""
    asked = request.GET["format"]
    offered = intake.cohort.program.formats.offered()
    # No key of a row has that many digits, and a database would say so.
    is_key = asked.isascii() and asked.isdecimal() and len(asked) < 19
    preferred = offered.filter(pk=asked).first() if is_key else None
    if preferred:
        intake.prefer(preferred)
    return {"preferred": preferred, "asked_in_vain": preferred is None}


def _take_answers(
    request: HttpRequest, draft: Draft | None, context: dict[str, object]
) -> HttpResponse:
    """Do what the pressed button says; raises LimitReachedError when that was done too often."""
    cohort, role = context["cohort"], context["role"]
    refused_file = keep_files(request, cohort, role)
    step = request.POST.get("step", "check")
    context["held_up"] = reason_to_ask_again(request, is_final=step in ("send", "save"))
    if context["held_up"]:
        return _show_again(request, context)
    if not context["window"].is_open:
        # A late POST gets its own status, so that no one takes it for a success.
        context["was_kept"] = _keep_late_answers(request, cohort, role, draft)
        return TemplateResponse(request, "signups/apply_closed.html", context, status=403)
    if step == "save":
        if refused_file:
            context["held_up"] = _("Nothing is saved yet. %(reason)s") % {"reason": refused_file}
            return _show_again(request, context)
        return _save(request, cohort, role, draft, context)
    if draft and step == "send" and not _is_current(request, draft):
        return _show_both(request, draft, context)
    return _check_or_send(request, step, draft, context)


def _check_or_send(
    request: HttpRequest, step: str, draft: Draft | None, context: dict[str, object]
) -> HttpResponse:
    cohort, role = context["cohort"], context["role"]
    if step == "change":
        return _show_again(request, context)
    intake = context["intake"] = Intake(cohort, role, data=request.POST, files=request.FILES)
    context["version"] = request.POST.get("version", 0)
    if not intake.is_valid():
        return TemplateResponse(request, INTAKE_TEMPLATE, context)
    if step != "send":
        context["answers"] = answers_in(request.POST)
        return TemplateResponse(request, "signups/apply_check.html", context)
    count_attempt(request, Deed.SEND)
    intake.receive(draft=draft)
    if draft:
        forget(request)
    return redirect("signups:applied", cohort.program.slug, cohort.slug, role)


def _show_again(
    request: HttpRequest, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """The form as it was sent, right or wrong, before anything was done with it."""
    context["intake"] = Intake(context["cohort"], context["role"], answers=answers_in(request.POST))
    context["version"] = request.POST.get("version", 0)
    return TemplateResponse(request, INTAKE_TEMPLATE, context, status=status)


def _save(
    request: HttpRequest,
    cohort: Cohort,
    role: Role,
    draft: Draft | None,
    context: dict[str, object],
) -> HttpResponse:
    """Keep the answers, right or wrong, and write the letter with the link to them."""
    form = DraftForm(request.POST)
    if draft is None and not form.is_valid():
        context["intake"] = Intake(cohort, role, answers=answers_in(request.POST))
        context["email_fault"] = form.errors["email"][0]
        return TemplateResponse(request, INTAKE_TEMPLATE, context)
    count_attempt(request, Deed.SAVE)
    with transaction.atomic():
        if draft is None:
            draft = Draft.objects.create(
                cohort=cohort,
                role=role,
                email=form.cleaned_data["email"],
                language=current_language(),
                answers=answers_in(request.POST),
            )
        elif not draft.save_answers(answers_in(request.POST), seen_version=_version_in(request)):
            return _show_both(request, draft, context)
        Upload.objects.hold_for(draft)
        emails.write_draft_saved(draft)
    return redirect("signups:saved", cohort.program.slug, cohort.slug, role)


def _keep_late_answers(
    request: HttpRequest, cohort: Cohort, role: Role, draft: Draft | None
) -> bool:
    """Keep what came too late as a draft; False when there is no address to bring the link to."""
    form = DraftForm(request.POST)
    if draft:
        was_kept = draft.save_answers(answers_in(request.POST), seen_version=_version_in(request))
        Upload.objects.hold_for(draft)
        return was_kept
    if not form.is_valid():
        return False
    count_attempt(request, Deed.SAVE)
    with transaction.atomic():
        draft = Draft.objects.create(
            cohort=cohort,
            role=role,
            email=form.cleaned_data["email"],
            language=current_language(),
            answers=answers_in(request.POST),
        )
        Upload.objects.hold_for(draft)
        emails.write_draft_saved(draft)
    return True


def _is_current(request: HttpRequest, draft: Draft) -> bool:
    return _version_in(request) == draft.version


def _version_in(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _show_both(request: HttpRequest, draft: Draft, context: dict[str, object]) -> HttpResponse:
    """Another tab saved first: show what it kept beside what this one would keep."""
    cohort, role = context["cohort"], context["role"]
    here = Intake(cohort, role, answers=answers_in(request.POST))
    there = Intake(cohort, role, answers=draft.answers)
    context |= {
        "intake": here,
        # Having seen both, the next press decides.
        "version": draft.version,
        "kept_elsewhere": there.differences_from(here),
    }
    return TemplateResponse(request, INTAKE_TEMPLATE, context, status=409)


def saved(request: HttpRequest, program_slug: str, cohort_slug: str, role: Role) -> HttpResponse:
    """Say that the answers are kept, and where the link to them comes."""
    cohort = _cohort(program_slug, cohort_slug)
    context = {
        "cohort": cohort,
        "program": cohort.program,
        "role": role,
        "window": cohort.window(role),
    }
    return TemplateResponse(request, "signups/saved.html", context)


def applied(request: HttpRequest, program_slug: str, cohort_slug: str, role: Role) -> HttpResponse:
    """Say that the application was sent, to everyone alike, and what comes next."""
    cohort = _cohort(program_slug, cohort_slug)
    context = {"cohort": cohort, "program": cohort.program, "role": role}
    return TemplateResponse(request, "signups/applied.html", context)


def _cohort(program_slug: str, cohort_slug: str) -> Cohort:
    cohorts = Cohort.objects.published()
    return get_object_or_404(cohorts, program__slug=program_slug, slug=cohort_slug)
