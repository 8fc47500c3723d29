"""Pairs that people put together: what the engine says of them, and how they are made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import RULES, rule_masks
from matching.engine.scoring import (
    REQUIRED,
    applicable,
    criterion_maxima,
    requirement_masks,
    scores,
)
from matching.engine.shown import private_points_missed
from matching.engine.tables import Tables
from matching.loading import load_instance
from matching.models import (
    Decision,
    DecisionKind,
    MatchSettings,
    Pairing,
    PairingStatus,
    StalePageError,
)
from matching.models.deciding import changes_since, lock
from matching.models.decisions import UNDECIDED
from matching.reasons import reasons_for
from signups.models import (
    Application,
    Cohort,
    Format,
    MenteeApplication,
    MentorApplication,
    ReviewError,
)

# What no reason can justify.
NEVER = "same_person"

SENTENCES = {rule.key: rule.sentence for rule in RULES} | {
    REQUIRED + criterion.key: f"{criterion.label} is required, and the two do not meet it at all."
    for criterion in CRITERIA
}


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the engine says of a mentee with a mentor."""

    mentee_id: int
    mentor_id: int
    points: int
    broken: tuple[str, ...]  # keys of the hard rules that forbid the pair

    @property
    def sentences(self) -> list[str]:
        return [SENTENCES[key] for key in self.broken]

    @property
    def is_impossible(self) -> bool:
        return NEVER in self.broken

    @property
    def seal(self) -> str:
        """What a page showed of the pair, to know whether it still holds."""
        return f"{self.points} {' '.join(self.broken)}".strip()


class Assessor:
    """The people of a cohort as the engine reads them, and what its last run counted."""

    def __init__(self, cohort: Cohort) -> None:
        self.instance, self.labels = load_instance(cohort, salt="", with_served=True)
        # A run has what was wanted of it under the same names as the settings.
        wanted = cohort.runs.finished().first()
        wanted = wanted or MatchSettings.objects.what_counts(cohort.program)
        self.required = wanted.required
        self.maxima = criterion_maxima(applicable(self.instance, wanted.importances))
        self._row = {pk: i for i, pk in enumerate(self.instance.mentee_ids)}
        self._column = {pk: j for j, pk in enumerate(self.instance.mentor_ids)}

    def of(self, mentee: Application) -> dict[int, Assessed]:
        """A mentee with each accepted mentor of the cohort, by the mentor's key."""
        if mentee.pk not in self._row:
            raise ReviewError(f"{mentee} is not among the accepted mentees of this cohort.")
        every = np.arange(self.instance.n_mentors)
        one = self.instance.subset(np.array([self._row[mentee.pk]]), every)
        points = scores(Tables(one), self.maxima).points()[0]
        # What is private tells nothing of this pair; see also matching/engine/shown.py.
        points = points + private_points_missed(one, self.maxima)[0]
        masks = rule_masks(one) | requirement_masks(one, self.required)
        return {
            mentor_id: Assessed(
                mentee.pk,
                mentor_id,
                int(points[j]),
                tuple(key for key, mask in masks.items() if mask[0, j]),
            )
            for j, mentor_id in enumerate(self.instance.mentor_ids)
        }

    def pair(self, mentee: Application, mentor: Application) -> Assessed:
        """One pair; raises ReviewError when one of the two does not take part."""
        if mentor.pk not in self._column:
            raise ReviewError(f"{mentor} is not among the accepted mentors of this cohort.")
        return self.of(mentee)[mentor.pk]

    def format_of(self, pair: Assessed, given_up: Iterable[Pairing]) -> Format | None:
        """The format of a pair that takes the place of others: one that both accept, or None.

        That of the mentor's place that is given up, else the one the mentee likes best of those
        with a place left.
        """
        i, j = self._row[pair.mentee_id], self._column[pair.mentor_id]
        formats = self.instance.menu.formats_of(i, j, self.instance.capacity)
        freed = [one.format_id for one in given_up if one.mentor_id == pair.mentor_id]
        accepted = [key for key in freed if key in formats]
        with_place = [key for key, has_place in formats.items() if has_place]
        chosen = next(iter([*accepted, *with_place]), None)
        return None if chosen is None else Format.objects.get(pk=chosen)

    def n_places_left(self, pair: Assessed) -> int:
        """Places of the mentor in formats that both accept."""
        j = self._column[pair.mentor_id]
        only = self.instance.subset(np.array([self._row[pair.mentee_id]]), np.array([j]))
        if not any(only.menu.formats_of(0, 0, only.capacity).values()):
            return 0
        return int(only.menu.n_places(only.capacity)[0])

    def reasons(self, pair: Assessed) -> list[dict[str, object]]:
        """Where the points come from, as a run stores it; see ``Pairing.reasons``."""
        rows = self._row[pair.mentee_id], self._column[pair.mentor_id]
        one = self.instance.subset(np.array([rows[0]]), np.array([rows[1]]))
        first = np.array([0])
        given = scores(Tables(one), self.maxima).contributions(first, first)[0].tolist()
        points = {criterion.key: part for criterion, part in zip(CRITERIA, given, strict=True)}
        return reasons_for(one, self.labels, (0, 0), points, self.maxima)


