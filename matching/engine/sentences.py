"""How each criterion of a pair is said in plain words, to the committee and to both people.

Only what a person wrote for the other side to read is said here: topics, library types, formats,
ways of meeting and languages; never an employer or an answer about identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.engine.arrays import BoolArray
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.pairs import contains

CHOICES = ("first choice", "second choice", "third choice")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of what the columns of an instance stand for, in the order of the columns."""

    topics: tuple[str, ...] = ()
    library_types: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


class Sentences(NamedTuple):
    """One fact about a pair, told three times."""

    neutral: str  # third person, for the committee
    to_mentee: str
    to_mentor: str
    # Whether it speaks for or against the pair; else nothing was asked, or nothing may be told.
    is_reason: bool = True


def topics(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which of the topics asked for the mentor covers, in the mentee's order."""
    asked = _by_rank(instance, i)
    if not asked:
        return _same("No topics were asked for.")
    offered = instance.mentor_topics[j].tolist()
    names = [f"{labels.topics[k]} ({CHOICES[rank - 1]})" for rank, k in asked if offered[k]]
    if not names:
        return Sentences(
            "Covers none of the topics asked for.",
            "Your mentor does not list the topics you asked for.",
            "Your mentee asked for topics that you do not list.",
        )
    listed = enumerated(names)
    n_asked = len(asked)
    part = "the only topic" if n_asked == 1 else f"{len(names)} of the {n_asked} topics"
    return Sentences(
        f"Covers {part} asked for: {listed}.",
        f"Your mentor covers {part} you asked for: {listed}.",
        f"You cover {part} your mentee asked for: {listed}.",
    )


def library_type(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which of the mentee's library types the mentor knows from work."""
    if not instance.mentee_library_types[i].any():
        return _same("No type of library was asked for.")
    names = _shared_names(
        instance.mentee_library_types[i], instance.mentor_library_types[j], labels.library_types
    )
    if not names:
        return Sentences(
            "The mentor has not worked in a type of library the mentee works in or wants.",
            "Your mentor comes from another type of library than yours.",
            "Your mentee comes from another type of library than yours.",
        )
    listed = enumerated(names)
    return Sentences(
        f"The mentor knows from work what the mentee works in or wants: {listed}.",
        f"Your mentor knows the type of library you work in or want: {listed}.",
        f"Your mentee works in, or wants, a type of library you know: {listed}.",
    )


def career(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """How many career stages the mentor is ahead."""
    mentee, mentor = int(instance.mentee_stages[i]), int(instance.mentor_stages[j])
    if UNKNOWN in (mentee, mentor):
        return _same("The career stages cannot be compared.")
    ahead = mentor - mentee
    if ahead == 0:
        return Sentences(
            "Both are at the same career stage.",
            "Your mentor is at the same career stage as you.",
            "Your mentee is at the same career stage as you.",
        )
    stages = _stages(abs(ahead))
    if ahead < 0:
        return Sentences(
            f"The mentee is {stages} ahead of the mentor.",
            f"You are {stages} ahead of your mentor.",
            f"Your mentee is {stages} ahead of you.",
        )
    return Sentences(
        f"The mentor is {stages} ahead of the mentee.",
        f"Your mentor is {stages} ahead of you.",
        f"You are {stages} ahead of your mentee.",
    )


def formats(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which formats both accept."""
    return _both(
        _shared_names(instance.mentee_formats[i], instance.mentor_formats[j], labels.formats),
        "accept",
        "format",
    )


def meeting(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which ways of meeting both can use, and how near they are."""
    region = instance.mentee_regions[i]
    same_region = region != UNKNOWN and region == instance.mentor_regions[j]
    usable = instance.mentee_ways[i] & (same_region | ~instance.way_needs_same_place)
    ways = _both(_shared_names(usable, instance.mentor_ways[j], labels.ways), "can use", "way")
    apart = int(abs(instance.mentee_utc_offsets[i] - instance.mentor_utc_offsets[j]))
    if same_region:
        place = "live in the same region"
    elif apart == 0:
        place = "are in the same time zone"
    else:
        place = f"are {_hours(apart)} apart"
    return Sentences(
        f"{ways.neutral} They {place}.",
        f"{ways.to_mentee} You {place}.",
        f"{ways.to_mentor} You {place}.",
    )


def languages(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which languages both speak."""
    return _both(
        _shared_names(instance.mentee_languages[i], instance.mentor_languages[j], labels.languages),
        "speak",
        "language",
    )


def identity(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """The same words for every pair: who shares what is for nobody to read."""
    return _same(
        "The same for every pair: wishes for a shared identity counted where both sides agreed to "
        "it, and how far they were met is told to nobody."
    )


def availability(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """When both can meet."""
    if not instance.mentee_times[i].any():
        return _same("No time was asked for.")
    names = _shared_names(instance.mentee_times[i], instance.mentor_times[j], labels.times)
    if not names:
        return Sentences(
            "They named no common time to meet.",
            "You and your mentor named no common time to meet.",
            "You and your mentee named no common time to meet.",
        )
    return _both(names, "can meet", "time")


def experience(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Years in the topics asked for, in the mentee's order."""
    offered = instance.mentor_topics[j].tolist()
    n_years = instance.mentor_topic_years[j].tolist()
    years = [
        f"{counted(n_years[k], 'year', 'years')} in {labels.topics[k]}"
        for _, k in _by_rank(instance, i)
        if offered[k] and n_years[k] > 0
    ]
    if not years:
        return _same("No years of experience were given for the topics asked for.")
    listed = enumerated(years)
    return Sentences(
        f"The mentor has {listed}.", f"Your mentor has {listed}.", f"You have {listed}."
    )


def wishes(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Who asked for whom."""
    one, other = np.array([i]), np.array([j])
    mentee = bool(contains(instance.mentee_wishes, one, other)[0])
    mentor = bool(contains(instance.mentor_wishes, one, other)[0])
    if mentee and mentor:
        return Sentences(
            "The two asked for each other.",
            "You and your mentor asked for each other.",
            "You and your mentee asked for each other.",
        )
    if mentee:
        return Sentences(
            "The mentee asked for this mentor.",
            "You asked for this mentor.",
            "Your mentee asked for you.",
        )
    if mentor:
        return Sentences(
            "The mentor asked for this mentee.",
            "Your mentor asked for you.",
            "You asked for this mentee.",
        )
    mentee_asked, mentor_asked = instance.mentee_has_wished[i], instance.mentor_has_wished[j]
    if mentee_asked and mentor_asked:
        return _same("Each had asked for somebody else.")
    if mentee_asked or mentor_asked:
        return _same(f"The {'mentee' if mentee_asked else 'mentor'} had asked for somebody else.")
    return _same("Neither had asked for anybody.")


def enumerated(names: list[str]) -> str:
    """``["a", "b", "c"]`` as "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(n: int, singular: str, plural: str) -> str:
    """``n`` things in words up to nine: "one mentor", "12 mentors"."""
    return f"{NUMBERS[n] if n < len(NUMBERS) else n} {singular if n == 1 else plural}"


def _same(text: str) -> Sentences:
    """What is no reason for this pair rather than another."""
    return Sentences(text, text, text, is_reason=False)


def _both(names: list[str], do: str, what: str) -> Sentences:
    if not names:
        ending = f"{do} no common {what}." if what != "way" else "have no common way of meeting."
        return Sentences(f"The two {ending}", f"You {ending}", f"You {ending}")
    listed = enumerated(names)
    return Sentences(
        f"Both {do}: {listed}.",
        f"You and your mentor both {do}: {listed}.",
        f"You and your mentee both {do}: {listed}.",
    )


def _shared_names(mentee: BoolArray, mentor: BoolArray, names: tuple[str, ...]) -> list[str]:
    # Rows are short, and Python is done with them before NumPy has begun.
    return [
        name
        for name, of_mentee, of_mentor in zip(names, mentee.tolist(), mentor.tolist(), strict=False)
        if of_mentee and of_mentor
    ]


def _by_rank(instance: Instance, i: int) -> list[tuple[int, int]]:
    """Rank and column of the topics a mentee asked for, the most wanted first."""
    return sorted(
        (rank, k) for k, rank in enumerate(instance.mentee_topic_ranks[i].tolist()) if rank
    )


def _stages(n: int) -> str:
    return counted(n, "career stage", "career stages")


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return counted(hours, "hour", "hours")
    return f"{hours}:{rest:02d} hours"
