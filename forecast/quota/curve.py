"""From a quota to the chance of attainment, and back, each with what the number of draws leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.bookings import reached
from forecast.quota.draws import Floats, Ints, Level, QuotaDraws
from simulations.intervals import Estimate, chance, plain

#: Chances for which every curve gives the quota.
CHANCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NORMAL_95 = 1.96
#: Decimals beyond which a number of draws is a whole one.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Curve:
    """Quota -> chance of attainment for one rep, team or the company.

    Attributes
    ----------
    level : {"rep", "team", "company"}
    name : str
    team : str
        Of a rep; empty for others.
    mean : Estimate
        Expected bookings.
    asked : float
        The chance that ``quota`` is for.
    quota : Estimate
        The highest quota that is attained with that chance (under ``mean``), and its 95% interval.
    quotas : tuple of Estimate
        The same for each of `CHANCES`.
    """

    level: Level
    name: str
    team: str
    mean: Estimate
    asked: float
    quota: Estimate
    quotas: tuple[Estimate, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "level": self.level,
            "name": self.name,
            "team": self.team or None,
            "mean": self.mean.to_dict(),
            "quota": _as_quota(self.quota),
            "curve": [
                {"chance": level, **_as_quota(found)}
                for level, found in zip(CHANCES, self.quotas, strict=True)
            ],
        }


def _as_quota(found: Estimate) -> dict[str, float | None]:
    return {"quota": plain(found.mean), "low": plain(found.low), "high": plain(found.high)}


def curves(draws: QuotaDraws, asked: float) -> tuple[Curve, ...]:
    """Return the curves of the company, of each team where there are several, and of each rep."""
    found = [_curve(draws, ("company", "company", ""), draws.company, asked)]
    if len(draws.teams) > 1:
        found += [_curve(draws, ("team", team, ""), draws.of_team(team), asked) for team in draws.teams]
    of_kind: dict[int, Curve] = {}
    for place, rep in enumerate(draws.reps):
        if rep.kind not in of_kind:
            of_kind[rep.kind] = _curve(draws, ("rep", rep.name, rep.team), draws.of_rep(place), asked)
        kin = of_kind[rep.kind]
        found.append(Curve("rep", rep.name, rep.team, kin.mean, asked, kin.quota, kin.quotas))
    return tuple(found)


def _curve(draws: QuotaDraws, which: tuple[Level, str, str], columns: Floats, asked: float) -> Curve:
    quotas = tuple(quota_for(columns, level, draws.world) for level in CHANCES)
    return Curve(*which, mean_of(columns, draws.world), asked, quota_for(columns, asked, draws.world), quotas)


def mean_of(columns: Floats, world: Ints) -> Estimate:
    """Return the mean of draws x reps of one kind, with the interval that the worlds leave open."""
    mean, error = float(columns.mean()), _error(columns.mean(axis=1), world)
    return Estimate(mean, mean - _NORMAL_95 * error, mean + _NORMAL_95 * error, len(columns))


def chance_of(columns: Floats, quota: float, world: Ints) -> Estimate:
    """Return the chance to attain a quota, and its 95% interval.

    The share of draws at or above the quota. Reps of one kind count together, but draws that share a world are no
    independent witnesses: the score interval (Wilson 1927) is taken with as many trials as would give the variance
    that the worlds' shares really have (the effective sample size, Kish 1965); as many as there are draws where all of
    them agree.

    Parameters
    ----------
    columns : array, D x k
        Bookings of one rep, or of k reps of one kind; of a team or company, k = 1.
    quota : float
    world : array of D
        As in `QuotaDraws`.
    """
    hit = reached(columns, quota)
    share, error = float(hit.mean()), _error(hit.mean(axis=1), world)
    trials = len(columns) if error == 0 else share * (1 - share) / error**2
    found = chance(round(share * max(trials, 1.0)), max(round(trials), 1))
    return Estimate(share, min(found.low, share), max(found.high, share), hit.size)


def quota_for(columns: Floats, level: float, world: Ints) -> Estimate:
    """Return the highest quota that is attained with a chance, and its 95% interval.

    It is the largest of the drawn bookings that at least that share of the draws reach. The interval reaches to the
    quotas whose chances lie two standard errors of the chance to either side (David and Nagaraja 2003, section 7.1).

    Parameters
    ----------
    columns : array, D x k
        As in `chance_of`.
    level : float
        Above 0 and below 1.
    world : array of D
    """
    ordered = np.sort(columns, axis=None)
    quota = _attained_by(ordered, level)
    half = _NORMAL_95 * _error(reached(columns, quota).mean(axis=1), world)
    return Estimate(
        quota, _attained_by(ordered, level + half), _attained_by(ordered, level - half), ordered.size
    )


def _attained_by(ordered: Floats, level: float) -> float:
    """Return the largest value that a share of values, sorted from the lowest, is at or above."""
    count = math.ceil(round(level * ordered.size, _DECIMALS))
    return float(ordered[ordered.size - min(max(count, 1), ordered.size)])


def _error(values: Floats, world: Ints) -> float:
    """Return the standard error of a mean of draws whose worlds are independent of each other."""
    _, place, count = np.unique(world, return_inverse=True, return_counts=True)
    if len(count) < 2:  # noqa: PLR2004 - a variance needs two values
        return 0.0
    off = np.bincount(place, values - values.mean())
    return float(np.sqrt((off**2).sum() * len(count) / (len(count) - 1)) / len(values))
