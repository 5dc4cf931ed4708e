"""A level that drifts from week to week and is seen through noisy counts: learned, and drawn ahead.

Weekly counts of real sales vary 12 to 73 times as much as a Poisson process. A count is therefore
Poisson given expected x level x week noise: the level is of mean one and persists (AR(1)), the week noise does
not. How much of either there is, and how long a level lasts, is not fixed but weighed by how well
each combination would have predicted the weeks so far, one week ahead; the draws carry what remains
unknown. So a regime that broke lets the level follow fast, and a quiet history keeps it still. What comes back
with the calendar (`forecast.calibration.seasons`) multiplies the level; how strongly is weighed with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from forecast.calibration.records import Floats, Ints
from forecast.calibration.seasons import Season

#: Correlation of the level with itself a week later.
PERSISTENCE = (0.6, 0.85, 0.95, 0.98, 0.995)
#: Stationary variance of the level, whose mean is 1.
LEVEL_VARIANCE = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 2.5)
#: Variance of the week noise, whose mean is 1.
WEEK_VARIANCE = (0.0, 0.01, 0.03, 0.08, 0.2, 0.5, 1.2)
#: How likely it is beforehand that a level does not drift, unless told: as likely as any one of the variances.
STILL = 1 / len(LEVEL_VARIANCE)
#: Standard deviation of the calendar's effects on the logarithm of the level, how likely each is beforehand, and the
#: most that all of them together may do.
EFFECT_SPREAD, EFFECT_CHANCE = (0.0, 0.15, 0.4), (0.5, 0.25, 0.25)
MOST_EFFECT = 2.0
#: Weeks' worth of expected counts with which the long-run mean is held at one.
MEAN_PRIOR = 0.5
#: Nothing is less known about the logarithm of the long-run mean than this variance.
MOST_CENTRE_VARIANCE = 0.5
_ALMOST = 1e-12


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
    effects : array, n x K, or None
        Means of the calendar's effects on the logarithm of the level; None where there are none.
    covariance : array, n x (1 + K) x (1 + K), or None
        Of level and effects.
    season : Season or None
        Where the weeks ahead lie in the calendar.
    soon : float
        What the first week ahead books beyond its level, as all weeks did whose start was looked at in the same hour.
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
    effects: Floats | None = None
    covariance: Floats | None = None
    season: Season | None = None
    soon: float = 1.0

    def draw(self, draws: int, weeks: int, rng: np.random.Generator) -> Floats:
        """Return paths of level x calendar x week noise over the coming weeks, draws x weeks.

        The logarithm of the level is an AR(1) with the stationary variance of its combination.
        """
        pick = np.searchsorted(np.cumsum(self.weight)[:-1], rng.random(draws))
        rho, spread = self.persistence[pick], np.log1p(self.level_variance[pick])
        off = np.expm1(_centred_lognormal(self.centre_variance[pick], rng))
        centre = self.centre * (1 + off)
        mean = np.maximum(self.mean[pick] + self.centre * off * self.centre_share[pick], 0.01 * self.centre)
        now = np.log1p(self.variance[pick] / mean**2)
        luck = rng.standard_normal(draws)
        factor = self._calendar(pick, weeks, luck, rng)
        x = np.log(mean / centre) - now / 2 + spread / 2 + np.sqrt(now) * luck
        step = np.sqrt(spread * (1 - rho**2))
        shocks = rng.standard_normal((draws, weeks))
        levels = np.empty((draws, weeks))
        for week in range(weeks):
            x = rho * x + step * shocks[:, week]
            levels[:, week] = centre * np.exp(x - spread / 2)
        levels[:, :1] *= self.soon
        return levels * factor * self._noise(pick, weeks, rng)

    def _calendar(self, pick: Ints, weeks: int, luck: Floats, rng: np.random.Generator) -> Floats:
        """Return the calendar's factors ahead, on average those of the mean effects; ``luck`` is the level's own."""
        if self.season is None or self.effects is None or self.covariance is None:
            return np.ones((len(pick), weeks))
        size, place = self.covariance.shape[1], self.season.coming(weeks).T
        root = np.linalg.cholesky(self.covariance + _ALMOST * np.eye(size))[pick]
        more = rng.standard_normal((len(pick), size - 1))
        off = np.einsum("dij,dj->di", root[:, 1:], np.column_stack((luck, more)))
        variance = np.einsum("kw,nkl,lw->nw", place, self.covariance[:, 1:, 1:], place)
        return np.asarray(_factor(self.effects[pick] + off, place) * np.exp(-variance / 2)[pick])

    def _noise(self, pick: Ints, weeks: int, rng: np.random.Generator) -> Floats:
        """Return gamma week noise of mean 1."""
        variance = np.maximum(self.week_variance[pick], 1e-9)[:, None]
        return np.asarray(rng.standard_gamma(np.broadcast_to(1 / variance, (len(pick), weeks))) * variance)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The combinations weighed: persistence, variances of level and week, spread of the calendar's effects."""

    persistence: Floats
    level_variance: Floats
    week_variance: Floats
    effect_spread: Floats

    @classmethod
    def of(cls, spreads: tuple[float, ...]) -> _Grid:
        grid = np.array(list(product(PERSISTENCE, LEVEL_VARIANCE, WEEK_VARIANCE, spreads)))
        still = (grid[:, 1] == 0) & (grid[:, 0] != PERSISTENCE[0])  # no level: persistence means nothing
        return cls(*grid[~still].T)

    def beforehand(self, still: float) -> Floats:
        """Return the logarithm of each combination's weight before anything is seen, up to a constant."""
        chance = np.array(EFFECT_CHANCE)[np.searchsorted(EFFECT_SPREAD, self.effect_spread)]
        drifts = len(LEVEL_VARIANCE) - 1
        each = np.where(self.level_variance == 0, still, (1 - still) / (drifts * len(PERSISTENCE)))
        return np.asarray(np.log(chance * each))


