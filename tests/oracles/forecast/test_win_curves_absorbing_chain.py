"""Win curves against the absorbing chain, for which every chance is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.calibration.hazards import Hazards
from forecast.calibration.win_curves import win_curves

CHAINS = {
    "one stage": np.array([[0.0, 0.02, 0.03]]),
    "two, skipped and re-entered": np.array([[0.0, 0.06, 0.01, 0.03], [0.02, 0.0, 0.05, 0.04]]),
    "four in line": np.array(
        [
            [0, 0.1, 0, 0, 0, 0.05],
            [0, 0, 0.05, 0, 0, 0.025],
            [0, 0, 0, 0.15, 0.01, 0.1],
            [0, 0, 0.025, 0, 0.075, 0.01],
        ]
    ),
    "never lost": np.array([[0.0, 0.1, 0.0, 0.0], [0.0, 0.0, 0.05, 0.0]]),
}
HORIZONS = np.array([0.0, 0.4, 3.0, 17.3, 45.0, 91.0])
#: The trapezoid's error is of the order of (rate x step)^2 / 12, at the steps of a day and the rates below 0.3
#: a day used here; inside the first step a curve is a line, which costs more.
TOLERANCE = np.where(HORIZONS < 1, 4e-3, 2e-3)


@pytest.mark.parametrize("name", CHAINS)
def test_chances_within_a_horizon_are_those_of_the_chain(fixed, name: str) -> None:
    rates = CHAINS[name]
    curves = win_curves(fixed.hazards(rates), 91.0)
    truth = np.array([fixed.chain(rates, horizon) for horizon in HORIZONS]).T
    stages = np.arange(len(rates))
    fresh = np.stack([curves.fresh_within(stage, HORIZONS) for stage in stages], axis=1)
    assert (np.abs(fresh - truth) <= TOLERANCE).all()
    aged = curves.within(stages, np.full(len(rates), 33.3), HORIZONS)
    assert (np.abs(aged - truth) <= TOLERANCE).all()  # constant hazards forget the age


@pytest.mark.parametrize("name", CHAINS)
def test_the_chance_ever_is_that_of_the_fundamental_matrix(fixed, name: str) -> None:
    """(I - J)^-1 w, J and w the chances that the next move is to a stage or won (Kemeny and Snell 1960)."""
    rates = CHAINS[name]
    count = len(rates)
    jumps = rates / rates.sum(axis=1, keepdims=True)
    truth = np.linalg.solve(np.eye(count) - jumps[:, :count], jumps[:, count])
    curves = win_curves(fixed.hazards(rates), 30.0)
    ages = np.array([0.0, 12.0])
    for age in ages:
        assert np.allclose(curves.ever(np.arange(count), np.full(count, age)), truth, rtol=0, atol=1e-12)


def test_the_error_falls_with_the_square_of_the_step(fixed) -> None:
    """Four times the horizon on the same number of steps: about 16 times the error, not 4."""
    rates = CHAINS["four in line"] / 2

    def error(horizon: float) -> float:
        fresh = win_curves(fixed.hazards(rates), horizon).fresh_within(0, np.array([45.0]))[0, 0]
        return abs(float(fresh) - fixed.chain(rates, 45.0)[0])

    assert 12 < error(360.0) / error(90.0) < 20


def aged_hazards() -> Hazards:
    """Return one stage: won only from day 10 to 20, at 0.1 a day; lost at 0.02 a day throughout."""
    rate = np.zeros((2, 1, 4, 3))
    rate[:, 0, :, 2] = 0.02
    rate[:, 0, 1, 1] = 0.1
    return Hazards(np.array([[0.0, 10.0, 20.0, 1_000.0]]), rate)


@pytest.mark.parametrize(
    ("age", "horizon", "begins", "ends"),
    [(0.0, 9.9, 0.0, 0.0), (0.0, 15.0, 10.0, 15.0), (4.0, 60.0, 6.0, 16.0), (12.0, 3.0, 0.0, 3.0),
     (12.0, 60.0, 0.0, 8.0), (20.0, 60.0, 0.0, 0.0)],
)  # fmt: skip
def test_age_counts(age: float, horizon: float, begins: float, ends: float) -> None:
    """A win falls only into the days on which the hazard of winning is not 0: integral of 0.1 exp(-...)."""
    curves = win_curves(aged_hazards(), 60.0)
    truth = np.exp(-0.02 * begins) * 0.1 / 0.12 * (1 - np.exp(-0.12 * (ends - begins)))
    found = curves.within(np.array([0]), np.array([age]), np.array([horizon]))[0, 0, 0]
    assert abs(found - truth) < 1e-3  # a hazard that jumps within a step
    if horizon == 60.0:
        assert abs(curves.ever(np.array([0]), np.array([age]))[0, 0] - truth) < 1e-12
