"""Criteria: what makes one eligible pair better than another, each measured in [0, 1].

Everything here rests on small whole numbers and one division, so that scores are the same on
every machine. A criterion that a mentee asked nothing of scores 1: nothing asked for is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.engine import sentences
from matching.engine.arrays import BoolArray, FloatArray, IntArray
from matching.engine.eligibility import MEETING_FIELDS, n_shared, n_usable_ways, same_known
from matching.engine.gauges import Gauge, experience_gauge, time_gauge, topic_weights
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.pairs import any_of, contains, matrix
from matching.engine.sentences import Labels, Sentences

# Value of a pair by how many career stages the mentor is ahead. Two is best: near enough to
# remember the mentee's questions, far enough to have answered them.
CAREER_VALUES = {-1: 0.0, 0: 0.25, 1: 0.75, 2: 1.0, 3: 0.75, 4: 0.5}
CAREER_UNKNOWN = 0.5  # neither an advantage nor a fault of who did not say

FAR_TIME_ZONE = 8 * 60  # minutes between two people who share no usual working hours


@dataclass(frozen=True, slots=True)
class Parts:
    """What makes up a share: `share` of these is the score."""

    weights: IntArray | BoolArray  # (n_mentees, d), zero or more
    offered: BoolArray  # (n_mentors, d)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measure of a pair, how much it counts unless a program says otherwise, and its words."""

    key: str  # stored in breakdowns; never renamed once used
    label: str  # what the committee and the public read
    default_importance: int  # 0 to 10
    score: Callable[[Instance], FloatArray]  # (n_mentees, n_mentors), within [0, 1]
    sentence: Callable[[Instance, Labels, int, int], Sentences]
    # Whether anybody asked for it. If not, it does not count, and dilutes nothing.
    applies: Callable[[Instance], bool] = lambda instance: True
    # A score that is a share of what was asked for says what each thing weighs to each mentee, and
    # who offers it; its points are then shared out among the things in whole numbers.
    parts: Callable[[Instance], Parts] | None = None
    # A score that depends on a sum over many things says how.
    gauge: Callable[[Instance], Gauge] | None = None
    # Otherwise: the fields, less "mentee_" and "mentor_", on which the score depends.
    fields: tuple[str, ...] = ()
    is_private: bool = False  # its points are for those with the permission only


def topics(instance: Instance) -> FloatArray:
    """Share of the topics asked for that the mentor offers, the most wanted counting most.

    Parameters
    ----------
    instance
        Uses ``mentee_topic_ranks`` (n_mentees, n_topics) and ``mentor_topics``
        (n_mentors, n_topics).

    Returns
    -------
    Float of shape (n_mentees, n_mentors), a fraction without unit: first, second and third
    choice weigh 3, 2 and 1. 1 when all are covered or none was asked for.

    References
    ----------
    Complementary fit, "the share of the skills the mentee needs that the mentor is comfortable
    providing": Baker, Griendling, James and Eby (2025).
    """
    return share(topic_parts(instance))


def library_type(instance: Instance) -> FloatArray:
    """Share of the library types a mentee works in or wants that the mentor knows from work.

    Returns
    -------
    Float of shape (n_mentees, n_mentors), a fraction without unit; 1 when none was named.
    """
    return share(library_type_parts(instance))


def career(instance: Instance) -> FloatArray:
    """How well the mentor's career stage lies ahead of the mentee's.

    Parameters
    ----------
    instance
        Uses ``mentee_stages`` and ``mentor_stages``, ordinal, -1 unknown.

    Returns
    -------
    Float of shape (n_mentees, n_mentors), one of `CAREER_VALUES` by the number of stages ahead:
    best at two, 0 when the mentor is behind, `CAREER_UNKNOWN` when a stage is unknown.
    """
    mentees, mentors = instance.mentee_stages[:, np.newaxis], instance.mentor_stages
    ahead = np.clip(mentors - mentees, min(CAREER_VALUES), max(CAREER_VALUES))
    values = np.array([CAREER_VALUES[steps] for steps in sorted(CAREER_VALUES)])
    known = (mentees != UNKNOWN) & (mentors != UNKNOWN)
    return np.where(known, values[ahead - min(CAREER_VALUES)], CAREER_UNKNOWN)


def formats(instance: Instance) -> FloatArray:
    """Share of the formats a mentee accepts that the mentor offers; (n_mentees, n_mentors)."""
    return share(format_parts(instance))


def meeting(instance: Instance) -> FloatArray:
    """How easily two people meet: half ways of meeting, half nearness.

    Parameters
    ----------
    instance
        Uses the ways of meeting, ``way_needs_same_place``, regions and UTC offsets (minutes).

    Returns
    -------
    Float of shape (n_mentees, n_mentors). The first half is the share of the mentee's ways that
    both can use. The second is full within one known region, and elsewhere falls evenly from
    full in the same time zone to nothing at eight hours apart.
    """
    asked = instance.mentee_ways.sum(axis=1, dtype=np.int64)[:, np.newaxis]
    ways = np.where(asked > 0, n_usable_ways(instance) / np.maximum(asked, 1), 1.0)
    apart = np.abs(instance.mentee_utc_offsets[:, np.newaxis] - instance.mentor_utc_offsets)
    near = (FAR_TIME_ZONE - np.minimum(apart, FAR_TIME_ZONE)) / FAR_TIME_ZONE
    same_region = same_known(instance.mentee_regions, instance.mentor_regions)
    return 0.5 * ways + 0.5 * np.where(same_region, 1.0, near)


def languages(instance: Instance) -> FloatArray:
    """Share of a mentee's languages that the mentor speaks; (n_mentees, n_mentors)."""
    return share(language_parts(instance))


