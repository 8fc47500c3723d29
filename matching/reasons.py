"""Why two people are a pair, and why somebody was left without: the sentences that a run stores."""

from __future__ import annotations

from collections.abc import Mapping

from matching.engine.criteria import CRITERIA
from matching.engine.instance import Instance
from matching.engine.sentences import Labels, counted, enumerated
from matching.engine.solution import Matching
from matching.engine.unmatched import Unmatched


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
                # For whoever reads another language; see matching/in_other_words.py.
                "facts": sentences.facts,
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
