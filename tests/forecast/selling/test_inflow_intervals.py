"""What is said of an inflow holds the truth as often as it says, and sees a trend that is there.

Counts of hits over simulated histories; bounds are the binomial's at one in a thousand below 92%, where a right 95%
interval of few cases may lie, so that one that is too narrow by half fails: of 40 histories at least 30 hits.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecast.cycle import cycle_of
from forecast.incidence import LOST, WON, incidence
from forecast.inflow.conversion_trend import conversion_trend
from forecast.inflow.cycle_trend import NO_FACTOR, cycle_trend
from forecast.inflow.shares import Chance, chance_of, difference
from forecast.inflow.weekly import weekly

CYCLE = stats.gamma(2.0, scale=30.0)
HISTORIES = range(40)
FEWEST_HITS = int(stats.binom.ppf(0.001, len(HISTORIES), 0.92))


def hits(found: list[bool]) -> int:
    """Return how many are true."""
    assert len(found) == len(HISTORIES)
    return int(np.sum(found))


@pytest.mark.parametrize(("deals", "chance"), [(30, 0.1), (30, 0.5), (300, 0.25)])
def test_a_conversion_lies_in_its_interval(lived, world, deals, chance) -> None:
    """Also from three wins, where the plain range of the draws holds only eight in ten."""
    held, width = [], []
    for seed in HISTORIES:
        fates = lived(seed, world(deals=deals, chance=chance))
        won = incidence(fates, 200, np.random.default_rng(seed), fewest=1).until(140.0)
        one = chance_of(won, 140.0, max(fates.count(WON) + fates.count(LOST), 1)).estimate()
        held.append(one.low <= chance * CYCLE.cdf(140.0) <= one.high)
        width.append(one.high - one.low)
    assert hits(held) >= FEWEST_HITS
    assert np.mean(width) < 2.5 * 1.96 * np.sqrt(chance * (1 - chance) / deals)


def test_the_median_cycle_lies_in_its_interval(lived, world) -> None:
    held = []
    for seed in HISTORIES:
        fates = lived(seed, world(deals=120, chance=0.25))
        won = incidence(fates, 200, np.random.default_rng(seed), fewest=1).until(140.0)
        cycle = cycle_of(won, fates.count(WON))
        held.append(cycle.median.low <= CYCLE.ppf(0.5 * CYCLE.cdf(140.0)) <= cycle.median.high)
    assert hits(held) >= FEWEST_HITS


@pytest.mark.parametrize(("slope", "stretch"), [(0.0, 0.0), (0.08, 0.0), (0.0, 0.1)])
def test_a_trend_of_the_conversion_lies_in_its_interval(lived, world, slope, stretch) -> None:
    """Cycles that stretch are no trend of the conversion; one of eight points a quarter is seen in most years."""
    held, seen, reported = [], [], []
    for seed in HISTORIES:
        fates = lived(seed, world(slope=slope, stretch=stretch))
        trend = conversion_trend(fates, 150.0)
        held.append(trend.low <= slope <= trend.high)
        seen.append(trend.sign)
        reported.append(trend.mean)
    assert hits(held) >= FEWEST_HITS
    assert np.mean(np.array(seen) == 1) > 0.6 if slope else np.mean(np.array(seen) != 0) < 0.18
    error = np.std(reported) / np.sqrt(len(HISTORIES))
    assert np.mean(reported) == pytest.approx(slope, abs=4 * error)


@pytest.mark.parametrize(("slope", "stretch"), [(0.0, 0.0), (0.03, 0.0), (0.0, 0.08)])
def test_a_trend_of_the_cycle_lies_in_its_interval(lived, world, slope, stretch) -> None:
    """More wins are no trend of the cycle; recent wins are all quick ones, and are not taken for a trend."""
    held, reported = [], []
    for seed in HISTORIES:
        fates = lived(seed, world(days=730, slope=slope, stretch=stretch))
        trend = cycle_trend(fates, 200.0, 730.0)
        assert not isinstance(trend, str)
        held.append(trend.low <= np.expm1(stretch) <= trend.high)
        reported.append(trend.mean)
    assert hits(held) >= FEWEST_HITS
    error = np.std(reported) / np.sqrt(len(HISTORIES))
    assert np.mean(reported) == pytest.approx(np.expm1(stretch), abs=4 * error)


def test_a_plain_trend_would_take_what_is_still_open_for_a_trend(lived, world) -> None:
    """The defect that the pairs avoid: a regression of the wins' cycles on their creation falls in every history."""
    slopes = []
    for seed in range(10):
        fates = lived(seed, world())
        won = fates.cause == WON
        slopes.append(np.polyfit(fates.created[won], np.log(fates.end[won]), 1)[0] * 91)
    assert np.mean(slopes) < -0.15


