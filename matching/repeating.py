"""A run's record for safe keeping, and the run carried out once more from what was stored."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from matching.engine.assignment import assign
from matching.engine.menu import NO_FORMAT
from matching.engine.problem import UNMATCHED
from matching.models import MatchRun
from matching.proofs import StoredProof, unpacked

# Of a run, for its record: what it went by and what it came to. No names, and no answers.
RECORDED = (
    "importances",
    "required",
    "tiers",
    "spread_price",
    "salt",
    "input_digest",
    "proof_seal",
    "versions",
    "n_mentees",
    "n_mentors",
    "n_places",
    "n_served",
    "total_points",
)

Pair = tuple[int, int, int | None]  # keys of mentee, mentor and format


def record_of(run: MatchRun) -> dict[str, Any]:
    """Everything that a run can be known by and repeated from, as plain data."""
    return {
        "run": run.pk,
        "program": str(run.cohort.program),
        "cohort": run.cohort.name,
        "asked by": str(run.asked_by or "a command"),
        "asked at": run.asked_at.isoformat(),
        "ended at": run.ended_at and run.ended_at.isoformat(),
        **{name: getattr(run, name) for name in RECORDED},
        "seconds": run.seconds,
        "pairs": [list(pair) for pair in sorted(_pairs_saved(run), key=str)],
    }


def differences_from_record(run: MatchRun, record: dict[str, Any]) -> list[str]:
    """What a run has otherwise than a record of it says, a sentence each."""
    now = record_of(run)
    return [
        f"{name}: the record says {record.get(name)!r}, the run {now[name]!r}."
        for name in ("run", "program", "cohort", *RECORDED, "pairs")
        if record.get(name) != now[name]
    ]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A run carried out once more."""

    differences: list[str]  # empty: identical
    versions_then: dict[str, str]
    versions_now: dict[str, str]

    @property
    def is_identical(self) -> bool:
        return not self.differences


def repeat(run: MatchRun) -> Repeated:
    """Solve a run's stored problem again and compare the pairs; saves nothing.

    Raises CertificateError when what was stored is damaged.
    """
    stored = unpacked(bytes(run.proof.content))
    best = assign(stored.problem, stored.objective)
    again, saved = _pairs_of(stored, best.mate.tolist()), _pairs_saved(run)
    differences = [
        *(f"Only now: {_named(pair)}." for pair in sorted(again - saved, key=str)),
        *(f"Only then: {_named(pair)}." for pair in sorted(saved - again, key=str)),
    ]
    now = {package: version(package) for package in run.versions}
    return Repeated(differences, run.versions, now)


def _pairs_saved(run: MatchRun) -> set[Pair]:
    return set(run.pairings.values_list("mentee_id", "mentor_id", "format_id"))


def _pairs_of(stored: StoredProof, mate: list[int]) -> set[Pair]:
    """The pairs of a solution, each with the format that its mentee has in what was stored."""
    return {
        (mentee, int(stored.mentor_of[j]), None if format_id == NO_FORMAT else format_id)
        for mentee, j, format_id in zip(
            stored.problem.mentee_ids, mate, stored.formats.tolist(), strict=True
        )
        if j != UNMATCHED
    }


def _named(pair: Pair) -> str:
    mentee, mentor, format_id = pair
    how = "" if format_id is None else f" in format {format_id}"
    return f"mentee {mentee} with mentor {mentor}{how}"
