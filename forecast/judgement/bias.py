"""How far calls lie above what came, by owner: each drawn toward the team by how much owners really differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats, Ints

#: How much the biases of owners may differ (standard deviation), and the step that each stands for.
DIFFERENCES = ((0.0, 0.025), (0.05, 0.05), (0.1, 0.06), (0.17, 0.09), (0.28, 0.14), (0.45, 0.2), (0.7, 0.3))
#: Mean of the exponential prior of that difference, and deviation of the normal prior of the team's bias around 0.
SCALE, TEAM = 0.3, 0.5
#: Owner-periods from which a bias is said.
FEWEST_CASES = 5
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class BiasDraws:
    """Draws of biases: the share of a call that does not come.

    Attributes
    ----------
    team : array of D
        The middle of the owners.
    owner : array, D x owners
    """

    team: Floats
    owner: Floats


def bias_draws(
    called: Floats, came: Floats, owner: Ints, owners: int, how: tuple[int, np.random.Generator]
) -> BiasDraws:
    """Return draws of the share of a call that does not come, by owner.

    What came is (1 - bias) x called with a variance in proportion to what was called, so that an owner's own bias is
    1 - sum of what came / sum of the calls, with variance s^2 / sum of the calls; s^2 is pooled over all owners and
    drawn from its scaled inverse chi-square. Owners are normal around their middle (normal hierarchy, Lindley & Smith
    1972; Gelman et al. 2013, 5.4); how much they differ is weighed with a prior that prefers alike, and the middle has
    a normal prior of 0 with deviation 0.5. Assumed: owners and periods are independent.

    Parameters
    ----------
    called, came : array of n
        One for each owner and period: the mean of the owner's calls, above 0, and what came.
    owner : array of int
    owners : int
    how : tuple
        Number of draws and generator.
    """
    draws, rng = how
    weight = np.bincount(owner, called, minlength=owners)
    kept = np.bincount(owner, came, minlength=owners)
    seen = weight > 0
    own = np.where(seen, 1 - kept / np.where(seen, weight, 1.0), 0.0)
    residual = came - (1 - own[owner]) * called
    freedom = max(len(called) - int(seen.sum()), 1)
    if len(called) > int(seen.sum()):
        square = float((residual**2 / called).sum()) / freedom
    else:  # one period each: what owners differ by is all the luck that shows
        middle = 1 - came.sum() / called.sum()
        square = float(((came - (1 - middle) * called) ** 2 / called).sum()) / max(len(called) - 1, 1)
    least = _TINY * float(called.mean())  # calls that all came as made leave no luck to divide by
    pooled = np.maximum(square * freedom / rng.chisquare(freedom, draws), least)
    noise = np.where(seen, pooled[:, None] / np.where(seen, weight, 1.0), np.inf)
    return _hierarchy(own, noise, rng)


def _hierarchy(own: Floats, noise: Floats, rng: np.random.Generator) -> BiasDraws:
    """Return draws given each draw's variances, D x owners; infinite where an owner has no call."""
    spread, step = np.array(DIFFERENCES).T
    variance = noise[:, None, :] + spread[None, :, None] ** 2
    precision = 1 / variance
    total = precision.sum(axis=2) + 1 / TEAM**2
    middle = (precision * own).sum(axis=2) / total
    finite = np.isfinite(variance)
    size = np.log(np.where(finite, variance, 1.0)).sum(axis=2) + np.log(total)
    squares = (precision * own**2).sum(axis=2) - total * middle**2
    score = -(size + squares) / 2 + np.log(step) - spread / SCALE
    chance = np.exp(score - score.max(axis=1, keepdims=True))
    edge = np.cumsum(chance / chance.sum(axis=1, keepdims=True), axis=1)
    pick = (edge < rng.random(len(noise))[:, None]).sum(axis=1)
    pick = np.minimum(pick, len(spread) - 1)
    row = np.arange(len(noise))
    team = middle[row, pick] + rng.standard_normal(len(noise)) / np.sqrt(total[row, pick])
    tau = spread[pick][:, None] ** 2
    share = np.where(np.isfinite(noise), tau / (tau + np.where(np.isfinite(noise), noise, 1.0)), 0.0)
    mean = team[:, None] + share * (own - team[:, None])
    left = np.where(np.isfinite(noise), share * np.where(np.isfinite(noise), noise, 0.0), tau)
    return BiasDraws(team, mean + np.sqrt(left) * rng.standard_normal(noise.shape))
