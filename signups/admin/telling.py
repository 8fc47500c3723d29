"""Telling people what was decided: the page that shows the letters before they leave."""

from __future__ import annotations

from collections import Counter

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse

from signups.models import Application, ApplicationStatus
from signups.telling import decision_on, preview, tell, write_test_letter


class ToldFilter(admin.SimpleListFilter):
    """Whether people know what was decided."""

    title = "telling"
    parameter_name = "telling"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("to_tell", "Decided, not told"), ("told", "Told")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        if self.value() == "to_tell":
            return queryset.to_tell()
        return queryset.told() if self.value() == "told" else queryset


def tell_selected(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Application]
) -> TemplateResponse | None:
    """Show how many letters of each kind there are and any one of them; a second press sends."""
    to_tell = queryset.to_tell().select_related("cohort__program")
    if "confirmed" in request.POST:
        _tell(model_admin, request, to_tell)
        return None
    applications = list(to_tell)
    if not applications:
        message = "Nobody to tell: these people know already, or nothing is decided on them yet."
        model_admin.message_user(request, message, messages.WARNING)
        return None
    shown = _asked_for(request, "preview", applications) or applications[0]
    if tested := _asked_for(request, "test", applications):
        shown = tested
        _send_test(model_admin, request, tested)
    kinds = Counter(application.status for application in applications)
    context = model_admin.admin_site.each_context(request) | {
        "title": f"Tell {len(applications)} {pluralize(applications, 'person,people')} what was "
        "decided?",
        "opts": model_admin.opts,
        "applications": [(application, decision_on(application)) for application in applications],
        "kinds": [(kinds[s], s.label.lower()) for s in ApplicationStatus if s in kinds],
        "n_letters": len(applications),
        "n_left_out": queryset.count() - len(applications),
        "shown": shown,
        "letter": preview(shown),
        "action": request.POST["action"],
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/signups/tell.html", context)


def _tell(
    model_admin: admin.ModelAdmin, request: HttpRequest, to_tell: QuerySet[Application]
) -> None:
    seen = set(request.POST.getlist("seen"))
    # Only what this person may see, and only as it was shown.
    applications = [one for one in to_tell if decision_on(one) in seen]
    n_letters = tell(decision_on(one) for one in applications)
    for application in applications:
        model_admin.log_change(request, application, f"Told: {application.status}.")
    if n_letters:
        message = (
            f"{n_letters} letter{pluralize(n_letters)} written; "
            f"{pluralize(n_letters, 'it leaves,they leave')} in the next minutes."
        )
        model_admin.message_user(request, message, messages.SUCCESS)
    if n_left := len(seen) - n_letters:
        message = (
            f"{n_left} got no letter: they were told or decided anew meanwhile. Look at the list "
            "again."
        )
        model_admin.message_user(request, message, messages.WARNING)


def _asked_for(
    request: HttpRequest, button: str, applications: list[Application]
) -> Application | None:
    wanted = request.POST.get(button)
    return next((one for one in applications if str(one.pk) == wanted), None)


def _send_test(
    model_admin: admin.ModelAdmin, request: HttpRequest, application: Application
) -> None:
    if not request.user.email:
        message = "Your login has no e-mail address, so there is nowhere to send a test letter."
        model_admin.message_user(request, message, messages.WARNING)
        return
    write_test_letter(application, to=request.user)
    message = f"A test letter is on its way to {request.user.email}. Nobody else gets it."
    model_admin.message_user(request, message, messages.SUCCESS)
