"""Two applications side by side, with what the two people share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mig_site.time_zones import name_of_zone
from signups.models import Application, ProgramOption


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that one of the two said."""

    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What both said to one question."""

    label: str
    mentee: list[Answer]
    mentor: list[Answer]
    shared: str  # how much they share, in words; empty where there is nothing to compare


def side_by_side(mentee: Application, mentor: Application) -> list[Question]:
    """What each of the two answered, question by question."""
    topics = {choice.topic_id: choice for choice in mentor.topic_choices.all()}
    asked = list(mentee.topic_choices.all())
    covered = {choice.topic_id for choice in asked} & set(topics)
    other_types = [list(one.other_library_types.all()) for one in (mentee, mentor)]
    # A type counts wherever it was named: worked in by one, and wanted by the other.
    types = {one.pk for one in other_types[0]} | {mentee.library_type_id}
    types &= {one.pk for one in other_types[1]} | {mentor.library_type_id}
    return [
        _question(
            "Topics",
            [Answer(str(choice), choice.topic_id in covered) for choice in asked],
            [Answer(str(choice), key in covered) for key, choice in topics.items()],
        ),
        _options("Formats", mentee.formats.all(), mentor.formats.all()),
        _options("Ways of meeting", mentee.meeting_ways.all(), mentor.meeting_ways.all()),
        _options("Languages", mentee.languages.all(), mentor.languages.all()),
        _options("Library type", [mentee.library_type], [mentor.library_type], types),
        _options("Other library types", other_types[0], other_types[1], types),
        _options("Career stage", [mentee.career_stage], [mentor.career_stage]),
        _options("Region", [mentee.region], [mentor.region]),
        _texts("Time zone", *(name_of_zone(one.time_zone.key) for one in (mentee, mentor))),
        _texts("Employer", mentee.employer, mentor.employer),
        _texts("Places", "", str(mentor.capacity or "")),
    ]


def _options(
    label: str,
    mentee: Iterable[ProgramOption | None],
    mentor: Iterable[ProgramOption | None],
    both: set[int] | None = None,
) -> Question:
    """Options are the same when they are one row; an erased person has none."""
    theirs = [option for option in mentee if option], [option for option in mentor if option]
    if both is None:
        both = {option.pk for option in theirs[0]} & {option.pk for option in theirs[1]}
    return _question(
        label, *([Answer(str(option), option.pk in both) for option in side] for side in theirs)
    )


def _texts(label: str, mentee: str, mentor: str) -> Question:
    same = bool(mentee) and _plain(mentee) == _plain(mentor)
    return _question(label, *([Answer(text, same)] if text else [] for text in (mentee, mentor)))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _question(label: str, mentee: list[Answer], mentor: list[Answer]) -> Question:
    n_shared = max(sum(answer.is_shared for answer in side) for side in (mentee, mentor))
    shared = ""
    if mentee and mentor:
        several = len(mentee) > 1 or len(mentor) > 1
        if several:
            shared = f"{n_shared or 'none'} shared"
        else:
            shared = "the same" if n_shared else "different"
    return Question(label, mentee, mentor, shared)