@dataclass(frozen=True, slots=True)
class _Belief:
    """What each combination believes: of the level (entry 0) and the effects; ``share`` as ``centre_share``.

    Combinations lie along the last axis: what is done to all of them runs through memory in one go.
    """

    mean: Floats
    covariance: Floats
    share: Floats

    @classmethod
    def beforehand(cls, grid: _Grid, centre: float, effects: int) -> _Belief:
        mean = np.zeros((1 + effects, len(grid.persistence)))
        mean[0] = centre
        covariance = np.zeros((1 + effects, *mean.shape))
        covariance[0, 0] = grid.level_variance * centre**2
        at = np.arange(1, 1 + effects)
        covariance[at, at] = grid.effect_spread**2
        return cls(mean, covariance, np.ones(mean.shape[1]))

    def a_week_later(self, grid: _Grid, centre: float) -> _Belief:
        rho, mean, covariance = grid.persistence, self.mean.copy(), self.covariance.copy()
        mean[0] = centre + rho * (mean[0] - centre)
        covariance[0] *= rho
        covariance[:, 0] *= rho
        covariance[0, 0] += (1 - rho**2) * grid.level_variance * centre**2
        return _Belief(mean, covariance, 1 + rho * (self.share - 1))

    def having_seen(
        self, count: float, scale: float, place: Floats, grid: _Grid, centre: float
    ) -> tuple[_Belief, Floats]:
        """Return the belief after a week's count, and how likely each combination held that count to be."""
        factor = _factor(self.mean[1:].T, place)
        due = self.mean[0] * factor * scale
        slope = np.concatenate(((factor * scale)[None], place[:, None] * due))
        along = np.einsum("ijn,jn->in", self.covariance, slope)
        whole = due + grid.week_variance * due**2 + (along * slope).sum(axis=0)
        gain = along / whole
        mean = self.mean + gain * (count - due)
        mean[0] = np.maximum(mean[0], 0.02 * centre)
        covariance = self.covariance - gain[:, None] * along
        share = self.share * (1 - gain[0] * slope[0])
        return _Belief(mean, covariance, share), _log_negative_binomial(count, due, whole)


