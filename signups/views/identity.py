"""Identity answers, to be looked at and changed at any time."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from signups.forms import IdentityPart
from signups.intake import faults_in
from signups.models import Application
from signups.views.my_application import of_known_application, whole_number


@of_known_application
def identity(request: HttpRequest, application: Application) -> HttpResponse:
    """Show and keep identity answers, whether or not applications are still open."""
    context: dict[str, object] = {"application": application, "version": application.version}
    if request.method == "POST":
        context["version"] = request.POST.get("version", "0")
        form = _part(application, data=request.POST)
        if form.is_valid():
            used_before = _used_in_matching(application)
            if _keep(form, application, seen_version=whole_number(context["version"])):
                stopped = sorted(used_before - _used_in_matching(application))
                messages.success(request, _what_happened(stopped))
                return redirect("signups:my_application")
            application.refresh_from_db()
            context |= {"version": application.version, "was_changed_elsewhere": True}
    else:
        form = _part(application)
    context["form"] = form
    context["faults"] = faults_in([form])
    return TemplateResponse(request, "signups/identity.html", context)


def _part(application: Application, **data: object) -> IdentityPart:
    return IdentityPart(
        **data,
        prefix="identity",
        cohort=application.cohort,
        role=application.role_enum,
        application=application,
    )


@transaction.atomic
def _keep(form: IdentityPart, application: Application, *, seen_version: int) -> bool:
    """Keep valid answers; False when another tab has saved since ``seen_version``."""
    rows = Application.objects.filter(pk=application.pk, version=seen_version)
    if not rows.update(version=F("version") + 1):
        return False
    form.save(application)
    return True


def _used_in_matching(application: Application) -> set[str]:
    answers = application.identity_answers.filter(is_for_matching=True)
    return {str(answer.dimension) for answer in answers.select_related("dimension")}


def _what_happened(stopped: list[str]) -> str:
    if not stopped:
        return _("Your answers are saved.")
    return _(
        "Your answers are saved. No longer used in matching, from the next run on: %(questions)s. "
        "Pairs that were proposed before stay with the committee."
    ) % {"questions": ", ".join(stopped)}
