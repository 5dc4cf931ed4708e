"""What an opportunity found by prospecting is worth: its chance to be won, and the amount of a win, by owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats, Ints
from forecast.incidence import LOST, WON, Fates, incidence
from forecast.prospecting.per_hour import DIFFERENCES, SCALE

#: Draws of an incidence, from which its trials are counted.
INCIDENCE_DRAWS = 400
_CHANCES, _REACH = 61, 6.0
_HALF = 0.5
#: Relative variance that amounts have at least: where all are equal there is no luck to divide by.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Worth:
    """Draws of what an opportunity is worth: chance x amount.

    Attributes
    ----------
    team : array of D
    owner : array, D x owners
    """

    team: Floats
    owner: Floats


def worth_of(
    fates: Fates, amount: Floats, owner: Ints, owners: int, how: tuple[int, np.random.Generator]
) -> Worth:
    """Return the chance of a win times the amount of a win, of all together and of each owner.

    The chance is the cumulative incidence of winning (`forecast.incidence.incidence`), so that open opportunities
    count as long as they have been followed; those of owners are shrunk toward that of all by a beta-binomial model
    (Gelman et al. 2013, 5.3) whose trials are those that the incidence is worth. The mean amount of an owner's wins is
    shrunk toward that of all wins by a normal hierarchy on the logarithm (Gelman et al. 2013, 5.4); that of all is drawn
    by the Bayesian bootstrap (Rubin 1981). How much owners differ is weighed in both. Assumed: chance and amount are
    independent, and amounts of all owners vary by the same share.

    Parameters
    ----------
    fates : Fates
        Of the opportunities found by prospecting, some won.
    amount : array
        Their amounts; nan where missing.
    owner : array of int
        -1 for those of nobody asked for.
    owners : int
    how : tuple
        Number of draws and generator.
    """
    draws, rng = how
    whole = _trials(fates, rng)
    own = np.array([_trials(fates.of(owner == one), rng) for one in range(owners)]).reshape(owners, 2)
    chance = _shrunk_chances(own[:, 0], own[:, 1], whole, how)
    wins = (fates.cause == WON) & ~np.isnan(amount)
    team_amount, own_amount = _amounts(amount[wins], owner[wins], owners, how)
    team_chance = rng.beta(whole[0] + _HALF, max(whole[1] - whole[0], 0.0) + _HALF, draws)
    return Worth(np.asarray(team_chance * team_amount), chance * own_amount)


def _trials(fates: Fates, rng: np.random.Generator) -> tuple[float, float]:
    """Return wins and trials that say as much as the incidence at its horizon; nothing where nothing ended."""
    ended = fates.count(WON) + fates.count(LOST)
    if not ended:
        return 0.0, 0.0
    won = incidence(fates, INCIDENCE_DRAWS, rng, fewest=1).won[:, -1]
    share, variance = float(min(won[0], 1.0)), float(won[1:].var())
    trials = share * (1 - share) / variance if variance > 0 else float(ended)
    trials = float(np.clip(trials, 1.0, 2.0 * ended))
    return share * trials, trials


def _shrunk_chances(
    wins: Floats, trials: Floats, whole: tuple[float, float], how: tuple[int, np.random.Generator]
) -> Floats:
    """Return draws of each owner's chance, D x owners."""
    from scipy.special import betaln, expit, logit

    draws, rng = how
    middle = (whole[0] + _HALF) / (whole[1] + 2 * _HALF)
    error = 1 / np.sqrt(max(whole[1], 1.0) * middle * (1 - middle))
    found = []
    for spread, step in DIFFERENCES:
        grid = expit(logit(middle) + (error + spread) * np.linspace(-_REACH, _REACH, _CHANCES))
        grid = np.clip(grid, 1e-6, 1 - 1e-6)
        # A standard deviation of spread x mean x (1 - mean), so that odds of owners differ by about that share.
        size = (
            np.full_like(grid, 1e7)
            if spread == 0
            else np.maximum(1 / (spread**2 * grid * (1 - grid)) - 1, 0.1)
        )
        one, other = (grid * size)[:, None], ((1 - grid) * size)[:, None]
        score = (betaln(one + wins, other + trials - wins) - betaln(one, other)).sum(axis=1)
        score += np.log((error + spread) * step) - spread / SCALE
        found += list(zip(one[:, 0], other[:, 0], score, strict=True))
    first, second, scores = np.array(found).T
    weight = np.exp(scores - scores.max())
    pick = rng.choice(len(weight), draws, p=weight / weight.sum())
    return np.asarray(rng.beta(first[pick, None] + wins, second[pick, None] + np.maximum(trials - wins, 0.0)))


def _amounts(
    amount: Floats, owner: Ints, owners: int, how: tuple[int, np.random.Generator]
) -> tuple[Floats, Floats]:
    """Return draws of the mean amount of a win, of all and of each owner."""
    draws, rng = how
    weight = rng.standard_exponential((draws, len(amount)))
    team = (weight @ amount) / weight.sum(axis=1)
    return team, team[:, None] * np.exp(_log_ratios(amount, owner, owners, how))


def _log_ratios(amount: Floats, owner: Ints, owners: int, how: tuple[int, np.random.Generator]) -> Floats:
    """Return draws of the logarithm of each owner's mean amount over that of all, D x owners.

    A normal hierarchy around 0; how much owners differ is weighed. What the logarithm of a mean of few lies too low is
    put back.
    """
    draws, rng = how
    count = np.bincount(owner[owner >= 0], minlength=owners).astype(float)
    sums = np.bincount(owner[owner >= 0], amount[owner >= 0], minlength=owners)
    seen = count > 0
    own = np.where(seen, sums / np.maximum(count, 1.0), amount.mean())
    square = (amount / np.append(own, amount.mean())[owner] - 1) ** 2
    within = max(float(square.sum()) / max(len(amount) - int(seen.sum()), 1), _LEAST)
    noise = np.where(seen, np.log1p(within / np.maximum(count, 1.0)), np.inf)
    log = np.log(own / amount.mean()) + np.where(seen, noise / 2, 0.0)
    spread, step = np.array(DIFFERENCES).T
    variance = noise[seen] + spread[:, None] ** 2
    score = -(np.log(variance) + log[seen] ** 2 / variance).sum(axis=1) / 2 + np.log(step) - spread / SCALE
    chance = np.exp(score - score.max())
    pick = spread[rng.choice(len(spread), draws, p=chance / chance.sum())][:, None]
    kept = np.where(np.isinf(noise), 0.0, pick**2 / (pick**2 + np.where(seen, noise, 1.0)))
    deviation = np.where(np.isinf(noise), pick, np.sqrt(kept * np.where(seen, noise, 0.0)))
    return np.asarray(kept * log + deviation * rng.standard_normal((draws, owners)) - deviation**2 / 2)
