"""What can be said of a pair, as sentences with gaps: so that a fact can be told again elsewhere.

A run keeps each fact beside the sentence it was told in. Whoever reads another language is told
the same fact, in a `Tongue` that has these sentences too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

NEUTRAL, TO_MENTEE, TO_MENTOR = range(3)

# The key of its sentences, and what fills their gaps: numbers, and names of what was chosen, which
# are of the kind that the key begins with; see `Labels` for these. Ready for JSON.
Values = dict[str, object]
Fact = tuple[str, Values]


def gettext_noop(text: str) -> str:
    """Marks what is to be translated, for tools that look for this name."""
    return text


NUMBERS = (
    gettext_noop("no"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
)

CHOICES = (
    gettext_noop("%(topic)s (first choice)"),
    gettext_noop("%(topic)s (second choice)"),
    gettext_noop("%(topic)s (third choice)"),
)
ONE_YEAR = gettext_noop("one year in %(topic)s")
YEARS = gettext_noop("%(number)s years in %(topic)s")

# Told to the committee, to the mentee and to the mentor; only people outside of the committee read
# it in another language.
SENTENCES: dict[str, tuple[str, str, str]] = {
    "topics.none": (
        "Covers none of the topics asked for.",
        gettext_noop("Your mentor does not list the topics you asked for."),
        gettext_noop("Your mentee asked for topics that you do not list."),
    ),
    "topics.only": (
        "Covers the only topic asked for: %(listed)s.",
        gettext_noop("Your mentor covers the only topic you asked for: %(listed)s."),
        gettext_noop("You cover the only topic your mentee asked for: %(listed)s."),
    ),
    "topics.some": (
        "Covers %(n)s of the %(n_asked)s topics asked for: %(listed)s.",
        gettext_noop(
            "Your mentor covers %(n)s of the %(n_asked)s topics you asked for: %(listed)s."
        ),
        gettext_noop(
            "You cover %(n)s of the %(n_asked)s topics your mentee asked for: %(listed)s."
        ),
    ),
    "topics.years": (
        "The mentor has %(listed)s.",
        gettext_noop("Your mentor has %(listed)s."),
        gettext_noop("You have %(listed)s."),
    ),
    "library_types.none": (
        "The mentor has not worked in a type of library the mentee works in or wants.",
        gettext_noop("Your mentor comes from another type of library than yours."),
        gettext_noop("Your mentee comes from another type of library than yours."),
    ),
    "library_types.shared": (
        "The mentor knows from work what the mentee works in or wants: %(listed)s.",
        gettext_noop("Your mentor knows the type of library you work in or want: %(listed)s."),
        gettext_noop("Your mentee works in, or wants, a type of library you know: %(listed)s."),
    ),
    "career.same": (
        "Both are at the same career stage.",
        gettext_noop("Your mentor is at the same career stage as you."),
        gettext_noop("Your mentee is at the same career stage as you."),
    ),
    "career.mentor_one_ahead": (
        "The mentor is one career stage ahead of the mentee.",
        gettext_noop("Your mentor is one career stage ahead of you."),
        gettext_noop("You are one career stage ahead of your mentee."),
    ),
    "career.mentor_ahead": (
        "The mentor is %(number)s career stages ahead of the mentee.",
        gettext_noop("Your mentor is %(number)s career stages ahead of you."),
        gettext_noop("You are %(number)s career stages ahead of your mentee."),
    ),
    "career.mentee_one_ahead": (
        "The mentee is one career stage ahead of the mentor.",
        gettext_noop("You are one career stage ahead of your mentor."),
        gettext_noop("Your mentee is one career stage ahead of you."),
    ),
    "career.mentee_ahead": (
        "The mentee is %(number)s career stages ahead of the mentor.",
        gettext_noop("You are %(number)s career stages ahead of your mentor."),
        gettext_noop("Your mentee is %(number)s career stages ahead of you."),
    ),
    "formats.none": (
        "The two accept no common format.",
        gettext_noop("You accept no common format."),
        gettext_noop("You accept no common format."),
    ),
    "formats.shared": (
        "Both accept: %(listed)s.",
        gettext_noop("You and your mentor both accept: %(listed)s."),
        gettext_noop("You and your mentee both accept: %(listed)s."),
    ),
    "ways.none": (
        "The two have no common way of meeting.",
        gettext_noop("You have no common way of meeting."),
        gettext_noop("You have no common way of meeting."),
    ),
    "ways.shared": (
        "Both can use: %(listed)s.",
        gettext_noop("You and your mentor both can use: %(listed)s."),
        gettext_noop("You and your mentee both can use: %(listed)s."),
    ),
    "place.region": (
        "They live in the same region.",
        gettext_noop("You live in the same region."),
        gettext_noop("You live in the same region."),
    ),
    "place.zone": (
        "They are in the same time zone.",
        gettext_noop("You are in the same time zone."),
        gettext_noop("You are in the same time zone."),
    ),
    "place.hour": (
        "They are one hour apart.",
        gettext_noop("You are one hour apart."),
        gettext_noop("You are one hour apart."),
    ),
    "place.hours": (
        "They are %(number)s hours apart.",
        gettext_noop("You are %(number)s hours apart."),
        gettext_noop("You are %(number)s hours apart."),
    ),
    "languages.none": (
        "The two speak no common language.",
        gettext_noop("You speak no common language."),
        gettext_noop("You speak no common language."),
    ),
    "languages.shared": (
        "Both speak: %(listed)s.",
        gettext_noop("You and your mentor both speak: %(listed)s."),
        gettext_noop("You and your mentee both speak: %(listed)s."),
    ),
    "times.none": (
        "They named no common time to meet.",
        gettext_noop("You and your mentor named no common time to meet."),
        gettext_noop("You and your mentee named no common time to meet."),
    ),
    "times.shared": (
        "Both can meet: %(listed)s.",
        gettext_noop("You and your mentor both can meet: %(listed)s."),
        gettext_noop("You and your mentee both can meet: %(listed)s."),
    ),
    "wishes.both": (
        "The two asked for each other.",
        gettext_noop("You and your mentor asked for each other."),
        gettext_noop("You and your mentee asked for each other."),
    ),
    "wishes.mentee": (
        "The mentee asked for this mentor.",
        gettext_noop("You asked for this mentor."),
        gettext_noop("Your mentee asked for you."),
    ),
    "wishes.mentor": (
        "The mentor asked for this mentee.",
        gettext_noop("Your mentor asked for you."),
        gettext_noop("You asked for this mentee."),
    ),
}


def enumerated(names: list[str]) -> str:
    """``["a", "b", "c"]`` as "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Tongue(NamedTuple):
    """How facts are said in one language."""

    say: Callable[[str], str]  # a sentence of this module, gaps included
    name: Callable[[str, str], str]  # what was chosen, by its kind and its first name
    enumerated: Callable[[list[str]], str]


