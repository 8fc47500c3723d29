"""What is to be translated, gathered from code and templates into the catalogues."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

# Neither ours nor read by the public: the admin is in the first language.
LEFT_OUT = [".venv/*", "var/*", "tests/*", "templates/admin/*"]


class Command(BaseCommand):
    help = "Gather what is to be translated into mig_site/locale; needs GNU gettext."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(
            "makemessages",
            locale=[code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE],
            ignore_patterns=LEFT_OUT,
            no_wrap=True,
            no_obsolete=True,
            # Without line numbers: a translation changes only when words do.
            add_location="file",
            verbosity=options["verbosity"],
        )
