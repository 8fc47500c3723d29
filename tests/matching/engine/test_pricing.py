"""A look at all pairs finds what looking at them one by one finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import pricing
from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.face import Prices
from matching.engine.factors import factorise
from matching.engine.pairs import PairList
from matching.engine.pricing import PriceList, pair_cost, scan
from matching.engine.synthetic import synthetic_instance
from matching.engine.tiers import Tier
from tests.matching.engine.factories import make_instance, random_instance


def standing(factors, listed):
    """-1, 0 or 1 for every pair: below its prices, at them, above; 1 where it is forbidden."""
    n, m = len(factors.left), len(factors.right)
    rows, columns = np.indices((n, m)).reshape(2, -1)
    points = factors.points_of(rows, columns)
    found = np.zeros(n * m, dtype=int)
    for prices, cost in (
        *((prices, 0) for prices in listed.who),
        (listed.last, pair_cost(listed.tier, points)),
    ):
        apart = np.sign(cost + prices.place[columns] - prices.mentee[rows])
        found = np.where(found == 0, apart, found)
    return np.where(points < 0, 1, found).reshape(n, m)


def drawn_prices(random, n, m, most, about):
    return Prices(
        about + random.integers(-most, most + 1, n).astype(np.int64),
        random.integers(0, most + 1, m).astype(np.int64),
    )


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_who=st.integers(0, 2),
    tier=st.sampled_from([Tier.SHORTFALL, Tier.TOTAL]),
    scale=st.sampled_from([1, 40, 2**13, 2**24, 2**33]),
)
def test_missing_and_tight_pairs_are_those_found_one_by_one(seed, n_who, tier, scale):
    random = np.random.default_rng(seed)
    n, m = int(random.integers(1, 14)), int(random.integers(1, 70))
    # Wishes make exceptions, which are looked at elsewhere.
    factors = factorise(random_instance(seed, n, m), DEFAULT_IMPORTANCES | {"wishes": 0})
    who = tuple(drawn_prices(random, n, m, 1, 0) for _ in range(n_who))
    about = 2000 if tier is Tier.SHORTFALL else -60
    last = drawn_prices(random, n, m, scale, about)
    set_apart = random.random((n, m)) < 0.1
    special = PairList.of((n, m), *np.nonzero(set_apart))
    listed = PriceList(who, last, tier, special)

    found = scan(factors, listed, 100, lambda share: None, with_tight=True)

    expected = standing(factors, listed)
    rows, columns = found.missing
    assert (expected[rows, columns] == -1).all()
    # Each mentee with a missing pair is found with one, in each chunk of mentors.
    assert set(rows.tolist()) == set(np.nonzero(expected == -1)[0].tolist())
    tight = np.zeros((n, m), dtype=bool)
    tight[found.tight] = True
    np.testing.assert_array_equal(tight, (expected == 0) & ~set_apart)


@pytest.mark.parametrize("per_mentee", [1, 3])
def test_the_worst_few_of_each_mentee_come_first(per_mentee):
    factors = factorise(synthetic_instance(20, 3000, seed=2), DEFAULT_IMPORTANCES)
    last = Prices(np.full(20, 900), np.arange(3000) % 7)
    nobody = PairList((20, 3000), np.zeros(0, dtype=np.int64))

    found = scan(factors, PriceList((), last, Tier.SHORTFALL, nobody), per_mentee, lambda share: 0)

    rows, columns = found.missing
    assert np.bincount(rows).max() == per_mentee
    points = factors.points_of(*(np.indices((20, 3000)).reshape(2, -1))).reshape(20, 3000)
    cost = np.where(points < 0, 10**6, (100 - points) ** 2) + last.place
    best = np.full(20, 10**6)
    np.minimum.at(best, rows, cost[rows, columns])
    np.testing.assert_array_equal(best, cost.min(axis=1))


def test_too_many_equally_good_pairs_are_refused(monkeypatch):
    monkeypatch.setattr(pricing, "MAX_TIGHT", 5)
    factors = factorise(make_instance(3, 2), {})
    last = Prices(np.zeros(3, dtype=np.int64), np.zeros(2, dtype=np.int64))
    nobody = PairList((3, 2), np.zeros(0, dtype=np.int64))

    with pytest.raises(ValueError, match=r"^importances: more than 5 pairs are equally good"):
        scan(
            factors,
            PriceList((), last, Tier.TOTAL, nobody),
            1,
            lambda share: None,
            with_tight=True,
        )


def test_a_watcher_can_stop_a_look():
    factors = factorise(make_instance(3, 2), {})
    prices = Prices(np.zeros(3, dtype=np.int64), np.zeros(2, dtype=np.int64))
    nobody = PairList((3, 2), np.zeros(0, dtype=np.int64))

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(factors, PriceList((), prices, Tier.TOTAL, nobody), 1, stop)


@pytest.mark.parametrize("tier", [Tier.SHORTFALL, Tier.TOTAL])
@pytest.mark.parametrize("above", [0, 1])
def test_a_price_one_too_high_is_enough(tier, above):
    factors = factorise(make_instance(1, 3), DEFAULT_IMPORTANCES)
    cost = pair_cost(tier, factors.points_of(np.zeros(3, dtype=int), np.arange(3)))
    # The last mentor is the cheapest by one.
    last = Prices(cost[:1] + 4 + above, np.array([6, 5, 4]))
    nobody = PairList((1, 3), np.zeros(0, dtype=np.int64))

    found = scan(factors, PriceList((), last, tier, nobody), 9, lambda share: None, with_tight=True)

    assert [one.tolist() for one in found.missing] == ([[0], [2]] if above else [[], []])
    assert [one.tolist() for one in found.tight] == ([[0], [1]] if above else [[0], [2]])
