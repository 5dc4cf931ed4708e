"""Laws of win curves on generated hazards: chances are chances, grow with the horizon and end at the chance ever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calibration import win_curves as module
from forecast.calibration.hazards import Hazards
from forecast.calibration.win_curves import first_leavings, win_curves

DRAWS, CLASSES = 3, 4
#: What rounding may cost after sums over up to 100 steps.
ROUNDING = 1e-12


def hazards(seed: int) -> Hazards:
    """Return hazards of one to four stages with age classes of their own, some causes never seen."""
    rng = np.random.default_rng(seed)
    stages = int(rng.integers(1, 5))
    edges = np.cumsum(np.round(rng.uniform(0.5, 20, (stages, CLASSES)) * 2) / 2, axis=1)
    edges = np.concatenate((np.zeros((stages, 1)), edges), axis=1)[:, :CLASSES]
    edges[rng.random(stages) < 0.5, -1] = np.inf
    rate = rng.exponential(0.03, (DRAWS, stages, CLASSES, stages + 2))
    rate[:, rng.random((stages, CLASSES, stages + 2)) < 0.3] = 0.0
    rate[:, np.isinf(edges)] = 0.0
    rate[..., -1] += 1e-3  # nothing waits for ever
    return Hazards(edges, rate)


@given(seed=st.integers(0, 2**32 - 1), horizon=st.floats(1.0, 200.0))
def test_chances_lie_between_0_and_the_chance_ever_and_grow(seed: int, horizon: float) -> None:
    known = hazards(seed)
    curves = win_curves(known, horizon)
    stage = np.arange(known.stages)
    age = np.random.default_rng(seed).uniform(0, 60, known.stages)
    won = curves.within(stage, age, np.linspace(0, horizon, 23))
    assert (won[:, :, 0] == 0).all()
    assert (np.diff(won, axis=2) >= -ROUNDING).all()
    assert (np.diff(curves.fresh, axis=2) >= -ROUNDING).all()
    ever = curves.ever(stage, age)
    assert ((ever >= 0) & (ever <= 1 + ROUNDING)).all()
    # Steps cut the corners of hazards that jump inside them: at 0.1 a day by less than 1 in 100.
    assert (won[:, :, -1] <= ever + 0.01).all()


@given(seed=st.integers(0, 2**32 - 1), horizon=st.floats(1.0, 200.0))
def test_what_leaves_leaves_once(seed: int, horizon: float) -> None:
    """Over all causes and steps the chances to leave sum to at most one: what is left is still there."""
    known = hazards(seed)
    leave = first_leavings(known, horizon / 50, 50)
    assert (leave >= 0).all()
    assert (leave.sum(axis=(2, 3)) <= 1 + ROUNDING).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_to_have_just_entered_is_to_be_of_age_0(seed: int) -> None:
    """The curve of a fresh visit and the step-by-step chance at age 0 are two ways to one number."""
    known = hazards(seed)
    curves = win_curves(known, 60.0)
    horizons = np.arange(0, 60.1, 10 * curves.step)
    for stage in range(known.stages):
        fresh = curves.fresh_within(stage, horizons)
        stepped = curves.within(np.array([stage]), np.array([0.0]), horizons)[:, 0]
        assert np.allclose(fresh, stepped, rtol=0, atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
def test_many_at_once_have_the_chances_of_each_alone(seed: int) -> None:
    """Those that come to one age in one stage share its steps; ages between two steps, and far apart, do not."""
    known, rng = hazards(seed), np.random.default_rng(seed)
    curves = win_curves(known, 20.0)
    stage = rng.integers(0, known.stages, 12)
    age = np.where(rng.random(12) < 0.6, rng.integers(0, 20, 12) * curves.step, rng.uniform(0, 90, 12))
    horizons = np.array([0.0, 7.3, 20.0])
    together = curves.within(stage, age, horizons)
    alone = [curves.within(stage[at : at + 1], age[at : at + 1], horizons) for at in range(4)]
    assert np.allclose(together[:, :4], np.concatenate(alone, axis=1), rtol=0, atol=1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", 7)
        assert np.allclose(together, curves.within(stage, age, horizons), rtol=0, atol=1e-9)
