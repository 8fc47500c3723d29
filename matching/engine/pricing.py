"""Every pair of a large cohort against the prices, block by block, in bounded memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import IntArray
from matching.engine.face import Prices
from matching.engine.factors import Factors, Float32Array
from matching.engine.pairs import PairList
from matching.engine.problem import MAX_POINTS
from matching.engine.tiers import Tier

ROWS = 192  # mentees of a block
TILE = 2048  # mentors of a tile: with ROWS small enough for the cache of a core
CHUNK = 64  # mentors of a tile of whom only the best is looked at; a power of two
STRIDE = TILE // CHUNK  # of a chunk are those whose numbers differ by a multiple of this
FAR = 2.0**22  # added where an earlier tier decides; above any difference of prices in float32

MANY_KINDS = 20  # a column is rare if fewer than one mentor in so many has it
MAX_TIGHT = 20_000_000

# Threads that each let BLAS start more are slower than one; `manage.py` keeps BLAS from it.
N_THREADS = len(os.sched_getaffinity(0)) if os.environ.get("OPENBLAS_NUM_THREADS") == "1" else 1


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of leading tiers: first who is served, then points.

    A pair is a violation if it lies below its prices in the first tier in which it does not meet
    them exactly.
    """

    who: tuple[Prices, ...]  # of tiers in which a pair costs nothing
    last: Prices
    tier: Tier  # of `last`: SHORTFALL or TOTAL
    special: PairList  # pairs that may be cheaper than is known here, and are looked at elsewhere


