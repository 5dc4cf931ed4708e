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


#: A good week of prospecting makes opportunities in the weeks that follow too. Of a week's noise so much is shared with each
#: neighbour, and so much with all weeks about it, less by 1/e with every so many weeks. The default scenario does this
#: (docs/decisions/0031); it triples what the noise moves in a year, and one year of a CRM cannot tell it.
NEXT_WEEK, WEEKS_ABOUT, FADING_WEEKS = 0.15, 0.07, 15.0
#: What is left is each week's own.
OWN = 1 - 2 * NEXT_WEEK - WEEKS_ABOUT


def shared_noise(weeks: int) -> Floats:
    """Return the covariances of what weeks share of their noise, in variances of the noise: a moving average and a decay."""
    lags = np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks)))
    near = NEXT_WEEK * np.clip(2.0 - lags, 0.0, None)
    return np.asarray(near + WEEKS_ABOUT * np.exp(-lags / FADING_WEEKS))


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
        Of the level, with what weeks share of their noise; about it the level is as likely above as below.
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

    def lognormal(self) -> tuple[Floats, Floats]:
        """Return the medians of the levels, V x n, and the covariances of their logarithms, V x n x n."""
        median = np.maximum(self.mean, LEAST_LEVEL)
        return median, self.covariance / (median[:, :, None] * median[:, None, :])

    def moments(self) -> tuple[Floats, Floats]:
        """Return the means, V x n, and covariances, V x n x n, of the levels as they are drawn."""
        median, logs = self.lognormal()
        mean = median * np.exp(np.einsum("vii->vi", logs) / 2)
        return mean, mean[:, :, None] * mean[:, None, :] * np.expm1(logs)

    def draw(self, years: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return drawn levels, years x weeks, and the variance of each year's noise that is each week's own.

        Lognormal about the learned mean as their median: how far a level that is known up to a factor may lie from it is a
        factor too, as likely up as down.
        """
        pick = rng.choice(len(self.weight), years, p=self.weight)
        median, logs = self.lognormal()
        levels = np.empty((years, self.mean.shape[1]))
        for one in np.unique(pick):
            at = np.flatnonzero(pick == one)
            values, vectors = np.linalg.eigh(logs[one])
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            levels[at] = median[one] * np.exp(rng.standard_normal((len(at), len(values))) @ root.T)
        return levels, OWN * self.noise[pick]


def level_of(counts: Floats, lengths: Floats, ahead: Floats, market: Market) -> Level:
    """Return what weekly counts say about the level of the weeks that follow.

    The level is the market about a mean that may be anything; a count has the variance of a Poisson number and of a
    week noise, of which neighbours share a part (`shared_noise`). Conditional normal distribution of the weeks ahead given
    those seen (kriging with an unknown mean; Rasmussen & Williams, *Gaussian Processes for Machine Learning*, 2006, 2.2
    and 2.7), for each of `WEEK_VARIANCES`, which are weighed by their likelihood.

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
    slow, shared = market.covariance(seen + weeks) + ANY_LEVEL, shared_noise(seen + weeks)
    past = np.maximum(lengths, 0.05)
    off = counts / (past * per_week) - 1
    noise = np.array(WEEK_VARIANCES)
    score = np.empty(len(noise))
    mean, covariance = np.empty((len(noise), weeks)), np.empty((len(noise), weeks, weeks))
    for one, variance in enumerate(noise):
        whole = slow + variance * shared
        diagonal = 1 / (past * per_week) + OWN * variance
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
        (market.covariance(weeks) + week_variance * shared_noise(weeks))[None],
    )
