"""Results per hour: counts over hours, each owner's shrunk toward the team's by how much owners really differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats, Ints

#: How much the rates of owners may differ, as a standard deviation over the mean, and the step each stands for.
DIFFERENCES = ((0.0, 0.05), (0.1, 0.1), (0.2, 0.1), (0.3, 0.125), (0.45, 0.2), (0.7, 0.275), (1.0, 0.35))
#: Mean of the exponential prior of that difference: reps of published teams differ by 0.4 to 0.6.
SCALE = 0.4
#: Team rates that are weighed, and how many standard errors around the plain rate they reach.
_RATES, _REACH = 61, 6.0
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Rates:
    """Draws of rates.

    Attributes
    ----------
    team : array of D
        Results an hour of all together.
    owner : array, D x owners
        Likewise of each.
    """

    team: Floats
    owner: Floats


def dispersion(count: Floats, hours: Floats) -> float:
    """Return how many times counts vary as much as luck alone would make them, at least 1.

    The moment estimate of a quasi-Poisson dispersion (McCullagh & Nelder 1989, 4.5), squares and means added up over
    all cells before they are divided, so that cells without hours do no harm.

    Assumed: an owner's rate is the same in all cells.

    Parameters
    ----------
    count, hours : array, owners x cells
        Results and hours of each owner in each stretch of weeks.
    """
    worked = hours.sum(axis=1) > 0
    count, hours = count[worked], hours[worked]
    rate = count.sum(axis=1, keepdims=True) / hours.sum(axis=1, keepdims=True) if worked.any() else count
    expected = rate * hours
    freedom = 1 - 1 / max(count.shape[1], 2)
    total = float(expected.sum()) * freedom
    return max(float(((count - expected) ** 2).sum()) / total, 1.0) if total > 0 else 1.0


def rates_of(count: Floats, hours: Floats, group: Ints, how: tuple[int, np.random.Generator]) -> Rates:
    """Return the results an hour of each owner and of all together.

    A count is quasi-Poisson: divided by its dispersion, so are the hours, and what is left varies like a Poisson count
    (Wedderburn 1974). Rates of owners of one team are gamma around that team's rate: the gamma-Poisson model (Clayton &
    Kaldor 1987; Gelman et al. 2013, 5.4), in which an owner with few hours is told by the team and one with many by
    what came of them. How much owners differ is not fixed: it is weighed by the negative binomial probability of the
    counts and a prior that prefers alike. The rate of all together is the sum of the counts over the sum of the hours,
    with the gamma of Jeffreys' prior and the dispersion of the sums. Assumed: results come in proportion to hours, in
    the weeks in which they are spent.

    Parameters
    ----------
    count, hours : array, owners x cells
        As in `dispersion`.
    group : array of int
        Team of each owner.
    how : tuple
        Number of draws and generator.
    """
    draws, rng = how
    together = dispersion(count.sum(axis=0, keepdims=True), hours.sum(axis=0, keepdims=True))
    total, spent = float(count.sum()) / together, float(hours.sum()) / together
    team = rng.standard_gamma(total + _HALF, draws) / max(spent, 1e-9)
    own = dispersion(count, hours)
    owner = np.zeros((draws, len(count)))
    for number in np.unique(group):
        mine = np.flatnonzero(group == number)
        owner[:, mine] = _shrunk(count[mine].sum(axis=1) / own, hours[mine].sum(axis=1) / own, how)
    return Rates(np.asarray(team), owner)


def _shrunk(count: Floats, hours: Floats, how: tuple[int, np.random.Generator]) -> Floats:
    """Return draws of the rates of the owners of one team, D x owners."""
    draws, rng = how
    spread, mean, weight = _combinations(count, hours)
    pick = rng.choice(len(weight), draws, p=weight)
    alike = spread[pick] == 0
    shape = 1 / np.where(alike, 1.0, spread[pick]) ** 2
    top, below = shape[:, None] + count, (shape / mean[pick])[:, None] + hours
    drawn = rng.standard_gamma(top) / below
    return np.asarray(np.where(alike[:, None], mean[pick][:, None], drawn))


def _combinations(count: Floats, hours: Floats) -> tuple[Floats, Floats, Floats]:
    """Return difference of owners, rate of the team, and posterior weight, one entry for each pair weighed."""
    total, spent = float(count.sum()) + _HALF, max(float(hours.sum()), 1e-9)
    found = []
    for spread, step in DIFFERENCES:
        # The team's rate is less sure where its owners differ and are few.
        share = float((hours**2).sum()) / spent**2
        error = np.sqrt(1 / total + spread**2 * share)
        log_rate = np.log(total / spent) + error * np.linspace(-_REACH, _REACH, _RATES)
        score = _log_probability(count, hours, spread, np.exp(log_rate))
        score += np.log(error) + np.log(step) - spread / SCALE  # evenly spaced on the logarithm
        found += [(spread, rate, value) for rate, value in zip(np.exp(log_rate), score, strict=True)]
    spreads, rates, scores = np.array(found).T
    weight = np.exp(scores - scores.max())
    return spreads, rates, np.asarray(weight / weight.sum())


def _log_probability(count: Floats, hours: Floats, spread: float, rate: Floats) -> Floats:
    """Return the log probability of counts at several rates of the team, without what does not depend on them."""
    from scipy.special import gammaln

    expected = rate[:, None] * hours
    if spread == 0:
        return np.asarray((count * np.log(np.maximum(expected, 1e-300)) - expected).sum(axis=1))
    shape = 1 / spread**2
    parts = (
        gammaln(shape + count) - gammaln(shape) + shape * np.log(shape / (shape + expected))
        + count * np.log(np.maximum(expected / (shape + expected), 1e-300))
    )  # fmt: skip
    return np.asarray(parts.sum(axis=1))