Pairs = tuple[IntArray, IntArray]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look at all pairs has found: mentee rows and mentor rows, sorted."""

    missing: Pairs  # pairs that the prices do not allow for, the worst few of each mentee
    tight: Pairs  # pairs that meet their prices exactly in every tier, if asked for


def scan(
    factors: Factors,
    listed: PriceList,
    per_mentee: int,
    watch: Callable[[float], None],
    *,
    with_tight: bool = False,
) -> Scan:
    """Hold all pairs against the prices; special ones only as if they were not.

    Parameters
    ----------
    per_mentee
        How many missing pairs at most for each mentee. None are returned only if there are none.
    watch
        Called with the share done, 0 to 1. May raise to cancel.
    with_tight
        Whether to collect the pairs of the optimal face, but for special ones.

    Raises
    ------
    ValueError
        If more pairs are equally good than fit into memory.
    """
    table = _Table(factors, listed)
    n_mentees = table.n_mentees
    blocks = [slice(at, min(at + ROWS, n_mentees)) for at in range(0, n_mentees, ROWS)]
    found: list[tuple[Pairs, Pairs]] = []
    n_tight = 0
    with ThreadPoolExecutor(N_THREADS) as pool:
        # A few blocks ahead of the watcher, so that a cancelled run ends soon.
        for at in range(0, len(blocks), 16 * N_THREADS):
            batch = blocks[at : at + 16 * N_THREADS]
            some = list(pool.map(lambda rows: table.look(rows, per_mentee, with_tight), batch))
            n_tight += sum(len(tight[0]) for _, tight in some)
            if n_tight > MAX_TIGHT:
                raise ValueError(
                    f"importances: more than {MAX_TIGHT:,} pairs are equally good; "
                    "let more criteria count, or make the cohort smaller"
                )
            found.extend(some)
            watch(batch[-1].stop / n_mentees)
    return Scan(_joined([one for one, _ in found]), _joined([one for _, one in found]))


def pair_cost(tier: Tier, points: IntArray) -> IntArray:
    """What pairs of these points cost in `Tier.SHORTFALL` or `Tier.TOTAL`; same shape."""
    return (MAX_POINTS - points) ** 2 if tier is Tier.SHORTFALL else -points


def _joined(found: list[Pairs]) -> Pairs:
    rows = np.concatenate([pairs[0] for pairs in found] or [np.zeros(0, dtype=np.int64)])
    columns = np.concatenate([pairs[1] for pairs in found] or [np.zeros(0, dtype=np.int64)])
    order = np.lexsort((columns, rows))
    return rows[order], columns[order]


class _Table:
    """Reduced costs of all pairs, made as they are asked for."""

    def __init__(self, factors: Factors, listed: PriceList) -> None:
        n_mentors = len(factors.right)
        padding = -n_mentors % TILE
        self.factors, self.listed = factors, listed
        self.memory = threading.local()
        self.n_mentors = n_mentors
        self.n_mentees = len(factors.left)
        # Mentors of one kind beside each other, so that a tile needs few columns of the product.
        self.order = _by_kind(factors.right)
        self.left = np.ascontiguousarray(factors.left.T)
        self.right = []
        for at in range(0, n_mentors, TILE):
            some = factors.right[self.order[at : at + TILE]].T
            used = np.flatnonzero(some.any(axis=1))
            self.right.append((used, _padded(some[used], TILE - some.shape[1])))
        self.dials = [
            (one.left, _padded(one.right[self.order].T, padding), one.points)
            for one in factors.dials
        ]
        prices = listed.last
        largest = max(
            int(np.abs(prices.mentee).max(initial=0)), int(np.abs(prices.place).max(initial=0))
        )
        # Whole numbers below 2**24 are exact in float32.
        exact = np.float32 if largest < 2**20 else np.float64
        self.mentee: NDArray[np.floating] = prices.mentee.astype(exact)
        self.place: NDArray[np.floating] = np.append(
            prices.place[self.order], np.full(padding, 4 * (largest + FAR))
        ).astype(exact)
        self.far = FAR if exact is np.float32 else 4.0 * largest + FAR
        self.mentee_rank, place_rank = _who_ranks(listed.who, self.n_mentees, n_mentors)
        self.place_rank = np.append(place_rank[self.order], np.full(padding, 2**22)).astype(
            np.float32
        )
        # With equal ranks all round, earlier tiers decide nothing.
        self.who_matters = bool(
            (self.mentee_rank != 0).any() or (self.place_rank[:n_mentors] != 0).any()
        )

    def tile(self, rows: slice, columns: slice) -> NDArray[np.floating]:
        """Reduced costs but for the mentee's price; shape (rows, columns).

        Written into memory that the thread uses again for its next tile.
        """
        if not hasattr(self.memory, "cost"):
            self.memory.points = np.empty((ROWS, TILE), dtype=np.float32)
            self.memory.cost = np.empty((ROWS, TILE), dtype=self.mentee.dtype)
            if self.dials:
                self.memory.more = np.empty((ROWS, TILE), dtype=np.float32)
                self.memory.index = np.empty((ROWS, TILE), dtype=np.intp)
        n_rows = rows.stop - rows.start
        points: NDArray[np.floating] = self.memory.points[:n_rows]
        cost: NDArray[np.floating] = self.memory.cost[:n_rows]
        used, offered = self.right[columns.start // TILE]
        np.matmul(self.left[used, rows].T, offered, out=points)
        for left, right, values in self.dials:
            more, index = self.memory.more[:n_rows], self.memory.index[:n_rows]
            np.matmul(left[rows], right[:, columns], out=more)
            np.copyto(index, more, casting="unsafe")
            np.take(values, index, out=more, mode="clip")
            np.add(points, more, out=points)
        if self.listed.tier is Tier.SHORTFALL:
            np.subtract(MAX_POINTS, points, out=points)
            np.multiply(points, points, out=points)
            np.add(points, self.place[columns], out=cost)
        else:
            np.subtract(self.place[columns], points, out=cost)
        if self.who_matters:
            np.subtract(self.place_rank[columns], self.mentee_rank[rows, np.newaxis], out=points)
            np.clip(points, -1, 1, out=points)
            np.multiply(points, self.far, out=points)
            np.add(cost, points, out=cost)
        return cost

    def tiles(self) -> Iterator[slice]:
        for at in range(0, self.n_mentors, TILE):
            yield slice(at, at + TILE)

    def look(self, rows: slice, per_mentee: int, with_tight: bool) -> tuple[Pairs, Pairs]:
        """Missing pairs of some mentees, one for each chunk of mentors at most; tight pairs."""
        limit = self.mentee[rows, np.newaxis]
        found = []
        tight: list[Pairs] = []
        for columns in self.tiles():
            cost = self.tile(rows, columns)
            if with_tight:
                mentees, mentors = np.nonzero(cost == limit)
                tight.append((mentees + rows.start, self.order[mentors + columns.start]))
            best = np.minimum(cost[:, : TILE // 2], cost[:, TILE // 2 :])
            while best.shape[1] > STRIDE:
                half = best.shape[1] // 2
                best = np.minimum(best[:, :half], best[:, half:])
            mentees, chunks = np.nonzero(best < limit)
            if len(mentees) == 0:
                continue
            inside = chunks[:, np.newaxis] + STRIDE * np.arange(CHUNK)
            first = cost[mentees[:, np.newaxis], inside].argmin(axis=1)
            mentors = chunks + STRIDE * first + columns.start
            depth = (best[mentees, chunks] - limit[mentees, 0]).astype(np.float64)
            found.append((mentees + rows.start, mentors, depth))
        return self._worst(found, per_mentee), self._allowed(_joined(tight))

    def _worst(
        self, found: list[tuple[IntArray, IntArray, NDArray[np.float64]]], per_mentee: int
    ) -> Pairs:
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        mentees, mentors, depth = (np.concatenate(part) for part in zip(*found, strict=True))
        # A forbidden pair may stand before a violation of the same chunk.
        hidden = self.factors.points_of(mentees, self.order[mentors]) < 0
        again = self._chunks_one_by_one(mentees[hidden], mentors[hidden])
        mentees = np.concatenate([mentees[~hidden], again[0]])
        mentors = np.concatenate([mentors[~hidden], again[1]])
        depth = np.concatenate([depth[~hidden], again[2]])
        mentors = self.order[mentors]
        # Among equals those that come first after the mentee's own row: not all the same mentor.
        turn = (mentors - 7919 * mentees) % self.n_mentors
        order = np.lexsort((turn, depth, mentees))
        mentees, mentors = mentees[order], mentors[order]
        rank = np.arange(len(mentees)) - np.searchsorted(mentees, mentees)
        kept = rank < per_mentee
        return mentees[kept], mentors[kept]

    def _chunks_one_by_one(
        self, mentees: IntArray, mentors: IntArray
    ) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
        """The worst violation in the chunks of some mentors, forbidden pairs left out."""
        if len(mentees) == 0:
            return mentees, mentors, np.zeros(0)
        first_of_chunk = mentors - mentors % TILE + mentors % STRIDE
        mentors = first_of_chunk[:, np.newaxis] + STRIDE * np.arange(CHUNK)
        inside = mentors < self.n_mentors
        mentors = np.minimum(mentors, self.n_mentors - 1)
        rows = np.repeat(mentees, CHUNK)
        points = self.factors.points_of(rows, self.order[mentors.reshape(-1)])
        points = points.reshape(mentors.shape)
        cost = pair_cost(self.listed.tier, points).astype(np.float64)
        cost += self.place[mentors] - self.mentee[mentees, np.newaxis]
        ahead = self.place_rank[mentors] - self.mentee_rank[mentees, np.newaxis]
        cost += np.clip(ahead, -1, 1) * self.far
        cost[(points < 0) | ~inside] = np.inf
        first = cost.argmin(axis=1)
        every = np.arange(len(mentees))
        worst = cost[every, first]
        kept = worst < 0
        return mentees[kept], mentors[every, first][kept], worst[kept]

    def _allowed(self, pairs: Pairs) -> Pairs:
        """Pairs that no rule forbids; special ones are looked at elsewhere."""
        mentees, mentors = pairs
        allowed = self.factors.points_of(mentees, mentors) >= 0
        allowed &= ~self.listed.special.contains(mentees, mentors)
        return mentees[allowed], mentors[allowed]


def _by_kind(right: Float32Array) -> IntArray:
    """Mentor rows, those with the same rare column of the product beside each other."""
    rare = right.sum(axis=0) < len(right) / MANY_KINDS
    kind = np.argmax(right[:, rare] > 0, axis=1) if rare.any() else np.zeros(len(right), np.int64)
    return np.argsort(kind, kind="stable")


def _padded(right: Float32Array, padding: int) -> Float32Array:
    """The factors of mentors, by column, as contiguous memory and with empty ones at the end."""
    return np.hstack([right, np.zeros((len(right), padding), dtype=np.float32)])


def _who_ranks(
    who: tuple[Prices, ...], n_mentees: int, n_mentors: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Prices of several tiers as one number each that compares like them, tier after tier."""
    mentees = np.array([prices.mentee for prices in who], dtype=np.int64)
    places = np.array([prices.place for prices in who], dtype=np.int64)
    both = np.hstack([mentees.reshape(len(who), n_mentees), places.reshape(len(who), n_mentors)])
    if len(who) == 0 or both.shape[1] == 0:
        rank = np.zeros(n_mentees + n_mentors, dtype=np.int64)
    else:
        _, rank = np.unique(both.T, axis=0, return_inverse=True)
        rank = rank.reshape(-1)
    return rank[:n_mentees].astype(np.float32), rank[n_mentees:].astype(np.float32)
