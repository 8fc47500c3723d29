"""How a program matches, in words for everybody: written from the rows that its runs go by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from matching.engine.criteria import CRITERIA
from matching.engine.eligibility import RULES
from matching.engine.problem import MAX_POINTS
from matching.engine.scoring import criterion_maxima
from matching.engine.tiers import TIER_LABELS, Tier
from matching.models import MatchSettings, WhatCounts
from signups.models import Program

# How each criterion is measured.
MEASURES = {
    "topics": _(
        "How many of the topics a mentee asks for the mentor can help with. The first choice "
        "weighs three times as much as the third."
    ),
    "library_type": _(
        "Whether the mentor knows from work, now or earlier, the types of library in which the "
        "mentee works or would like to."
    ),
    "career": _(
        "How far the mentor is ahead. Two career stages weigh most: near enough to remember the "
        "questions, far enough to have answered them."
    ),
    "formats": _("How many of the kinds of mentoring that the mentee accepts the mentor offers."),
    "meeting": _(
        "The ways of meeting that both can use, and how near they are: one region, or few hours "
        "apart."
    ),
    "languages": _("How many of the mentee’s languages the mentor speaks."),
    "identity": _(
        "Only where a mentee wished for a mentor who shares something with them, and both agreed "
        "to the use of their answers. Nobody is told who wished for what, nor for whom it was "
        "met: not the other person, and not the committee."
    ),
    "availability": _("The parts of the week in which both can meet. Three in common are enough."),
    "experience": _("The mentor’s years of experience in the topics asked for, up to ten in each."),
    "wishes": _("Whether the two asked for each other."),
}

# What the engine calls the criteria, marked for translation; a test holds that none is missing.
CRITERION_LABELS = (
    gettext_noop("Topics covered"),
    gettext_noop("Type of library"),
    gettext_noop("Career stage"),
    gettext_noop("Formats in common"),
    gettext_noop("Meeting and place"),
    gettext_noop("Languages"),
    gettext_noop("Shared identity"),
    gettext_noop("Time to meet"),
    gettext_noop("Experience in the topics"),
    gettext_noop("Asked for each other"),
)

NEVER_USED = [
    _(
        "What people wrote in their own words, their names, pronouns and positions. The committee "
        "reads these; the choice of pairs does not depend on them."
    ),
    _("What people told us about barriers they have met."),
    _("When somebody applied, and in which order."),
    _(
        "E-mail addresses, but for knowing somebody again: so that nobody is paired with "
        "themselves, or with an earlier partner unless both ask for it."
    ),
]
IDENTITY_BEYOND_WISHES = _(
    "Answers about who you are, but for a wish as described above. Nothing is ever guessed."
)
IDENTITY = _("Answers about who you are. Nothing is ever guessed, either.")


@dataclass(frozen=True, slots=True)
class Measured:
    """One criterion that counts."""

    label: str
    measure: str
    max_points: int  # of 100, where everybody asked for everything


@dataclass(frozen=True, slots=True)
class HowWeMatch:
    """What counts, what is ruled out, what is wanted, and what is never used."""

    criteria: list[Measured]  # the weightiest first
    required: list[str]
    rules: list[str]
    goals: list[str]
    never_used: list[str]


def how_we_match(program: Program) -> HowWeMatch:
    """How runs of a program are made as it is set now."""
    counts = MatchSettings.objects.what_counts(program)
    asked = _asked_about(program, counts)
    maxima = criterion_maxima(asked)
    labels = {criterion.key: gettext(criterion.label) for criterion in CRITERIA}
    criteria = [
        Measured(labels[key], MEASURES[key], points) for key, points in maxima.items() if points
    ]
    return HowWeMatch(
        criteria=sorted(criteria, key=lambda one: -one.max_points),
        required=[labels[key] for key in counts.required],
        rules=_rules(program),
        goals=_goals(counts),
        never_used=[*NEVER_USED, IDENTITY_BEYOND_WISHES if maxima["identity"] else IDENTITY],
    )


def _asked_about(program: Program, counts: WhatCounts) -> dict[str, int]:
    """Importances without what the program asks nobody."""
    silent = set()
    if not program.identitydimensions.offered().exists():
        silent.add("identity")
    if not program.availabilitytimes.offered().exists():
        silent.add("availability")
    return {key: 0 if key in silent else value for key, value in counts.importances.items()}


def _rules(program: Program) -> list[str]:
    without = set()
    if program.same_employer_allowed:
        without.add("same_employer")
    if not program.career_order_required:
        without.add("career_order")
    return [gettext(rule.sentence) for rule in RULES if rule.key not in without]


def _goals(counts: WhatCounts) -> list[str]:
    goals = [gettext(TIER_LABELS[Tier(tier)]) for tier in [*counts.tiers, Tier.LOTTERY]]
    if counts.spread_points and Tier.SHORTFALL in counts.goals:
        sentence = gettext(
            "A second mentee of the same mentor costs as much as a shortfall of %(points)s of "
            "%(most)s points."
        )
        at = counts.tiers.index(Tier.SHORTFALL)
        values = {"points": counts.spread_points, "most": MAX_POINTS}
        goals[at] = f"{goals[at]} {sentence % values}"
    return goals
