"""From the applications of a cohort to the instance that the engine reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Count, Exists, Q, QuerySet
from django.utils import timezone

from matching.engine.instance import UNKNOWN, Instance
from matching.engine.pairs import PairList
from matching.engine.sentences import Labels
from matching.known_pairs import Pairs, conflicts, earlier_partners, person_of, wishes
from matching.menus import load_menu
from matching.models import MatchRun, Pairing
from matching.models.decisions import TAKES_PLACE
from matching.models.places import in_pairs
from signups.identity import usable_in_matching
from signups.models import Application, Cohort, Gate, MenteeApplication, MentorApplication

# Hours apart are compared in January, without daylight saving time: a run that is repeated in
# another season then reads the same numbers.
WINTER = datetime(2026, 1, 15, 12)

Encoded = dict[str, np.ndarray]

# Pairs beyond which a cohort is matched without a matrix of all of them; see large_runs.py.
MAX_MATRIX = 3000 * 3000


def load_instance(
    cohort: Cohort, *, salt: str, keeps_last: bool = False, with_served: bool = False
) -> tuple[Instance, Labels]:
    """Everyone accepted in ``cohort`` and still to be matched, in the order of their keys.

    Mentees of approved, fixed, held and recommended pairs take up their mentors' places, and are
    left out unless it is ``with_served``. Whom a gate holds back that has come due is not
    admitted; see also Gate. What the last run proposed is read only where the run wants to keep
    it.
    """
    mentees = list(_with_answers(_mentees(cohort, with_served=with_served)))
    mentors = list(_with_answers(_mentors(cohort)))
    program = cohort.program
    topics = list(program.topics.order_by("pk"))
    library_types = list(program.librarytypes.order_by("pk"))
    formats = list(program.formats.order_by("pk"))
    ways = list(program.meetingways.order_by("pk"))
    languages = list(program.languages.order_by("pk"))
    times = list(program.availabilitytimes.order_by("pk"))
    wanted_by_mentees, wanted_by_mentors = wishes(cohort, mentees, mentors)
    last = _last_proposals(cohort) if keeps_last else {}
    everyone = mentees + mentors
    shape = (len(mentees), len(mentors))

    def codes(people: list[Application], value: Callable[[Application], Any]) -> np.ndarray:
        """One number per distinct value over both sides; UNKNOWN for an empty one."""
        values = sorted({value(person) for person in everyone} - {"", None})
        code = {known: number for number, known in enumerate(values)}
        return np.array([code.get(value(person), UNKNOWN) for person in people], dtype=np.int64)

    def both_sides(name: str, encode: Callable[[list[Application]], np.ndarray]) -> Encoded:
        return {f"mentee_{name}": encode(mentees), f"mentor_{name}": encode(mentors)}

    instance = Instance(
        mentee_ids=tuple(mentee.pk for mentee in mentees),
        mentor_ids=tuple(mentor.pk for mentor in mentors),
        salt=salt,
        **both_sides("persons", lambda people: codes(people, person_of)),
        **both_sides("employers", lambda people: codes(people, lambda p: p.employer_row_id)),
        same_employer_allowed=program.same_employer_allowed,
        career_order_required=program.career_order_required,
        mentee_topic_ranks=_topic_ranks(mentees, topics),
        mentor_topics=_ticks(
            mentors, topics, lambda mentor: [c.topic_id for c in mentor.topic_choices.all()]
        ),
        mentor_topic_years=_topic_years(mentors, topics),
        **both_sides("library_types", lambda people: _ticks(people, library_types, _library_types)),
        **both_sides(
            "stages",
            lambda people: np.array([p.career_stage.rank for p in people], dtype=np.int64),
        ),
        **both_sides("formats", lambda people: _ticks(people, formats, _formats)),
        **both_sides("ways", lambda people: _ticks(people, ways, _keys_of("meeting_ways"))),
        way_needs_same_place=np.array([way.needs_same_region for way in ways], dtype=bool),
        **both_sides("regions", lambda people: codes(people, lambda p: p.region_id)),
        **both_sides(
            "utc_offsets",
            lambda people: np.array([_utc_offset(p) for p in people], dtype=np.int64),
        ),
        **both_sides("languages", lambda people: _ticks(people, languages, _keys_of("languages"))),
        **both_sides("times", lambda people: _ticks(people, times, _keys_of("times"))),
        **both_sides(
            "admitted", lambda people: np.array([p.is_eligible for p in people], dtype=bool)
        ),
        capacity=np.array(
            [max(mentor.capacity - mentor.n_taken, 0) for mentor in mentors], dtype=np.int64
        ),
        conflicts=_encoded(conflicts(cohort, mentees, mentors), shape),
        # Who asked for each other are paired again.
        earlier_partners=_encoded(
            earlier_partners(cohort, mentees, mentors) - (wanted_by_mentees & wanted_by_mentors),
            shape,
        ),
        mentee_wishes=_encoded(wanted_by_mentees, shape),
        mentor_wishes=_encoded(wanted_by_mentors, shape),
        mentee_priorities=np.array([_priority(mentee) for mentee in mentees], dtype=np.int64),
        mentee_last_mentors=np.array(
            [last[mentee.pk][0] if mentee.pk in last else UNKNOWN for mentee in mentees],
            dtype=np.int64,
        ),
        menu=load_menu(cohort, mentees, mentors, formats, {pk: f for pk, (_, f) in last.items()}),
        **_identity(cohort, mentees, mentors),
    )
    labels = Labels(
        topics=tuple(topic.name for topic in topics),
        library_types=tuple(library_type.name for library_type in library_types),
        formats=tuple(entry.name for entry in formats),
        ways=tuple(way.name for way in ways),
        languages=tuple(language.name for language in languages),
        times=tuple(time.name for time in times),
    )
    return instance, labels


def _mentees(cohort: Cohort, *, with_served: bool) -> QuerySet[MenteeApplication]:
    mentees = MenteeApplication.objects.filter(cohort=cohort).accepted()
    mentees = mentees.with_eligibility(on=_today_in(cohort))
    served = Pairing.objects.taking_places().values("mentee")
    return mentees if with_served else mentees.exclude(pk__in=served)


def _mentors(cohort: Cohort) -> QuerySet[MentorApplication]:
    taken = Q(pairings_as_mentor__status__in=TAKES_PLACE, pairings_as_mentor__ended_at=None)
    taken &= in_pairs("pairings_as_mentor__")
    mentors = MentorApplication.objects.filter(cohort=cohort).accepted()
    return mentors.with_eligibility(on=_today_in(cohort)).annotate(
        n_taken=Count("pairings_as_mentor", filter=taken)
    )


def gates_in_the_way(cohort: Cohort, mentee_ids: Iterable[int]) -> dict[int, list[str]]:
    """What each of some mentees has not met, of what has come due; those who have are left out."""
    mentees = MenteeApplication.objects.filter(pk__in=mentee_ids)
    open_gates = Gate.objects.open_for_outer_application()
    unmet: dict[int, list[str]] = {}
    for gate in cohort.gates.due(_today_in(cohort)):
        held_back = mentees.filter(Exists(open_gates.filter(pk=gate.pk)))
        for mentee_id in held_back.values_list("pk", flat=True):
            unmet.setdefault(mentee_id, []).append(gate.what)
    return unmet


def groups_of_mentees(cohort: Cohort, instance: Instance) -> dict[str, list[str]]:
    """By what the figures on fairness group mentees, and the group of each, by mentee row."""
    groups = {
        "Library type": "library_type__name",
        "Region": "region__name",
        "Career stage": "career_stage__name",
    }
    names = {
        mentee: of_groups
        for mentee, *of_groups in MenteeApplication.objects.filter(cohort=cohort).values_list(
            "pk", *groups.values()
        )
    }
    return {
        by: [names[mentee][at] for mentee in instance.mentee_ids] for at, by in enumerate(groups)
    }


def _today_in(cohort: Cohort) -> date:
    """Gates come due where the program is."""
    return timezone.localdate(timezone=cohort.program.time_zone)


def _with_answers(applications: QuerySet[Application]) -> QuerySet[Application]:
    return (
        applications.order_by("pk")
        .select_related("career_stage")
        .prefetch_related(
            "topic_choices",
            "other_library_types",
            "format_choices",
            "meeting_ways",
            "languages",
            "times",
        )
    )


def _priority(mentee: Application) -> int:
    """Who was left out of the last cohort comes first, then whom the committee marked."""
    return 2 * mentee.left_out_before + (mentee.priority_marked_at is not None)


def _keys_of(name: str) -> Callable[[Application], list[int]]:
    return lambda application: [option.pk for option in getattr(application, name).all()]


def _formats(application: Application) -> list[int]:
    return [choice.format_id for choice in application.format_choices.all()]


def _library_types(application: Application) -> list[int]:
    others = [library_type.pk for library_type in application.other_library_types.all()]
    return [application.library_type_id, *others]


def _utc_offset(application: Application) -> int:
    """Minutes east of UTC in winter."""
    offset = WINTER.replace(tzinfo=application.time_zone).utcoffset()
    return int(offset.total_seconds() // 60)


def _ticks(
    people: list[Application], options: list, chosen: Callable[[Application], Iterable[int]]
) -> np.ndarray:
    """True where a person chose an option; shape (number of people, number of options)."""
    column = {option.pk: k for k, option in enumerate(options)}
    ticked = np.zeros((len(people), len(options)), dtype=bool)
    for row, person in enumerate(people):
        ticked[row, [column[key] for key in chosen(person)]] = True
    return ticked


def _topic_ranks(mentees: list[Application], topics: list) -> np.ndarray:
    column = {topic.pk: k for k, topic in enumerate(topics)}
    ranks = np.zeros((len(mentees), len(topics)), dtype=np.int64)
    for row, mentee in enumerate(mentees):
        for choice in mentee.topic_choices.all():
            ranks[row, column[choice.topic_id]] = choice.rank
    return ranks


def _topic_years(mentors: list[Application], topics: list) -> np.ndarray:
    """Years of experience in each topic; 0 also where they were not told."""
    column = {topic.pk: k for k, topic in enumerate(topics)}
    years = np.zeros((len(mentors), len(topics)), dtype=np.int64)
    for row, mentor in enumerate(mentors):
        for choice in mentor.topic_choices.all():
            years[row, column[choice.topic_id]] = choice.years or 0
    return years


def _encoded(pairs: Pairs, shape: tuple[int, int]) -> np.ndarray | PairList:
    """Pairs as a matrix of yes and no, or as a list where that would be too large."""
    found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    if shape[0] * shape[1] > MAX_MATRIX:
        return PairList.of(shape, *found)
    matrix = np.zeros(shape, dtype=bool)
    matrix[tuple(found)] = True
    return matrix


def _last_proposals(cohort: Cohort) -> dict[int, tuple[int, int]]:
    """Mentor and format that the last finished run proposed, by mentee."""
    last = MatchRun.objects.filter(cohort=cohort).finished().first()
    proposed = last.pairings.values_list("mentee_id", "mentor_id", "format_id") if last else []
    return {mentee: (mentor, format_) for mentee, mentor, format_ in proposed}


def _identity(cohort: Cohort, mentees: list[Application], mentors: list[Application]) -> Encoded:
    """Who asked for a shared identity, and which mentors share it.

    One column for each group of mentees whose wish the same mentors meet. Each question that the
    program asks has a column even if nobody wished for anything: that the criterion counts then
    tells nothing of anyone.
    """
    wished = {one.dimension_id: one.groups for one in usable_in_matching(cohort)}
    dimensions = list(cohort.program.identitydimensions.offered().order_by("pk"))
    columns = [
        (number, *group)
        for number, dimension in enumerate(dimensions)
        for group in wished.get(dimension.pk) or [(frozenset(), frozenset())]
    ]

    def members(people: list[Application], groups: list[frozenset[int]]) -> np.ndarray:
        rows = [[person.pk in group for group in groups] for person in people]
        return np.array(rows, dtype=bool).reshape(len(people), len(groups))

    return {
        "mentee_identity_wishes": members(mentees, [wishing for _, wishing, _ in columns]),
        "mentor_identities": members(mentors, [sharing for _, _, sharing in columns]),
        "identity_dimensions": np.array([number for number, _, _ in columns], dtype=np.int64),
    }
