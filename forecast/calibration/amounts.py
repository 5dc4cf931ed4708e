"""Amounts: what wins are worth, what stands in for a missing amount, and who wins by size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Bools, Floats, Ints, Records

#: The latest amounts that are drawn from, and the fewest wins that may speak for wins alone.
LATEST, FEWEST_WINS = 2_000, 20
BANDS = 5
#: Wins that the prior of a size band may be worth, that it wins like all others; each as likely as any other beforehand.
BAND_PRIORS = (6.0, 25.0, 100.0, 400.0, 1600.0)
#: Where the shares of missing amounts of wins and losses differ by more, sizes are not told apart.
TELLING = 0.05


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts to draw from, and their uncertainty.

    Attributes
    ----------
    pool : array
        Amounts of the latest wins (of all opportunities where wins are few), sorted.
    mean_factor : array of P
        Mean amount of each parameter draw over the plain mean: the Bayesian bootstrap (Rubin 1981).
    band_edges : array
        Amounts between which the size bands lie; empty where sizes are not told apart.
    """

    pool: Floats
    mean_factor: Floats
    band_edges: Floats

    @property
    def known(self) -> bool:
        """Whether there is any amount at all."""
        return len(self.pool) > 0

    def band(self, amount: Floats) -> Ints:
        """Return the size band of amounts; missing ones are in the middle."""
        middle = len(self.band_edges) // 2
        place = np.searchsorted(self.band_edges, np.nan_to_num(amount), side="right")
        return np.where(np.isnan(amount), middle, place).astype(np.int64)

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """Return amounts drawn from the pool."""
        place = rng.random(count)
        place *= len(self.pool)  # in place: these are many
        return self.pool.take(place.astype(np.int64))


def learn_amounts(records: Records, draws: int, rng: np.random.Generator) -> Amounts:
    """Return the amounts of the records, without those that are missing or not above 0.

    What wins are worth is the empirical distribution of the latest ones; its mean is drawn by the Bayesian bootstrap (Rubin
    1981). Assumed: amounts of wins to come are drawn from it independently.
    """
    priced = ~np.isnan(records.amount)
    wins = np.flatnonzero(records.won & priced)
    chosen = wins[np.argsort(records.closed[wins], kind="stable")][-LATEST:]
    if len(chosen) < FEWEST_WINS:
        chosen = np.flatnonzero(priced)[-LATEST:]
    pool = np.sort(records.amount[chosen])
    edges = np.array([]) if _tells_outcome(records) else _band_edges(records.amount[priced])
    return Amounts(pool, _mean_factor(pool, draws, rng), edges)


def _tells_outcome(records: Records) -> bool:
    """Whether amounts are missing on losses much more often than on wins, or the reverse."""
    if not (records.won.any() and records.lost.any()):
        return True
    missing = np.isnan(records.amount)
    return bool(abs(missing[records.won].mean() - missing[records.lost].mean()) > TELLING)


def _mean_factor(pool: Floats, draws: int, rng: np.random.Generator) -> Floats:
    if len(pool) == 0:
        return np.ones(draws)
    weight = rng.standard_exponential((draws, len(pool)))
    return np.asarray((weight @ pool) / weight.sum(axis=1) / pool.mean())


def _band_edges(amounts: Floats) -> Floats:
    if len(amounts) < BANDS * FEWEST_WINS:
        return np.array([])
    return np.unique(np.quantile(amounts, np.arange(1, BANDS) / BANDS, method="inverted_cdf"))


def band_factors(
    band: Ints, won: Bools, expected: Floats, bands: int, how: tuple[int, np.random.Generator]
) -> Floats:
    """Return how much faster each size band wins than its expectation, P x bands.

    A gamma-Poisson rate ratio, shrunk toward 1 by a prior worth one of `BAND_PRIORS` wins, which the bands themselves tell:
    each draw takes one by how likely it makes the wins of all bands. The draws are scaled so that all bands together win
    as expected.

    Gamma-Poisson rates of small areas, the prior learned from the areas (Clayton & Kaldor 1987). Assumed: size multiplies
    the hazard of winning alike at every stage and age.

    Parameters
    ----------
    band : array of int
        Size band of each opportunity.
    won : array of bool
        Whether it was won in the weeks looked at.
    expected : array
        Its expected wins in those weeks.
    bands : int
    how : tuple
        Number of draws and generator.
    """
    draws, rng = how
    wins = np.asarray(np.bincount(band[won], minlength=bands), dtype=np.float64)
    due = np.asarray(np.bincount(band, expected, minlength=bands), dtype=np.float64)
    due *= max(float(wins.sum()), 1e-9) / max(float(due.sum()), 1e-9)
    worth, likely = np.array(BAND_PRIORS), _likely(wins, due)
    own = worth[np.searchsorted(np.cumsum(likely)[:-1], rng.random(draws))][:, None]
    factor = rng.standard_gamma(wins + own) / (due + own)
    factor[0] = likely @ ((wins + worth[:, None]) / (due + worth[:, None]))
    scale = (factor * due).sum(axis=1, keepdims=True) / max(float(due.sum()), 1e-9)
    return np.asarray(factor / np.where(scale > 0, scale, 1.0))


def _likely(wins: Floats, due: Floats) -> Floats:
    """Return how likely each of `BAND_PRIORS` is: by the negative binomial probability of the wins of all bands."""
    from scipy.special import gammaln

    worth = np.array(BAND_PRIORS)[:, None]
    score = (
        gammaln(wins + worth) - gammaln(worth) - worth * np.log1p(due / worth) - wins * np.log(due + worth)
    )
    weight = np.exp(score.sum(axis=1) - score.sum(axis=1).max())
    return np.asarray(weight / weight.sum())
