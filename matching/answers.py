"""What a run stores beside its pairs and their points: reasons, other choices, and what it found.

Approving, the pages and the letters read what is stored and compute nothing anew. People are
stored by the keys of their applications, never by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from matching.engine.alternatives import best_alternatives, gains_of_one_more_place
from matching.engine.arrays import IntArray
from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import rule_masks
from matching.engine.figures import Figures, fairness_figures, potential
from matching.engine.instance import Instance
from matching.engine.moves import Move, who_moves
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.relief import Relief, smallest_relief
from matching.engine.scoring import requirement_masks
from matching.engine.sentences import Labels
from matching.engine.shortage import Shortage
from matching.engine.solution import Matching
from matching.engine.stability import blocking_pairs
from matching.engine.tiers import Objective
from matching.engine.topics import topic_supply
from matching.engine.trades import reached, trades
from matching.engine.unmatched import RULE_LABELS
from matching.engine.what_if import PRICED, WhatIf, unpacked, what_if
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
    required: Sequence[str],
    groups: Mapping[str, Sequence[str]],
) -> Answers:
    """Everything a run answers beside its pairs.

    Parameters
    ----------
    required
        Criteria without which there is no pair.
    groups
        By what mentees are grouped, such as "Region", and the name of the group of each mentee.

    Returns
    -------
    Other choices are none in a cohort beyond ``MAX_MENTEES``, or where a goal has no price for a
    single pair.
    """
    problem, objective, mate = matching.problem, matching.objective, matching.mate
    question = _question(problem, objective, mate)
    chosen = _alternatives(question, problem)
    offered = problem.eligible & (problem.capacity > 0)
    points = np.where(offered, problem.points, 0)
    best_of_mentees = points.max(axis=1, initial=0)
    best_of_mentors = points.max(axis=0, initial=0)
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
            **_of_places(problem, matching.shortages, question),
            **_of_blocking(problem, mate),
            "topics": [
                {
                    "topic": labels.topics[one.topic],
                    "n_asked": one.n_asked,
                    "n_asked_first": one.n_asked_first,
                    "n_places": one.n_places,
                    "n_covered": one.n_covered,
                }
                for one in topic_supply(instance, mate)
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


def reasons_of(
    instance: Instance, labels: Labels, matching: Matching, pair: int
) -> list[dict[str, object]]:
    """What each criterion contributed to a pair, and its sentences; see ``Pairing.reasons``."""
    i, j = matching.pairs[pair]
    points = matching.breakdown(pair)
    reasons = []
    for criterion in CRITERIA:
        if not matching.maxima[criterion.key]:
            continue  # counted for nothing in this run, so there is nothing to say
        sentences = criterion.sentence(instance, labels, i, j)
        reasons.append(
            {
                "key": criterion.key,
                "label": criterion.label,
                "points": points[criterion.key],
                "max_points": matching.maxima[criterion.key],
                "sentence": sentences.neutral,
                "to_mentee": sentences.to_mentee,
                "to_mentor": sentences.to_mentor,
            }
        )
    return reasons


def _question(problem: Problem, objective: Objective, mate: IntArray) -> WhatIf | None:
    is_priced = objective.tiers and not set(objective.tiers) - set(PRICED)
    if problem.n_mentees > MAX_MENTEES or not is_priced:
        return None
    return what_if(problem, objective, mate)


def _alternatives(question: WhatIf | None, problem: Problem) -> list[list[Entry]]:
    """The next best mentors of every mentee, cheapest first; see ``Pairing.alternatives``."""
    if question is None:
        return [[] for _ in range(problem.n_mentees)]
    everyone = np.arange(problem.n_mentees)
    mentors, costs = best_alternatives(question, everyone, N_ALTERNATIVES)
    moved = who_moves(question, everyone, mentors, costs)
    return [
        [
            {
                "mentor_id": problem.mentor_ids[j],
                "points": int(problem.points[i, j]),
                "sentence": cost_sentence(unpacked(question, cost)),
                "moves": [_move(problem, move) for move in moves],
            }
            for j, cost, moves in zip(of_mentors, of_costs, of_moves, strict=True)
            if j != UNMATCHED
        ]
        for i, (of_mentors, of_costs, of_moves) in enumerate(
            zip(mentors.tolist(), costs.tolist(), moved, strict=True)
        )
    ]


def _move(problem: Problem, move: Move) -> list[int | None]:
    """Mentee, from and to whom, points before and after: without names, as there are many."""
    i, before, after = move.mentee, move.from_mentor, move.to_mentor
    return [
        problem.mentee_ids[i],
        None if before == UNMATCHED else problem.mentor_ids[before],
        None if after == UNMATCHED else problem.mentor_ids[after],
        None if before == UNMATCHED else int(problem.points[i, before]),
        None if after == UNMATCHED else int(problem.points[i, after]),
    ]


def _reliefs(
    instance: Instance, matching: Matching, required: Sequence[str]
) -> list[Relief | None]:
    """The smallest change of rules for each mentee whom the rules leave nobody."""
    rows = np.array([left.mentee for left in matching.unmatched], dtype=np.int64)
    if not len(rows):
        return []
    # Only these people: the masks of a large cohort are not to be made again.
    few = instance.subset(rows, np.arange(instance.n_mentors))
    masks = rule_masks(few) | requirement_masks(few, required)
    return [
        smallest_relief(masks, at, instance.capacity, matching.free_places, FIXED)
        for at in range(len(rows))
    ]


def _of_places(problem: Problem, shortages: Sequence[Shortage], question: WhatIf | None) -> Entry:
    """Shortages and the worth of places, as `RunAnswers` keeps them."""
    gains = gains_of_one_more_place(question) if question else []
    # Tiers come in the order of their importance, and so do the numbers to be compared.
    order = sorted(range(len(gains)), key=lambda j: (-np.array(list(gains[j].values()))).tolist())
    worth = {
        j: cost_sentence({tier: -gain for tier, gain in gains[j].items()})
        for j in order
        if any(gains[j].values())
    }
    return {
        "shortages": [_shortage(problem, one, worth) for one in shortages],
        "places": [
            {"mentor_id": problem.mentor_ids[j], "sentence": sentence}
            for j, sentence in list(worth.items())[:N_LISTED]
        ],
    }


def _shortage(problem: Problem, shortage: Shortage, worth: Mapping[int, str]) -> Entry:
    best = next((j for j in worth if j in shortage.mentors), None)
    return {
        "mentee_ids": [problem.mentee_ids[i] for i in shortage.mentees],
        "mentor_ids": [problem.mentor_ids[j] for j in shortage.mentors],
        "n_places": shortage.n_places,
        "n_unserved": shortage.n_unserved,
        "best": None
        if best is None
        else {"mentor_id": problem.mentor_ids[best], "sentence": worth[best]},
    }


def _of_blocking(problem: Problem, mate: IntArray) -> Entry:
    found = blocking_pairs(problem, mate)
    return {
        "n_blocking": len(found),
        "blocking": [
            {
                "mentee_id": problem.mentee_ids[one.mentee],
                "mentor_id": problem.mentor_ids[one.mentor],
                "mentee_gains": one.mentee_gains,
                "mentor_gains": one.mentor_gains,
            }
            for one in found[:N_LISTED]
        ],
    }


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