def identity(instance: Instance) -> FloatArray:
    """Share of the dimensions in which a mentee asked for a shared identity that have one.

    Parameters
    ----------
    instance
        Uses ``mentee_identity_wishes``, ``mentor_identities`` and ``identity_dimensions``, which
        hold only what both sides consented to.

    Returns
    -------
    Float of shape (n_mentees, n_mentors); 1 for mentees who asked for nothing.
    """
    met = np.zeros((instance.n_mentees, instance.n_mentors))
    asked = np.zeros((instance.n_mentees, 1))
    for dimension in np.unique(instance.identity_dimensions):
        columns = instance.identity_dimensions == dimension
        wishes = instance.mentee_identity_wishes[:, columns]
        met += n_shared(wishes, instance.mentor_identities[:, columns]) > 0
        asked += wishes.any(axis=1, keepdims=True)
    return np.where(asked > 0, met / np.maximum(asked, 1), 1.0)


def availability(instance: Instance) -> FloatArray:
    """How much of the week both can meet: full at three parts of it, or all the mentee named.

    Returns
    -------
    Float of shape (n_mentees, n_mentors), in thirds or less; 1 where the mentee named no time.
    """
    gauge = time_gauge(instance)
    return gauge.read(gauge.scores)


def experience(instance: Instance) -> FloatArray:
    """Years in the topics asked for, up to ten each, the most wanted topic counting most.

    Returns
    -------
    Float of shape (n_mentees, n_mentors): the mean of years over ten, weighted as in `topics`;
    1 when no topic was asked for.
    """
    gauge = experience_gauge(instance)
    return gauge.read(gauge.scores)


def wishes(instance: Instance) -> FloatArray:
    """Whether they named each other: half for each side, also for a side that named nobody.

    Returns
    -------
    Float of shape (n_mentees, n_mentors), 0, 0.5 or 1.
    """
    mentee_content = ~instance.mentee_has_wished[:, np.newaxis] | matrix(instance.mentee_wishes)
    mentor_content = ~instance.mentor_has_wished | matrix(instance.mentor_wishes)
    return 0.5 * mentee_content + 0.5 * mentor_content


def wishes_of(instance: Instance, rows: IntArray, columns: IntArray) -> FloatArray:
    """`wishes` of single pairs; shape of ``rows``."""
    by_mentees = contains(instance.mentee_wishes, rows, columns)
    by_mentors = contains(instance.mentor_wishes, rows, columns)
    mentee_content = ~instance.mentee_has_wished[rows] | by_mentees
    mentor_content = ~instance.mentor_has_wished[columns] | by_mentors
    return 0.5 * mentee_content + 0.5 * mentor_content


def topic_parts(instance: Instance) -> Parts:
    """Topics asked for, weighing 3, 2, 1 by rank, and topics offered."""
    return Parts(topic_weights(instance), instance.mentor_topics)


def library_type_parts(instance: Instance) -> Parts:
    """Library types worked in or wanted, all weighing the same, and those known from work."""
    return Parts(instance.mentee_library_types, instance.mentor_library_types)


def format_parts(instance: Instance) -> Parts:
    """Formats accepted by each side, all weighing the same."""
    return Parts(instance.mentee_formats, instance.mentor_formats)


def language_parts(instance: Instance) -> Parts:
    """Languages of each side, all weighing the same."""
    return Parts(instance.mentee_languages, instance.mentor_languages)


def share(parts: Parts) -> FloatArray:
    """Share of each mentee's weights that each mentor covers.

    Returns
    -------
    Float of shape (n_mentees, n_mentors) within [0, 1]; 1 where a mentee's weights are all zero.
    """
    total = parts.weights.sum(axis=1, dtype=np.int64)[:, np.newaxis]
    covered = parts.weights.astype(np.float64) @ parts.offered.T.astype(np.float64)
    return np.where(total > 0, covered / np.maximum(total, 1), 1.0)


# Importances: goals before everything, then place and type of library, then the rest; the
# sources are argued in the documentation of the method. Finer steps are not supported by them.
CRITERIA = (
    Criterion("topics", "Topics covered", 8, topics, sentences.topics, parts=topic_parts),
    Criterion(
        "library_type",
        "Type of library",
        3,
        library_type,
        sentences.library_type,
        parts=library_type_parts,
    ),
    Criterion("career", "Career stage", 2, career, sentences.career, fields=("stages",)),
    Criterion("formats", "Formats in common", 2, formats, sentences.formats, parts=format_parts),
    Criterion("meeting", "Meeting and place", 3, meeting, sentences.meeting, fields=MEETING_FIELDS),
    Criterion("languages", "Languages", 2, languages, sentences.languages, parts=language_parts),
    Criterion(
        "identity",
        "Shared identity",
        2,
        identity,
        sentences.identity,
        # Wherever a program asks about it: that somebody wished for something is private too.
        applies=lambda instance: instance.identity_dimensions.size > 0,
        fields=("identity_wishes", "identities"),
        is_private=True,
    ),
    Criterion(
        "availability",
        "Time to meet",
        2,
        availability,
        sentences.availability,
        applies=lambda instance: bool(instance.mentee_times.any()),
        gauge=time_gauge,
    ),
    Criterion(
        "experience",
        "Experience in the topics",
        1,
        experience,
        sentences.experience,
        applies=lambda instance: bool(instance.mentor_topic_years.any()),
        gauge=experience_gauge,
    ),
    Criterion(
        "wishes",
        "Asked for each other",
        2,
        wishes,
        sentences.wishes,
        applies=lambda instance: any_of(instance.mentee_wishes) or any_of(instance.mentor_wishes),
    ),
)

DEFAULT_IMPORTANCES = {criterion.key: criterion.default_importance for criterion in CRITERIA}
