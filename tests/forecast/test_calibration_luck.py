"""The luck of a calibration is counted once: draws vary as much as what they are learned from, and lean nowhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.calibration.draws import level_wins, stays_of
from forecast.calibration.hazards import Memory, Stays, estimate_hazards
from forecast.calibration.levels import learn_levels
from forecast.calibration.past_weeks import past_weeks
from forecast.calibration.records import records
from forecast.calibration.win_curves import win_curves
from forecast.calibration.workdays import WEEK, Clock
from forecast.known import as_of
from simulations.tables import OPPORTUNITIES, CrmTables, conform

WON, LOST = 1, 2
MONDAY = pd.Timestamp("2026-01-05")


def stays_of_one_pace(rng: np.random.Generator, stays: int, days: float) -> Stays:
    """Return stays in one stage, begun at even times, that end at one pace; half of them won."""
    begun, end = rng.uniform(0, days, stays), rng.exponential(10.0, stays)
    ago = days - begun
    seen = end < ago
    cause = np.where(seen, np.where(rng.random(stays) < 0.5, WON, LOST), -1)
    zero = np.zeros(stays)
    return Stays(zero.astype(np.int64), zero, np.minimum(end, ago), cause, ago)


def test_what_is_forgotten_leaves_draws_as_unsure_as_its_own_luck() -> None:
    """Over 150 histories the chance to be gone in five days differs as much as its draws say, to a fifth of its variance.

    Three standard errors of a variance of 150: 3 sqrt(2 / 150) = 0.35; as many draws of each histories' say it to 0.02.
    If every end counted as its weight only, draws would vary twice as much.
    """
    found, said = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        stays = stays_of_one_pace(rng, 1_500, 1_000.0)
        hazards = estimate_hazards(stays, 1, 60, rng, Memory(91.0))
        gone = 1 - np.exp(-np.diff(hazards.cumulative().sum(axis=3)[:, 0], axis=1)[:, :8].sum(axis=1))
        found.append(gone[0])
        said.append(gone[1:].var(ddof=1))
    ratio = np.mean(said) / np.var(found, ddof=1)
    assert 0.65 < ratio < 1.35


def test_draws_are_won_as_often_as_the_mean_says() -> None:
    """Of 300 stays, over 8,000 draws: the mean chance is that of draw 0 to 0.3%, four standard errors being 0.2%.

    Were draws scaled to equal hazards in place of equal wins, it would be 0.5 to 1.1% too low: a chance grows less than its
    hazard.
    """
    stays = stays_of_one_pace(np.random.default_rng(5), 300, 200.0)
    hazards = level_wins(estimate_hazards(stays, 1, 8_001, np.random.default_rng(5)), stays)
    for horizon in (20.0, 60.0):
        chance = win_curves(hazards, horizon).fresh[:, 0, -1]
        assert chance[1:].mean() == pytest.approx(chance[0], rel=0.003)


def cleaned_on_mondays(seed: int) -> CrmTables:
    """Return 40 weeks in which all that is open and to be lost is dropped at 8 on Mondays, after a week or more."""
    rng = np.random.default_rng(seed)
    count = 2_400
    created = rng.uniform(0, 280, count)
    wait, lost = rng.exponential(12.0, count), created + rng.uniform(7, 21, count)
    lost = WEEK * np.ceil(lost / WEEK) + 8 / 24
    closed = np.minimum(created + wait, lost)
    seen = closed < 280
    rows = pd.DataFrame(
        {
            "id": [str(number) for number in range(count)],
            "created": MONDAY + pd.to_timedelta(created, unit="D"),
            "closed": (MONDAY + pd.to_timedelta(np.where(seen, closed, 0.0), unit="D")).where(seen),
            "outcome": np.where(seen, np.where(closed < lost, "won", "lost"), "open"),
        }
    )
    return CrmTables(conform(rows, OPPORTUNITIES))


@pytest.mark.parametrize("day", [1.0, 0.0])
def test_what_happens_on_one_weekday_moves_no_level(day: float) -> None:
    """Looked at as Monday begins, all that goes that day still seems to have its week; on Tuesday it is gone.

    Either way the wins of the past are the expected ones, and only the first week ahead is lowered or raised.
    """
    moment = MONDAY + pd.Timedelta(days=273 + day)
    known = records(as_of(cleaned_on_mondays(3), moment), moment)
    clock = Clock(int(known.starts), np.arange(400.0))
    stays = stays_of(known, clock)
    hazards = level_wins(estimate_hazards(stays, 1, 2, np.random.default_rng(1)), stays)
    past = past_weeks(known, clock, hazards)
    assert past.expected.sum() == pytest.approx(
        past.wins.sum(), rel=0.01
    )  # but for the days before the first week
    assert past.by_deal.sum() == pytest.approx(past.expected.sum())
    if day:
        assert past.soon > 1.02
    else:
        assert past.soon < 0.98


def test_the_first_week_leans_alone() -> None:
    """What the first week books beyond its level is drawn with it, and no later week feels it."""
    levels = learn_levels(np.full(30, 20.0), np.full(30, 20.0))
    plain, leaning = (
        one.draw(50, 3, np.random.default_rng(2)) for one in (levels, replace(levels, soon=0.9))
    )
    assert leaning[:, 0] == pytest.approx(0.9 * plain[:, 0])
    assert np.array_equal(leaning[:, 1:], plain[:, 1:])
