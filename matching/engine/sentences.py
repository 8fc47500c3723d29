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
from matching.engine.telling import (
    NEUTRAL,
    NUMBERS,
    TO_MENTEE,
    TO_MENTOR,
    Fact,
    enumerated,
    tell,
)

__all__ = ["Labels", "Sentences", "counted", "enumerated"]


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
    # What was told, for those who read another language; of what is no reason, nothing is kept.
    facts: tuple[Fact, ...] = ()


def topics(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which of the topics asked for the mentor covers, in the mentee's order."""
    asked = _by_rank(instance, i)
    if not asked:
        return _same("No topics were asked for.")
    offered = instance.mentor_topics[j].tolist()
    covered = [[labels.topics[k], rank] for rank, k in asked if offered[k]]
    if not covered:
        return _told(("topics.none", {}))
    if len(asked) == 1:
        return _told(("topics.only", {"ranked": covered}))
    values = {"n": len(covered), "n_asked": len(asked), "ranked": covered}
    return _told(("topics.some", values))


def library_type(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which of the mentee's library types the mentor knows from work."""
    if not instance.mentee_library_types[i].any():
        return _same("No type of library was asked for.")
    names = _shared_names(
        instance.mentee_library_types[i], instance.mentor_library_types[j], labels.library_types
    )
    return _shared("library_types", names)


def career(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """How many career stages the mentor is ahead."""
    mentee, mentor = int(instance.mentee_stages[i]), int(instance.mentor_stages[j])
    if UNKNOWN in (mentee, mentor):
        return _same("The career stages cannot be compared.")
    ahead = mentor - mentee
    if ahead == 0:
        return _told(("career.same", {}))
    who = "mentor" if ahead > 0 else "mentee"
    if abs(ahead) == 1:
        return _told((f"career.{who}_one_ahead", {}))
    return _told((f"career.{who}_ahead", {"number": abs(ahead)}))


def formats(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which formats both accept."""
    names = _shared_names(instance.mentee_formats[i], instance.mentor_formats[j], labels.formats)
    return _shared("formats", names)


def meeting(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which ways of meeting both can use, and how near they are."""
    region = instance.mentee_regions[i]
    same_region = region != UNKNOWN and region == instance.mentor_regions[j]
    usable = instance.mentee_ways[i] & (same_region | ~instance.way_needs_same_place)
    ways = _fact_of("ways", _shared_names(usable, instance.mentor_ways[j], labels.ways))
    apart = int(abs(instance.mentee_utc_offsets[i] - instance.mentor_utc_offsets[j]))
    if same_region:
        return _told(ways, ("place.region", {}))
    if apart == 0:
        return _told(ways, ("place.zone", {}))
    hours, rest = divmod(apart, 60)
    if rest:
        return _told(ways, ("place.hours", {"number": f"{hours}:{rest:02d}"}))
    return _told(ways, ("place.hour", {}) if hours == 1 else ("place.hours", {"number": hours}))


def languages(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Which languages both speak."""
    names = _shared_names(
        instance.mentee_languages[i], instance.mentor_languages[j], labels.languages
    )
    return _shared("languages", names)


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
    return _shared("times", names)


def experience(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Years in the topics asked for, in the mentee's order."""
    offered = instance.mentor_topics[j].tolist()
    n_years = instance.mentor_topic_years[j].tolist()
    years = [
        [labels.topics[k], n_years[k]]
        for _, k in _by_rank(instance, i)
        if offered[k] and n_years[k] > 0
    ]
    if not years:
        return _same("No years of experience were given for the topics asked for.")
    return _told(("topics.years", {"years": years}))


def wishes(instance: Instance, labels: Labels, i: int, j: int) -> Sentences:
    """Who asked for whom."""
    one, other = np.array([i]), np.array([j])
    mentee = bool(contains(instance.mentee_wishes, one, other)[0])
    mentor = bool(contains(instance.mentor_wishes, one, other)[0])
    if mentee and mentor:
        return _told(("wishes.both", {}))
    if mentee or mentor:
        return _told(("wishes.mentee" if mentee else "wishes.mentor", {}))
    mentee_asked, mentor_asked = instance.mentee_has_wished[i], instance.mentor_has_wished[j]
    if mentee_asked and mentor_asked:
        return _same("Each had asked for somebody else.")
    if mentee_asked or mentor_asked:
        return _same(f"The {'mentee' if mentee_asked else 'mentor'} had asked for somebody else.")
    return _same("Neither had asked for anybody.")


def counted(n: int, singular: str, plural: str) -> str:
    """``n`` things in words up to nine: "one mentor", "12 mentors"."""
    return f"{NUMBERS[n] if n < len(NUMBERS) else n} {singular if n == 1 else plural}"


def _same(text: str) -> Sentences:
    """What is no reason for this pair rather than another."""
    return Sentences(text, text, text, is_reason=False)


def _told(*facts: Fact) -> Sentences:
    """Facts about a pair, one sentence each."""
    neutral, to_mentee, to_mentor = (
        " ".join(tell(fact, to) for fact in facts) for to in (NEUTRAL, TO_MENTEE, TO_MENTOR)
    )
    return Sentences(neutral, to_mentee, to_mentor, facts=facts)


def _shared(kind: str, names: list[str]) -> Sentences:
    return _told(_fact_of(kind, names))


def _fact_of(kind: str, names: list[str]) -> Fact:
    return (f"{kind}.shared", {"listed": names}) if names else (f"{kind}.none", {})


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
