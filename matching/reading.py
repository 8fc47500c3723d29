"""How a run is read: its pairs worst first, with what speaks for and against each of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from matching.models import MatchRun, Pairing, PairingStatus
from matching.models.decisions import TAKES_PLACE, UNDECIDED
from matching.models.pairings import PairingQuerySet, strongest, weakest
from matching.models.places import in_pairs
from signups.models import Cohort

MAX_ROWS = 1000  # what a browser shows without delay; beyond, filters lead to the rest

# A pair is far below when both people could have this many points more, each taken alone.
FAR_BELOW = 20

UNDECIDED_STATE = "undecided"  # whatever state before a decision

WARNINGS = {
    "far_below": "Far below",
    "full": "Mentor at capacity",
    "same_region": "Same region",
    "returned": "Returned pair",
}

# Ties are settled as in the table without a choice, so that neighbours stay neighbours.
ORDERS = {
    "points": ("Fewest points first", ["points", "pk"]),
    "-points": ("Most points first", ["-points", "pk"]),
    "mentee": ("By mentee", ["mentee__name", "pk"]),
    "mentor": ("By mentor", ["mentor__name", "pk"]),
    "state": ("By state", ["status", "points", "pk"]),
}
USUAL_ORDER = "points"


@dataclass(frozen=True, slots=True)
class Decided:
    """What has become of the people of a run, as far as it bears on its pairs."""

    n_taken: dict[int, int]  # places of each mentor taken or proposed, by mentor; none of groups
    n_standing: dict[int, int]  # of them taken
    rejected: set[tuple[int, int]]  # pairs of this cohort, mentee and mentor
    partners: set[tuple[str, str]]  # pairs of other cohorts of the program, by address


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in the table of a run."""

    pk: int
    version: int
    mentee: str
    mentor: str
    format: str
    points: int
    status: str
    state: str
    introduced_at: datetime | None
    offered_at: datetime | None
    strongest: list[dict[str, Any]]
    weakest: dict[str, Any] | None
    warnings: list[tuple[str, str, str]]  # key, a few words, a sentence

    @property
    def is_undecided(self) -> bool:
        return self.status in UNDECIDED

    @property
    def is_open(self) -> bool:
        """Whether there is anything to decide or to undo."""
        is_told = self.introduced_at is not None or self.offered_at is not None
        return self.status != PairingStatus.SUPERSEDED and not is_told


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs that were asked for."""

    rows: list[PairRow]
    n_found: int
    n_all: int

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.n_found


FIELDS = (
    "pk",
    "version",
    "mentee_id",
    "mentor_id",
    "points",
    "status",
    "introduced_at",
    "offer__made_at",
    "mentee_best_points",
    "mentor_best_points",
    "mentee__name",
    "mentor__name",
    "mentee__region_id",
    "mentor__region_id",
    "mentor__capacity",
    "format__name",
    "format__greatest_size",
)


def decided_in(cohort: Cohort) -> Decided:
    """See `Decided`; three queries, whatever the size."""
    taken = (
        Pairing.objects.of(cohort)
        .active()
        .filter(in_pairs())
        .order_by()
        .values_list("mentor_id")
        .annotate(n=Count("pk"), n_standing=Count("pk", Q(status__in=TAKES_PLACE)))
    )
    n_taken, n_standing = {}, {}
    for mentor_id, n, n_of_them in taken:
        n_taken[mentor_id], n_standing[mentor_id] = n, n_of_them
    rejected = Pairing.objects.rejected().filter(mentee__cohort=cohort)
    partners = (
        Pairing.objects.approved()
        .filter(mentee__cohort__program=cohort.program_id)
        .exclude(mentee__cohort=cohort)
    )
    return Decided(
        n_taken=n_taken,
        n_standing=n_standing,
        rejected=set(rejected.values_list("mentee_id", "mentor_id")),
        partners=set(partners.values_list(Lower("mentee__email"), Lower("mentor__email"))),
    )


def pairs_of(run: MatchRun, chosen: dict[str, Any], decided: Decided) -> PairList:
    """The pairs of a run that were asked for: q, state, below, topic, format, warning, sort."""
    found = _ordered(_filtered(run.pairings.all(), chosen, decided), chosen)
    emails = (Lower("mentee__email"), Lower("mentor__email"))
    rows = [
        _row(dict(zip(FIELDS, values, strict=True)), reasons, (mentee, mentor), decided)
        for *values, reasons, mentee, mentor in found.values_list(*FIELDS, "reasons", *emails)[
            :MAX_ROWS
        ]
    ]
    return PairList(
        rows=rows,
        n_found=len(rows) if len(rows) < MAX_ROWS else found.count(),
        n_all=run.pairings.count() if chosen else len(rows),
    )


def neighbours(
    pairing: Pairing, chosen: dict[str, Any], decided: Decided
) -> tuple[int | None, int | None, int, int]:
    """The pairs before and after one in a table, its place there, and how many there are.

    A pair that is not in the table, as it was decided since, has no place: 0.
    """
    found = _ordered(_filtered(pairing.run.pairings.all(), chosen, decided), chosen)
    keys = list(found.values_list("pk", flat=True))
    if pairing.pk not in keys:
        return None, (keys[0] if keys else None), 0, len(keys)
    at = keys.index(pairing.pk)
    before = keys[at - 1] if at else None
    after = keys[at + 1] if at + 1 < len(keys) else None
    return before, after, at + 1, len(keys)


def warnings_of(pairing: Pairing, decided: Decided) -> list[tuple[str, str, str]]:
    """What a chair should know before deciding: key, a few words, a sentence."""
    mentee, mentor = pairing.mentee, pairing.mentor
    pair = {
        "mentee_id": mentee.pk,
        "mentor_id": mentor.pk,
        "points": pairing.points,
        "status": pairing.status,
        "mentee_best_points": pairing.mentee_best_points,
        "mentor_best_points": pairing.mentor_best_points,
        "mentor__name": mentor.name,
        "mentee__region_id": mentee.region_id,
        "mentor__region_id": mentor.region_id,
        "mentor__capacity": mentor.capacity,
        "format__greatest_size": pairing.format and pairing.format.greatest_size,
    }
    return _warnings(pair, (mentee.email.lower(), mentor.email.lower()), decided)


def _row(
    pair: dict[str, Any],
    reasons: list[dict[str, Any]],
    emails: tuple[str, str],
    decided: Decided,
) -> PairRow:
    return PairRow(
        pk=pair["pk"],
        version=pair["version"],
        mentee=pair["mentee__name"],
        mentor=pair["mentor__name"],
        format=pair["format__name"] or "",
        points=pair["points"],
        status=pair["status"],
        state=PairingStatus(pair["status"]).label,
        introduced_at=pair["introduced_at"],
        offered_at=pair["offer__made_at"],
        strongest=strongest(reasons, 3),
        weakest=weakest(reasons),
        warnings=_warnings(pair, emails, decided),
    )


def _warnings(
    pair: dict[str, Any], emails: tuple[str, str], decided: Decided
) -> list[tuple[str, str, str]]:
    said = {}
    bests = pair["mentee_best_points"], pair["mentor_best_points"]
    if None not in bests and min(bests) - pair["points"] >= FAR_BELOW:
        said["far_below"] = (
            f"Alone, the mentee could have had {bests[0]} points and the mentor {bests[1]}."
        )
    capacity = pair["mentor__capacity"]
    n_taken = decided.n_taken.get(pair["mentor_id"], 0)
    n_standing = decided.n_standing.get(pair["mentor_id"], 0)
    has_own_places = (pair["format__greatest_size"] or 1) > 1  # as every group
    if pair["status"] == PairingStatus.PROPOSED and n_standing >= capacity and not has_own_places:
        said["full"] = f"{pair['mentor__name']} has no place left: this pair cannot be approved."
    elif capacity > 1 and n_taken >= capacity and not has_own_places:
        # With one place, every pair fills it, and to say so would help nobody.
        said["full"] = f"All {capacity} places of {pair['mentor__name']} are taken."
    if pair["mentee__region_id"] and pair["mentee__region_id"] == pair["mentor__region_id"]:
        said["same_region"] = "The two live in the same region."
    if pair["status"] != PairingStatus.REJECTED and (
        (pair["mentee_id"], pair["mentor_id"]) in decided.rejected
    ):
        said["returned"] = "This pair was rejected before."
    elif emails in decided.partners:
        said["returned"] = "The two were partners in an earlier cohort."
    return [(key, WARNINGS[key], sentence) for key, sentence in said.items()]


def _ordered(pairings: PairingQuerySet, chosen: dict[str, Any]) -> QuerySet:
    return pairings.order_by(*ORDERS[chosen.get("sort", USUAL_ORDER)][1])


def _filtered(
    pairings: PairingQuerySet, chosen: dict[str, Any], decided: Decided
) -> PairingQuerySet:
    if "q" in chosen:
        # Every word has to be in one of the two names.
        for word in chosen["q"].split():
            pairings = pairings.filter(
                Q(mentee__name__icontains=word) | Q(mentor__name__icontains=word)
            )
    if chosen.get("state") == UNDECIDED_STATE:
        pairings = pairings.undecided()
    elif "state" in chosen:
        pairings = pairings.filter(status=chosen["state"])
    if "below" in chosen:
        pairings = pairings.filter(points__lt=chosen["below"])
    if "topic" in chosen:
        pairings = pairings.filter(mentee__topic_choices__topic=chosen["topic"])
    if "format" in chosen:
        pairings = pairings.filter(format=chosen["format"])
    if "warning" in chosen:
        wanted = WARNINGS if chosen["warning"] == "any" else [chosen["warning"]]
        pairings = pairings.filter(pk__in=_warned(pairings, wanted, decided))
    return pairings


def _warned(pairings: PairingQuerySet, wanted: Collection[str], decided: Decided) -> list[int]:
    """Keys of the pairs that have one of the warnings."""
    emails = (Lower("mentee__email"), Lower("mentor__email"))
    return [
        values[0]
        for *values, mentee, mentor in pairings.values_list(*FIELDS, *emails)
        if any(
            key in wanted
            for key, _, _ in _warnings(
                dict(zip(FIELDS, values, strict=True)), (mentee, mentor), decided
            )
        )
    ]
