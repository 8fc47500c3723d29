"""For someone who lost both the app and the recovery codes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from mig_site.second_factor import switch_off


class Command(BaseCommand):
    help = (
        "Forget the app and the recovery codes of a login, so that its password alone lets in. "
        "Make sure first, by voice, that it is its owner who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no login {username!r}.")
        if switch_off(user):
            self.stdout.write(f"{username} logs in by password alone now.")
        else:
            self.stdout.write(f"{username} had no second step; nothing to forget.")
