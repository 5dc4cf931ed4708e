"""What a user would otherwise trust, by hand: each rule on bookings whose answer can be counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast.backtest.baselines import (
    BASELINES,
    Window,
    crm_weighted,
    exponential_smoothing,
    rep_commits,
    seasonal_naive,
    spreadsheet,
    trailing_mean,
)
from forecast.backtest.past import Past
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

MONDAY = pd.Timestamp("2026-01-05")
DRAWS = 8_000


def window(tables: CrmTables, week: int, weeks: float, unit: str = "deals") -> Window:
    """Return what is asked at the start of a week, for so many weeks."""
    origin = MONDAY + pd.Timedelta(weeks=week)
    return Window(Past(tables, origin, unit), origin + pd.Timedelta(weeks=weeks), DRAWS, 1)


def test_the_trailing_mean_is_the_last_eight_weeks_times_the_weeks_asked(weekly_wins) -> None:
    """2 a week for 10 weeks, then 5 a week for 8: a fortnight is 10, as wide as its own past errors, cut at 0."""
    counts = [2] * 10 + [5] * 8
    draws = trailing_mean(window(weekly_wins(counts), 18, 2))
    middles = [np.mean(counts[max(k - 8, 0) : k]) * 2 for k in range(1, 17)]
    errors = [counts[k] + counts[k + 1] - middle for k, middle in enumerate(middles, 1)]
    # 8,000 normal draws: the mean to a standard error of 1% of the spread, the spread to 0.8%.
    wide = np.sqrt(np.mean(np.square(errors)))
    assert draws.mean() == pytest.approx(10.0, abs=0.04 * wide)
    assert draws.std() == pytest.approx(wide, rel=0.04)
    assert draws.min() >= 0


def test_a_trailing_mean_of_amounts_weighs_them(weekly_wins) -> None:
    """Nothing ever differed, so that its past errors are 0 and it is certain."""
    draws = trailing_mean(window(weekly_wins([3] * 12, amount=50.0), 12, 1, "amount"))
    assert draws == pytest.approx(np.full(DRAWS, 150.0))


def test_the_seasonal_naive_takes_the_same_days_of_last_year(weekly_wins) -> None:
    """56 weeks; a year before week 56 lie week 4 (364 days) and a day: Wednesdays of weeks 4 and 5 less one day."""
    counts = list(range(1, 57))
    asked = window(weekly_wins(counts), 56, 2)
    year_ago = asked.past.origin - pd.DateOffset(years=1)
    won = asked.past.won["closed"]
    by_hand = ((won >= year_ago) & (won < year_ago + pd.Timedelta(weeks=2))).sum()
    draws = seasonal_naive(asked)
    assert by_hand == counts[4] + counts[5]
    assert np.median(draws) == pytest.approx(by_hand, abs=0.05 * draws.std())


def test_without_a_year_the_seasonal_naive_is_the_last_stretch(weekly_wins) -> None:
    counts = [4, 4, 9, 1, 6, 3]
    draws = seasonal_naive(window(weekly_wins(counts), 6, 2))
    assert np.median(draws) == pytest.approx(9.0, abs=0.05 * draws.std())


def test_records_shorter_than_the_horizon_leave_the_naive_ones_silent(weekly_wins) -> None:
    assert seasonal_naive(window(weekly_wins([4, 4]), 2, 5)) is None
    assert trailing_mean(window(weekly_wins([0, 4]), 0, 1)) is None


def spreadsheet_crm() -> CrmTables:
    """Return 8 closed deals (2 of 4 in stage A are won, 4 of 4 in B) and 3 open ones; wins take 10 days."""
    rows = [("A", "won"), ("A", "won"), ("A", "lost"), ("A", "lost"), ("B", "won"), ("B", "won"), ("B", "won"), ("B", "won"),
            ("A", "open"), ("B", "open"), ("B", "open")]  # fmt: skip
    begun = [0, 1, 2, 3, 4, 5, 6, 7, 40, 41, 62]
    created = MONDAY + pd.to_timedelta(begun, unit="D")
    closed = created + pd.Timedelta(days=10)
    frame = pd.DataFrame(rows, columns=["stage", "outcome"]).assign(
        id=[f"D{number}" for number in range(len(rows))], created=created, amount=10.0
    )
    frame["closed"] = pd.Series(closed).where(frame["outcome"] != "open")
    history = frame[["id", "stage"]].assign(entered=created, left=frame["closed"])
    return CrmTables(conform(frame, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=("A", "B"))


def test_the_spreadsheet_adds_stage_rates_of_what_is_due_at_the_median_cycle() -> None:
    """At day 63 the first two open deals are past their 10 days: 0.5 + 1. The third is due on day 72, in the second week.

    What is not yet created: wins of the last 8 weeks that took less than the horizon; the horizon of a week is too
    short for a cycle of 10 days, that of two weeks gives 5 of 8 weeks' wins x 2 / 8.
    """
    tables = spreadsheet_crm()
    one = spreadsheet(window(tables, 9, 1))
    assert set(np.unique(one)) == {1.0, 2.0}
    assert one.mean() == pytest.approx(1.5, abs=4 * 0.5 / np.sqrt(DRAWS))
    two = spreadsheet(window(tables, 9, 2))
    recent = int((tables.opportunities["closed"] >= MONDAY + pd.Timedelta(days=7)).sum()) - 2  # two were lost
    new = recent * 2 / 8
    assert recent == 6
    assert two.mean() == pytest.approx(2.5 + new, abs=4 * np.sqrt(0.25 + new) / np.sqrt(DRAWS))
    assert spreadsheet(window(tables, 9, 1, "amount")).mean() == pytest.approx(15.0, abs=0.3)


def typed() -> CrmTables:
    """Return three open deals expected in the fortnight after week 2, one of them beyond it, and one without a word."""
    frame = pd.DataFrame(
        {
            "id": list("abcd"),
            "created": MONDAY,
            "outcome": "open",
            "amount": [100.0, 200.0, 400.0, 800.0],
            "probability": [0.5, 0.25, 0.5, np.nan],
            "forecast_category": ["commit", "pipeline", "commit", "commit"],
            "expected_close": MONDAY + pd.to_timedelta([14, 27, 28, 20], unit="D"),
        }
    )
    return CrmTables(conform(frame, OPPORTUNITIES), conform(pd.DataFrame({"id": []}), STAGE_HISTORY))


def test_what_reps_typed_is_added_up_over_the_deals_expected_in_the_horizon() -> None:
    """The horizon's first day counts, its end does not; a missing probability adds nothing."""
    asked = window(typed(), 2, 2, "amount")
    assert crm_weighted(asked).tolist() == [100.0]
    assert rep_commits(asked).tolist() == [900.0]
    assert rep_commits(window(typed(), 2, 2)).tolist() == [2.0]


def test_where_nothing_was_typed_reps_are_not_asked(weekly_wins) -> None:
    asked = window(weekly_wins([1, 1, 1]), 3, 1)
    assert crm_weighted(asked) is None
    assert rep_commits(asked) is None


def test_smoothing_adds_its_paths_over_the_horizon(weekly_wins) -> None:
    """A steady 20 a week and a half more of the next: 30, whatever model is chosen; nothing below 0."""
    rng = np.random.default_rng(3)
    counts = (20 + rng.integers(-1, 2, 40)).tolist()
    draws = exponential_smoothing(window(weekly_wins(counts), 40, 1.5))
    assert draws.mean() == pytest.approx(30.0, abs=1.0)
    assert draws.min() >= 0
    assert exponential_smoothing(window(weekly_wins([3]), 1, 1)) is None


def test_every_baseline_of_the_protocol_has_a_rule(weekly_wins) -> None:
    asked = window(weekly_wins([2, 3, 4, 3, 2, 3, 4, 3, 2, 3]), 10, 1)
    answered = {name for name, rule in BASELINES.items() if rule(asked) is not None}
    assert answered == {"trailing mean", "spreadsheet", "seasonal naive", "exponential smoothing"}
