"""Who is meant by the wishes for a partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from email.utils import parseaddr

from signups.models import Application, Cohort, Wish
from signups.spellings import normalised


def resolved_wishes(cohort: Cohort) -> set[tuple[int, int]]:
    """Who in a cohort wishes for whom: ids of the wishing and of the wanted application."""
    wishes = Wish.objects.filter(application__cohort=cohort, application__erased_at=None)
    wishes = list(wishes.select_related("application"))
    meant = meant_by(wishes)
    return {(wish.application_id, meant[wish.pk]) for wish in wishes if wish.pk in meant}


def meant_by(wishes: Iterable[Wish]) -> dict[int, int]:
    """The application that each wish means, by the wish's id; who is not clear is left out.

    What the committee said goes first. Otherwise somebody is meant who applied for the other role
    in the same cohort, from exactly this address or, if there is one only, by exactly this name.
    """
    wishes = list(wishes)
    cohort_ids = {wish.application.cohort_id for wish in wishes}
    others = Application.objects.not_erased().filter(cohort__in=cohort_ids)
    by_email: dict[tuple[int, str, str], int] = {}
    by_name: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for pk, cohort_id, role, name, email in others.values_list(
        "pk", "cohort_id", "role", "name", "email"
    ):
        by_email[cohort_id, role, email.casefold()] = pk
        by_name[cohort_id, role, normalised(name)].append(pk)
    meant = {}
    for wish in wishes:
        if wish.wanted_id is not None:
            meant[wish.pk] = wish.wanted_id
            continue
        place = (wish.application.cohort_id, wish.application.role_enum.other.value)
        email = address_in(wish.wanted_name_or_email)
        if email:
            found = [by_email[*place, email]] if (*place, email) in by_email else []
        else:
            found = by_name.get((*place, normalised(wish.wanted_name_or_email)), [])
        if len(found) == 1:
            meant[wish.pk] = found[0]
    return meant


def address_in(text: str) -> str:
    """The e-mail address in “Mia Chen <mia@example.org>” or “mia@example.org”; else nothing."""
    address = parseaddr(text)[1] if "@" in text else ""
    return address.casefold() if "@" in address else ""


def forget_wishes_for(application: Application) -> None:
    """Delete the wishes in which others named somebody who is being erased."""
    of_address = Wish.objects.filter(wanted_name_or_email__icontains=application.email)
    of_address.delete()
    wishes = Wish.objects.filter(
        application__cohort=application.cohort_id,
        application__role=application.role_enum.other,
    )
    name = normalised(application.name)
    named = [wish.pk for wish in wishes if normalised(wish.wanted_name_or_email) == name]
    Wish.objects.filter(pk__in=named).delete()
