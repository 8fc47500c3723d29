"""Everything between a fresh clone and a site that can be served, in one go."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from mig_site.languages import compile_translations


class Command(BaseCommand):
    help = (
        "Bring the database up to date, load what is missing of the programs, guides and roles, "
        "collect static files, compile translations, and make a chair's login where there is none. "
        "Changes nothing that is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_programs", stdout=self.stdout)
        call_command("load_guides", stdout=self.stdout)
        call_command("load_roles", verbosity=0)
        compile_translations()
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("ensure_chair", stdout=self.stdout)
