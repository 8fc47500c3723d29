"""Hard rules: which pairs are forbidden, by which rule, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.instance import UNKNOWN, Instance
from matching.engine.pairs import matrix
from matching.engine.tables import Tables
from matching.engine.telling import gettext_noop

MEETING_FIELDS = ("ways", "regions", "utc_offsets")


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule; a pair it forbids is never made, at whatever price."""

    key: str  # stored with runs; never renamed once used
    label: str  # a few words, for lists and counts
    sentence: str  # why a pair is excluded, for the committee and the public page
    forbids: Callable[[Instance], BoolArray]  # bool (n_mentees, n_mentors)
    # Fields, less "mentee_" and "mentor_", on which it depends; empty where every pair differs.
    fields: tuple[str, ...] = ()


def same_person(instance: Instance) -> BoolArray:
    """Pairs of one person with themselves; shape (n_mentees, n_mentors)."""
    same: BoolArray = instance.mentee_persons[:, np.newaxis] == instance.mentor_persons
    return same


def same_employer(instance: Instance) -> BoolArray:
    """Pairs of colleagues, unless the program allows them; unknown employers differ."""
    if instance.same_employer_allowed:
        return np.zeros((instance.n_mentees, instance.n_mentors), dtype=bool)
    return same_known(instance.mentee_employers, instance.mentor_employers)


def conflict(instance: Instance) -> BoolArray:
    """Pairs that were named as conflicts, or rejected before."""
    return matrix(instance.conflicts)


def earlier_partner(instance: Instance) -> BoolArray:
    """Pairs of an earlier cohort that nobody asked for again."""
    return matrix(instance.earlier_partners)


def not_admitted(instance: Instance) -> BoolArray:
    """Pairs in which one does not meet the program's conditions or applied out of season."""
    return ~(instance.mentee_admitted[:, np.newaxis] & instance.mentor_admitted)


def career_order(instance: Instance) -> BoolArray:
    """Where a program asks for it: pairs whose mentor is known not to be ahead."""
    if not instance.career_order_required:
        return np.zeros((instance.n_mentees, instance.n_mentors), dtype=bool)
    mentees, mentors = instance.mentee_stages[:, np.newaxis], instance.mentor_stages
    behind: BoolArray = (mentors <= mentees) & (mentees != UNKNOWN) & (mentors != UNKNOWN)
    return behind


def no_common_format(instance: Instance) -> BoolArray:
    """Pairs without one format of the menu that both accept."""
    return none_of(n_shared(instance.mentee_formats, instance.mentor_formats))


def no_way_to_meet(instance: Instance) -> BoolArray:
    """Pairs without one way of meeting that both can use."""
    return none_of(n_usable_ways(instance))


def no_common_language(instance: Instance) -> BoolArray:
    """Pairs without one language that both speak."""
    return none_of(n_shared(instance.mentee_languages, instance.mentor_languages))


RULES = (
    Rule("same_person", "same person", gettext_noop("The two are the same person."), same_person),
    Rule(
        "same_employer",
        "same employer",
        gettext_noop("The two have the same employer."),
        same_employer,
    ),
    Rule(
        "conflict",
        "named conflict",
        gettext_noop("This pair was named as a conflict, or was rejected before."),
        conflict,
    ),
    Rule(
        "earlier_partner",
        "together in an earlier cohort",
        gettext_noop("The two were together in an earlier cohort and did not ask for it again."),
        earlier_partner,
    ),
    Rule(
        "not_admitted",
        "conditions of the program not met",
        gettext_noop(
            "One of the two does not meet the conditions of the program or applied out of season."
        ),
        not_admitted,
        ("admitted",),
    ),
    Rule(
        "career_order",
        "mentor not ahead in career",
        gettext_noop(
            "The mentor is not at a higher career stage than the mentee, as the program asks."
        ),
        career_order,
        ("stages",),
    ),
    Rule(
        "no_common_format",
        "no format in common",
        gettext_noop("There is no format that both accept."),
        no_common_format,
        ("formats",),
    ),
    Rule(
        "no_way_to_meet",
        "no way of meeting in common",
        gettext_noop("There is no way of meeting that both can use."),
        no_way_to_meet,
        MEETING_FIELDS,
    ),
    Rule(
        "no_common_language",
        "no language in common",
        gettext_noop("There is no language that both speak."),
        no_common_language,
        ("languages",),
    ),
)


def rule_masks(instance: Instance) -> dict[str, BoolArray]:
    """Every rule's forbidden pairs by the rule's key; each of shape (n_mentees, n_mentors)."""
    return {rule.key: rule.forbids(instance) for rule in RULES}


def eligible_pairs(tables: Tables) -> BoolArray:
    """Pairs that no rule forbids.

    Returns
    -------
    Bool of shape (n_mentees, n_mentors). Capacity is not a property of a pair and plays no part.
    """
    return ~forbidden_by(tables, [(rule.fields, rule.forbids) for rule in RULES])


def forbidden_by(
    tables: Tables, rules: Iterable[tuple[tuple[str, ...], Callable[[Instance], BoolArray]]]
) -> BoolArray:
    """Pairs forbidden by any of some rules, given with the fields they read."""
    forbidden = np.zeros((tables.instance.n_mentees, tables.instance.n_mentors), dtype=bool)
    for names, forbids in rules:
        table = tables.table(names, forbids)
        if table.values.any():
            forbidden |= table.whole()
    return forbidden


def rules_excluding(instance: Instance, i: int, j: int) -> tuple[Rule, ...]:
    """The rules that forbid mentee row ``i`` with mentor row ``j``; empty when eligible."""
    pair = instance.subset(np.array([i]), np.array([j]))
    return tuple(rule for rule in RULES if rule.forbids(pair)[0, 0])


def n_shared(mentees: BoolArray, mentors: BoolArray) -> IntArray:
    """How many columns are true for both, for every pair.

    Parameters
    ----------
    mentees, mentors
        Bool of shapes (n_mentees, d) and (n_mentors, d).

    Returns
    -------
    Int of shape (n_mentees, n_mentors), within 0 and d.
    """
    # Through float because NumPy multiplies integer matrices without BLAS; small counts are exact.
    product = mentees.astype(np.float64) @ mentors.T.astype(np.float64)
    return product.astype(np.int64)


def none_of(counts: IntArray) -> BoolArray:
    """Where a count is zero; same shape."""
    none: BoolArray = counts == 0
    return none


def n_usable_ways(instance: Instance) -> IntArray:
    """How many ways of meeting each pair can use; shape (n_mentees, n_mentors).

    A way that needs one place counts only for two people of the same known region.
    """
    anywhere = ~instance.way_needs_same_place
    remote = n_shared(instance.mentee_ways[:, anywhere], instance.mentor_ways[:, anywhere])
    local = n_shared(instance.mentee_ways[:, ~anywhere], instance.mentor_ways[:, ~anywhere])
    return remote + local * same_known(instance.mentee_regions, instance.mentor_regions)


def same_known(mentees: IntArray, mentors: IntArray) -> BoolArray:
    """Where two codes are equal and known.

    Parameters
    ----------
    mentees, mentors
        Int codes of shapes (n_mentees,) and (n_mentors,); -1 unknown.

    Returns
    -------
    Bool of shape (n_mentees, n_mentors).
    """
    equal: BoolArray = mentees[:, np.newaxis] == mentors
    known: BoolArray = mentors != UNKNOWN
    return equal & known