def learn_levels(
    counts: Floats,
    expected: Floats,
    season: Season | None = None,
    carried: float = 0.0,
    still: float = STILL,
) -> Levels:
    """Return the level that weekly counts suggest against their expectation.

    A linear Gaussian filter (Kalman 1960; extended to the calendar's effects, which multiply the level) with the
    Poisson and week variance of each count at its one-week-ahead prediction; the weights are the products of negative
    binomial predictive probabilities with the same two moments. Beforehand half of the weight holds that the calendar
    does nothing, and what ``still`` says that the level does not drift; else each value of a variance is as likely as any
    other, whatever the persistences that go with it. Effects are normal about 0 (ridge), so that what came once is
    believed little and what came back is believed more. The long-run mean is known as well as so many weeks tell that
    hang together as those of the combination do, and as so many counts, less what of their luck the expectation's own
    draws carry already.

    Assumed: one level for all opportunities; drift is an AR(1) that returns to its long-run mean.

    Parameters
    ----------
    counts, expected : array
        By week, oldest first; weeks in which nothing is expected are skipped.
    season : Season, optional
        Where the same weeks lie in the calendar; without it nothing comes back with the calendar.
    carried : float
        Relative variance with which the expectation is drawn elsewhere.
    still : float
        How likely it is beforehand that the level does not drift.
    """
    effects = 0 if season is None else season.past.shape[1]
    grid = _Grid.of(EFFECT_SPREAD if effects else (0.0,))
    seen = expected > 0
    typical = float(expected[seen].mean()) if seen.any() else 1.0
    count_sum, due = counts[seen].sum() + MEAN_PRIOR * typical, expected[seen].sum() + MEAN_PRIOR * typical
    centre = float(count_sum / due)
    belief = _Belief.beforehand(grid, centre, effects)
    score = grid.beforehand(still)
    places = np.zeros((int(seen.sum()), 0)) if season is None else season.past[seen]
    for count, scale, place in zip(counts[seen], expected[seen], places, strict=True):
        later = belief.a_week_later(grid, centre)
        belief, likely = later.having_seen(float(count), float(scale), place, grid, centre)
        score = score + likely
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    rho, spread, noise = grid.persistence, grid.level_variance, grid.week_variance
    weeks = max(float(seen.sum()) + MEAN_PRIOR, 1.0)
    counted = max(1 / max(count_sum, 1.0) - carried, 0.0)
    unsure = counted + noise / weeks + spread * _share_of_mean(rho, weeks)
    unsure = np.minimum(unsure, MOST_CENTRE_VARIANCE)
    variance = np.maximum(belief.covariance[0, 0], 1e-12)
    covariance = np.moveaxis(belief.covariance, 2, 0)
    learned = (belief.mean[1:].T, covariance, season) if effects else (None, None, None)
    return Levels(
        rho, spread, noise, weight, belief.mean[0], variance, centre, unsure, belief.share, *learned
    )


def _share_of_mean(rho: Floats, weeks: float) -> Floats:
    """Return the variance of the mean of some weeks of an AR(1), as a share of its stationary variance.

    Exact for whole weeks (the sum of all its autocovariances): weeks that hang together say little more than one.

    Examples
    --------
    >>> _share_of_mean(np.array([0.5]), 2.0).tolist()  # (1 + 1 + 2 x 0.5) / 4
    [0.75]
    """
    pairs = 2 * rho * (1 - rho**weeks) / (weeks * (1 - rho) ** 2)
    return np.asarray(((1 + rho) / (1 - rho) - pairs) / weeks)


def _factor(effects: Floats, place: Floats) -> Floats:
    """Return what effects do to the level at places in the calendar (a column each)."""
    return np.asarray(np.exp(np.clip(effects @ place, -MOST_EFFECT, MOST_EFFECT)))


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
