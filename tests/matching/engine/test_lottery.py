from hashlib import blake2b

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.lottery import LOTTERY_BITS, draw_ranks, pair_tickets

ids = st.lists(st.integers(0, 2**40), unique=True, max_size=8)


@given(mentee_ids=ids, mentor_ids=ids, data=st.data())
def test_a_ticket_depends_on_the_two_ids_and_not_on_rows(mentee_ids, mentor_ids, data):
    rows = data.draw(st.permutations(range(len(mentee_ids))))
    columns = data.draw(st.permutations(range(len(mentor_ids))))

    tickets = pair_tickets("salt", 0, mentee_ids, mentor_ids)
    shuffled = pair_tickets(
        "salt", 0, [mentee_ids[i] for i in rows], [mentor_ids[j] for j in columns]
    )

    assert tickets.shape == (len(mentee_ids), len(mentor_ids) + 1)
    expected = tickets[np.ix_(np.array(rows, int), np.array([*columns, len(mentor_ids)], int))]
    np.testing.assert_array_equal(shuffled, expected)


@given(mentee_ids=ids, data=st.data())
def test_the_draw_orders_people_and_not_rows(mentee_ids, data):
    order = data.draw(st.permutations(mentee_ids))

    ranks = dict(zip(mentee_ids, draw_ranks("salt", mentee_ids).tolist(), strict=True))

    assert sorted(ranks.values()) == list(range(1, len(mentee_ids) + 1))
    assert draw_ranks("salt", order).tolist() == [ranks[one] for one in order]


def test_the_draw_can_be_repeated_by_hand():
    key = blake2b(b"a salt", digest_size=32).digest()
    people = list(range(8))
    drawn = [blake2b(f"0 draw {one}".encode(), key=key, digest_size=8).digest() for one in people]

    first_to_last = [people[at] for at in np.argsort(-draw_ranks("a salt", people))]
    assert first_to_last == sorted(people, key=drawn.__getitem__)


def stirred(bits):
    """The finaliser of SplitMix64, on Python's own whole numbers."""
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB % 2**64
    return bits ^ bits >> 31


def test_a_ticket_can_be_repeated_by_hand():
    key = blake2b(b"a salt", digest_size=32).digest()

    def bits(text):
        return int.from_bytes(blake2b(text.encode(), key=key, digest_size=8).digest(), "big")

    people = ("3 mentor 9", "3 mentor 5", "3 unmatched 0")
    expected = [stirred(bits("3 mentee 5") ^ bits(one)) >> 44 for one in people]

    assert pair_tickets("a salt", 3, [5], [9, 5]).tolist() == [expected]


def test_salt_and_round_change_all_tickets():
    people = list(range(30))
    drawn = [
        pair_tickets(salt, round_, people, people)
        for salt, round_ in (("a", 0), ("b", 0), ("a", 1))
    ]

    for one in drawn:
        assert one.min() >= 0
        assert one.max() < 2**LOTTERY_BITS
    assert (drawn[0] == drawn[1]).mean() < 0.01
    assert (drawn[0] == drawn[2]).mean() < 0.01
