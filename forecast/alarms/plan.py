"""The plan of a watch: what the weeks before it let one expect of the weeks to come, and years drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.alarms.counting import count_stays, draw_years
from forecast.alarms.cusum import Floats, Ints
from forecast.alarms.history import History, renumbered
from forecast.alarms.learning import Rates, Shares, Sizes
from forecast.alarms.market import LEAST_LEVEL, USUAL_MARKET, Level, Market
from forecast.alarms.tallies import Drawn, Expected, Stays, Sums, no_sums
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK, Clock

#: Weeks before the watch that are learned from, and that the watch lasts, unless told.
WEEKS = 52


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a watch.

    Attributes
    ----------
    start : float
        Its first moment, days since 1970-01-01; what is learned ends here.
    weeks : int
        That it lasts.
    learned_weeks : int
        Before the start that are learned from.
    market : Market
    unit : {"amount", "deals"}
    country : str or None
        Two-letter code whose public holidays are not worked.
    """

    start: float
    weeks: int = WEEKS
    learned_weeks: int = WEEKS
    market: Market = USUAL_MARKET
    unit: Literal["amount", "deals"] = "amount"
    country: str | None = None

    @property
    def looks(self) -> Floats:
        """The moments at which each week ends, the start first."""
        return self.start + WEEK * np.arange(self.weeks + 1.0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """On which days opportunities are created, and on which stays end."""

    creation: Clock
    leaving: Clock


@dataclass(frozen=True, slots=True)
class Plan:
    """What is expected of the weeks to come, and how unsure that is.

    Attributes
    ----------
    asked : Asked
    owners, stages : tuple of str
        Counts of one owner more are kept: of whoever is new.
    clocks : Clocks
    level : Level
        Of creation.
    lengths : array
        How much of a normal week's creation each coming week has.
    past, past_lengths : array
        The team's new opportunities in the weeks that were learned from, and their lengths; empty where the plan is known.
    rates : Rates
    sizes : Sizes
    shares : Shares
    expected : Expected
    open : Stays
        The stays that last at the start.
    mean_value : float
        What a missing amount counts.
    most : float
        Nothing counts more in the pipeline and bookings that are watched: one amount in fifty is above it. Past amounts say
        too little about what is larger still, and one such deal says nothing about how a team sells.
    """

    asked: Asked
    owners: tuple[str, ...]
    stages: tuple[str, ...]
    clocks: Clocks
    level: Level
    lengths: Floats
    past: Floats
    past_lengths: Floats
    rates: Rates
    sizes: Sizes
    shares: Shares
    expected: Expected
    open: Stays
    mean_value: float
    most: float

    def count(self, history: History) -> Sums:
        """Return what a history shows of the weeks of the watch; those that are not over by its moment show too little."""
        known = renumbered(history, self.owners, self.stages)
        weeks, rows = self.asked.weeks, len(self.owners) + 1
        sums = no_sums(1, rows, weeks)
        count_stays(self._cut(self.valued(known.stays)), self.expected, sums)
        week = np.searchsorted(self.asked.looks, known.created, side="right") - 1
        inside = (week >= 0) & (week < weeks)
        cell = (known.owner * weeks + week)[inside]
        amount = known.amount[inside]
        priced = ~np.isnan(amount)
        off = np.log(np.where(priced, amount, 1.0)) - self.sizes.usual[known.owner[inside]]
        for name, of in (("created", None), ("priced", priced), ("size", np.where(priced, off, 0.0))):
            getattr(sums, name)[0] = np.bincount(cell, of, rows * weeks).reshape(rows, weeks)
        return sums

    def draw(self, years: int, seed: int) -> Sums:
        """Return years that are drawn from the plan, with all that is not known of it."""
        rng = stream(seed, "alarms: years")
        rows = len(self.owners) + 1
        sums = no_sums(years, rows, self.asked.weeks)
        created, drawn = self._created(years, rng), self._drawn(years, rng)
        draw_years(self._cut(self.open), created, drawn, self.expected, sums, rng)
        return sums

    def _cut(self, stays: Stays) -> Stays:
        return stays._replace(value=np.minimum(stays.value, self.most))

    def valued(self, stays: Stays) -> Stays:
        """Return stays (days since 1970-01-01) on the clock of leaving since the start, and what each counts if won."""
        begin = self.clocks.leaving.at(self.asked.start)
        value = np.where(np.isnan(stays.value), self.mean_value, stays.value)
        return stays._replace(
            entered=self.clocks.leaving.at(stays.entered) - begin,
            left=self.clocks.leaving.at(stays.left) - begin,
            value=np.ones(len(value)) if self.asked.unit == "deals" else value,
        )

    def _created(self, years: int, rng: np.random.Generator) -> Ints:
        """Return drawn numbers of new opportunities, years x owners x weeks."""
        levels, noise = self.level.draw(years, rng)
        shares, own = self.shares.draw(years, rng), self.shares.own_variance
        shared = np.maximum(noise - own * float((self.shares.mean**2).sum()), 0.0)
        team = levels * _noise(np.broadcast_to(shared[:, None], levels.shape), rng)
        mean = shares[:, :, None] * (self.level.per_week * self.lengths * team)[:, None, :]
        if own > 0:
            mean = mean * _noise(np.full(mean.shape, own), rng)
        return rng.poisson(mean).astype(np.int64)

    def _drawn(self, years: int, rng: np.random.Generator) -> Drawn:
        rates, sizes, market = self.rates, self.sizes, self.asked.market
        shape = (years, *rates.shape.shape)
        good = rng.standard_gamma(np.broadcast_to(np.maximum(rates.ahead, 1e-3), shape))
        bad = rng.standard_gamma(np.broadcast_to(np.maximum(rates.other, 1e-3), shape))
        team = sizes.error * rng.standard_normal((years, 1))
        weight = self.shares.mean
        return Drawn(
            rate=rng.standard_gamma(np.broadcast_to(rates.shape, shape)) / rates.time,
            advance=good / (good + bad),
            pace=np.maximum(rates.pace.draw(years, rates.weight, rng), 0.1),
            odds=rates.odds.draw(years, rates.weight, rng),
            size=team + sizes.by_owner.draw(years, weight, rng) - sizes.by_owner.mean,
            luck=sizes.luck,
            usual=sizes.usual,
            most=self.most,
            counted=self.asked.unit == "deals",
            entry=_cumulated(rates.entry[None, :])[0],
            onward=_cumulated(rates.onward),
            back=_cumulated(rates.back),
            drift=np.exp(market.pace_drift * self._slow(years, rng)),
            sway=market.conversion_drift * self._slow(years, rng),
        )

    def _slow(self, years: int, rng: np.random.Generator) -> Floats:
        """Return drawn slow deviations of sd 1, years x weeks, from their mean over the weeks that were learned from."""
        learned, weeks = self.asked.learned_weeks, self.asked.weeks
        rho = float(np.exp(-1 / self.asked.market.persistence_weeks))
        luck = rng.standard_normal((learned + weeks, years)) * np.sqrt(1 - rho**2)
        luck[0] /= np.sqrt(1 - rho**2)
        for week in range(1, learned + weeks):
            luck[week] += rho * luck[week - 1]
        return np.asarray((luck[learned:] - luck[:learned].mean(axis=0)).T)


def _cumulated(shares: Floats) -> Floats:
    whole = np.cumsum(shares, axis=1)
    last = np.maximum(whole[:, -1:], 1e-12)
    return np.where(whole[:, -1:] > 0, whole / last, 1.0)


def _noise(variance: Floats, rng: np.random.Generator) -> Floats:
    """Return normal noise of mean 1 and the given variances; see `Level.draw`."""
    return np.maximum(1 + np.sqrt(variance) * rng.standard_normal(variance.shape), LEAST_LEVEL)