def put_together(
    mentee: Application,
    mentor: Application,
    *,
    by: User,
    seen: Mapping[int, int],
    shown: str,
    words: str = "",
) -> Pairing:
    """Give a mentee a mentor by hand; what was proposed instead gives way.

    The pair is fixed: later runs keep it, and it is still to be approved. ``seen`` are the
    versions of the mentee's pairings that the page showed, ``shown`` the seal of the pair.
    Raises StalePageError when that no longer holds, ReviewError when the pair cannot be made.
    """
    assessor = Assessor(mentee.cohort)
    pair = assessor.pair(mentee, mentor)
    with transaction.atomic():
        lock([mentee.cohort_id])
        replaced = list(
            Pairing.objects.of(mentee.cohort)
            .filter(mentee=mentee.pk, status=PairingStatus.PROPOSED)
            .with_people()
        )
        _check_seen_mentee(mentee, seen)
        [made] = _exchange(
            assessor,
            replaced,
            [pair],
            kind=DecisionKind.BY_HAND,
            by=by,
            shown=shown,
            words=words,
        )
    return made


def swap(
    first: Pairing,
    second: Pairing,
    *,
    by: User,
    seen: Mapping[int, int],
    shown: str,
    words: str = "",
) -> list[Pairing]:
    """Let two mentees exchange their mentors; both new pairs are fixed.

    ``shown`` are the seals of both new pairs, one a line. Raises as ``put_together`` does.
    """
    assessor = Assessor(first.cohort)
    pairs = swapped(assessor, first, second)
    with transaction.atomic():
        both = Pairing.objects.filter(pk__in=[first.pk, second.pk]).locked(seen)
        for pairing in both:
            if pairing.status not in UNDECIDED:
                raise ReviewError(
                    f"{pairing} is {pairing.get_status_display().lower()}: undo that first."
                )
        return _exchange(
            assessor, both, pairs, kind=DecisionKind.SWAP, by=by, shown=shown, words=words
        )


def swapped(assessor: Assessor, first: Pairing, second: Pairing) -> list[Assessed]:
    """The two pairs that a swap would make; raises ReviewError when it makes no sense."""
    if first.mentee.cohort_id != second.mentee.cohort_id:
        raise ReviewError("These two pairs belong to different cohorts.")
    if first.mentee_id == second.mentee_id or first.mentor_id == second.mentor_id:
        raise ReviewError("Choose two pairs with two mentees and two mentors to swap.")
    return [
        assessor.pair(first.mentee, second.mentor),
        assessor.pair(second.mentee, first.mentor),
    ]


def seal_of(pairs: Iterable[Assessed]) -> str:
    return "\n".join(pair.seal for pair in pairs)


def seen_of_mentee(mentee: Application) -> dict[int, int]:
    """The version of each pairing of a mentee that stands or is proposed."""
    pairings = Pairing.objects.filter(mentee=mentee.pk).active()
    return dict(pairings.values_list("pk", "version"))


def _check_seen_mentee(mentee: Application, seen: Mapping[int, int]) -> None:
    now = seen_of_mentee(mentee)
    if now == dict(seen):
        return
    touched = Pairing.objects.filter(pk__in={*seen, *now}, mentee=mentee.pk).with_people()
    raise StalePageError(
        changes_since(touched, seen) or [f"What {mentee} has is no longer what the page showed."]
    )


def _exchange(
    assessor: Assessor,
    replaced: list[Pairing],
    pairs: list[Assessed],
    *,
    kind: DecisionKind,
    by: User,
    shown: str,
    words: str,
) -> list[Pairing]:
    """Let pairs take the place of others, all in one act, while the cohort is locked."""
    if seal_of(pairs) != shown:
        raise StalePageError(
            ["What these people answered, or what counts, has changed: look at the points again."]
        )
    made = [_unsaved(assessor, pair, replaced) for pair in pairs]
    for pairing, pair in zip(made, pairs, strict=True):
        if pair.is_impossible:
            raise ReviewError(f"{pairing}: {SENTENCES[NEVER]} Nobody can be their own mentor.")
        if pair.broken and not words.strip():
            raise ReviewError(f"{pairing}: say why the rule does not count here.")
    Pairing.objects.places_in(made).exchange(replaced, made, "put together")
    act, now = uuid.uuid4(), timezone.now()
    decisions = []
    for pairing in replaced:
        decisions.append(
            Decision(
                pairing=pairing,
                kind=DecisionKind.REPLACE,
                status_before=pairing.status,
                status_after=PairingStatus.SUPERSEDED,
                words=words,
            )
        )
        pairing.status, pairing.recommended_by = PairingStatus.SUPERSEDED, None
        pairing.decided_by, pairing.decided_at = by, now
        pairing.version += 1
        pairing.save()
    for pairing, pair in zip(made, pairs, strict=True):
        pairing.decided_by, pairing.decided_at = by, now
        pairing.save()
        decisions.append(
            Decision(
                pairing=pairing,
                kind=kind,
                # Undone, it counts for nothing.
                status_before=PairingStatus.SUPERSEDED,
                status_after=pairing.status,
                words=words,
                overridden="\n".join(pair.sentences),
            )
        )
    for decision in decisions:
        decision.act, decision.made_by, decision.made_at = act, by, now
        decision.number = decision.pairing.version
    Decision.objects.bulk_create(decisions)
    return made


def _unsaved(assessor: Assessor, pair: Assessed, replaced: list[Pairing]) -> Pairing:
    # Read again, as somebody may have withdrawn since the page was shown.
    return Pairing(
        mentee=MenteeApplication.objects.select_related("cohort__program").get(pk=pair.mentee_id),
        mentor=MentorApplication.objects.get(pk=pair.mentor_id),
        format=assessor.format_of(pair, replaced),
        points=pair.points,
        reasons=assessor.reasons(pair),
        status=PairingStatus.FIXED,
    )
