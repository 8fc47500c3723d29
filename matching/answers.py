"""What a run stores of each pair beside its points: reasons, and the mentee's next best mentors.

Approving, the pages and the letters read what is stored and compute nothing anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matching.engine.criteria import CRITERIA
from matching.engine.instance import Instance
from matching.engine.menu import NO_FORMAT
from matching.engine.problem import UNMATCHED
from matching.engine.sentences import Labels, counted, enumerated
from matching.engine.shown import Shown, next_best
from matching.engine.solution import Matching
from matching.engine.tiers import Tier
from matching.engine.unmatched import Unmatched
from matching.engine.what_if import PRICED

MAX_MENTEES = 1000  # beyond, the table of all alternatives takes longer than the run itself
N_ALTERNATIVES = 3


def reasons_of(
    instance: Instance, labels: Labels, matching: Matching, pair: int
) -> list[dict[str, object]]:
    """What each criterion contributed to a pair of a run; see ``Pairing.reasons``."""
    points = matching.breakdown(pair)
    return reasons_for(instance, labels, matching.pairs[pair], points, matching.maxima)


def reasons_for(
    instance: Instance,
    labels: Labels,
    pair: tuple[int, int],
    points: Mapping[str, int],
    maxima: Mapping[str, int],
) -> list[dict[str, object]]:
    """What each criterion contributes to a pair of rows, and its sentences."""
    i, j = pair
    reasons = []
    for criterion in CRITERIA:
        most = maxima[criterion.key]
        if not most:
            continue  # counted for nothing in this run, so there is nothing to say
        sentences = criterion.sentence(instance, labels, i, j)
        reasons.append(
            {
                "key": criterion.key,
                "label": criterion.label,
                # What is private is the same row for every pair; see also matching/engine/shown.py.
                "points": most if criterion.is_private else points[criterion.key],
                "max_points": most,
                "is_private": criterion.is_private,
                "is_reason": sentences.is_reason,
                "sentence": sentences.neutral,
                "to_mentee": sentences.to_mentee,
                "to_mentor": sentences.to_mentor,
            }
        )
    return reasons


def reason_of(left: Unmatched, labels: Labels) -> str:
    """Why a mentee was left without a mentor, and where there is a place all the same."""
    if not left.other_formats:
        return left.sentence
    places = [
        f"{labels.formats[column]} (with {counted(n, 'mentor', 'mentors')})"
        for column, n in left.other_formats.items()
    ]
    return (
        f"{left.sentence} There is a place now in what they did not choose: {enumerated(places)}."
    )


def format_keys(matching: Matching) -> list[int | None]:
    """The key of the format in which each pair meets; None where none is said."""
    return [None if key == NO_FORMAT else key for key in matching.format_ids]


def n_places(instance: Instance) -> np.ndarray:
    """Places of each mentor over all formats."""
    menu = instance.menu
    return instance.capacity if menu is None else menu.n_places(instance.capacity)


def alternatives_of(
    seen: Shown, matching: Matching, labels: Labels
) -> list[list[dict[str, object]]]:
    """The next best mentors of each pair's mentee, cheapest first; see ``Pairing.alternatives``.

    None for anyone in a cohort beyond ``MAX_MENTEES``, or where a goal has no price for a single
    pair.
    """
    problem, offered = seen.problem, matching.offered
    has_groups = bool(problem.is_group.any())
    none: list[list[dict[str, object]]] = [[] for _ in np.flatnonzero(seen.mate != UNMATCHED)]
    if problem.n_mentees > MAX_MENTEES or set(seen.objective.tiers) - set(PRICED):
        return none
    return [
        [
            {
                # The first columns are the mentors.
                "mentor_id": problem.mentor_ids[offered.mentors[other.mentor]],
                "points": int(problem.points[i, other.mentor]),
                "sentence": _as_another(matching, labels, i, other.mentor)
                + cost_sentence(other.losses, has_groups=has_groups),
            }
            for other in others
        ]
        for i, others in next_best(seen, N_ALTERNATIVES)
    ]


def _as_another(matching: Matching, labels: Labels, i: int, column: int) -> str:
    """In which format a mentee would meet another mentor, where it is not that of their pair."""
    rows, columns = np.array([i, i]), np.array([matching.mate[i], column])
    own, other = matching.offered.format_of(rows, columns).tolist()
    return "" if own == other else f"In another format, {labels.formats[other]}. "


def cost_sentence(losses: dict[Tier, int], *, has_groups: bool = False) -> str:
    """What a choice would cost the whole, the most important first.

    With groups, the price is that of the same groups meeting.
    """
    said = [_said(tier, loss) for tier, loss in losses.items() if loss]
    if not said:
        return "Costs the whole nothing: another solution is just as good, up to the lottery."
    text = "; ".join(said)
    supposed = ", if the same groups meet" if has_groups else ""
    return f"{text[0].upper()}{text[1:]}{supposed}."


def _said(tier: Tier, loss: int) -> str:
    more, fewer = ("more", "fewer") if loss > 0 else ("fewer", "more")
    n = abs(loss)
    match tier:
        case Tier.SERVED:
            return f"{counted(n, 'mentee', 'mentees')} {fewer} would have a mentor"
        case Tier.PRIORITY:
            order = "behind" if loss > 0 else "before"
            return f"people with priority would come {order} others when places are short"
        case Tier.DRAW:
            order = "earlier" if loss > 0 else "later"
            return f"somebody drawn {order} would wait"
        case Tier.LIKING:
            return f"people would be {counted(n, 'step', 'steps')} {more} from the format they like"
        case Tier.SHORTFALL:
            return f"the squared shortfall would be {n:,} {'larger' if loss > 0 else 'smaller'}"
        case Tier.TOTAL:
            verb = "lose" if loss > 0 else "gain"
            return f"the whole would {verb} {counted(n, 'point', 'points')}"
        case Tier.SPREAD:
            return f"{more} mentees would share a mentor"
        case Tier.KEEP:
            return f"{counted(n, 'last proposal', 'last proposals')} {fewer} would be kept"
        case _:
            raise ValueError(f"{tier} has no price for a single pair")
