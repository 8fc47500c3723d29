"""What a run stores beside its pairs, their points and reasons: other choices, and what it found.

Approving, the pages and the letters read what is stored and compute nothing anew. People are
stored by the keys of their applications, never by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from matching.engine.alternatives import gains_of_one_more_place
from matching.engine.arrays import IntArray
from matching.engine.eligibility import rule_masks
from matching.engine.figures import Figures, fairness_figures, potential
from matching.engine.formats import Offers
from matching.engine.instance import Instance
from matching.engine.menu import NO_FORMAT
from matching.engine.moves import Move
from matching.engine.nest import has_places
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.relief import Relief, smallest_relief
from matching.engine.scoring import requirement_masks
from matching.engine.sentences import Labels
from matching.engine.shortage import Shortage
from matching.engine.shown import Shown, next_best
from matching.engine.solution import Matching, masks_as_told
from matching.engine.stability import blocking_pairs
from matching.engine.tiers import Objective
from matching.engine.topics import topic_supply
from matching.engine.trades import reached, trades
from matching.engine.unmatched import RULE_LABELS
from matching.engine.what_if import PRICED, WhatIf, what_if
from matching.wording import cost_sentence, relief_sentence

MAX_MENTEES = 1000  # beyond, the answers take longer than the run itself
N_ALTERNATIVES = 3
N_LISTED = 12  # places and blocking pairs; a longer list is read by nobody

Entry = dict[str, Any]

# Nothing that a committee decides makes one person two.
FIXED = ("same_person",)


@dataclass(frozen=True, slots=True)
class Answers:
    """What is stored of one run; see ``Pairing``, ``Unmatched`` and ``RunAnswers``."""

    of_pairs: list[Entry]  # fields of each pairing, in the order of the pairs
    of_unmatched: list[Entry]  # fields of each one left out, in the order of the unmatched
    of_run: Entry = field(default_factory=dict)  # fields of RunAnswers


def answers_of(
    instance: Instance,
    labels: Labels,
    matching: Matching,
    seen: Shown,
    required: Sequence[str],
    groups: Mapping[str, Sequence[str]],
) -> Answers:
    """Everything a run answers beside its pairs.

    Parameters
    ----------
    seen
        What may be shown of the solution: every number is computed from that alone.
    required
        Criteria without which there is no pair.
    groups
        By what mentees are grouped, such as "Region", and the name of the group of each mentee.

    Returns
    -------
    Other choices are none in a cohort beyond ``MAX_MENTEES``, or where a goal has no price for a
    single pair.
    """
    problem, objective, mate = seen.problem, seen.objective, seen.mate
    mentor_of = matching.offered.mentors
    question = _question(seen)
    chosen = _alternatives(seen, question, matching, labels)
    points = np.where(problem.eligible & has_places(problem), problem.points, 0)
    best_of_mentees = points.max(axis=1, initial=0)
    best_of_mentors = np.zeros(instance.n_mentors, dtype=np.int64)
    np.maximum.at(best_of_mentors, mentor_of, points.max(axis=0, initial=0))
    reliefs = _reliefs(instance, matching, required)
    return Answers(
        of_pairs=[
            {
                "alternatives": chosen[i],
                "mentee_best_points": int(best_of_mentees[i]),
                "mentor_best_points": int(best_of_mentors[j]),
            }
            for i, j in matching.pairs
        ],
        of_unmatched=[
            {
                "alternatives": chosen[left.mentee],
                "best_points": int(best_of_mentees[left.mentee]),
                "rules": [
                    {
                        "key": key,
                        "label": RULE_LABELS[key],
                        "n_excluded": n,
                        "n_regained": left.regained.get(key, 0),
                    }
                    for key, n in left.excluded_by.items()
                ],
                "smallest_change": relief_sentence(relief) if relief else "",
            }
            for left, relief in zip(matching.unmatched, reliefs, strict=True)
        ],
        of_run={
            **_of_places(seen, matching, labels, question),
            **_of_blocking(problem, mate, mentor_of),
            "topics": [
                {
                    "topic": labels.topics[one.topic],
                    "n_asked": one.n_asked,
                    "n_asked_first": one.n_asked_first,
                    "n_places": one.n_places,
                    "n_covered": one.n_covered,
                }
                for one in topic_supply(instance, np.append(mentor_of, UNMATCHED)[mate])
            ],
            "fairness": [
                {"by": by, **_told(*_fairness(problem, mate, names))}
                for by, names in groups.items()
            ],
            "potential": asdict(potential(problem, mate)),
            "reached": asdict(reached(problem, mate)),
            "trades": _of_trades(problem, objective, mate),
        },
    )


def format_keys(matching: Matching) -> list[int | None]:
    """The key of the format in which each pair meets; None where none is said."""
    return [None if key == NO_FORMAT else key for key in matching.format_ids]


def _question(seen: Shown) -> WhatIf | None:
    is_priced = seen.objective.tiers and not set(seen.objective.tiers) - set(PRICED)
    if seen.problem.n_mentees > MAX_MENTEES or not is_priced:
        return None
    return what_if(seen.problem, seen.objective, seen.best)


def _alternatives(
    seen: Shown, question: WhatIf | None, matching: Matching, labels: Labels
) -> list[list[Entry]]:
    """The next best mentors of every mentee, cheapest first; see ``Pairing.alternatives``."""
    problem, offered = seen.problem, matching.offered
    if question is None:
        return [[] for _ in range(problem.n_mentees)]
    has_groups = bool(problem.is_group.any())
    return [
        [
            {
                # The first columns are the mentors.
                "mentor_id": problem.mentor_ids[offered.mentors[other.mentor]],
                "points": int(problem.points[i, other.mentor]),
                "sentence": _as_another(seen, offered, labels, i, other.mentor)
                + cost_sentence(other.losses, has_groups=has_groups),
                "moves": [_move(problem, offered, move) for move in other.moves],
            }
            for other in others
        ]
        for i, others in next_best(seen, N_ALTERNATIVES, question)
    ]


def _as_another(seen: Shown, offered: Offers, labels: Labels, i: int, column: int) -> str:
    """In which format a mentee would meet another mentor, where it is not that of their pair."""
    if seen.mate[i] == UNMATCHED:
        return ""
    rows, columns = np.array([i, i]), np.array([seen.mate[i], column])
    own, other = offered.format_of(rows, columns).tolist()
    return "" if own == other else f"In another format, {labels.formats[other]}. "


def _move(problem: Problem, offered: Offers, move: Move) -> list[int | None]:
    """Mentee, from and to whom, points before and after: without names, as there are many."""
    i, both = move.mentee, (move.from_mentor, move.to_mentor)
    mentors = [None if j == UNMATCHED else problem.mentor_ids[offered.mentors[j]] for j in both]
    points = [None if j == UNMATCHED else int(problem.points[i, j]) for j in both]
    return [problem.mentee_ids[i], *mentors, *points]


def _reliefs(
    instance: Instance, matching: Matching, required: Sequence[str]
) -> list[Relief | None]:
    """The smallest change of rules for each mentee whom the rules leave nobody."""
    rows = np.array([left.mentee for left in matching.unmatched], dtype=np.int64)
    if not len(rows):
        return []
    # Only these people: the masks of a large cohort are not to be made again.
    everyone, menu = np.arange(instance.n_mentors), matching.offered.menu
    few = instance.subset(rows, everyone)
    masks = rule_masks(few) | requirement_masks(few, required)
    masks = masks_as_told(masks, menu.subset(rows, everyone), instance.capacity)
    places = menu.with_place(instance.capacity).any(axis=1).astype(np.int64)
    free = matching.offered.free_places(matching.mate).any(axis=1).astype(np.int64)
    return [smallest_relief(masks, at, places, free, FIXED) for at in range(len(rows))]


def _of_places(seen: Shown, matching: Matching, labels: Labels, question: WhatIf | None) -> Entry:
    """Shortages and the worth of places, as `RunAnswers` keeps them."""
    problem, offered = seen.problem, matching.offered
    gains = gains_of_one_more_place(question) if question else []
    # Tiers come in the order of their importance, and so do the numbers to be compared.
    order = sorted(range(len(gains)), key=lambda j: (-np.array(list(gains[j].values()))).tolist())
    has_groups = bool(problem.is_group.any())
    worth: dict[int, Entry] = {}
    known = set()
    for j in order:
        mentor, is_group = int(offered.mentors[j]), bool(problem.is_group[j])
        # One place more does not make a group meet; kinds that share places have one in common.
        one = (mentor, int(offered.formats[j]) if is_group else NO_FORMAT)
        is_closed = is_group and not problem.capacity[j]
        if is_closed or one in known or not any(gains[j].values()):
            continue
        known.add(one)
        losses = {tier: -gain for tier, gain in gains[j].items()}
        worth[j] = {
            "mentor_id": problem.mentor_ids[mentor],
            "format": labels.formats[int(offered.formats[j])] if is_group else "",
            "sentence": cost_sentence(losses, has_groups=has_groups),
        }
    return {
        "shortages": [_shortage(problem, offered, one, worth) for one in matching.shortages],
        "places": list(worth.values())[:N_LISTED],
    }


def _shortage(
    problem: Problem, offered: Offers, shortage: Shortage, worth: Mapping[int, Entry]
) -> Entry:
    best = next((one for j, one in worth.items() if offered.mentors[j] in shortage.mentors), None)
    return {
        "mentee_ids": [problem.mentee_ids[i] for i in shortage.mentees],
        "mentor_ids": [problem.mentor_ids[j] for j in shortage.mentors],
        "n_places": shortage.n_places,
        "n_unserved": shortage.n_unserved,
        "best": best,
    }


def _of_blocking(problem: Problem, mate: IntArray, mentor_of: IntArray) -> Entry:
    # Two who could meet in several formats are one pair, told as that with most to gain.
    found: dict[tuple[int, int], Entry] = {}
    for one in blocking_pairs(problem, mate):
        mentor = int(mentor_of[one.mentor])
        entry = {
            "mentee_id": problem.mentee_ids[one.mentee],
            "mentor_id": problem.mentor_ids[mentor],
            "mentee_gains": one.mentee_gains,
            "mentor_gains": one.mentor_gains,
        }
        found.setdefault((one.mentee, mentor), entry)
    return {"n_blocking": len(found), "blocking": list(found.values())[:N_LISTED]}


def _of_trades(problem: Problem, objective: Objective, mate: IntArray) -> list[Entry]:
    if problem.n_mentees > MAX_MENTEES or not (mate != UNMATCHED).any():
        return []
    return [
        {"goal": one.tier.value, **asdict(one.reached), "n_changed": one.n_changed}
        for one in trades(problem, objective, mate)
    ]


def _fairness(
    problem: Problem, mate: IntArray, names: Sequence[str]
) -> tuple[Figures, list[str], bool]:
    """Figures by group, the names behind the codes, and whether they tell who was served.

    Where too few were left out to say by group how many, the figures are about the served only.
    """
    known = sorted(set(names))
    codes = np.array([known.index(name) for name in names], dtype=np.int64)
    figures = fairness_figures(problem, mate, codes)
    if figures.everybody is not None:
        return figures, known, True
    served = np.flatnonzero(mate != UNMATCHED)
    alone = Problem(
        points=problem.points[served],
        eligible=problem.eligible[served],
        capacity=problem.capacity,
        mentee_ids=tuple(problem.mentee_ids[i] for i in served.tolist()),
        mentor_ids=problem.mentor_ids,
    )
    return fairness_figures(alone, mate[served], codes[served]), known, False


def _told(figures: Figures, known: list[str], tells_served: bool) -> Entry:
    """What may be told of groups; None in place of each group that is too small."""
    return {
        "tells_served": tells_served,
        "everybody": figures.everybody and asdict(figures.everybody),
        "groups": [
            {"name": known[code], **(asdict(one) if one else {"n_mentees": None})}
            for code, one in figures.groups.items()
        ],
    }
