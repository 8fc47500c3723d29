"""The matching problem as data: who is to be matched and what is known of them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from matching.engine.arrays import (
    NOT_GIVEN,
    BoolArray,
    IntArray,
    checked_bools,
    checked_ints,
    not_given,
)
from matching.engine.menu import Menu
from matching.engine.pairs import PairList, block, in_some
from matching.engine.problem import MAX_PRIORITY

UNKNOWN = -1  # code of an employer, region or career stage that nobody told us

MAX_TOPIC_RANK = 3
MAX_UTC_OFFSET = 14 * 60  # minutes; UTC+14:00 is the largest offset in use

BY_PAIR = ("conflicts", "earlier_partners", "mentee_wishes", "mentor_wishes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One matching problem.

    Row ``i`` of every mentee array is ``mentee_ids[i]``; row ``j`` of every mentor array is
    ``mentor_ids[j]``. Either side may be empty. Integer arrays are kept as int64 and all arrays
    are made read-only, so that a result can be traced back to the very numbers it came from.

    Parameters
    ----------
    mentee_ids, mentor_ids
        Primary keys, unique within their side.
    salt
        Stored text that seeds the lottery between equally good solutions.
    mentee_persons, mentor_persons
        Int codes, shape (n_mentees,) and (n_mentors,): equal code, same person.
    mentee_employers, mentor_employers
        Int codes, same shapes; -1 unknown.
    same_employer_allowed
        Whether the program pairs colleagues.
    mentee_topic_ranks
        Int of shape (n_mentees, n_topics): 0 not asked for, else 1 (most wanted) to 3.
    mentor_topics
        Bool of shape (n_mentors, n_topics): topics offered.
    mentee_library_types
        Bool of shape (n_mentees, n_types): works there now, or wants to.
    mentor_library_types
        Bool of shape (n_mentors, n_types): works there now, or has.
    mentee_stages, mentor_stages
        Int: career stage as ordinal seniority, 0 the lowest; -1 unknown.
    mentee_formats, mentor_formats
        Bool of shape (n, n_formats): entries of the menu of options they accept.
    mentee_ways, mentor_ways
        Bool of shape (n, n_ways): ways of meeting they can use.
    way_needs_same_place
        Bool of shape (n_ways,): usable only by two people of one region.
    mentee_regions, mentor_regions
        Int codes; -1 unknown.
    mentee_utc_offsets, mentor_utc_offsets
        Int minutes east of UTC, within 14 hours either way.
    mentee_languages, mentor_languages
        Bool of shape (n, n_languages).
    capacity
        Int of shape (n_mentors,), zero or more: mentees each mentor can take.
    conflicts
        Bool of shape (n_mentees, n_mentors): pairs that must not be made. This and the other
        fields about single pairs may be a `PairList` instead, where a matrix would not fit.
    mentee_priorities
        Int of shape (n_mentees,), 0 to 1000: who comes first when places are short, such as
        people left out of the last cohort.
    mentee_last_mentors
        Int of shape (n_mentees,): id of the mentor proposed last time, -1 for none. A mentor who
        is not in this instance counts as none.
    earlier_partners
        Bool of shape (n_mentees, n_mentors): together in an earlier cohort, and not asked for
        again.
    mentee_admitted, mentor_admitted
        Bool of shape (n,): meets the program's conditions and applied within its window.
    career_order_required
        Whether the program asks for a mentor at a higher career stage.
    mentee_identity_wishes
        Bool of shape (n_mentees, n_identities): what a mentee is, would like to share with the
        mentor, and consented to have used for it.
    mentor_identities
        Bool of shape (n_mentors, n_identities): what a mentor is and consented to have used.
    identity_dimensions
        Int of shape (n_identities,): equal code, same dimension.
    mentee_times, mentor_times
        Bool of shape (n, n_times): parts of the week in which they can meet.
    mentor_topic_years
        Int of shape (n_mentors, n_topics): years of experience in each topic.
    mentee_wishes, mentor_wishes
        Bool of shape (n_mentees, n_mentors): the mentee named this mentor; the mentor named this
        mentee.
    menu
        Places and liking of each format, where there is more to say than who accepts it.

    Attributes
    ----------
    mentee_has_wished, mentor_has_wished
        Bool of shape (n,): named somebody, whom a `subset` may have left out.

    Raises
    ------
    ValueError
        Naming the field, when a shape, type or range is wrong.
    """

    mentee_ids: tuple[int, ...]
    mentor_ids: tuple[int, ...]
    salt: str
    mentee_persons: IntArray
    mentor_persons: IntArray
    mentee_employers: IntArray
    mentor_employers: IntArray
    same_employer_allowed: bool
    mentee_topic_ranks: IntArray
    mentor_topics: BoolArray
    mentee_library_types: BoolArray
    mentor_library_types: BoolArray
    mentee_stages: IntArray
    mentor_stages: IntArray
    mentee_formats: BoolArray
    mentor_formats: BoolArray
    mentee_ways: BoolArray
    mentor_ways: BoolArray
    way_needs_same_place: BoolArray
    mentee_regions: IntArray
    mentor_regions: IntArray
    mentee_utc_offsets: IntArray
    mentor_utc_offsets: IntArray
    mentee_languages: BoolArray
    mentor_languages: BoolArray
    capacity: IntArray
    conflicts: BoolArray | PairList
    mentee_priorities: IntArray = field(default_factory=not_given)
    mentee_last_mentors: IntArray = field(default_factory=not_given)
    earlier_partners: BoolArray | PairList = field(default_factory=not_given)
    mentee_admitted: BoolArray = field(default_factory=not_given)
    mentor_admitted: BoolArray = field(default_factory=not_given)
    career_order_required: bool = False
    mentee_identity_wishes: BoolArray = field(default_factory=not_given)
    mentor_identities: BoolArray = field(default_factory=not_given)
    identity_dimensions: IntArray = field(default_factory=not_given)
    mentee_times: BoolArray = field(default_factory=not_given)
    mentor_times: BoolArray = field(default_factory=not_given)
    mentor_topic_years: IntArray = field(default_factory=not_given)
    mentee_wishes: BoolArray | PairList = field(default_factory=not_given)
    mentor_wishes: BoolArray | PairList = field(default_factory=not_given)
    mentee_has_wished: BoolArray = field(init=False)
    mentor_has_wished: BoolArray = field(init=False)
    menu: Menu | None = None

    def __post_init__(self) -> None:
        n, m = self.n_mentees, self.n_mentors
        self._fill_in()
        for name, ids in (("mentee_ids", self.mentee_ids), ("mentor_ids", self.mentor_ids)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"{name}: an id occurs twice")
        if not isinstance(self.salt, str):
            raise ValueError(f"salt: must be text, not {type(self.salt).__name__}")
        for side, rows in (("mentee", n), ("mentor", m)):
            self._check_ints(f"{side}_persons", (rows,))
            self._check_ints(f"{side}_employers", (rows,), low=UNKNOWN)
            self._check_ints(f"{side}_stages", (rows,), low=UNKNOWN)
            self._check_ints(f"{side}_regions", (rows,), low=UNKNOWN)
            self._check_ints(
                f"{side}_utc_offsets", (rows,), low=-MAX_UTC_OFFSET, high=MAX_UTC_OFFSET
            )
        self._check_ints("mentee_topic_ranks", (n, None), low=0, high=MAX_TOPIC_RANK)
        self._check_bools("mentor_topics", (m, self.mentee_topic_ranks.shape[1]))
        for what in ("library_types", "formats", "ways", "languages"):
            self._check_bools(f"mentee_{what}", (n, None))
            self._check_bools(f"mentor_{what}", (m, getattr(self, f"mentee_{what}").shape[1]))
        self._check_bools("way_needs_same_place", (self.mentee_ways.shape[1],))
        self._check_ints("capacity", (m,), low=0)
        self._check_ints("mentee_priorities", (n,), low=0, high=MAX_PRIORITY)
        self._check_ints("mentee_last_mentors", (n,), low=UNKNOWN)
        for name in BY_PAIR:
            pairs = getattr(self, name)
            if not isinstance(pairs, PairList):
                self._check_bools(name, (n, m))
            elif pairs.shape != (n, m):
                raise ValueError(f"{name}: shape must be ({n}, {m}), not {pairs.shape}")
        self._keep("mentee_has_wished", in_some(self.mentee_wishes)[0])
        self._keep("mentor_has_wished", in_some(self.mentor_wishes)[1])
        self._check_bools("mentee_admitted", (n,))
        self._check_bools("mentor_admitted", (m,))
        self._check_bools("mentee_identity_wishes", (n, None))
        n_identities = self.mentee_identity_wishes.shape[1]
        self._check_bools("mentor_identities", (m, n_identities))
        self._check_ints("identity_dimensions", (n_identities,))
        self._check_bools("mentee_times", (n, None))
        self._check_bools("mentor_times", (m, self.mentee_times.shape[1]))
        self._check_ints("mentor_topic_years", (m, self.mentor_topics.shape[1]), low=0)
        if self.menu is not None and self.menu.shape != (n, m, self.mentee_formats.shape[1]):
            raise ValueError(f"menu: has other people or formats than the rest, {self.menu.shape}")

    def _fill_in(self) -> None:
        """Put what "not given" means in place of optional fields: nothing asked, all admitted."""
        n, m = self.n_mentees, self.n_mentors
        # One byte, however many pairs.
        nobody = np.broadcast_to(np.zeros((), dtype=bool), (n, m))
        n_topics = self.mentor_topics.shape[-1] if np.ndim(self.mentor_topics) else 0
        meanings: dict[str, np.ndarray[Any, Any]] = {
            "mentee_priorities": np.zeros(n, dtype=np.int64),
            "mentee_last_mentors": np.full(n, UNKNOWN),
            "earlier_partners": nobody,
            "mentee_admitted": np.ones(n, dtype=bool),
            "mentor_admitted": np.ones(m, dtype=bool),
            "mentee_identity_wishes": np.zeros((n, 0), dtype=bool),
            "mentor_identities": np.zeros((m, 0), dtype=bool),
            "identity_dimensions": np.zeros(0, dtype=np.int64),
            "mentee_times": np.zeros((n, 0), dtype=bool),
            "mentor_times": np.zeros((m, 0), dtype=bool),
            "mentor_topic_years": np.zeros((m, n_topics), dtype=np.int64),
            "mentee_wishes": nobody,
            "mentor_wishes": nobody,
        }
        for name, meaning in meanings.items():
            if getattr(self, name) is NOT_GIVEN:
                object.__setattr__(self, name, meaning)

    @property
    def n_places(self) -> IntArray:
        """Places of each mentor over all formats; (m,)."""
        return self.capacity if self.menu is None else self.menu.n_places(self.capacity)

    @property
    def n_mentees(self) -> int:
        return len(self.mentee_ids)

    @property
    def n_mentors(self) -> int:
        return len(self.mentor_ids)

    def subset(self, mentees: IntArray, mentors: IntArray) -> Instance:
        """The same problem for some of its people only, in the order given.

        Parameters
        ----------
        mentees, mentors
            Row numbers, without repetition.
        """
        changes: dict[str, Any] = {
            "mentee_ids": tuple(self.mentee_ids[i] for i in mentees.tolist()),
            "mentor_ids": tuple(self.mentor_ids[j] for j in mentors.tolist()),
            "capacity": self.capacity[mentors],
            "menu": self.menu and self.menu.subset(mentees, mentors),
        }
        for name in (one.name for one in fields(self)):
            if name in changes:
                continue
            if name in BY_PAIR:
                changes[name] = block(getattr(self, name), mentees, mentors)
                continue
            if name.startswith("mentee_"):
                changes[name] = getattr(self, name)[mentees]
            elif name.startswith("mentor_"):
                changes[name] = getattr(self, name)[mentors]
        # What is part of a checked instance need not be checked again.
        part = copy(self)
        for name, value in changes.items():
            if isinstance(value, np.ndarray):
                part._keep(name, value)
            else:
                object.__setattr__(part, name, value)
        return part

    def _check_ints(
        self, name: str, shape: tuple[int | None, ...], *, low: int | None = None, high: int = 2**62
    ) -> None:
        self._keep(name, checked_ints(name, getattr(self, name), shape, low, high))

    def _check_bools(self, name: str, shape: tuple[int | None, ...]) -> None:
        self._keep(name, checked_bools(name, getattr(self, name), shape))

    def _keep(self, name: str, array: np.ndarray[Any, Any]) -> None:
        # A view, so that the caller's own array stays writable.
        array = array.view()
        array.flags.writeable = False
        object.__setattr__(self, name, array)
