"""What is assumed of the market, and what the weeks so far say about the level of the weeks to come.

One year of one CRM cannot tell how strongly the market moves from year to year, nor for how long: both are assumed,
stated and changeable. What it can tell, it does: the level so far, and how much single weeks vary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from forecast.alarms.cusum import Floats

#: Variances of the week noise that are weighed against each other.
WEEK_VARIANCES = (0.0, 0.01, 0.03, 0.06, 0.09, 0.13, 0.18, 0.25, 0.35, 0.5, 0.75, 1.1, 1.6)
#: Variance of the logarithm of the level before anything is seen: it may be anything.
ANY_LEVEL = 100.0


@dataclass(frozen=True, slots=True)
class Market:
    """What is assumed of the market that all owners share; the defaults and ranges are those of a scenario.

    Attributes
    ----------
    yearly_cv : float
        Coefficient of variation of the mean of 52 weeks: 0.1, range 0 to 0.3.
    persistence_weeks : float
        Weeks in which a deviation falls to 1/e: 26, range 8 to 104.
    conversion_drift, pace_drift : float
        How far the odds to advance and the pace of leaving a stage drift as slowly, as standard deviations of their
        logarithms: a busy market lets opportunities wait. 0.03 and 0.015 are what the default scenario does.
    """

    yearly_cv: float = 0.1
    persistence_weeks: float = 26.0
    conversion_drift: float = 0.03
    pace_drift: float = 0.015

    def covariance(self, weeks: int) -> Floats:
        """Return the covariances of the market in so many weeks, relative to its mean."""
        lags = np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks)))
        sigma = _sigma(self.yearly_cv, self.persistence_weeks)
        return np.asarray(np.expm1(sigma**2 * np.exp(-lags / self.persistence_weeks)))


#: No week is drawn below this share of the mean.
LEAST_LEVEL = 0.05
#: What is assumed unless told.
USUAL_MARKET = Market()


@lru_cache(maxsize=64)
def _sigma(yearly_cv: float, persistence_weeks: float) -> float:
    from simulations.regime import slow_sigma  # brings the whole scenario with it

    return slow_sigma(yearly_cv, persistence_weeks)


@dataclass(frozen=True, slots=True)
class Level:
    """The level of weekly creation in the weeks to come, n weeks, as V possible week noises see it.

    Attributes
    ----------
    per_week : float
        Opportunities of a normal week at level 1.
    noise, weight : array of V
        Variances of the week noise, relative to the mean, and how likely each is.
    mean : array, V x n
        Of the level.
    covariance : array, V x n x n
    """

    per_week: float
    noise: Floats
    weight: Floats
    mean: Floats
    covariance: Floats

    @property
    def expected(self) -> Floats:
        """The level that the plan expects, week by week."""
        return np.asarray(self.weight @ self.mean)

    @property
    def week_variance(self) -> float:
        """Variance of the week noise that the plan expects."""
        return float(self.weight @ self.noise)

    def draw(self, years: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return drawn levels without week noise, years x weeks, and each year's variance of the week noise.

        Normal, as the level is learned: a market that is lognormal would deviate upward more than down, but of what a good
        week brings a busy team leaves part lying.
        """
        pick = rng.choice(len(self.weight), years, p=self.weight)
        levels = np.empty((years, self.mean.shape[1]))
        for one in np.unique(pick):
            at = np.flatnonzero(pick == one)
            values, vectors = np.linalg.eigh(self.covariance[one])
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            levels[at] = self.mean[one] + rng.standard_normal((len(at), len(values))) @ root.T
        return np.maximum(levels, LEAST_LEVEL), self.noise[pick]


def level_of(counts: Floats, lengths: Floats, ahead: Floats, market: Market) -> Level:
    """Return what weekly counts say about the level of the weeks that follow.

    The level is the market about a mean that may be anything; a count has the variance of a Poisson number and of a
    gamma week noise. Conditional normal distribution of the weeks ahead given those seen (kriging with an unknown mean;
    Rasmussen & Williams, *Gaussian Processes for Machine Learning*, 2006, 2.2 and 2.7), for each of `WEEK_VARIANCES`,
    which are weighed by their likelihood.

    Parameters
    ----------
    counts, lengths : array
        By week, oldest first: opportunities created, and how much of a normal week each week is.
    ahead : array
        How much of a normal week each coming week is; only their number matters here.
    market : Market
    """
    seen, weeks = len(counts), len(ahead)
    per_week = max(float(counts.sum()), 0.5) / max(float(lengths.sum()), 1e-9)
    whole = market.covariance(seen + weeks) + ANY_LEVEL
    past = np.maximum(lengths, 0.05)
    off = counts / (past * per_week) - 1
    noise = np.array(WEEK_VARIANCES)
    score = np.empty(len(noise))
    mean, covariance = np.empty((len(noise), weeks)), np.empty((len(noise), weeks, weeks))
    for one, variance in enumerate(noise):
        diagonal = 1 / (past * per_week) + variance
        factor = np.linalg.cholesky(whole[:seen, :seen] + np.diag(diagonal))
        white = np.linalg.solve(factor, np.column_stack((off, whole[:seen, seen:])))
        score[one] = -(white[:, 0] ** 2).sum() / 2 - np.log(np.diag(factor)).sum()
        mean[one] = np.maximum(1 + white[:, 1:].T @ white[:, 0], 0.05)
        covariance[one] = whole[seen:, seen:] - white[:, 1:].T @ white[:, 1:]
    weight = np.exp(score - score.max())
    return Level(per_week, noise, weight / weight.sum(), mean, covariance)


def certain_level(per_week: float, week_variance: float, weeks: int, market: Market) -> Level:
    """Return the level where everything but the market's luck is known."""
    return Level(
        per_week,
        np.array([week_variance]),
        np.ones(1),
        np.ones((1, weeks)),
        market.covariance(weeks)[None],
    )
