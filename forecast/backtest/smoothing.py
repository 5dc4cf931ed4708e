"""Automatic exponential smoothing of weekly bookings, by statsmodels: never hand-written, so that it is a fair peer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from forecast.calibration.records import Floats
from simulations.errors import BadInput, Problem

#: Error x (trend, damped). Multiplicative errors need values above 0. A season of 52 weeks would need years.
ERRORS, TRENDS = ("add", "mul"), ((None, False), ("add", False), ("add", True))


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A fitted state-space model.

    Attributes
    ----------
    fitted : ETSResults
        Of the weeks over their mean.
    scale : float
        Mean of the weeks.
    """

    fitted: Any
    scale: float

    def paths(self, weeks: int, draws: int, rng: np.random.Generator) -> Floats:
        """Return simulated weeks ahead, weeks x draws."""
        errors = rng.standard_normal((weeks, draws)) * np.sqrt(self.fitted.scale)
        ahead = self.fitted.simulate(weeks, anchor="end", repetitions=draws, random_errors=errors)
        return np.asarray(ahead, dtype=np.float64).reshape(weeks, draws) * self.scale


def smoothed_paths(values: Floats, weeks: int, draws: int, rng: np.random.Generator) -> Floats | None:
    """Return simulated paths of the coming weeks, weeks x draws.

    The model is that of least corrected Akaike criterion (Hurvich & Tsai 1989) among exponential smoothing in
    state-space form with additive or multiplicative errors and no, an additive or a damped trend (Hyndman et al.
    2008), fitted by maximum likelihood. None where the weeks are too few for any (five suffice for the simplest), or
    nothing was booked in them.

    Raises
    ------
    BadInput
        If statsmodels is not installed.
    """
    model = _chosen(tuple(float(value) for value in values))
    return None if model is None else model.paths(weeks, draws, rng)


@lru_cache(maxsize=64)
def _chosen(values: tuple[float, ...]) -> Smoothing | None:
    """Return the model of least corrected criterion; kept, because every horizon asks for the same."""
    weeks = np.array(values)
    if not weeks.any():
        return None
    scale = float(weeks.mean())
    fits = [_fitted(weeks / scale, error, *trend) for error, trend in product(ERRORS, TRENDS)]
    best = min((fit for fit in fits if fit is not None), key=lambda fit: fit[0], default=None)
    return None if best is None else Smoothing(best[1], scale)


def _fitted(weeks: Floats, error: str, trend: str | None, damped: bool) -> tuple[float, Any] | None:  # noqa: FBT001 - statsmodels' own word
    """Return the corrected criterion and the fit; None where the weeks cannot carry the model."""
    parameters = (
        3 + 2 * (trend is not None) + damped
    )  # level's weight and start, variance; of a trend the same
    left = len(weeks) - parameters - 1
    if left <= 0 or (error == "mul" and weeks.min() <= 0):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that did not converge competes with what it reached
        fit = _model(weeks, error, trend, damped).fit(disp=False)
    criterion = float(fit.aic) + 2 * parameters * (parameters + 1) / left
    return (criterion, fit) if np.isfinite(criterion) and np.isfinite(fit.scale) else None


def _model(weeks: Floats, error: str, trend: str | None, damped: bool) -> Any:  # noqa: FBT001 - statsmodels' own word
    try:
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    except ImportError:
        allowed = "needs statsmodels: install Pipecast with its extra, pipecast[backtest]"
        raise BadInput([Problem("the baseline", "", "exponential smoothing", "", allowed)]) from None
    return ETSModel(weeks, error=error, trend=trend, damped_trend=damped)
