"""How a member list is checked against a gate, applied once, and its outcome told."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from signups import emails
from signups.letters import write
from signups.member_lists import compare, read_members
from signups.models import (
    Application,
    Gate,
    GateState,
    GateStatus,
    HowMet,
    Letter,
    MemberCheck,
    MemberCheckRow,
    MemberFinding,
    ReviewError,
)
from signups.models.member_checks import SURE

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def check_members(gate: Gate, content: bytes, file_name: str, *, by: User) -> MemberCheck:
    """Compare a member list with the people of a gate; changes no state.

    Of the list, only what it says about these people is kept. An earlier check that nobody
    applied is replaced. Raises ImportRefusedError when the file cannot be read.
    """
    members = read_members(content, file_name)
    # Two lists uploaded at once come one after the other.
    gate = Gate.objects.select_for_update(of=["self"]).get(pk=gate.pk)
    gate.member_checks.to_apply().delete()
    check = MemberCheck.objects.create(gate=gate, made_by=by, n_rows=len(members))
    people = {person.pk: person for person in _asked(gate)}
    MemberCheckRow.objects.bulk_create(
        MemberCheckRow(
            check_made=check,
            application=people[key],
            finding=comparison.finding,
            why=comparison.why,
            version=people[key].version,
        )
        for key, comparison in compare(people.values(), members).items()
    )
    return check


@transaction.atomic
def apply_check(
    check_id: int, *, confirmed: Collection[int], lapsed: Collection[int], by: User
) -> tuple[int, int]:
    """Record who is a member, once; returns how many now are, and how many were left out.

    ``confirmed`` are applications that are nearly on the list and that a person recognised,
    ``lapsed`` those who had met the gate and are not on this list. Left out is whoever changed
    answers, or no longer takes part, since the list was compared. Raises ReviewError when the check
    was applied already or a newer list replaced it.
    """
    check = MemberCheck.objects.select_for_update(of=["self"]).filter(pk=check_id).first()
    if check is None:
        raise ReviewError("A newer list has replaced this one, or it was left too long.")
    if check.applied_at:
        raise ReviewError("This list was applied already; nothing was changed.")
    gate, n_met, n_left_out = check.gate, 0, 0
    passed = set(GateState.objects.passed().filter(gate=gate).values_list("application", flat=True))
    versions = dict(_asked(gate).values_list("pk", "version"))
    for row in check.rows.select_related("application"):
        is_member = row.finding in SURE or (
            row.finding == MemberFinding.NEARLY and row.application_id in confirmed
        )
        is_unchanged = versions.get(row.application_id) == row.version
        if is_member and row.application_id not in passed:
            if is_unchanged:
                gate.note_met(row.application, how=HowMet.MEMBER_LIST, by=by)
                n_met += 1
            else:
                n_left_out += 1
        elif not is_member and row.application_id in lapsed and is_unchanged:
            _note_lapsed(gate, row.application, by=by)
    check.applied_at = timezone.now()
    check.save(update_fields=["applied_at"])
    # Names of other members are in these words: nobody needs them any more.
    check.rows.update(why="")
    return n_met, n_left_out


def _note_lapsed(gate: Gate, application: Application, *, by: User) -> None:
    # Only what a list or a check said: a waiver is a decision of its own.
    if gate.states.filter(application=application, state=GateStatus.MET).exists():
        gate.take_back(application, by=by)


def letters_to_write(gate: Gate) -> list[Letter]:
    """A letter to each person who has not met a membership gate and was not written before.

    Nobody is written before a list was applied in which these answers were looked for.
    """
    passed = GateState.objects.passed().filter(gate=gate, application=OuterRef("pk"))
    looked_for = MemberCheckRow.objects.filter(
        check_made__gate=gate,
        check_made__applied_at__isnull=False,
        application=OuterRef("pk"),
        version=OuterRef("version"),
    )
    letters = {}
    for application in _asked(gate).filter(Exists(looked_for)).exclude(Exists(passed)):
        letter = emails.membership_missing(application, gate)
        letters.setdefault(letter.key, letter)
    written = Letter.objects.filter(key__in=letters).values_list("key", flat=True)
    return [letters[key] for key in letters.keys() - set(written)]


@transaction.atomic
def write_to_those_missing(gate: Gate) -> int:
    """Write the letters; returns how many were new."""
    return write(letters_to_write(gate))


def forget_old_checks() -> int:
    """Delete what lists said that nobody applied; returns how many lists."""
    old = MemberCheck.objects.out_of_date()
    n_old = old.count()
    old.delete()
    return n_old


def _asked(gate: Gate) -> QuerySet[Application]:
    people = Application.objects.filter(cohort=gate.cohort_id).considered()
    return people.select_related("cohort__program")
