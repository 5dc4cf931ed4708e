"""Thresholds: the stated rate on fresh years of the same plan, the market's part in them, and what they rest on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.watched_companies import Companies, asked_of
from forecast.alarms.deviations import MONITORS, Grouped
from forecast.alarms.market import OWN, Market, level_of
from forecast.alarms.planning import plan_of
from forecast.alarms.thresholds import FALSE_ALARMS, PARTS, SERIES, Tail, charts
from forecast.alarms.watching import EVERYBODY, TEAM, watch_from

EIGHT = Companies(8)
#: Of the fixture `fresh`.
FRESH = 800


def _alarms(watch, years: Grouped) -> tuple[float, float]:
    """Return the shares of years with an alarm, of the team's family and of everybody's."""
    least = np.zeros(years.sums.created.shape[:2])
    for which, sums in charts(years, watch.usual):
        chance = watch.thresholds.luck[which].log_chance(sums).min(axis=2)
        least = np.minimum(least, chance - np.log(PARTS.get(which[0], 1)))
    team = (least[:, 0] <= watch.thresholds.team).mean()
    return float(team), float((least.min(axis=1) <= watch.thresholds.everybody).mean())


def test_fresh_years_of_the_plan_alarm_as_often_as_stated(watch, fresh):
    """Both thresholds and the check have their noise: limits passed by chance in less than one of a thousand runs."""
    team, everybody = _alarms(watch, fresh)
    noise = np.sqrt(FALSE_ALARMS * (1 - FALSE_ALARMS) * (1 / FRESH + 1 / watch.years))
    assert abs(team - FALSE_ALARMS) < 3.3 * noise
    assert abs(everybody - FALSE_ALARMS) < 3.3 * noise


def test_a_stated_rate_of_a_fifth_is_a_fifth(plan, fresh):
    watch = watch_from(plan, years=400, seed=3, false_alarms=0.2)
    team, _ = _alarms(watch, fresh)
    assert abs(team - 0.2) < 3.3 * np.sqrt(0.16 * (1 / FRESH + 1 / 400))


def test_every_monitor_has_its_parts_of_the_budget(watch, fresh):
    """No series of the team alarms in more years than chance lets it at its level."""
    for which, sums in charts(fresh, watch.usual):
        level = watch.thresholds.team + np.log(PARTS.get(which[0], 1))
        most = binom.ppf(0.9999, FRESH, 3 * np.exp(level))
        chance = watch.thresholds.luck[which].log_chance(sums)[:, 0].min(axis=1)
        assert (chance <= level).sum() <= most, which


def test_what_some_get_the_others_lack(plan, monkeypatch):
    """From the same drawn years: with equal parts the level of a monitor of one part is higher."""
    level = watch_from(plan, years=400, seed=3).thresholds.team
    monkeypatch.setattr("forecast.alarms.thresholds.PARTS", {})
    assert level < watch_from(plan, years=400, seed=3).thresholds.team - 0.1


def test_what_is_seen_alarms_by_the_parts_of_its_monitor(watch, after):
    """Just at the level of its own there is an alarm, and just above it none, whatever the level of the others."""
    seen = watch.look(after)
    for row, (monitor, _) in enumerate(seen.series):
        level = watch.thresholds.team + np.log(PARTS.get(monitor, 1))
        for off, raised in ((-1e-9, 3), (1e-9, None)):
            chance = np.zeros_like(seen.log_chance)
            chance[row, 0, 2] = level + off
            assert replace(seen, log_chance=chance).alarm_week(TEAM) == raised, monitor


def test_a_more_persistent_or_livelier_market_moves_the_thresholds(before, watch):
    """Of creation, which the market moves; of amounts, which it does not, they stay where they are but for noise."""
    lively = replace(asked_of(EIGHT), market=Market(yearly_cv=0.25, persistence_weeks=52.0))
    other = watch_from(plan_of(before, lively), years=400, seed=4)
    for monitor, least, most in (("creation", 1.5, 9.0), ("amounts", 0.67, 1.5)):
        which = next(series for series in SERIES if series[0] == monitor)
        usual, now = (
            each.thresholds.luck[which].height(np.log(0.005))[0, -10:].mean() for each in (watch, other)
        )
        assert least < now / usual < most, monitor


def test_a_height_is_where_its_chance_lies():
    drawn = np.random.default_rng(1).standard_exponential((2_000, 2, 3))
    tail = Tail.of(drawn)
    for chance in (0.05, 0.001):
        assert np.allclose(tail.log_chance(tail.height(np.log(chance))), np.log(chance))


def test_a_tail_is_extrapolated_rightly():
    """Of an exponential distribution the height of one in a thousand is log(1000)."""
    tail = Tail.of(np.random.default_rng(2).standard_exponential((5_000, 1, 40)))
    assert tail.height(np.log(0.001)).mean() == pytest.approx(np.log(1_000), rel=0.05)


def test_without_a_market_the_level_is_a_mean():
    """Then the variance of what is ahead is that of the mean of the weeks seen (least squares), and the mean theirs."""
    counts = np.random.default_rng(3).poisson(9.0, 52).astype(float)
    level = level_of(counts, np.ones(52), np.ones(4), Market(yearly_cv=0.0))
    quiet = int(np.flatnonzero(level.noise == 0)[0])
    assert np.allclose(level.mean[quiet], 1.0, atol=1e-3)
    assert np.allclose(level.covariance[quiet, 0, 0], 1 / level.per_week / 52, rtol=1e-3)


def test_drawn_levels_are_as_unsure_as_was_learned_and_lean_neither_way():
    """Of the logarithm: middle, variance, and covariance of the ends within four standard errors; no skew."""
    counts = np.random.default_rng(6).poisson(12.0, 52).astype(float)
    level, draws = level_of(counts, np.ones(52), np.ones(52), Market()), 20_000
    drawn, noise = level.draw(draws, np.random.default_rng(7))
    for place, variance in enumerate(OWN * level.noise):
        chosen = np.log(drawn[noise == variance])
        if len(chosen) < draws / 10:
            continue
        off, error = chosen - np.log(level.mean[place]), 4 / np.sqrt(len(chosen))
        relative = level.covariance[place] / np.outer(level.mean[place], level.mean[place])
        spread = np.sqrt(np.diag(relative))
        assert np.all(np.abs(off.mean(axis=0)) < error * spread)
        assert np.allclose(off.std(axis=0), spread, rtol=error)
        assert abs((off**3).mean(axis=0) / spread**3).max() < error * np.sqrt(15)
        assert np.mean(off[:, 0] * off[:, -1]) == pytest.approx(
            relative[0, -1], abs=error * spread[0] * spread[-1]
        )


def test_the_level_follows_the_recent_weeks():
    """Where the market moves slowly, weeks just seen say more of the next than those of a year ago."""
    counts = np.concatenate((np.full(26, 10.0), np.full(26, 13.0)))
    level = level_of(counts, np.ones(52), np.ones(52), Market(yearly_cv=0.1, persistence_weeks=26.0))
    assert level.expected[0] > level.expected[-1] > 1.0


def test_a_company_on_plan_is_looked_at_in_every_week(watch, after):
    seen = watch.look(after)
    assert seen.off.shape == (len(MONITORS), 9, 52)
    assert seen.log_chance.shape == (len(SERIES), 9, 52)
    assert seen.alarm_week(TEAM) is None
    assert seen.alarm_week(EVERYBODY) is None


def test_the_team_alone_is_watched_more_closely_than_with_all_its_reps(watch):
    assert watch.thresholds.everybody < watch.thresholds.team < np.log(FALSE_ALARMS)