FIRST_TONGUE = Tongue(say=str, name=lambda kind, name: name, enumerated=enumerated)


def tell(fact: Fact, to: int, tongue: Tongue = FIRST_TONGUE) -> str:
    """One fact to one of the three who are told.

    Raises
    ------
    KeyError
        If no sentence has the fact's key, or something is missing in its gaps.
    """
    key, values = fact
    return tongue.say(SENTENCES[key][to]) % _filled(key.split(".")[0], values, tongue)


def _filled(kind: str, values: Values, tongue: Tongue) -> Values:
    filled = dict(values)
    if "number" in values:
        filled["number"] = _number(values["number"], tongue)
    if isinstance(names := values.get("listed"), list):
        filled["listed"] = tongue.enumerated([tongue.name(kind, name) for name in names])
    if isinstance(ranked := values.get("ranked"), list):
        filled["listed"] = tongue.enumerated(
            [
                tongue.say(CHOICES[rank - 1]) % {"topic": tongue.name(kind, name)}
                for name, rank in ranked
            ]
        )
    if isinstance(years := values.get("years"), list):
        filled["listed"] = tongue.enumerated(
            [
                tongue.say(ONE_YEAR if n == 1 else YEARS)
                % {"topic": tongue.name(kind, name), "number": _number(n, tongue)}
                for name, n in years
            ]
        )
    return filled


def _number(n: object, tongue: Tongue) -> str:
    """Whole numbers in words up to nine; what is no number, such as 5:30, as it is."""
    return tongue.say(NUMBERS[n]) if isinstance(n, int) and n < len(NUMBERS) else str(n)
