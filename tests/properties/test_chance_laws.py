"""The chance of a target is the share of draws that reach it, on generated CRMs, whatever the period asked for."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.forecasting import Forecast, forecast

FIRST = pd.Timestamp("2026-01-05")
DRAWS = 200
pytestmark = pytest.mark.usefixtures("few_parameter_draws")


@functools.cache
def crm(make, seed: int):
    """Return a generated CRM; each is asked several questions."""
    return make(seed, deals=90, days=110)


def asked(make, seed: int, begin: int, length: int, unit: str) -> Forecast:
    """Return the forecast as of day 100 of a period that begins some days before or after."""
    start = FIRST + pd.Timedelta(days=100 + begin)
    return forecast(
        crm(make, seed), as_of=FIRST + pd.Timedelta(days=100), start=start,
        end=start + pd.Timedelta(days=length - 1), unit=unit, draws=DRAWS, seed=seed,
    )  # fmt: skip


QUESTIONS = {
    "seed": st.integers(0, 5),
    "begin": st.integers(-40, 20),
    "length": st.integers(1, 90),
    "unit": st.sampled_from(["amount", "deals"]),
}


@given(**QUESTIONS, share=st.lists(st.floats(0, 1.2), min_size=5, max_size=30))
def test_the_chance_is_the_share_of_draws_at_or_above_the_target(
    made_crm, seed, begin, length, unit, share
) -> None:
    drawn = asked(made_crm, seed, begin, length, unit).bookings
    total, most = drawn.total, drawn.total.max()
    targets = np.sort(np.concatenate((np.array(share) * most, total[:20], [0.0, drawn.booked])))
    chances = np.array([drawn.chance_of(float(target)) for target in targets])
    assert (np.diff(chances) <= 0).all()
    assert np.allclose(chances, [(total >= target).mean() for target in targets], rtol=0, atol=0)
    assert (chances[targets <= drawn.booked] == 1).all()
    assert drawn.chance_of(most) > 0
    assert drawn.chance_of(most * (1 + 1e-9) + 1e-9) == 0


@given(**QUESTIONS)
def test_the_chance_at_the_median_is_one_half(made_crm, seed, begin, length, unit) -> None:
    """Within one draw, or the mass of draws that are equal to the median."""
    drawn = asked(made_crm, seed, begin, length, unit).bookings
    median = drawn.quantiles()["0.5"]
    at = np.isclose(drawn.total, median, rtol=1e-12).mean()
    assert 0.5 - 1 / DRAWS <= drawn.chance_of(median) <= 0.5 + at + 1 / DRAWS


@given(**QUESTIONS)
def test_the_parts_sum_to_the_whole_and_no_part_is_negative(made_crm, seed, begin, length, unit) -> None:
    result = asked(made_crm, seed, begin, length, unit)
    frame, parts = result.to_frame(), result.to_dict()["parts"]
    assert np.array_equal(frame["total"], frame["booked"] + frame["open"] + frame["new"])
    assert (frame >= 0).all(axis=None)
    assert np.isclose(sum(parts.values()), result.mean, rtol=1e-12)
    levels = list(result.bookings.quantiles().values())
    assert levels == sorted(levels)


@given(**QUESTIONS, multiples=st.lists(st.floats(0, 3), min_size=1, max_size=5))
def test_the_grid_of_targets_holds_multiples_of_the_mean(
    made_crm, seed, begin, length, unit, multiples
) -> None:
    start = FIRST + pd.Timedelta(days=100 + begin)
    result = forecast(
        crm(made_crm, seed), as_of=FIRST + pd.Timedelta(days=100), start=start,
        end=start + pd.Timedelta(days=length - 1), unit=unit, draws=DRAWS, seed=seed,
        targets=multiples, target=1.0,
    )  # fmt: skip
    grid = result.chance_by_target()
    assert [row["times_mean"] for row in grid] == multiples
    for row in grid:
        assert row["target"] == row["times_mean"] * result.mean
        assert row["chance"] == result.bookings.chance_of(row["target"])
    assert result.chance_of_target == result.bookings.chance_of(1.0)
