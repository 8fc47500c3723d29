"""What lies on the desk of a cohort: counts, what is due, and which topics are scarce."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from matching.models import MatchRun, Offer, Pairing, RunStatus
from matching.without_mentor import unanswered
from signups.models import (
    Application,
    Cohort,
    Gate,
    GateKind,
    Inquiry,
    Letter,
    LetterStatus,
    Role,
    TopicChoice,
)
from signups.models.gates import PASSED


@dataclass(slots=True)
class Tally:
    """How much of what lies on the desk of one cohort."""

    applications: Counter[tuple[str, str]] = field(default_factory=Counter)  # by role and status
    to_tell: Counter[str] = field(default_factory=Counter)  # decisions by role, not told yet
    n_runs: int = 0
    n_runs_under_way: int = 0
    pairings: Counter[str] = field(default_factory=Counter)  # by status, as they now are
    n_unanswered: int = 0  # accepted mentees without pair and without answer
    n_to_offer: int = 0
    n_offers_waiting: int = 0
    n_offers_back: int = 0
    n_agreed: int = 0
    n_letters_waiting: int = 0
    n_letters_refused: int = 0
    n_inquiries: int = 0  # of the whole program, waiting for an answer


def tallies(cohorts: Iterable[Cohort]) -> dict[int, Tally]:
    """A tally for each of ``cohorts``, by key; as many queries for many as for one."""
    cohorts = list(cohorts)
    ids = [cohort.pk for cohort in cohorts]
    found = {cohort_id: Tally() for cohort_id in ids}
    applications = Application.objects.not_erased().filter(cohort__in=ids).order_by()
    for cohort_id, role, status, n in applications.values_list("cohort", "role", "status").annotate(
        n=Count("pk")
    ):
        found[cohort_id].applications[role, status] = n
    to_tell = applications.to_tell().values_list("cohort", "role").annotate(n=Count("pk"))
    for cohort_id, role, n in to_tell:
        found[cohort_id].to_tell[role] = n
    runs = MatchRun.objects.filter(cohort__in=ids).order_by()
    for cohort_id, status, n in runs.values_list("cohort", "status").annotate(n=Count("pk")):
        found[cohort_id].n_runs += n
        if status in (RunStatus.WAITING, RunStatus.RUNNING):
            found[cohort_id].n_runs_under_way += n
    pairings = Pairing.objects.filter(mentee__cohort__in=ids, ended_at=None).order_by()
    for cohort_id, status, n in pairings.values_list("mentee__cohort", "status").annotate(
        n=Count("pk")
    ):
        found[cohort_id].pairings[status] = n
    offers = Offer.objects.filter(pairing__mentee__cohort__in=ids)
    letters = Letter.objects.filter(application__cohort__in=ids)
    for name, rows, path in (
        ("n_unanswered", unanswered(ids), "cohort"),
        ("n_to_offer", pairings.to_offer(), "mentee__cohort"),
        ("n_offers_waiting", offers.unanswered(), "pairing__mentee__cohort"),
        ("n_offers_back", offers.came_back(), "pairing__mentee__cohort"),
        ("n_agreed", offers.agreed(), "pairing__mentee__cohort"),
        ("n_letters_waiting", letters.waiting(), "application__cohort"),
        (
            "n_letters_refused",
            letters.filter(status=LetterStatus.REFUSED).with_words(),
            "application__cohort",
        ),
    ):
        for cohort_id, n in rows.order_by().values_list(path).annotate(n=Count("pk")):
            setattr(found[cohort_id], name, n)
    inquiries = Inquiry.objects.open().filter(program__in={one.program_id for one in cohorts})
    n_asked = dict(inquiries.order_by().values_list("program").annotate(n=Count("pk")))
    for cohort in cohorts:
        found[cohort.pk].n_inquiries = n_asked.get(cohort.program_id, 0)
    return found


@dataclass(frozen=True, slots=True)
class TopicDemand:
    """How many ask for a topic and how many places there are for it, while people still apply."""

    topic: str
    n_asking: int
    n_asking_first: int
    n_mentors: int
    n_places: int

    @property
    def lacks(self) -> int:
        """How many more places it would take to serve everyone who asks."""
        return max(self.n_asking - self.n_places, 0)

    @property
    def meaning(self) -> str:
        if not self.n_asking:
            return "Nobody asks for it yet"
        if not self.n_places:
            return "Nobody offers it"
        if not self.lacks:
            return "Enough places"
        return "1 place too few" if self.lacks == 1 else f"{self.lacks} places too few"


def topic_demands(cohort: Cohort) -> list[TopicDemand]:
    """The topics that somebody asks for or offers, the scarcest first.

    Of the applications that are still considered, whether or not they are decided on.
    """
    considered = Application.objects.considered().filter(cohort=cohort)
    rows = (
        TopicChoice.objects.filter(application__in=considered)
        .order_by()
        .values_list("topic__name", "application__role")
        .annotate(
            n=Count("pk"),
            n_first=Count("pk", filter=Q(rank=1)),
            n_places=Coalesce(Sum("application__capacity"), 0),
        )
    )
    by_topic: dict[str, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for topic, role, *numbers in rows:
        by_topic[topic][role] = tuple(numbers)
    none = (0, 0, 0)
    demands = [
        TopicDemand(
            topic=topic,
            n_asking=sides.get(Role.MENTEE, none)[0],
            n_asking_first=sides.get(Role.MENTEE, none)[1],
            n_mentors=sides.get(Role.MENTOR, none)[0],
            n_places=sides.get(Role.MENTOR, none)[2],
        )
        for topic, sides in by_topic.items()
    ]
    return sorted(demands, key=_scarcity)


def _scarcity(one: TopicDemand) -> tuple[float, int, str]:
    places_each = one.n_places / one.n_asking if one.n_asking else float("inf")
    return (places_each, -one.n_asking, one.topic)


@dataclass(frozen=True, slots=True)
class GateCount:
    """How many of those accepted a gate still holds back, or will."""

    gate: Gate
    n_asked: int
    n_open: int


def gate_counts(cohort: Cohort) -> list[GateCount]:
    accepted = Application.objects.accepted().filter(cohort=cohort)
    passed = Q(states__state__in=PASSED, states__application__in=accepted)
    lacking = (
        Application.objects.accepted()
        .filter(
            cohort=OuterRef("cohort"),
            role=Role.MENTOR,
            career_stage__rank__lt=OuterRef("minimum_stage__rank"),
        )
        .exclude(gate_states__gate=OuterRef("pk"), gate_states__state__in=PASSED)
        .order_by()
        .values("cohort")
        .annotate(n=Count("pk"))
        .values("n")
    )
    gates = (
        Gate.objects.filter(cohort=cohort)
        .select_related("minimum_stage", "cohort__program")
        .annotate(n_passed=Count("states", filter=passed), n_lacking=Coalesce(Subquery(lacking), 0))
    )
    n_people = Counter(accepted.values_list("role", flat=True))
    counts = []
    for gate in gates:
        if gate.kind == GateKind.EXPERIENCE:
            counts.append(GateCount(gate, n_people[Role.MENTOR], gate.n_lacking))
        else:
            n_asked = n_people.total()
            counts.append(GateCount(gate, n_asked, n_asked - gate.n_passed))
    return counts


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A day on which something happens in a cohort."""

    day: date
    what: str
    is_past: bool

    @classmethod
    def on(cls, day: date, what: str, *, today: date) -> Self:
        return cls(day, what, day < today)


