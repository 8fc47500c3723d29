"""What a run found, told with the names of the people it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matching.engine.sentences import counted, enumerated
from matching.engine.tiers import TIER_LABELS, Tier
from matching.models import MatchRun, Pairing, RunAnswers
from signups.models import Application, Cohort, MentorApplication

ERASED = "someone who was erased since"
MAX_NAMES = 100  # in one sentence

Entry = dict[str, Any]


class People:
    """Names of everyone in a cohort who is still told of, by the key of the application."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort

    @cached_property
    def _names(self) -> dict[int, str]:
        # Asked for only where somebody is named: very large runs name nobody.
        found = Application.objects.not_erased().filter(cohort=self._cohort)
        return dict(found.order_by().values_list("pk", "name"))

    def __contains__(self, key: int) -> bool:
        return key in self._names

    def name(self, key: int) -> str:
        return self._names.get(key, ERASED)

    def names(self, keys: list[int]) -> str:
        """Several names, in the order of the alphabet, those erased since together at the end."""
        known = sorted(self._names[key] for key in keys if key in self._names)
        n_erased = len(keys) - len(known)
        if len(known) > MAX_NAMES:
            known[MAX_NAMES:] = [f"{len(known) - MAX_NAMES} others"]
        if n_erased:
            known.append(ERASED if n_erased == 1 else f"{n_erased} people who were erased since")
        return enumerated(known)


@dataclass(frozen=True, slots=True)
class Choice:
    """Another mentor for a mentee, and what choosing them would cost."""

    mentor_id: int
    mentor: str
    points: int
    sentence: str  # for the whole
    moves: list[str]  # for whom, one sentence each


def choices_of(alternatives: list[Entry], people: People) -> list[Choice]:
    """The mentors whom a mentee could have had instead, cheapest first."""
    return [
        Choice(
            mentor_id=one["mentor_id"],
            mentor=people.name(one["mentor_id"]),
            points=one["points"],
            sentence=one["sentence"],
            moves=[move_sentence(move, people) for move in one.get("moves", [])],
        )
        for one in alternatives
        if one["mentor_id"] in people
    ]


def move_sentence(move: list[int | None], people: People) -> str:
    """Who would move where, and what that is in points; see ``Pairing.alternatives``."""
    mentee_id, from_id, to_id, before, after = move
    mentee = people.name(mentee_id)
    mentee = f"{mentee[0].upper()}{mentee[1:]}"
    if from_id == to_id:
        return f"{mentee} would meet {people.name(to_id)} in another format."
    if to_id is None:
        return f"{mentee} would lose {people.name(from_id)} ({before} points) and have nobody."
    mentor = people.name(to_id)
    if from_id is None:
        return f"{mentee} would get {mentor} ({after} points) instead of nobody."
    return (
        f"{mentee} would move from {people.name(from_id)} to {mentor}: "
        f"{after} points instead of {before}."
    )


def sentences_of(run: MatchRun, answers: RunAnswers | None, worst: Pairing | None) -> list[str]:
    """A run in a few sentences: who is served, the worst pair, how good against the best."""
    said = [_served(run)]
    trades = {trade["goal"]: trade for trade in answers.trades} if answers else {}
    if worst is not None:
        text = f"The pair with the fewest points is {worst} with {worst.points}"
        best = trades.get(Tier.WORST)
        if best is None:
            said.append(f"{text}.")
        elif best["worst"] > worst.points:
            said.append(f"{text}; with as many served it could have been {best['worst']} at best.")
        else:
            said.append(f"{text}; no choice that serves as many could lift that any higher.")
        said.append(_total(run, trades.get(Tier.TOTAL)))
    return said


