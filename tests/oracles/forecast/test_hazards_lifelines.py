"""Estimated hazards against lifelines' Aalen-Johansen estimator, which knows no prior and no age classes."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import AalenJohansenFitter

from forecast.calibration.hazards import Stays, estimate_hazards
from forecast.calibration.records import CENSORED
from forecast.calibration.win_curves import win_curves

WON, LOST = 1, 2
AT = np.arange(4.0, 81.0, 4.0)


def history(shape: str, deals: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return days to the end of each stay, and how it ended; a third is censored at a random age.

    ``hump``: wins after a gamma time, losses early and late. ``falling``: most of what is won is won
    at once. ``mixture``: a share of losses in the first minutes, and a rule that ends stays at 30 days.
    """
    rng = np.random.default_rng(seed)
    if shape == "hump":
        won, lost = rng.gamma(4.0, 8.0, deals), rng.weibull(0.8, deals) * 60
    elif shape == "falling":
        won, lost = rng.weibull(0.5, deals) * 80, rng.weibull(0.7, deals) * 120
    else:
        won = rng.gamma(3.0, 12.0, deals)
        lost = np.where(rng.random(deals) < 0.3, rng.uniform(0, 0.01, deals), rng.normal(30, 1, deals))
    cut = rng.uniform(5, 150, deals)
    end = np.minimum(np.minimum(won, lost), cut)
    cause = np.where(end == cut, CENSORED, np.where(won < lost, WON, LOST))
    return end, cause


def estimated(end: np.ndarray, cause: np.ndarray, draws: int = 2) -> np.ndarray:
    """Return the estimated chance to be won by each age of `AT`, by parameter draw."""
    zero = np.zeros(len(end))
    stays = Stays(zero.astype(np.int64), zero, end, np.where(cause == CENSORED, CENSORED, cause))
    hazards = estimate_hazards(stays, 1, draws, np.random.default_rng(3))
    return win_curves(hazards, 80.0).fresh_within(0, AT)


def aalen_johansen(end: np.ndarray, cause: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lifelines' cumulative incidence of winning at the ages of `AT`, and its standard error."""
    fitter = AalenJohansenFitter(calculate_variance=True)
    fitter.fit(end, np.where(cause == CENSORED, 0, cause), event_of_interest=WON)
    times = fitter.cumulative_density_.index.to_numpy()
    at = np.searchsorted(times, AT, side="right") - 1
    return (
        fitter.cumulative_density_.to_numpy()[at, 0],
        np.sqrt(np.maximum(fitter.variance_.to_numpy().ravel()[at], 0.0)),
    )


@pytest.mark.parametrize("shape", ["hump", "falling", "mixture"])
def test_the_posterior_mean_follows_aalen_and_johansen(shape: str) -> None:
    """The prior of one event a class of eight or more, and the classes, move it by less than half a standard error.

    Where that is nearly 0, in the first days, by less than a chance of 0.005.
    """
    end, cause = history(shape, 1_200, seed=11)
    truth, error = aalen_johansen(end, cause)
    found = estimated(end, cause)[0]
    assert error.max() < 0.02
    assert (np.abs(found - truth) < np.maximum(error / 2, 0.005)).all()


def test_the_draws_are_as_unsure_as_the_estimator() -> None:
    """Standard deviations of 400 draws against the standard errors of Aalen and Johansen: within 30%."""
    end, cause = history("hump", 300, seed=12)
    _, error = aalen_johansen(end, cause)
    spread = estimated(end, cause, draws=401)[1:].std(axis=0)
    telling = error > 0.01
    assert telling.sum() > 10
    assert np.abs(spread[telling] / error[telling] - 1).max() < 0.3


def test_censored_opportunities_count_as_long_as_they_were_seen() -> None:
    """To leave the open ones out, or to call them lost, misses the estimator by standard errors."""
    end, cause = history("falling", 1_200, seed=13)
    truth, error = aalen_johansen(end, cause)
    closed = cause != CENSORED
    without = estimated(end[closed], cause[closed])[0]
    as_lost = estimated(end, np.where(closed, cause, LOST))[0]
    assert np.abs((estimated(end, cause)[0] - truth) / error)[-1] < 1
    assert ((without - truth) / error)[-1] > 3
    assert ((as_lost - truth) / error)[-1] < -2
