"""Random numbers that anyone can draw again: they depend on stored ids, never on row order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matching.engine.arrays import IntArray

# 20 bits keep sums small; another round is drawn in the rare case of a tie.
LOTTERY_BITS = 20


def pair_tickets(
    salt: str, round_: int, mentee_ids: Sequence[int], mentor_ids: Sequence[int]
) -> IntArray:
    """A lottery number for every pair, and for every mentee staying unmatched.

    Parameters
    ----------
    salt
        Stored with the run; another salt is another lottery.
    round_
        0, 1, 2, ...: another round gives independent numbers.

    Returns
    -------
    Int of shape (n_mentees, n_mentors + 1) within 0 and 2**20 - 1; the last column is for
    staying unmatched. Entry ``[i, j]`` depends on the salt, the round and the two ids only.
    """
    mentees, mentors = keys(salt, round_, mentee_ids, mentor_ids)
    return tickets(mentees[:, np.newaxis], mentors)


def keys(
    salt: str, round_: int, mentee_ids: Sequence[int], mentor_ids: Sequence[int]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """What `tickets` are made of: 64 random bits for each person.

    Returns
    -------
    Shapes (n_mentees,) and (n_mentors + 1,); the last entry stands for staying unmatched.
    """
    unmatched = _keys(salt, round_, "unmatched", (0,))
    mentors = np.append(_keys(salt, round_, "mentor", tuple(mentor_ids)), unmatched)
    return _keys(salt, round_, "mentee", tuple(mentee_ids)), mentors


def tickets(mentees: NDArray[np.uint64], mentors: NDArray[np.uint64]) -> IntArray:
    """The lottery numbers, 0 to 2**20 - 1, of pairs of keys, in the shape they broadcast to."""
    return (_mix(mentees ^ mentors) >> np.uint64(64 - LOTTERY_BITS)).astype(np.int64)


def draw_ranks(salt: str, mentee_ids: Sequence[int]) -> IntArray:
    """The order of the draw of who comes first when places are short.

    Returns
    -------
    Int of shape (n_mentees,): 1 to n_mentees, the largest for who comes first.
    """
    drawn = _keys(salt, 0, "draw", tuple(mentee_ids))
    ranks = np.empty(len(drawn), dtype=np.int64)
    ranks[np.lexsort((np.array(mentee_ids), drawn))[::-1]] = np.arange(1, len(drawn) + 1)
    return ranks


@lru_cache(maxsize=16)
def _keys(salt: str, round_: int, side: str, ids: tuple[int, ...]) -> NDArray[np.uint64]:
    """64 random bits for each person, from BLAKE2b keyed with the salt."""
    key = blake2b(salt.encode(), digest_size=32).digest()
    digests = [
        blake2b(f"{round_} {side} {id_}".encode(), key=key, digest_size=8).digest() for id_ in ids
    ]
    found = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)
    found.flags.writeable = False
    return found


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Stir 64 bits so that two keys combined behave like one fresh hash.

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014). Hashing each pair by itself would
    be as good and takes a second for a million pairs.
    """
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
