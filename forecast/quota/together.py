"""Quotas side by side: how many reps attain theirs, how sure the sum is, and what over-assignment buys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.bookings import reached
from forecast.quota.curve import chance_of, mean_of
from forecast.quota.draws import COMPANY, Floats, QuotaDraws
from simulations.intervals import Estimate, plain

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Together:
    """What becomes of the quotas of several reps in the same year.

    Attributes
    ----------
    name : str
        Of the team, or ``company``.
    reps : int
        Who have a quota.
    sum : float
        Of their quotas.
    quota : float or None
        Of the team itself.
    over_assignment : float or None
        ``sum`` over ``quota``; None where the team has none.
    chance : Estimate or None
        That the team attains ``quota``.
    chance_of_sum : Estimate
        That it attains the sum of its reps' quotas.
    share : Estimate
        Expected share of reps who attain their quota.
    share_low, share_high : float
        10th and 90th percentile of that share over single years.
    everybody : Estimate
        Chance that all of them attain.
    product : float
        What ``everybody`` would be if reps did not share a market: the product of their chances.
    correlation : float
        Mean correlation of two reps' bookings; nan with fewer than two.
    """

    name: str
    reps: int
    sum: float
    quota: float | None
    over_assignment: float | None
    chance: Estimate | None
    chance_of_sum: Estimate
    share: Estimate
    share_low: float
    share_high: float
    everybody: Estimate
    product: float
    correlation: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "name": self.name,
            "reps": self.reps,
            "sum": plain(self.sum),
            "quota": self.quota,
            "over_assignment": self.over_assignment,
            "chance": None if self.chance is None else self.chance.to_dict(),
            "chance_of_sum": self.chance_of_sum.to_dict(),
            "share": {**self.share.to_dict(), "p10": self.share_low, "p90": self.share_high},
            "everybody": {**self.everybody.to_dict(), "product": plain(self.product)},
            "correlation": plain(self.correlation),
        }


def together(
    draws: QuotaDraws, quotas: Mapping[str, float], of_teams: Mapping[str, float]
) -> tuple[Together, ...]:
    """Return what becomes of quotas for the company, and for each team where there are several.

    Parameters
    ----------
    draws : QuotaDraws
    quotas : mapping of str to float
        By rep; reps without one are left out of the shares, but book for their team.
    of_teams : mapping of str to float
        Quotas of teams by their name, and of the ``company``.
    """
    found = [_together(draws, COMPANY, draws.company, quotas, of_teams)]
    if len(draws.teams) > 1:
        found += [_together(draws, team, draws.of_team(team), quotas, of_teams) for team in draws.teams]
    return tuple(item for item in found if item is not None)


def _together(
    draws: QuotaDraws, name: str, whole: Floats, quotas: Mapping[str, float], of_teams: Mapping[str, float]
) -> Together | None:
    places = [
        place for place, rep in enumerate(draws.reps) if rep.name in quotas and name in {COMPANY, rep.team}
    ]
    if not places:
        return None
    theirs = np.array([quotas[draws.reps[place].name] for place in places])
    hit = np.stack(
        [reached(draws.bookings[:, place], quota) for place, quota in zip(places, theirs, strict=True)],
        axis=1,
    )
    share = np.asarray(hit.mean(axis=1))
    every = np.asarray(hit.all(axis=1), dtype=np.float64)
    low, high = (float(value) for value in np.quantile(share, (LOW, HIGH)))
    quota = of_teams.get(name)
    return Together(
        name=name,
        reps=len(places),
        sum=float(theirs.sum()),
        quota=quota,
        over_assignment=float(theirs.sum()) / quota if quota else None,
        chance=None if quota is None else chance_of(whole, quota, draws.world),
        chance_of_sum=chance_of(whole, float(theirs.sum()), draws.world),
        share=mean_of(share[:, None], draws.world),
        share_low=low,
        share_high=high,
        everybody=chance_of(every[:, None], 1.0, draws.world),
        product=float(np.prod(hit.mean(axis=0))),
        correlation=_correlation(draws.bookings[:, places]),
    )


def _correlation(bookings: Floats) -> float:
    """Return the mean correlation of two columns; nan where no two vary."""
    vary = bookings[:, bookings.std(axis=0) > 0]
    count = vary.shape[1]
    if count < 2:  # noqa: PLR2004 - two reps make a pair
        return float("nan")
    whole = float(np.sum(np.corrcoef(vary, rowvar=False)))
    return float((whole - count) / (count * (count - 1)))
