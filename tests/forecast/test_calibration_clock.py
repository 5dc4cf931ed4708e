"""The clock of working time: paces of weekdays and holidays are found again in generated events."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calibration.workdays import EPOCH, WEEK, Clock, estimate_clock, public_holidays, weekday

MONDAY = (dt.date(2026, 1, 5) - EPOCH).days
PACE = np.array([1.0, 2.0, 1.5, 1.0, 1.2, 0.3, 0.0])
NONE = np.array([], dtype=np.int64)


def events(pace: np.ndarray, per_day: float, days: int, seed: int) -> np.ndarray:
    """Return moments of a Poisson process whose rate follows the weekday."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(per_day * pace[np.arange(days) % WEEK] * WEEK / pace.sum())
    return MONDAY + np.repeat(np.arange(days), count) + rng.random(count.sum())


def test_the_paces_of_weekdays_are_found_again() -> None:
    """4,000 events over 400 days: each pace within four standard errors of its count, and the prior of 14 events."""
    days = 399
    seen = events(PACE, 10.0, days, seed=1)
    clock = estimate_clock(seen, (MONDAY, MONDAY + days), MONDAY + days, NONE)
    truth = PACE * WEEK / PACE.sum()
    found = clock.paces(MONDAY, MONDAY + WEEK)
    error = np.sqrt(truth * WEEK / len(seen))
    assert (np.abs(found - truth) < 4 * error + 14 / len(seen) * 1.3).all()
    assert error.max() < 0.06


def test_without_events_the_pace_is_what_is_usual() -> None:
    clock = estimate_clock(np.array([]), (MONDAY, MONDAY + 70), MONDAY + 100, NONE)
    pace = clock.paces(MONDAY, MONDAY + WEEK)
    assert pace[:5] == pytest.approx(pace[0])
    assert pace[0] / pace[6] == pytest.approx(1.3 / 0.25)


@given(
    seed=st.integers(0, 10_000),
    per_day=st.sampled_from([0.0, 0.05, 1.0, 20.0]),
    days=st.integers(1, 200),
)
def test_a_week_without_holidays_is_seven_clock_days_and_time_never_runs_back(
    seed: int, per_day: float, days: int
) -> None:
    clock = estimate_clock(
        events(PACE, per_day, days, seed), (MONDAY, MONDAY + days), MONDAY + days + 50, NONE
    )
    for start in (MONDAY, MONDAY + 3, MONDAY + days - 1):
        assert clock.at(start + WEEK) - clock.at(start) == pytest.approx(WEEK)
    moments = np.linspace(MONDAY - 20, MONDAY + days + 100, 500)
    assert (np.diff(clock.at(moments)) >= 0).all()


def test_outside_its_days_the_clock_runs_one_a_day() -> None:
    clock = Clock(100, np.array([0.0, 0.5, 2.5]))
    assert clock.at([90.0, 100.0, 100.5, 101.25, 102.0, 105.0]).tolist() == [-10, 0, 0.25, 1.0, 2.5, 5.5]


def test_a_holiday_on_which_nothing_is_won_nearly_stands_still() -> None:
    """Twelve Wednesdays off, nothing won on them: their pace falls toward 0, that of other Wednesdays stays."""
    days = 7 * 40
    off = MONDAY + 2 + WEEK * np.arange(0, 36, 3)
    seen = events(PACE, 5.0, days, seed=2)
    worked = seen[~np.isin(np.floor(seen), off)]
    clock = estimate_clock(worked, (MONDAY, MONDAY + days), MONDAY + days, off)
    blind = estimate_clock(worked, (MONDAY, MONDAY + days), MONDAY + days, NONE)
    wednesday = clock.paces(MONDAY + WEEK, MONDAY + 2 * WEEK)[2]
    assert clock.paces(off[0], off[0] + 1)[0] < 0.02 * wednesday
    assert blind.paces(off[0], off[0] + 1)[0] > 0.5 * wednesday
    truth = PACE[2] * WEEK / PACE.sum()
    assert abs(wednesday - truth) < 4 * np.sqrt(truth * WEEK / len(worked)) + 0.02


def test_a_holiday_never_runs_faster_than_its_weekday() -> None:
    off = np.array([MONDAY + 2])
    burst = np.full(50, MONDAY + 2.5)
    clock = estimate_clock(burst, (MONDAY, MONDAY + 70), MONDAY + 70, off)
    assert clock.paces(MONDAY + 2, MONDAY + 3)[0] <= clock.paces(MONDAY + 9, MONDAY + 10)[0]


def test_weekdays_are_counted_from_monday() -> None:
    assert weekday(np.array([MONDAY, MONDAY + 6, MONDAY + 7])).tolist() == [0, 6, 0]
    assert weekday(np.array([0])).tolist() == [3]  # 1970-01-01 was a Thursday


def test_holidays_are_those_of_the_country_or_the_three_that_all_share() -> None:
    first, last = MONDAY, MONDAY + 700
    shared = [EPOCH + dt.timedelta(days=int(day)) for day in public_holidays(None, first, last)]
    assert dt.date(2026, 12, 25) in shared
    assert len(shared) == 6
    german = [EPOCH + dt.timedelta(days=int(day)) for day in public_holidays("DE", first, last)]
    assert dt.date(2026, 10, 3) in german
    assert dt.date(2026, 10, 3) not in shared
