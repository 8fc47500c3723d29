"""What people told about barriers, as a committee may read it: in counts and quotations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from signups.counts import SMALLEST_GROUP, told
from signups.models import ApplicationStatus, BarrierAnswer, Cohort


@dataclass(frozen=True, slots=True)
class BarrierReport:
    """Counts of one cohort, None where a group is too small, and the words that may be quoted."""

    n_applicants: int
    barriers: tuple[tuple[str, int | None], ...]
    supports: tuple[tuple[str, int | None], ...]
    barrier_quotations: tuple[str, ...]
    support_quotations: tuple[str, ...]


def report_on(cohort: Cohort) -> BarrierReport:
    """What applicants who have not withdrawn told about barriers.

    Each person may have ticked any number of answers, so no count follows from the others; how
    many answered at all is not told. A person who applies in both roles counts once, with the
    later answer. Quotations are in the order of the alphabet, which tells nothing of who wrote
    them, and wait until there are enough people among whom their writers cannot be found.
    """
    applications = cohort.applications.not_erased().exclude(status=ApplicationStatus.WITHDRAWN)
    people = {email.lower() for email in applications.values_list("email", flat=True)}
    answers = BarrierAnswer.objects.filter(application__in=applications).select_related(
        "application"
    )
    latest = {a.application.email.lower(): a for a in answers.order_by("answered_at", "pk")}
    told_by = list(latest.values())
    quotable = [a for a in told_by if a.may_be_quoted] if len(people) >= SMALLEST_GROUP else []
    return BarrierReport(
        n_applicants=len(people),
        barriers=_counts(cohort.program.barriers.all(), told_by, "barriers"),
        supports=_counts(cohort.program.supports.all(), told_by, "supports"),
        barrier_quotations=_quotations(quotable, "barriers_words"),
        support_quotations=_quotations(quotable, "supports_words"),
    )


def _counts(
    options: object, answers: list[BarrierAnswer], name: str
) -> tuple[tuple[str, int | None], ...]:
    ticked = Counter(pk for answer in answers for pk in answer.told[name])
    return tuple((option.name, told(ticked[option.pk])) for option in options)


def _quotations(answers: list[BarrierAnswer], name: str) -> tuple[str, ...]:
    words = {answer.told[name] for answer in answers}
    return tuple(sorted(words - {""}, key=str.casefold))
