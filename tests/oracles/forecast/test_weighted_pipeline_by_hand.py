"""The three weighted pipelines and coverage of a small pipeline, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.bookings import Unit
from forecast.pipeline import (
    NO_CLOSE_DATE,
    NO_PROBABILITY,
    NO_TARGET,
    WeightedPipeline,
    coverage,
    weighted_pipeline,
)

AMOUNTS = np.array([10.0, 20.0, 30.0, 40.0])  # in the stages first, second, first, second
NAN = np.nan


def typed(fixed, probability: list[float], expected_days: list[float]):
    """Return the fixed world with probabilities and expected closings, in days from now."""
    world = fixed.world(AMOUNTS)
    known = replace(
        world.records,
        probability=np.array(probability),
        expected_close=fixed.now + np.array(expected_days),
    )
    return replace(world, records=known)


def of(fixed, world, unit: Unit = "amount") -> WeightedPipeline:
    """Return the weighted pipelines of the 21 days from now."""
    return weighted_pipeline(fixed.view(world, 500, 1), unit)


def test_three_kinds_of_one_pipeline(fixed) -> None:
    """CRM: 10 x 0.5 + 20 x 0.25, the others are not expected in the period. Calibrated: all, by their stage."""
    world = typed(fixed, [0.5, 0.25, 0.9, 0.1], [5, 20, 21, -1])
    found = of(fixed, world)
    assert found.crm == 10.0
    assert found.crm_reason == ""
    jumps = fixed.rates / fixed.rates.sum(axis=1, keepdims=True)
    ever = np.linalg.solve(np.eye(2) - jumps[:, :2], jumps[:, 2])
    by_stage = np.array([40.0, 60.0])
    # The noise of weeks is one to 3e-5 here, and steps of two thirds of a day cost 1e-3.
    assert found.calibrated == pytest.approx(by_stage @ ever, rel=1e-3)
    in_period = by_stage @ fixed.chain(fixed.rates, 21.0)
    assert found.calibrated_in_period == pytest.approx(in_period, rel=2e-3)
    assert found.low <= found.calibrated_in_period <= found.high
    assert found.high - found.low < 1e-3 * in_period
    assert found.optimism == found.crm - found.calibrated_in_period
    assert found.calibrated_in_period < found.calibrated < AMOUNTS.sum()


def test_in_deals_every_amount_counts_one(fixed) -> None:
    world = typed(fixed, [0.5, 0.25, 0.9, 0.1], [5, 20, 21, -1])
    found = of(fixed, world, "deals")
    assert found.crm == 0.75
    assert found.calibrated_in_period == pytest.approx(2 * fixed.chain(fixed.rates, 21.0).sum(), rel=2e-3)


@pytest.mark.parametrize(
    ("probability", "expected_days", "reason"),
    [
        ([0.5, 0.5, 0.5, 0.5], [NAN, NAN, NAN, NAN], NO_CLOSE_DATE),
        ([NAN, NAN, 0.5, 0.5], [3, 4, 30, 40], NO_PROBABILITY),
        ([NAN, NAN, NAN, NAN], [30, 30, 30, 30], NO_PROBABILITY),
        ([NAN, NAN, NAN, NAN], [NAN, NAN, NAN, NAN], NO_CLOSE_DATE),
    ],
)
def test_where_the_crm_does_not_say_there_is_none_with_the_reason(
    fixed, probability, expected_days, reason
) -> None:
    """Never 0: nobody typed a 0."""
    found = of(fixed, typed(fixed, probability, expected_days))
    assert found.crm is None
    assert found.optimism is None
    assert found.crm_reason == reason
    assert found.to_dict()["crm"] is None
    assert found.calibrated_in_period > 0


def test_a_probability_that_is_missing_is_left_out_and_a_typed_zero_counts(fixed) -> None:
    assert of(fixed, typed(fixed, [0.5, NAN, 0.5, 0.5], [3, 4, 30, 30])).crm == 5.0
    assert of(fixed, typed(fixed, [0.0, 0.0, 0.5, 0.5], [3, 4, 30, 30])).crm == 0.0
    assert of(fixed, typed(fixed, [0.5, 0.5, 0.5, 0.5], [30, 30, 30, 30])).crm == 0.0


def test_coverage_is_what_is_expected_over_what_is_lacking(fixed) -> None:
    """10 and 20 are expected in the period; 100 less 40 is lacking."""
    world = typed(fixed, [0.5] * 4, [5, 20, 21, -1])
    found = coverage(world, fixed.period, "amount", 40.0, 100.0)
    assert found.ratio == pytest.approx(0.5)
    assert found.to_dict() == {"ratio": found.ratio, "reason": None}
    assert coverage(world, fixed.period, "deals", 1.0, 5.0).ratio == pytest.approx(0.5)


@pytest.mark.parametrize("booked", [100.0, 100.1])
def test_coverage_reads_reached_once_the_target_is_booked(fixed, booked: float) -> None:
    world = typed(fixed, [0.5] * 4, [5, 20, 21, -1])
    found = coverage(world, fixed.period, "amount", booked, 100.0)
    assert found.reached
    assert found.to_dict() == {"ratio": "reached", "reason": None}
    assert not coverage(world, fixed.period, "amount", 99.9, 100.0).reached


def test_coverage_says_why_there_is_none(fixed) -> None:
    world = typed(fixed, [0.5] * 4, [5, 20, 21, -1])
    assert coverage(world, fixed.period, "amount", 0.0, None).reason == NO_TARGET
    undated = typed(fixed, [0.5] * 4, [NAN] * 4)
    found = coverage(undated, fixed.period, "amount", 0.0, 100.0)
    assert found.to_dict() == {"ratio": None, "reason": NO_CLOSE_DATE}
