"""A first login for the committee, so that a site that was just set up can be used."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from mig_site.management.commands.load_roles import CHAIR_GROUP
from signups.models import CommitteeSeat, Program, SeatRole

USERNAME = "chair"


class Command(BaseCommand):
    help = "Make a chair's login and print its password once, where nobody can log in yet."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(Q(is_staff=True) | Q(username=USERNAME)).exists():
            self.stdout.write("The committee has a login already.")
            return
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(USERNAME, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name=CHAIR_GROUP))
        CommitteeSeat.objects.bulk_create(
            CommitteeSeat(
                program=program,
                name="First chair",
                role=SeatRole.CHAIR,
                user=user,
                is_public=False,
            )
            for program in Program.objects.exclude(seats__user__isnull=False)
        )
        self.stdout.write(
            f"A login for the committee, shown only now: user {USERNAME}, password {password}"
        )
