"""Laws of quotas, on made-up draws: chances fall, quotas fit and no higher one does, reps of one kind are one, sums add up."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.plan_periods import by_season, shares, versions
from forecast.quota.curve import chance_of, quota_for
from forecast.quota.draws import QuotaDraws, Rep
from forecast.quota.together import together

amounts = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=2, max_size=40)
levels = st.floats(0.01, 0.99)
DAY = dt.date(2026, 1, 5)


def column(values):
    return np.array(values)[:, None]


@given(amounts, levels)
def test_a_quota_fits_and_no_higher_one_does(values, level):
    columns, world = column(values), np.arange(len(values))
    quota = quota_for(columns, level, world)
    assert chance_of(columns, quota.mean, world).mean >= level - 1e-9
    higher = columns[columns > quota.mean * (1 + 1e-9)]
    assert all(chance_of(columns, float(other), world).mean < level for other in higher)
    assert quota.low <= quota.mean <= quota.high


@given(amounts, st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_chance_never_rises_with_the_quota(values, one, other):
    columns, world = column(values), np.arange(len(values))
    low, high = (chance_of(columns, quota, world) for quota in sorted((one, other)))
    assert low.mean >= high.mean
    assert 0 <= high.low <= high.mean <= high.high <= 1


@given(amounts, levels, st.floats(0.01, 1e3))
def test_a_quota_is_in_the_unit_of_the_bookings(values, level, scale):
    columns, world = column(values), np.arange(len(values))
    plain, scaled = (quota_for(columns * factor, level, world).mean for factor in (1.0, scale))
    assert scaled == pytest.approx(scale * plain)


@given(amounts, levels, st.randoms(use_true_random=False))
def test_the_order_of_the_draws_says_nothing(values, level, rng):
    shuffled = values.copy()
    rng.shuffle(shuffled)
    world = np.arange(len(values))
    one, other = (quota_for(column(each), level, world) for each in (values, shuffled))
    assert (one.mean, one.low, one.high) == pytest.approx((other.mean, other.low, other.high))


@given(st.integers(1, 6), st.integers(2, 30), st.integers(0, 1_000))
def test_that_all_attain_is_never_likelier_than_that_one_does(reps, size, seed):
    rng = np.random.default_rng(seed)
    bookings = rng.gamma(2.0, 1.0, (size, reps)) * rng.gamma(2.0, 0.5, (size, 1))
    names = tuple(Rep(f"R{place}", "team", place) for place in range(reps))
    draws = QuotaDraws(names, bookings, np.zeros(size), np.arange(size), DAY, DAY, "USD")
    quotas = {rep.name: float(rng.uniform(0, 4)) for rep in names}
    (found,) = together(draws, quotas, {"company": 3.0})
    alone = [float((bookings[:, place] >= quotas[rep.name]).mean()) for place, rep in enumerate(names)]
    assert found.everybody.mean <= min(alone) + 1e-12
    assert found.share.mean == pytest.approx(np.mean(alone))
    assert found.sum == pytest.approx(sum(quotas.values()))
    assert found.over_assignment == pytest.approx(found.sum / 3.0)


days = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))


@given(days, days, st.lists(days, max_size=4, unique=True), days)
def test_the_days_of_a_period_share_its_amounts_out_without_rest(one, other, changes, cut):
    """Whatever changes in mid-period: what is asked before a day and from it on is what is asked in all."""
    import pandas as pd

    start, end = (pd.Timestamp(day) for day in sorted((one, other)))
    effective = [None, *sorted(changes)]
    rows = pd.DataFrame({
        "start": start, "end": end, "owner": "Ann", "amount": [100.0 * (place + 1) for place in range(len(effective))],
        "effective": pd.to_datetime(pd.Series(effective)),
    })  # fmt: skip
    held = versions(rows, ["owner"])

    def asked(first, last):
        return float((held["amount"] * shares(held, first, last)).sum())

    at = pd.Timestamp(cut)
    whole = asked(start, end)
    assert asked(start, at - pd.Timedelta(days=1)) + asked(at, end) == pytest.approx(whole)
    assert 100.0 - 1e-9 <= whole <= rows["amount"].max() + 1e-9


@given(days, days, st.lists(st.floats(0.01, 5), min_size=12, max_size=12), st.floats(0, 1e9))
def test_the_months_of_a_season_are_the_period_and_add_up(one, other, season, amount):
    import pandas as pd

    start, end = (pd.Timestamp(day) for day in sorted((one, other)))
    parts = list(by_season(start, end, amount, season))
    assert parts[0][0] == start
    assert parts[-1][1] == end
    assert all(first <= last for first, last, _ in parts)
    assert all(after[0] - before[1] == pd.Timedelta(days=1) for before, after in pairwise(parts))
    assert sum(part for _, _, part in parts) == pytest.approx(amount)
