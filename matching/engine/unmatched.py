"""Why a mentee was left without a mentor, as data and as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import RULES
from matching.engine.scoring import REQUIRED
from matching.engine.sentences import counted, enumerated

# Keys of the rules that fall away for a mentee who would accept another format.
ABOUT_FORMATS = ("no_common_format", f"{REQUIRED}formats")
RULE_LABELS = {rule.key: rule.label for rule in RULES} | {
    REQUIRED + criterion.key: f"{criterion.label.lower()}, which is required"
    for criterion in CRITERIA
}


class Reason(StrEnum):
    NO_MENTORS = "no_mentors"  # nobody offers a place in this cohort
    NOBODY_ELIGIBLE = "nobody_eligible"  # the rules leave no mentor
    ALL_FULL = "all_full"  # eligible mentors exist, and all their places are taken
    TOO_FEW = "too_few"  # a group would take them, and has too few people to meet


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """One mentee without mentor, and the reason."""

    mentee: int  # row
    reason: Reason
    n_eligible: int  # mentors no rule excludes, full or not
    excluded_by: dict[str, int]  # mentors excluded, by rule key; a mentor may count twice
    regained: dict[str, int]  # mentors who would be eligible if that one rule were lifted
    # Formats they did not accept, as columns, with how many mentors there is a place left in each.
    other_formats: dict[int, int]
    sentence: str  # for the committee


def explain_unmatched(
    masks: Mapping[str, BoolArray],
    eligible: BoolArray,
    capacity: IntArray,
    rows: IntArray,
    *,
    waiting: IntArray | None = None,
    other_formats: Sequence[dict[int, int]] | None = None,
) -> tuple[Unmatched, ...]:
    """The reason for each unmatched mentee.

    Parameters
    ----------
    masks
        Forbidden pairs of these mentees by rule key, each of shape (len(rows), n_mentors).
    eligible
        Bool of shape (len(rows), n_mentors).
    capacity
        Int of shape (n_mentors,). Mentors who offer no place are left out of all counts.
    rows
        Mentee rows without mentor, in a solution that serves as many as possible.
    waiting
        Int of shape (len(rows),): groups each could join that have too few people to meet;
        without it none.
    other_formats
        One dict for each of the rows, see `Unmatched.other_formats`; without it empty ones.
    """
    waiting = np.zeros(len(rows), dtype=np.int64) if waiting is None else waiting
    other_formats = [{}] * len(rows) if other_formats is None else other_formats
    offers = capacity > 0
    n_offers = int(offers.sum())
    forbidden = {key: mask[:, offers] for key, mask in masks.items()}
    n_rules = sum(
        (mask.astype(np.int64) for mask in forbidden.values()),
        start=np.zeros((len(rows), n_offers), dtype=np.int64),
    )
    n_eligible = eligible[:, offers].sum(axis=1)
    reasons = []
    for at, row in enumerate(rows.tolist()):
        excluded = {key: int(mask[at].sum()) for key, mask in forbidden.items()}
        regained = {
            key: int((mask[at] & (n_rules[at] == 1)).sum()) for key, mask in forbidden.items()
        }
        excluded_by = {key: count for key, count in excluded.items() if count}
        regained = {key: count for key, count in regained.items() if count}
        n_waiting = int(waiting[at])
        reason = _reason(n_offers, int(n_eligible[at]), n_waiting)
        reasons.append(
            Unmatched(
                mentee=row,
                reason=reason,
                n_eligible=int(n_eligible[at]),
                excluded_by=excluded_by,
                regained=regained,
                other_formats=other_formats[at],
                sentence=_sentence(
                    reason, n_offers, int(n_eligible[at]), n_waiting, excluded_by, regained
                ),
            )
        )
    return tuple(reasons)


def _reason(n_offers: int, n_eligible: int, n_waiting: int) -> Reason:
    if n_offers == 0:
        return Reason.NO_MENTORS
    if n_waiting:
        return Reason.TOO_FEW
    return Reason.ALL_FULL if n_eligible else Reason.NOBODY_ELIGIBLE


def _sentence(
    reason: Reason,
    n_offers: int,
    n_eligible: int,
    n_waiting: int,
    excluded_by: dict[str, int],
    regained: dict[str, int],
) -> str:
    if reason is Reason.NO_MENTORS:
        return "No mentor offers a place in this cohort."
    if reason is Reason.TOO_FEW:
        groups = counted(n_waiting, "group", "groups")
        have = "has" if n_waiting == 1 else "have"
        return (
            f"Could join {groups}, which {have} too few people to meet. Every other place open to "
            "them is taken."
        )
    if reason is Reason.ALL_FULL:
        mentors = counted(n_eligible, "mentor", "mentors")
        return f"Could be paired with {mentors}, but every place there is taken."
    whom = "the only mentor" if n_offers == 1 else f"all {n_offers} mentors"
    said = f"The rules exclude {whom} with a place: {_counts(excluded_by)}."
    if len(excluded_by) == 1:
        return said  # that rule alone is what there is to lift
    if not regained:
        return f"{said} Lifting one rule alone would give nobody back."
    return f"{said} Lifting one rule alone would give back: {_counts(regained)}."


def _counts(by_rule: dict[str, int]) -> str:
    """Rules with numbers of mentors, the largest first."""
    ordered = sorted(by_rule.items(), key=lambda item: -item[1])
    return enumerated([f"{RULE_LABELS[key]} ({count})" for key, count in ordered])
