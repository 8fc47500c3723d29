"""Several formats in one solve: pairs, coffee chats, circles, each with places of their own.

Columns of the problem become *offers*. A mentor's one-to-one kinds share the mentor's places: they
are one column, and where a kind has fewer places than the mentor, columns of one pool. A group has
a column and places of its own. All of that is exact, with the same proof, as places within places
are a flow. Only the least size of a group does not fit; see `groups`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.arrays import BoolArray, IntArray, SmallIntArray
from matching.engine.menu import NO_FORMAT, Menu
from matching.engine.nest import nest_of
from matching.engine.problem import MAX_STEPS_DOWN, NO_POOL, Problem


@dataclass(frozen=True, slots=True)
class Offers:
    """A problem whose columns are offers, and what each column stands for.

    The first columns are the mentors themselves, with the one-to-one kinds that may fill all of
    their places; then come kinds with fewer places, and groups.
    """

    problem: Problem
    menu: Menu
    mentors: IntArray  # (n_offers,), mentor row in the problem of pairs
    formats: IntArray  # (n_offers,), column of the format; NO_FORMAT: see `in_first`
    least: IntArray  # (n_offers,), people it takes for the offer to happen
    in_first: BoolArray  # (n_mentors, n_formats), the formats of a mentor's first column

    def format_of(self, mentees: IntArray, columns: IntArray) -> IntArray:
        """The format in which some pairs meet: of those both accept, the one the mentee likes best.

        Returns
        -------
        Int of the shape of ``mentees``: column of the format, `NO_FORMAT` where there is none.
        """
        liking = self.menu.liking[mentees]
        open_to_both = self.in_first[self.mentors[columns]] & (liking > 0)
        order = np.argsort(np.array(self.menu.format_ids, dtype=np.int64))
        ranked = np.where(open_to_both, liking, MAX_STEPS_DOWN + 1)[:, order]
        if ranked.shape[1] == 0:
            return np.full(len(mentees), NO_FORMAT)
        liked_best = np.where(open_to_both.any(axis=1), order[ranked.argmin(axis=1)], NO_FORMAT)
        found: IntArray = np.where(
            self.formats[columns] == NO_FORMAT, liked_best, self.formats[columns]
        )
        return found

    def free_places(self, mate: IntArray) -> BoolArray:
        """Where one more mentee could join just so; bool of shape (n_mentors, n_formats).

        A group counts where it meets, or would meet with one person more.
        """
        menu, nest = self.menu, nest_of(self.problem)
        load = nest.loads(mate)
        capacity = np.append(self.problem.capacity, self.problem.pool_capacity)
        has_place = np.append(load < capacity, True)
        n_offers = len(self.mentors)
        open_ = has_place[:n_offers] & has_place[nest.parent[:n_offers]]
        open_ &= load[:n_offers] + 1 >= self.least
        n_mentors = len(menu.offered)
        free = self.in_first & open_[:n_mentors, np.newaxis] & (menu.places > 0)
        further = np.flatnonzero(open_ & (self.formats != NO_FORMAT))
        free[self.mentors[further], self.formats[further]] = True
        # Groups nobody can join as things are have no column.
        has_column = np.zeros_like(free)
        has_column[self.mentors[n_mentors:], self.formats[n_mentors:]] = True
        free |= ~has_column & menu.possible_groups() & (menu.least <= 1)
        found: BoolArray = free
        return found


def offers(problem: Problem, menu: Menu) -> Offers:
    """Turn mentors and their places per format into offers.

    Parameters
    ----------
    problem
        Of pairs, with points, eligibility, and as capacity the places that a mentor's one-to-one
        kinds share.

    Raises
    ------
    ValueError
        If the menu is that of other people.
    """
    n, m = problem.n_mentees, problem.n_mentors
    if menu.shape[:2] != (n, m):
        raise ValueError("menu: has other people than the problem")
    one_to_one = menu.offered & ~menu.is_group
    limited = one_to_one & (menu.places < problem.capacity[:, np.newaxis])
    # A mentor's only kind needs no column beside the first, however few its places.
    is_only = one_to_one.sum(axis=1) == 1
    split = limited & ~is_only[:, np.newaxis]
    in_first = one_to_one & ~split
    first_capacity = np.where(
        is_only, np.where(one_to_one, menu.places, 0).sum(axis=1), problem.capacity
    )
    first_capacity = np.minimum(first_capacity, problem.capacity)
    first_capacity *= in_first.any(axis=1) | ~menu.offered.any(axis=1)
    of_kind = np.argwhere(split & (menu.places > 0))
    of_group = np.argwhere(menu.possible_groups())
    mentors = np.concatenate([np.arange(m), of_kind[:, 0], of_group[:, 0]])
    formats = np.concatenate([np.full(m, NO_FORMAT), of_kind[:, 1], of_group[:, 1]])
    liking = _liking_of_first(menu, in_first)
    eligible = problem.eligible & (liking > 0)
    if len(mentors) > m:
        further = menu.liking[:, formats[m:]].astype(np.int16)
        liking = np.concatenate([liking, further], axis=1)
        eligible = problem.eligible[:, mentors] & (liking > 0)
    least = np.ones(len(mentors), dtype=np.int64)
    is_group = np.arange(len(mentors)) >= m + len(of_kind)
    least[is_group] = np.maximum(menu.least[of_group[:, 0], of_group[:, 1]], 1)
    # A group that too few can join never meets.
    kept = ~is_group | (eligible.sum(axis=0) >= least)
    pooled = np.unique(of_kind[:, 0])
    pool_of = np.full(m, NO_POOL)
    pool_of[pooled] = np.arange(len(pooled))
    capacity = np.append(first_capacity, menu.places[mentors[m:], formats[m:]])
    if len(mentors) == m:
        # Nothing but the mentors themselves: the columns stay as they are.
        return Offers(
            problem=replace(
                problem,
                eligible=eligible,
                capacity=capacity.astype(np.int64),
                last_mentor=_last_offer(problem, menu, mentors, formats),
                steps_down=np.maximum(liking - 1, 0),
            ),
            menu=menu,
            mentors=mentors,
            formats=formats,
            least=least,
            in_first=in_first,
        )
    columns = np.flatnonzero(kept)
    mentors, formats = mentors[columns], formats[columns]
    return Offers(
        problem=replace(
            problem,
            points=problem.points[:, mentors],
            eligible=eligible[:, columns],
            capacity=capacity[columns].astype(np.int64),
            mentor_ids=(*problem.mentor_ids, *_ids(problem, menu, mentors[m:], formats[m:])),
            last_mentor=_last_offer(problem, menu, mentors, formats),
            must_fill=np.zeros(len(columns), dtype=np.int64),
            steps_down=np.maximum(liking[:, columns] - 1, 0),
            pool=np.where(is_group[columns], NO_POOL, pool_of[mentors]),
            pool_capacity=problem.capacity[pooled].astype(np.int64),
            is_group=is_group[columns],
        ),
        menu=menu,
        mentors=mentors,
        formats=formats,
        least=least[columns],
        in_first=in_first,
    )


def waiting_groups(
    offered: Offers, rows: IntArray, eligible: BoolArray, mate: IntArray
) -> IntArray:
    """How many groups some mentees could join that have too few people to meet; (len(rows),).

    Parameters
    ----------
    eligible
        Bool of shape (len(rows), n_mentors).
    """
    menu = offered.menu
    groups = np.flatnonzero(offered.problem.is_group)
    meets = np.zeros(menu.offered.shape, dtype=bool)
    joined = groups[np.isin(groups, mate)]
    meets[offered.mentors[joined], offered.formats[joined]] = True
    waits = menu.possible_groups() & ~meets
    mentors, formats = np.nonzero(waits)
    liked = menu.liking[rows][:, formats] > 0
    found: IntArray = (eligible[:, mentors] & liked).sum(axis=1)
    return found


def other_formats(
    offered: Offers, rows: IntArray, allowed: BoolArray, mate: IntArray
) -> list[dict[int, int]]:
    """In which formats that they did not accept some mentees would be served just so.

    Parameters
    ----------
    allowed
        Bool of shape (len(rows), n_mentors): pairs that no rule but those about formats forbids.

    Returns
    -------
    For each of them, columns of formats and with how many mentors there is a place left.
    """
    return not_accepted(offered.menu.liking[rows] > 0, allowed, offered.free_places(mate))


def not_accepted(accepted: BoolArray, allowed: BoolArray, free: BoolArray) -> list[dict[int, int]]:
    """`other_formats`, when it is known which they accept and where there is a place left.

    Parameters
    ----------
    accepted
        Bool of shape (n_mentees, n_formats).
    allowed
        Bool of shape (n_mentees, n_mentors).
    free
        Bool of shape (n_mentors, n_formats).
    """
    # Through float because NumPy multiplies integer matrices without BLAS; counts are exact.
    n_mentors = (allowed.astype(np.float32) @ free.astype(np.float32)).astype(np.int64)
    n_mentors[accepted] = 0
    return [{column: n for column, n in enumerate(of_one) if n} for of_one in n_mentors.tolist()]


def _liking_of_first(menu: Menu, in_first: BoolArray) -> SmallIntArray:
    """How a mentee likes the best format of each mentor's first column; 0: accepts none."""
    # Hundreds of mentors have few different choices of formats.
    choices, choice = np.unique(in_first, axis=0, return_inverse=True)
    none = MAX_STEPS_DOWN + 1
    liking = np.where(menu.liking > 0, menu.liking, none).astype(np.int16)
    best = np.full((len(liking), len(choices)), none, dtype=np.int16)
    for column in range(liking.shape[1]):
        has_format = choices[:, column]
        best[:, has_format] = np.minimum(best[:, has_format], liking[:, column : column + 1])
    best[best > MAX_STEPS_DOWN] = 0
    of_first: SmallIntArray = best.take(choice.reshape(-1), axis=1)
    return of_first


def _ids(problem: Problem, menu: Menu, mentors: IntArray, formats: IntArray) -> list[int]:
    """Ids of further columns, for the lottery: of mentor and format together."""
    return [
        (problem.mentor_ids[j] << 32) + menu.format_ids[f]
        for j, f in zip(mentors.tolist(), formats.tolist(), strict=True)
    ]


def _last_offer(problem: Problem, menu: Menu, mentors: IntArray, formats: IntArray) -> IntArray:
    """The column of the mentor and format proposed last time; the first one where none is left."""
    if not (menu.last != NO_FORMAT).any():
        return problem.last_mentor
    column = {
        (j, f): at for at, (j, f) in enumerate(zip(mentors.tolist(), formats.tolist(), strict=True))
    }
    return np.array(
        [
            column.get((j, f), j)
            for j, f in zip(problem.last_mentor.tolist(), menu.last.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
