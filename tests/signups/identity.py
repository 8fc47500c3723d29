"""Identity questions and answers that tests need."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.core.management import call_command

from mig_site.management.commands.load_roles import STEWARD_GROUP
from signups.models import (
    Application,
    CommitteeSeat,
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    Program,
)
from tests.factories import make_user


def make_dimension(
    program: Program, name: str = "Gender", options: tuple[str, ...] = ("Woman", "Man"), **fields
) -> IdentityDimension:
    position = program.identitydimensions.count()
    dimension = IdentityDimension.objects.create(
        program=program, name=name, position=position, **fields
    )
    for position, option in enumerate(options):
        IdentityOption.objects.create(dimension=dimension, name=option, position=position)
    return dimension


def answer(
    application: Application, dimension: IdentityDimension, *options: str, **fields
) -> IdentityAnswer:
    """What ``application`` says to ``dimension``; no option is "I prefer not to say"."""
    chosen = [dimension.options.get(name=option).pk for option in options]
    return IdentityAnswer.objects.create(
        application=application, dimension=dimension, chosen=chosen, **fields
    )


def make_steward(*programs: Program) -> User:
    """Someone with a seat in each of ``programs`` who may read identity answers."""
    call_command("load_roles", verbosity=0)
    user = make_user()
    user.groups.add(Group.objects.get(name=STEWARD_GROUP))
    for program in programs:
        CommitteeSeat.objects.create(program=program, name=user.username, user=user)
    return user
