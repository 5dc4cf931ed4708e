"""The curve and its inverse: what a share of draws says, how sure it is, and that reps of one kind count together."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecast.quota.curve import CHANCES, chance_of, curves, mean_of, quota_for
from forecast.quota.draws import QuotaDraws, Rep


def world(size):
    return np.arange(size)


@pytest.fixture
def draws():
    """Return 400 draws of two alike reps of one team and one of another, seed 5."""
    rng = np.random.default_rng(5)
    bookings = rng.gamma(4.0, 25.0, (400, 3)) * rng.gamma(50.0, 0.02, (400, 1))
    reps = (Rep("Ann", "North", 0), Rep("Bob", "North", 0), Rep("Cid", "South", 1))
    day = dt.date(2026, 1, 5)
    return QuotaDraws(reps, bookings, np.full(400, 7.0), world(400), day, dt.date(2027, 1, 3), "USD")


def test_the_chance_is_the_share_of_draws_at_or_above_the_quota():
    columns = np.array([[1.0], [2.0], [2.0], [3.0]])
    assert [chance_of(columns, quota, world(4)).mean for quota in (0.5, 1.0, 2.0, 2.5, 3.5)] == [
        1,
        1,
        0.75,
        0.25,
        0,
    ]


def test_the_quota_is_the_highest_that_is_attained_with_the_chance():
    columns = np.arange(1.0, 11.0)[:, None]
    assert quota_for(columns, 0.6, world(10)).mean == 5.0
    assert chance_of(columns, 5.0, world(10)).mean == 0.6
    assert chance_of(columns, 5.01, world(10)).mean < 0.6


def test_no_chance_is_certain_where_all_draws_agree():
    """1,000 of 1,000 leave room for a few in a thousand; 20 of 20 for more (Wilson 1927)."""
    many, few = (chance_of(np.ones((size, 1)), 1.0, world(size)) for size in (1_000, 20))
    assert many.mean == few.mean == many.high == 1.0
    assert many.low == pytest.approx(1_000 / (1_000 + 1.96**2), abs=1e-6)
    assert few.low == pytest.approx(20 / (20 + 1.96**2), abs=1e-5)


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_the_interval_holds_the_truth_as_often_as_it_says(share):
    """600 samples of 500 uniform draws; the tolerance is four standard errors of a share of 600."""
    rng = np.random.default_rng(11)
    held = [
        (found := chance_of(rng.random((500, 1)), 1 - share, world(500))).low <= share <= found.high
        for _ in range(600)
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 600))


def test_the_interval_of_a_quota_holds_the_truth_as_often_as_it_says():
    """The quota for 60% of uniform draws is 0.4; tolerance as above."""
    rng = np.random.default_rng(12)
    held = [
        (found := quota_for(rng.random((500, 1)), 0.6, world(500))).low <= 0.4 <= found.high
        for _ in range(600)
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 600))


def test_draws_that_share_a_world_are_no_independent_witnesses():
    """Every draw written down four times is as sure as once, not twice as sure."""
    values = np.random.default_rng(3).random((300, 1))
    once, often = (
        chance_of(values, 0.4, world(300)),
        chance_of(np.repeat(values, 4, 0), 0.4, np.repeat(world(300), 4)),
    )
    assert (often.mean, often.low, often.high) == pytest.approx((once.mean, once.low, once.high))


def test_two_alike_reps_with_one_fate_are_as_sure_as_one_and_independent_ones_surer():
    rng = np.random.default_rng(4)
    one, other = rng.random((2, 400, 1))
    alone = chance_of(one, 0.4, world(400))
    same = chance_of(np.hstack([one, one]), 0.4, world(400))
    apart = chance_of(np.hstack([one, other]), 0.4, world(400))
    assert same.high - same.low == pytest.approx(alone.high - alone.low, rel=0.01)
    # Twice the witnesses: narrower by about the root of two.
    assert (apart.high - apart.low) / (alone.high - alone.low) == pytest.approx(np.sqrt(0.5), rel=0.1)


def test_parts_make_the_whole(draws):
    teams = [draws.of_team(team) for team in draws.teams]
    assert draws.teams == ("North", "South")
    assert sum(teams) + 7.0 == pytest.approx(draws.company)
    assert mean_of(draws.company, draws.world).mean == pytest.approx(draws.bookings.sum(axis=1).mean() + 7.0)


def test_alike_reps_have_one_curve_and_others_their_own(draws):
    found = {each.name: each for each in curves(draws, 0.6)}
    assert list(found) == ["company", "North", "South", "Ann", "Bob", "Cid"]
    assert found["Ann"].quota == found["Bob"].quota
    assert found["Ann"].quota.count == 800
    assert found["Ann"].quota != found["Cid"].quota
    assert [len(each.quotas) for each in found.values()] == [len(CHANCES)] * 6


def test_a_higher_chance_asks_for_a_lower_quota(draws):
    for each in curves(draws, 0.6):
        quotas = [quota.mean for quota in each.quotas]
        assert quotas == sorted(quotas, reverse=True)
        assert all(quota.low <= quota.mean <= quota.high for quota in each.quotas)


def test_one_team_is_the_company_and_told_once(draws):
    from dataclasses import replace

    alone = replace(draws, reps=tuple(replace(rep, team="all") for rep in draws.reps))
    assert [each.level for each in curves(alone, 0.6)] == ["company", "rep", "rep", "rep"]


def test_a_rep_that_is_not_there_is_a_key_error(draws):
    with pytest.raises(KeyError):
        draws.place("Dan")
