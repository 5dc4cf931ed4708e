"""The incidence of winning against lifelines' Aalen-Johansen estimator, and by hand where lifelines cannot go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, CoxPHFitter
from scipy import stats

from forecast.calibration.records import CENSORED
from forecast.incidence import LOST, WON, Fates, incidence
from forecast.inflow.conversion_trend import hazard_slope


def history(deals: int, seed: int) -> Fates:
    """Return lives of which a third is censored at a random age; no two end at one age."""
    rng = np.random.default_rng(seed)
    won, lost, cut = rng.gamma(4.0, 8.0, deals), rng.weibull(0.8, deals) * 60, rng.uniform(5, 150, deals)
    end = np.minimum(np.minimum(won, lost), cut)
    cause = np.where(end == cut, CENSORED, np.where(won < lost, WON, LOST))
    return Fates(np.zeros(deals), end, cause, np.arange(deals, dtype=float))


def aalen_johansen(fates: Fates, ages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lifelines' incidence of winning at some ages, and its standard error."""
    fitter = AalenJohansenFitter(calculate_variance=True)
    fitter.fit(fates.end, fates.cause + 1, event_of_interest=WON + 1)
    at = np.searchsorted(fitter.cumulative_density_.index.to_numpy(), ages, side="right") - 1
    return fitter.cumulative_density_.to_numpy()[at, 0], np.sqrt(fitter.variance_.to_numpy().ravel()[at])


def test_without_ties_the_estimate_is_that_of_lifelines() -> None:
    """Exactly, age by age: 200 lives end at fewer ages than are told apart."""
    fates = history(200, seed=1)
    found = incidence(fates, 2, np.random.default_rng(1))
    expected, _ = aalen_johansen(fates, found.ages)
    assert found.won[0] == pytest.approx(expected, abs=1e-12)


def test_of_many_ages_some_are_taken_together_and_nothing_leans() -> None:
    """500 lives: at most 300 ages, and no more than a tenth of a standard error away."""
    fates = history(500, seed=2)
    found = incidence(fates, 2, np.random.default_rng(1))
    expected, error = aalen_johansen(fates, found.ages)
    assert len(found.ages) <= 300
    telling = error > 0.002
    assert (np.abs(found.won[0] - expected)[telling] < 0.1 * error[telling] + 0.001).all()


def test_draws_are_as_unsure_as_the_estimator() -> None:
    """Standard deviations of 2,000 draws against the standard errors of Aalen and Johansen: within 12%."""
    fates = history(250, seed=3)
    found = incidence(fates, 2_001, np.random.default_rng(1))
    _, error = aalen_johansen(fates, found.ages)
    telling = error > 0.01
    assert found.won[1:].std(axis=0)[telling] == pytest.approx(error[telling], rel=0.12)


def test_ties_and_late_entries_are_counted_by_hand() -> None:
    """Six lives. At 10 days: 5 at risk (F comes in later), one won, one lost, ties both counted: 1/5.

    At 20: A, B, C went or were censored; D, E, F are at risk, one won: 3/5 x 1/3. At 30 two are left, one is won.
    """
    begin = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 15.0])
    end = np.array([10.0, 10.0, 12.0, 20.0, 30.0, 40.0])
    cause = np.array([WON, LOST, CENSORED, WON, WON, CENSORED])
    found = incidence(Fates(begin, end, cause, np.zeros(6)), 2, np.random.default_rng(1), fewest=1)
    assert found.ages.tolist() == [10.0, 20.0, 30.0]
    assert found.won[0] == pytest.approx([1 / 5, 1 / 5 + 3 / 5 / 3, 1 / 5 + 1 / 5 + 3 / 5 * 2 / 3 / 2])


def test_nothing_is_said_beyond_what_enough_were_followed_to() -> None:
    """Of 20 lives, of which 4 are still open at the last win, that win is out of sight; once all ended it is not."""
    end = np.append(np.arange(1.0, 17.0), [50.0, 50.0, 50.0, 50.0])
    cause = np.append(np.full(16, WON), np.full(4, CENSORED))
    still_open = incidence(Fates(np.zeros(20), end, cause, np.zeros(20)), 2, np.random.default_rng(1))
    assert (still_open.horizon, still_open.complete) == (16.0, False)
    ended = np.append(np.full(16, WON), np.full(4, LOST))
    over = incidence(Fates(np.zeros(20), end, ended, np.zeros(20)), 2, np.random.default_rng(1))
    assert (over.horizon, over.complete) == (50.0, True)


@pytest.mark.filterwarnings("ignore:Starting with pandas version 4.0")  # lifelines calls pandas so
def test_the_slope_of_a_hazard_is_that_of_lifelines() -> None:
    """One covariate, left truncation, no ties: coefficient and standard error to four digits."""
    fates = history(400, seed=5)
    rng = np.random.default_rng(5)
    begin = np.where(rng.random(400) < 0.3, fates.end * rng.uniform(0, 0.9, 400), 0.0)
    fates = Fates(begin, fates.end, fates.cause, fates.created)
    x = rng.normal(size=400) + 0.3 * (fates.cause == WON)
    found = hazard_slope(fates, fates.cause == WON, x)
    frame = pd.DataFrame({"begin": begin, "end": fates.end, "won": fates.cause == WON, "x": x})
    fitter = CoxPHFitter().fit(frame, "end", "won", entry_col="begin")
    assert found.value == pytest.approx(fitter.params_["x"], rel=1e-4)
    assert found.error == pytest.approx(fitter.standard_errors_["x"], rel=1e-3)
    assert stats.norm.sf(abs(found.value / found.error)) < 0.05
