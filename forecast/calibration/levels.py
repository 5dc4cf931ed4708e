"""A level that drifts from week to week and is seen through noisy counts: learned, and drawn ahead.

Weekly counts of real sales vary 12 to 73 times as much as a Poisson process. A count is therefore
Poisson given expected x level x week noise: the level is of mean one and persists (AR(1)), the week noise does
not. How much of either there is, and how long a level lasts, is not fixed but weighed by how well
each combination would have predicted the weeks so far, one week ahead; the draws carry what remains
unknown. So a regime that broke lets the level follow fast, and a quiet history keeps it still.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from forecast.calibration.records import Floats

#: Correlation of the level with itself a week later.
PERSISTENCE = (0.6, 0.85, 0.95, 0.98, 0.995)
#: Stationary variance of the level, whose mean is 1.
LEVEL_VARIANCE = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 2.5)
#: Variance of the week noise, whose mean is 1.
WEEK_VARIANCE = (0.0, 0.01, 0.03, 0.08, 0.2, 0.5, 1.2)
#: Weeks' worth of expected counts with which the long-run mean is held at one.
MEAN_PRIOR = 0.5
#: Nothing is less known about the logarithm of the long-run mean than this variance.
MOST_CENTRE_VARIANCE = 0.5


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known of a level now, one entry for each combination weighed.

    Attributes
    ----------
    persistence, level_variance, week_variance, weight : array of n
        The combinations and their posterior weights, which sum to 1.
    mean, variance : array of n
        Of the level in the last week seen, relative to expected counts.
    centre : float
        Long-run mean that the level returns to.
    centre_variance, centre_share : array of n
        Variance of the logarithm of the centre, and how far the level now moves with it.
    """

    persistence: Floats
    level_variance: Floats
    week_variance: Floats
    weight: Floats
    mean: Floats
    variance: Floats
    centre: float
    centre_variance: Floats
    centre_share: Floats

    def draw(self, draws: int, weeks: int, rng: np.random.Generator) -> Floats:
        """Return paths of level x week noise over the coming weeks, draws x weeks.

        The logarithm of the level is an AR(1) with the stationary variance of its combination.
        """
        pick = np.searchsorted(np.cumsum(self.weight)[:-1], rng.random(draws))
        rho, spread = self.persistence[pick], np.log1p(self.level_variance[pick])
        off = np.expm1(_centred_lognormal(self.centre_variance[pick], rng))
        centre = self.centre * (1 + off)
        mean = np.maximum(self.mean[pick] + self.centre * off * self.centre_share[pick], 0.01 * self.centre)
        now = np.log1p(self.variance[pick] / mean**2)
        x = np.log(mean / centre) - now / 2 + spread / 2 + np.sqrt(now) * rng.standard_normal(draws)
        step = np.sqrt(spread * (1 - rho**2))
        shocks = rng.standard_normal((draws, weeks))
        levels = np.empty((draws, weeks))
        for week in range(weeks):
            x = rho * x + step * shocks[:, week]
            levels[:, week] = centre * np.exp(x - spread / 2)
        return levels * self._noise(pick, weeks, rng)

    def _noise(self, pick: np.ndarray, weeks: int, rng: np.random.Generator) -> Floats:
        """Return gamma week noise of mean 1."""
        variance = np.maximum(self.week_variance[pick], 1e-9)[:, None]
        return np.asarray(rng.standard_gamma(np.broadcast_to(1 / variance, (len(pick), weeks))) * variance)


def learn_levels(counts: Floats, expected: Floats) -> Levels:
    """Return the level that weekly counts suggest against their expectation.

    A linear Gaussian filter (Kalman 1960) with the Poisson and week variance of each count at its
    one-week-ahead prediction; the weights are the products of negative binomial predictive
    probabilities with the same two moments. All combinations are equally likely beforehand.

    Parameters
    ----------
    counts, expected : array
        By week, oldest first; weeks in which nothing is expected are skipped.
    """
    grid = np.array(list(product(PERSISTENCE, LEVEL_VARIANCE, WEEK_VARIANCE)))
    still = (grid[:, 1] == 0) & (grid[:, 0] != PERSISTENCE[0])  # no level: persistence means nothing
    rho, spread, noise = grid[~still].T
    seen = expected > 0
    typical = float(expected[seen].mean()) if seen.any() else 1.0
    count_sum, due = counts[seen].sum() + MEAN_PRIOR * typical, expected[seen].sum() + MEAN_PRIOR * typical
    centre = float(count_sum / due)
    mean, variance = np.full_like(rho, centre), spread * centre**2
    share, score = np.ones_like(rho), np.zeros_like(rho)
    for count, scale in zip(counts[seen], expected[seen], strict=True):
        mean, share = centre + rho * (mean - centre), 1 + rho * (share - 1)
        variance = rho**2 * variance + (1 - rho**2) * spread * centre**2
        own = mean * scale + noise * (mean * scale) ** 2
        score += _log_negative_binomial(float(count), mean * scale, own + variance * scale**2)
        gain = variance * scale / (variance * scale**2 + own)
        mean = np.maximum(mean + gain * (count - mean * scale), 0.02 * centre)
        variance, share = variance * (1 - gain * scale), share * (1 - gain * scale)
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    drift = spread * (1 + rho) / (1 - rho)
    unsure = 1 / max(count_sum, 1.0) + (noise + drift) / max(seen.sum() + MEAN_PRIOR, 1.0)
    unsure = np.minimum(unsure, MOST_CENTRE_VARIANCE)
    return Levels(rho, spread, noise, weight, mean, np.maximum(variance, 1e-12), centre, unsure, share)


def _centred_lognormal(variance: Floats, rng: np.random.Generator) -> Floats:
    """Return logarithms of factors of mean 1."""
    return np.asarray(np.sqrt(variance) * rng.standard_normal(len(variance)) - variance / 2)


def _log_negative_binomial(count: float, mean: Floats, variance: Floats) -> Floats:
    """Return the log probability of a count under the negative binomial of given mean and variance."""
    from scipy.special import gammaln

    mean = np.maximum(mean, 1e-9)
    shape = mean**2 / np.maximum(variance - mean, 1e-9 * mean)
    shape = np.minimum(shape, 1e7)
    chance = shape / (shape + mean)
    return np.asarray(
        gammaln(count + shape) - gammaln(shape) - gammaln(count + 1.0)
        + shape * np.log(chance) + count * np.log1p(-chance)
    )  # fmt: skip
