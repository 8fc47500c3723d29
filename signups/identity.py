"""What identity answers are used for: matching where both agreed, and counts of groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from signups.counts import told_together
from signups.models import (
    PREFERS_NOT_TO_SAY,
    ApplicationStatus,
    Cohort,
    IdentityAnswer,
    IdentityDimension,
    Role,
)

NO_ANSWER = "No answer"
SEVERAL = "More than one of these"


@dataclass(frozen=True, slots=True)
class SharedIdentity:
    """Who asked for a mentor with a shared identity, and which mentors share it.

    Both have agreed to the use of their answer in matching. What it is that they share is not
    told, since nothing after this needs it.
    """

    dimension_id: int
    dimension: str
    # Applications of mentees who asked for the same, and of the mentors who share it with them.
    groups: tuple[tuple[frozenset[int], frozenset[int]], ...]

    @property
    def mentee_ids(self) -> frozenset[int]:
        """Applications of those who asked for it."""
        return frozenset().union(*(mentees for mentees, _ in self.groups))

    @property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """Mentee and mentor application, for each that shares."""
        return frozenset(
            (mentee, mentor)
            for mentees, mentors in self.groups
            for mentee in mentees
            for mentor in mentors
        )


def usable_in_matching(cohort: Cohort) -> list[SharedIdentity]:
    """What a run for ``cohort`` may use, as people have agreed to it at this moment."""
    answers = (
        IdentityAnswer.objects.usable_in_matching()
        .filter(application__cohort=cohort)
        .select_related("application", "dimension")
        .order_by("dimension__position", "dimension_id", "pk")
    )
    dimensions: dict[int, str] = {}
    wanted: defaultdict[int, dict[int, set[int]]] = defaultdict(dict)
    offered: defaultdict[int, dict[int, set[int]]] = defaultdict(dict)
    for answer in answers:
        if not answer.chosen:
            continue
        role, dimension = answer.application.role, answer.dimension
        if role == Role.MENTOR:
            offered[dimension.pk][answer.application_id] = set(answer.chosen)
        elif answer.wants_shared:
            dimensions[dimension.pk] = dimension.name
            wanted[dimension.pk][answer.application_id] = set(answer.chosen)
    return [
        SharedIdentity(pk, name, _groups(wanted[pk], offered[pk]))
        for pk, name in dimensions.items()
    ]


def _groups(
    wanted: dict[int, set[int]], offered: dict[int, set[int]]
) -> tuple[tuple[frozenset[int], frozenset[int]], ...]:
    """Mentees whose wish the same mentors meet, with these mentors; in a fixed order."""
    mentors_of: dict[frozenset[int], frozenset[int]] = {}
    mentees_with: defaultdict[frozenset[int], set[int]] = defaultdict(set)
    for mentee, chosen in wanted.items():
        wish = frozenset(chosen)
        if wish not in mentors_of:
            mentors_of[wish] = frozenset(
                mentor for mentor, offer in offered.items() if wish & offer
            )
        mentees_with[mentors_of[wish]].add(mentee)
    groups = [(frozenset(mentees), mentors) for mentors, mentees in mentees_with.items()]
    return tuple(sorted(groups, key=lambda group: min(group[0])))


@dataclass(frozen=True, slots=True)
class DimensionCounts:
    """How many applicants of one role gave each answer to one question; None is not told."""

    dimension: str
    rows: tuple[tuple[str, int | None], ...]


def counts_of(cohort: Cohort, role: Role) -> tuple[int, list[DimensionCounts]]:
    """The number of applicants in a role who have not withdrawn, and their answers in counts.

    Every applicant is in exactly one row of each question. There are no counts of both roles or
    of several cohorts together: the difference of two tables would tell what neither does.
    """
    applications = (
        cohort.applications.not_erased()
        .filter(role=role)
        .exclude(status=ApplicationStatus.WITHDRAWN)
    )
    n_applicants = applications.count()
    if not n_applicants:
        return 0, []
    dimensions = cohort.program.identitydimensions.offered().prefetch_related("options")
    chosen: defaultdict[int, Counter[str | int]] = defaultdict(Counter)
    for answer in IdentityAnswer.objects.filter(application__in=applications):
        match answer.chosen:
            case []:
                key = PREFERS_NOT_TO_SAY
            case [option]:
                key = option
            case _:
                key = SEVERAL
        chosen[answer.dimension_id][key] += 1
    tables = [_table(dimension, chosen[dimension.pk], n_applicants) for dimension in dimensions]
    return n_applicants, tables


def _table(
    dimension: IdentityDimension, chosen: Counter[str | int], n_applicants: int
) -> DimensionCounts:
    # Those who said nothing come first: where a small group needs company, it is theirs, and
    # the counts of the answers stay told.
    labels: dict[str | int, str] = {NO_ANSWER: NO_ANSWER, PREFERS_NOT_TO_SAY: PREFERS_NOT_TO_SAY}
    labels |= {option.pk: option.name for option in dimension.options.all()}
    if dimension.takes_several:
        labels[SEVERAL] = SEVERAL
    counts = [chosen[key] for key in labels]
    counts[0] = n_applicants - chosen.total()
    return DimensionCounts(
        dimension.name, tuple(zip(labels.values(), told_together(counts), strict=True))
    )
