"""Load, match, save: where the database and the engine meet."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from matching.answers import Answers, answers_of, reasons_of
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.sentences import Labels
from matching.engine.solution import Matching, match
from matching.engine.tiers import Objective, Tier
from matching.models import (
    MatchRun,
    Pairing,
    PairingStatus,
    RunAnswers,
    RunProof,
    RunStatus,
    Unmatched,
)
from matching.proofs import packed
from signups.models import Application, Cohort, MenteeApplication, MentorApplication

# How often a run starts over because the committee decided something while it was computing.
MAX_ATTEMPTS = 5

# Hours apart are compared in January, without daylight saving time: a run that is repeated in
# another season then reads the same numbers.
WINTER = datetime(2026, 1, 15, 12)


class InputChangedError(Exception):
    """Someone decided or changed something that a run had already read."""


def match_and_save(run: MatchRun) -> None:
    """Propose pairings for everyone in the run's cohort who has no approved one yet.

    Starts over when the committee decides something meanwhile; raises InputChangedError when that
    happens again and again.
    """
    objective = Objective(tiers=tuple(Tier(tier) for tier in run.tiers))
    for _ in range(MAX_ATTEMPTS):
        instance, labels = load_instance(run.cohort, salt=run.salt)
        matching = match(instance, run.importances, objective, run.required)
        started = time.perf_counter()
        groups = _groups(run.cohort, instance)
        answers = answers_of(instance, labels, matching, run.required, groups)
        matching.seconds["answering"] = time.perf_counter() - started
        try:
            _save(run, instance, labels, matching, answers)
        except InputChangedError:
            continue
        return
    raise InputChangedError(
        "Decisions were taken all the time while this run was computing. Start it again."
    )


def load_instance(cohort: Cohort, *, salt: str) -> tuple[Instance, Labels]:
    """Everyone in ``cohort`` still to be matched, in the order of their keys.

    Mentees with an approved mentor are left out, and approved mentees take up their mentor's
    places. Pairs that the committee rejected, and partners of an earlier cohort of the program,
    are conflicts. People with an open gate whose date has come are left out; see also Gate.
    """
    mentees = list(_with_answers(_mentees_to_match(cohort)))
    mentors = list(_with_answers(_mentors(cohort)))
    program = cohort.program
    topics = list(program.topics.order_by("pk"))
    library_types = list(program.librarytypes.order_by("pk"))
    formats = list(program.formats.order_by("pk"))
    ways = list(program.meetingways.order_by("pk"))
    languages = list(program.languages.order_by("pk"))
    everyone = mentees + mentors

    def codes(people: list[Application], value: Callable[[Application], Any]) -> np.ndarray:
        """One number per distinct value over both sides; UNKNOWN for an empty one."""
        values = sorted({value(person) for person in everyone} - {"", None})
        code = {known: number for number, known in enumerate(values)}
        return np.array([code.get(value(person), UNKNOWN) for person in people], dtype=np.int64)

    def ticks(
        people: list[Application], options: list, chosen: Callable[[Application], Iterable[int]]
    ) -> np.ndarray:
        """True where a person chose an option; shape (number of people, number of options)."""
        column = {option.pk: k for k, option in enumerate(options)}
        ticked = np.zeros((len(people), len(options)), dtype=bool)
        for row, person in enumerate(people):
            ticked[row, [column[key] for key in chosen(person)]] = True
        return ticked

    def both_sides(name: str, encode: Callable[[list[Application]], np.ndarray]) -> dict:
        return {f"mentee_{name}": encode(mentees), f"mentor_{name}": encode(mentors)}

    instance = Instance(
        mentee_ids=tuple(mentee.pk for mentee in mentees),
        mentor_ids=tuple(mentor.pk for mentor in mentors),
        salt=salt,
        **both_sides("persons", lambda people: codes(people, _person)),
        **both_sides("employers", lambda people: codes(people, _employer)),
        same_employer_allowed=program.same_employer_allowed,
        mentee_topic_ranks=_topic_ranks(mentees, topics),
        mentor_topics=ticks(
            mentors, topics, lambda mentor: [c.topic_id for c in mentor.topic_choices.all()]
        ),
        **both_sides("library_types", lambda people: ticks(people, library_types, _library_types)),
        **both_sides(
            "stages",
            lambda people: np.array([p.career_stage.rank for p in people], dtype=np.int64),
        ),
        **both_sides("formats", lambda people: ticks(people, formats, _keys_of("formats"))),
        **both_sides("ways", lambda people: ticks(people, ways, _keys_of("meeting_ways"))),
        way_needs_same_place=np.array([way.needs_same_region for way in ways], dtype=bool),
        **both_sides("regions", lambda people: codes(people, lambda person: person.region_id)),
        **both_sides(
            "utc_offsets",
            lambda people: np.array([_utc_offset(p) for p in people], dtype=np.int64),
        ),
        **both_sides("languages", lambda people: ticks(people, languages, _keys_of("languages"))),
        capacity=np.array(
            [max(mentor.capacity - mentor.n_approved, 0) for mentor in mentors], dtype=np.int64
        ),
        conflicts=_conflicts(cohort, mentees, mentors),
        mentee_priorities=np.array([mentee.left_out_before for mentee in mentees], dtype=np.int64),
    )
    labels = Labels(
        topics=tuple(topic.name for topic in topics),
        library_types=tuple(library_type.name for library_type in library_types),
        formats=tuple(entry.name for entry in formats),
        ways=tuple(way.name for way in ways),
        languages=tuple(language.name for language in languages),
    )
    return instance, labels


def _mentees_to_match(cohort: Cohort) -> QuerySet[MenteeApplication]:
    served = Pairing.objects.standing().values("mentee")
    return _ready(MenteeApplication.objects.filter(cohort=cohort), cohort).exclude(pk__in=served)


def _mentors(cohort: Cohort) -> QuerySet[MentorApplication]:
    approved = Q(
        pairings_as_mentor__status=PairingStatus.APPROVED, pairings_as_mentor__ended_at=None
    )
    return _ready(MentorApplication.objects.filter(cohort=cohort), cohort).annotate(
        n_approved=Count("pairings_as_mentor", filter=approved)
    )


def _ready(applications: QuerySet[Application], cohort: Cohort) -> QuerySet[Application]:
    """Those accepted whom no gate holds back that has come due where the program is."""
    return applications.accepted().eligible(
        on=timezone.localdate(timezone=cohort.program.time_zone)
    )


def _with_answers(applications: QuerySet[Application]) -> QuerySet[Application]:
    return (
        applications.order_by("pk")
        .select_related("career_stage")
        .prefetch_related(
            "topic_choices", "other_library_types", "formats", "meeting_ways", "languages"
        )
    )


def _person(application: Application) -> str:
    return application.email.casefold()


def _employer(application: Application) -> str:
    return " ".join(application.employer.casefold().split())


def _keys_of(name: str) -> Callable[[Application], list[int]]:
    return lambda application: [option.pk for option in getattr(application, name).all()]


def _library_types(application: Application) -> list[int]:
    others = [library_type.pk for library_type in application.other_library_types.all()]
    return [application.library_type_id, *others]


def _utc_offset(application: Application) -> int:
    """Minutes east of UTC in winter."""
    offset = WINTER.replace(tzinfo=application.time_zone).utcoffset()
    return int(offset.total_seconds() // 60)


def _topic_ranks(mentees: list[Application], topics: list) -> np.ndarray:
    column = {topic.pk: k for k, topic in enumerate(topics)}
    ranks = np.zeros((len(mentees), len(topics)), dtype=np.int64)
    for row, mentee in enumerate(mentees):
        for choice in mentee.topic_choices.all():
            ranks[row, column[choice.topic_id]] = choice.rank
    return ranks


def _conflicts(
    cohort: Cohort, mentees: list[Application], mentors: list[Application]
) -> np.ndarray:
    """Rejected pairs of this cohort, and partners of the program's other cohorts."""
    rejected = set(
        Pairing.objects.rejected().filter(run__cohort=cohort).values_list("mentee_id", "mentor_id")
    )
    earlier_partners = {
        (mentee.casefold(), mentor.casefold())
        for mentee, mentor in Pairing.objects.approved()
        .filter(run__cohort__program=cohort.program_id)
        .exclude(run__cohort=cohort)
        .values_list("mentee__email", "mentor__email")
    }
    conflicts = np.zeros((len(mentees), len(mentors)), dtype=bool)
    row_of = {mentee.pk: i for i, mentee in enumerate(mentees)}
    column_of = {mentor.pk: j for j, mentor in enumerate(mentors)}
    for mentee_id, mentor_id in rejected:
        if mentee_id in row_of and mentor_id in column_of:
            conflicts[row_of[mentee_id], column_of[mentor_id]] = True
    if earlier_partners:
        for i, mentee in enumerate(mentees):
            for j, mentor in enumerate(mentors):
                conflicts[i, j] |= (_person(mentee), _person(mentor)) in earlier_partners
    return conflicts


