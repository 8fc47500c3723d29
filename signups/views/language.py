"""Choosing the language of one's letters."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from signups.models import Application
from signups.views.my_application import of_known_application


@require_POST
@of_known_application
def choose_language(request: HttpRequest, application: Application) -> HttpResponse:
    """Write to a person in another language, and go on in it."""
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        return redirect("signups:my_application")
    application.write_in(language)
    with override(language):
        said = _("Language of our letters to you from now on: %(language)s.")
        messages.success(request, said % {"language": application.get_language_display()})
        return redirect("signups:my_application")
