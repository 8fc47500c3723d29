"""Why two people fit, told in the language of the page or letter.

A run stores its sentences in the first language, with the facts they tell. For another language
the same facts are told anew, so that what the committee saw and what people read is one and the
same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from matching.engine.telling import TO_MENTEE, TO_MENTOR, Tongue, enumerated, tell
from matching.models import Pairing
from signups.models import Program, Role

TO = {Role.MENTEE: TO_MENTEE, Role.MENTOR: TO_MENTOR}

# Where a program keeps what a fact of each kind names.
LISTS = {
    "topics": "topics",
    "library_types": "librarytypes",
    "formats": "formats",
    "ways": "meetingways",
    "languages": "languages",
    "times": "availabilitytimes",
}

# In Spanish, "y" is "e" before the sound of an i: "español e inglés", but "agua y hielo".
BEFORE_I = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)


def reasons_for(pairing: Pairing, role: Role, n: int | None = None) -> list[str]:
    """What speaks for a pair, to the one of its people who has ``role``, the strongest first.

    With ``n``, so many at most, and only what gave points.
    """
    reasons = pairing.reasons if n is None else pairing.strongest_reasons(n)
    if get_language() in (None, settings.LANGUAGE_CODE):
        return [reason[f"to_{role}"] for reason in reasons]
    tongue = _tongue_of(pairing.cohort.program)
    return [_told(reason, role, tongue) for reason in reasons]


def _told(reason: dict[str, Any], role: Role, tongue: Tongue) -> str:
    # What older runs stored has no facts beside it.
    facts = reason.get("facts")
    if not facts:
        return reason[f"to_{role}"]
    return " ".join(tell((key, values), TO[role], tongue) for key, values in facts)


def _tongue_of(program: Program) -> Tongue:
    """The language at hand, with what the program calls its options in it."""

    @cache
    def names(kind: str) -> dict[str, str]:
        return {option.name: str(option) for option in getattr(program, LISTS[kind]).all()}

    return Tongue(
        say=gettext,
        # What was renamed since is told as it was.
        name=lambda kind, name: names(kind).get(name, name),
        enumerated=_enumerated,
    )


def _enumerated(names: list[str]) -> str:
    if len(names) == 1:
        return enumerated(names)
    others, last = ", ".join(names[:-1]), names[-1]
    if get_language() == "es" and BEFORE_I.match(last):
        return f"{others} e {last}"
    return gettext("%(others)s and %(last)s") % {"others": others, "last": last}