def _groups(cohort: Cohort, instance: Instance) -> dict[str, list[str]]:
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


@transaction.atomic
def _save(
    run: MatchRun,
    instance: Instance,
    labels: Labels,
    matching: Matching,
    answers: Answers,
) -> None:
    """Store what a run proposes; undecided proposals of earlier runs are superseded.

    Raises InputChangedError when the cohort is no longer as the run read it.
    """
    # Approving takes the same lock, so nothing is decided between this look and the saving.
    Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=run.cohort_id)
    present, _ = load_instance(run.cohort, salt=run.salt)
    if digest(present) != digest(instance):
        raise InputChangedError
    started = time.perf_counter()
    Pairing.objects.awaiting_review().filter(run__cohort=run.cohort).update(
        status=PairingStatus.SUPERSEDED, decided_by=run.asked_by, decided_at=timezone.now()
    )
    Pairing.objects.bulk_create(
        [
            Pairing(
                run=run,
                mentee_id=instance.mentee_ids[i],
                mentor_id=instance.mentor_ids[j],
                points=int(matching.points[i, j]),
                reasons=reasons_of(instance, labels, matching, pair),
                **answers.of_pairs[pair],
            )
            for pair, (i, j) in enumerate(matching.pairs)
        ]
    )
    Unmatched.objects.bulk_create(
        Unmatched(
            run=run, mentee_id=instance.mentee_ids[left.mentee], reason=left.sentence, **found
        )
        for left, found in zip(matching.unmatched, answers.of_unmatched, strict=True)
    )
    RunAnswers.objects.create(run=run, **answers.of_run)
    proof = packed(matching)
    if proof is not None:
        RunProof.objects.create(run=run, content=proof)
        run.proof_seal = matching.certificate.seal
    run.status = RunStatus.FINISHED
    run.ended_at = timezone.now()
    run.input_digest = digest(instance)
    run.versions = {package: version(package) for package in ("numpy", "scipy")}
    run.seconds = {stage: round(seconds, 4) for stage, seconds in matching.seconds.items()}
    run.seconds["saving"] = round(time.perf_counter() - started, 4)
    run.n_mentees = instance.n_mentees
    run.n_mentors = int(np.count_nonzero(instance.capacity))
    run.n_places = int(instance.capacity.sum())
    run.n_served = len(matching.pairs)
    run.total_points = sum(int(matching.points[i, j]) for i, j in matching.pairs)
    run.save()


def digest(instance: Instance) -> str:
    """A fingerprint of everything the engine reads of a cohort."""
    fingerprint = hashlib.sha256()
    for name in sorted(Instance.__dataclass_fields__):
        value = getattr(instance, name)
        content = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
        fingerprint.update(f"{name}:{getattr(value, 'shape', '')}:".encode() + content)
    return fingerprint.hexdigest()