def due_days(cohort: Cohort) -> list[Due]:
    """The cohort's days in order, as its program counts them."""
    zone = cohort.program.time_zone
    today = timezone.localdate(timezone=zone)
    days: list[tuple[date | datetime | None, str]] = [
        (cohort.mentee_opens_at, "Mentee applications open"),
        (cohort.mentee_closes_at, "Mentee applications close"),
        (cohort.mentor_opens_at, "Mentor applications open"),
        (cohort.mentor_closes_at, "Mentor applications close"),
        (cohort.answer_by, "Everyone who applied has an answer"),
        (cohort.starts_on, "Mentorships begin"),
        (cohort.ends_on, "Mentorships end"),
    ]
    days += [(gate.due_on, f"Counts from here: {gate.what}") for gate in _gates(cohort)]
    waiting = Offer.objects.filter(pairing__mentee__cohort=cohort).unanswered()
    days += [
        (moment, "Answers to offers")
        for moment in waiting.order_by("answer_by").values_list("answer_by", flat=True).distinct()
    ]
    return sorted(
        {
            Due.on(
                moment.astimezone(zone).date() if isinstance(moment, datetime) else moment,
                what,
                today=today,
            )
            for moment, what in days
            if moment
        }
    )


def _gates(cohort: Cohort) -> Iterable[Gate]:
    return cohort.gates.select_related("minimum_stage", "cohort__program")


def current_cohorts(cohorts: Iterable[Cohort]) -> list[Cohort]:
    """Those that are not over, the next to begin first."""
    today = timezone.localdate()
    current = [one for one in cohorts if one.ends_on is None or one.ends_on >= today]
    return sorted(current, key=lambda one: (one.starts_on or date.max, one.pk))