def _served(run: MatchRun) -> str:
    n_left = run.n_mentees - run.n_served
    offer = (
        f"{counted(run.n_mentors, 'mentor offers', 'mentors offer')} "
        f"{counted(run.n_places, 'place', 'places')}"
    )
    if run.n_mentees == 0:
        return f"No mentee was waiting for a mentor; {offer}."
    if n_left == 0:
        everyone = "The only mentee" if run.n_mentees == 1 else f"All {run.n_mentees} mentees"
        return f"{everyone} can have a mentor; {offer}."
    left = counted(n_left, "is left without", "are left without")
    if run.n_mentees == 1:
        return f"The only mentee is left without a mentor; {offer}."
    return f"{run.n_served} of {run.n_mentees} mentees can have a mentor, {left}; {offer}."


def _total(run: MatchRun, best: Entry | None) -> str:
    text = f"All pairs together have {run.total_points:,} points"
    if best is None:
        return f"{text}."
    if best["total"] <= run.total_points:
        return f"{text}, and no choice of pairs could have more."
    share = 100 * run.total_points / best["total"]
    # Rounded down, so that 100 is never said of less.
    return (
        f"{text}, {int(share * 10) / 10:g} % of the {best['total']:,} that pairs chosen for points "
        "alone would have."
    )


def traded(run: MatchRun, answers: RunAnswers) -> list[Entry]:
    """What was preferred to what: the run, and how it would have been with another goal first."""
    return [
        {
            "goal": TIER_LABELS[Tier(trade["goal"])],
            "is_asked": trade["goal"] in run.tiers,
            **{name: trade[name] for name in ("n_served", "worst", "total", "n_changed")},
        }
        for trade in answers.trades
    ]


def fairness_of(answers: RunAnswers) -> list[Entry]:
    """The tables by group: those that may be told, and how many others there are."""
    return [
        table
        | {
            "told": [group for group in table["groups"] if group["n_mentees"] is not None],
            "n_hidden": sum(group["n_mentees"] is None for group in table["groups"]),
        }
        for table in answers.fairness
    ]


def shortages_of(answers: RunAnswers, people: People) -> list[Entry]:
    """Who lacks whose places, and the smallest change that helps."""
    return [
        {
            "sentence": _shortage(shortage, people),
            "mentees": people.names(shortage["mentee_ids"]),
            "mentors": people.names(shortage["mentor_ids"]),
        }
        for shortage in answers.shortages
        # Whom the rules leave nobody is told one by one.
        if shortage["mentor_ids"]
    ]


def _shortage(shortage: Entry, people: People) -> str:
    n_mentees, n_mentors = len(shortage["mentee_ids"]), len(shortage["mentor_ids"])
    whom = "This person" if n_mentees == 1 else f"These {n_mentees} people"
    mentors = "this mentor" if n_mentors == 1 else f"these {n_mentors} mentors, all full"
    text = (
        f"{whom} can only be served by {mentors}: "
        f"{counted(shortage['n_places'], 'place', 'places')} together."
    )
    n_missing = shortage["n_unserved"]
    where = "with this mentor" if n_mentors == 1 else "with any of them"
    helps = "everyone is served" if n_missing == 1 else "one more is served"
    text += f" The smallest change that helps: one more place {where}, and {helps}"
    if n_missing > 1:
        text += f" ({n_missing} are missing)"
    best = shortage["best"]
    if best and n_mentors > 1:
        return f"{text}. It is worth most with {people.name(best['mentor_id'])}."
    return f"{text}."


def named(entries: list[Entry], people: People) -> list[Entry]:
    """Entries about a mentor, and perhaps a mentee, with their names; without those erased."""
    told = []
    for entry in entries:
        keys = [key for key in entry if key.endswith("_id")]
        if all(entry[key] in people for key in keys):
            names = {key.removesuffix("_id"): people.name(entry[key]) for key in keys}
            told.append(entry | names)
    return told


def mentors_with_free_places(cohort: Cohort, n_taken: dict[int, int]) -> list[tuple[int, str, int]]:
    """Mentors with the number of places, of pairs, for which nobody is proposed or decided."""
    mentors = MentorApplication.objects.filter(cohort=cohort).accepted()
    return [
        (pk, name, capacity - n_taken.get(pk, 0))
        for pk, name, capacity in mentors.values_list("pk", "name", "capacity")
        if capacity > n_taken.get(pk, 0)
    ]