def test_cycles_that_change_their_kind_have_no_factor(lived, world) -> None:
    """Quick wins give way to slow ones; no stretching makes one of the other."""
    fates = lived(1, world(deals=2_000, chance=1.0))
    rng = np.random.default_rng(1)
    late = fates.created > 180
    age = np.where(
        rng.random(2_000) < np.where(late, 0.1, 0.9), rng.uniform(1, 3, 2_000), rng.uniform(60, 61, 2_000)
    )
    known = fates.created + age < 365
    fates = type(fates)(
        fates.begin, np.minimum(age, 365 - fates.created), np.where(known, WON, -1), fates.created
    )
    assert cycle_trend(fates, 200.0, 365.0) == NO_FACTOR


def series(rng: np.random.Generator, weeks: int, mean: float, slope: float, noise: float) -> np.ndarray:
    """Return weekly counts with a log-linear mean (a quarter's slope) and gamma week noise of a variance."""
    quarters = (np.arange(weeks) - (weeks - 1) / 2) / 13
    luck = rng.gamma(1 / noise, noise, weeks) if noise else 1.0
    return rng.poisson(mean * np.exp(slope * quarters) * luck).astype(float)


@pytest.mark.parametrize(
    ("weeks", "mean", "slope", "noise"), [(26, 2, 0.0, 0.0), (52, 5, 0.15, 0.0), (104, 20, 0.0, 0.2)]
)
def test_weekly_numbers_lie_in_their_intervals(weeks, mean, slope, noise) -> None:
    """Counts and sums of amounts, the mean and the trend; counts that swing twice as much as luck alone too."""
    held: dict[str, list[bool]] = {name: [] for name in ("mean", "trend", "value", "value trend")}
    for seed in HISTORIES:
        rng = np.random.default_rng(seed)
        counts = series(rng, weeks, mean, slope, noise)
        amounts = rng.lognormal(10.0, 0.8, int(counts.sum()))
        sums = np.bincount(np.repeat(np.arange(weeks), counts.astype(int)), amounts, minlength=weeks)
        one, value = weekly(counts), weekly(sums, float((amounts**2).sum() / amounts.sum()))
        quarters = (np.arange(weeks) - (weeks - 1) / 2) / 13
        true = mean * np.exp(slope * quarters).mean()
        for name, found, truth in (
            ("mean", one.mean, true), ("trend", one.trend, np.expm1(slope)),
            ("value", value.mean, true * np.exp(10.0 + 0.32)), ("value trend", value.trend, np.expm1(slope)),
        ):  # fmt: skip
            held[name].append(found.low <= truth <= found.high)
    assert {name: hits(found) >= FEWEST_HITS for name, found in held.items()} == dict.fromkeys(held, True)


def test_a_strong_trend_is_seen() -> None:
    """Twenty a week that grow by 20% a quarter over a year: seen in four years of five at least."""
    seen = [weekly(series(np.random.default_rng(seed), 52, 20, 0.2, 0.0)).trend.sign for seed in HISTORIES]
    assert np.mean(np.array(seen) == 1) > 0.8


def test_a_market_that_wanders_is_not_taken_for_a_trend() -> None:
    """A year of twenty a week whose level wanders by 22% with a memory of ten weeks.

    Nine in ten show no trend; counts that were taken for plain luck would show one in half of the years.
    """
    none = []
    for seed in HISTORIES:
        rng = np.random.default_rng(seed)
        level = [rng.normal()]
        for _ in range(51):
            level.append(0.9 * level[-1] + np.sqrt(1 - 0.9**2) * rng.normal())
        counts = rng.poisson(20 * np.exp(0.22 * np.array(level)) * rng.gamma(20, 1 / 20, 52)).astype(float)
        none.append(weekly(counts).trend.sign == 0)
    assert hits(none) >= FEWEST_HITS


def test_a_chance_near_nothing_keeps_its_interval() -> None:
    """No win in 30: as Wilson says, up to 11%."""
    assert Chance(0.0, 30.0).estimate().high == pytest.approx(0.1135, abs=1e-4)
    assert Chance(0.0, 30.0).estimate().low == 0.0


def test_a_difference_is_newcombes_by_hand() -> None:
    """56 of 70 against 48 of 80: Newcombe (1998), method 10, example (a): 0.0524 to 0.3339."""
    found = difference(Chance(56 / 70, 70.0), Chance(48 / 80, 80.0))
    assert (found.mean, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
