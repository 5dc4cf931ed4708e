"""Levels of creation and winning over a year: what one history cannot tell of their drift is assumed, and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecast.bookings import Outlook
from forecast.calibration.draws import Calibration
from forecast.calibration.levels import Levels
from forecast.calibration.streams import stream
from forecast.quota.draws import Floats

#: Yearly coefficient of variation of the market: the simulation's own assumption (`market.yearly_cv`, graded *assumed*,
#: plausibly 0 to 0.3).
MARKET_CV = 0.1
WEEKS = 52


def mean_variance(persistence: Floats, variance: Floats, weeks: int) -> Floats:
    """Return the variance of the mean of consecutive weeks of a level that persists (AR(1)).

    v / n^2 (n + 2 sum over k of (n - k) rho^k), exactly (Priestley 1981, section 5.3.2): never above v, while its limit
    for long series, v (1 + rho) / (n (1 - rho)), is many times v where a level lasts longer than the series.

    Examples
    --------
    >>> mean_variance(np.array([0.0, 0.995]), np.array([0.04, 0.04]), 4).round(4).tolist()
    [0.01, 0.0398]
    """
    lag = np.arange(1, weeks)
    weight = (persistence[:, None] ** lag) @ (weeks - lag)
    return np.asarray(variance / weeks**2 * (weeks + 2 * weight))


def over_a_year(calibration: Calibration, market_cv: float) -> Calibration:
    """Return a calibration whose levels drift from year to year as little as is assumed.

    One year of weekly counts tells well how much weeks differ, and hardly how much years do: many slow drifts fit, and a
    year ahead most of the spread would be theirs. So each combination of persistence and variance is weighed once more,
    by how far the years of such a level differ against a half-normal belief. Creation and winning together make up the
    market, each with half of its variance, so the belief's scale is ``market_cv`` over the root of two.

    Parameters
    ----------
    calibration : Calibration
    market_cv : float
        Coefficient of variation of the years of creation and winning together; 0 for levels that do not drift.
    """
    creation, scale = calibration.creation, market_cv / np.sqrt(2)
    return replace(
        calibration,
        levels=_weighed(calibration.levels, scale),
        creation=replace(creation, levels=_weighed(creation.levels, scale)),
    )


def _weighed(levels: Levels, scale: float) -> Levels:
    apart = mean_variance(levels.persistence, levels.level_variance, WEEKS)
    belief = np.where(apart > 0, -apart / (2 * max(scale, 1e-6) ** 2), 0.0)
    weight = levels.weight * np.exp(belief)
    return replace(levels, weight=weight / weight.sum())


def shared_market(view: Outlook, market_cv: float, seed: int) -> Floats:
    """Return a factor of mean 1 for what is newly created in each draw: the part of the market that history hides.

    The factor is lognormal. With it, years differ by ``market_cv`` at least: its variance is the assumed one less what
    the draws' levels have already. Of creation's that is without the luck of the counts that it was learned from; of
    winning's there is none, as the win curves carry it.

    Parameters
    ----------
    view : Outlook
        Of a calibration as `over_a_year` gives it.
    market_cv : float
    seed : int
    """
    calibration = view.calibration
    created = calibration.creation.levels.draw(len(view.levels), WEEKS, stream(view.seed, "creation"))
    counted = 1 / max(float(calibration.creation.counts.sum()), 1.0)
    known = max(_spread(created) - counted, 0.0) + _spread(view.levels)
    lacking = max(float(np.log1p(market_cv**2)) - known, 0.0)
    luck = stream(seed, "market that all share").standard_normal(len(view.levels))
    return np.asarray(np.exp(np.sqrt(lacking) * luck - lacking / 2))


def _spread(levels: Floats) -> float:
    """Return the variance of the logarithm of levels' means."""
    return float(np.log(levels.mean(axis=1)).var())
