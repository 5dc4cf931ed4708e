"""Thresholds: how high a CUSUM stands by luck alone, so that all monitors of a family together alarm seldom enough.

A year has 52 looks, a team several monitors, and every owner has as many. Were each of them held against its own 5%,
luck would alarm nearly every year. So all share one level, of which some get more parts than others (weighted p-values:
Genovese, Roeder & Wasserman, *Biometrika* 93, 2006). At every look a CUSUM is turned into the chance that luck
alone would put it so high in that week; and this into the chance that luck alone would take this one so far in *any*
week of the watch. An alarm is raised where that chance is at the level or below it: the greatest at which at most the
stated share of years drawn from the plan has any alarm at all (Westfall & Young, *Resampling-Based Multiple Testing*,
1993: the least of all p-values, whose distribution is drawn and not assumed).

Beyond what was drawn often, chances are extrapolated by a generalised Pareto tail (Pickands, *Annals of Statistics* 3,
1975; fitted by probability-weighted moments: Hosking & Wallis, *Technometrics* 29, 1987). Every year is judged by tails
that the years of the other folds have made (cross-validation: Stone, *Journal of the Royal Statistical Society B* 36,
1974), so that none is judged by a tail of its own; of five folds, which leaves tails nearly as sure as those that are used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecast.alarms.cusum import Floats, cusum
from forecast.alarms.deviations import (
    CONVERSION,
    CREATION,
    MONITORS,
    PACE,
    PIPELINE,
    PROJECTION,
    SIZE,
    Grouped,
    Usual,
    beside_learned,
    deviations,
)

#: The weighted pipeline holds the past weeks already and is charted as it stands.
AS_IT_STANDS = 0.0
#: Reference of each CUSUM, in standard deviations: half of the shift that it finds fastest. What the market moves is never
#: still, so that its small shifts mean little; a lower win rate is a small shift for long.
REFERENCES = {
    CREATION: 1.15,
    SIZE: 0.35,
    CONVERSION: 0.15,
    PACE: 0.35,
    PIPELINE: AS_IT_STANDS,
    PROJECTION: 0.5,
}
#: Of what is watched beside them.
OF_BESIDE = 0.5
#: Parts of the false alarms that a monitor may cause; of any other it is one. What the others have in plenty, weeks, these
#: lack: a lower win rate is told by conversion alone, and late; less creation is what costs most, and so it is to be told soon.
PARTS = {CREATION: 3.0, CONVERSION: 6.0}
#: Share of the drawn years beyond which the tail is extrapolated, the least mean excess over it, and the shapes allowed.
TAIL, LEAST_EXCESS, SHAPES = 0.1, 0.02, (-0.3, 0.06)
#: The logarithm of a chance has an exponential tail, whatever it is a chance of.
EXPONENTIAL = (0.0, 0.0)
#: Parts into which the drawn years fall, each judged by the tails of the others.
FOLDS = 5
#: Weeks on either side over which the mean excess is averaged.
AROUND = 4
#: What a chance of nothing counts.
_NOTHING = 1e-30
#: Stated share of years on plan with an alarm.
FALSE_ALARMS = 0.05
#: What no market moves, so that weeks of the watch tell of the mean as those before it do.
STEADY = (SIZE, CONVERSION, PACE)
SERIES = tuple((monitor, REFERENCES[monitor]) for monitor in MONITORS)


@dataclass(frozen=True, slots=True)
class Tail:
    """How high something stands by luck, by group and week.

    Attributes
    ----------
    edge : array, G x W
        What it exceeds with a chance of `TAIL`.
    scale : array, G x W
        Of the excess over it.
    shape : array, G x 1
        k of Hosking & Wallis: above 0 where the tail is lighter than an exponential one.
    """

    edge: Floats
    scale: Floats
    shape: Floats

    @classmethod
    def of(cls, sums: Floats, shapes: tuple[float, float] = SHAPES) -> Tail:
        """Return the tail of what was drawn, years x G x W; its shape is kept within bounds."""
        beyond = max(int(len(sums) * TAIL), 2)
        highest = np.sort(
            np.partition(sums, len(sums) - beyond - 1, axis=0)[len(sums) - beyond - 1 :], axis=0
        )
        edge, over = highest[0], highest[1:] - highest[0]
        mean = np.maximum(over.mean(axis=0), LEAST_EXCESS)
        above = 1 - (np.arange(1, beyond + 1) - 0.35) / beyond
        ratio = (np.einsum("n,ngw->gw", above / beyond, over) / mean).mean(axis=1, keepdims=True)
        shape = np.clip((4 * ratio - 1) / (1 - 2 * np.minimum(ratio, 0.45)), *shapes)
        shape = np.where(np.abs(shape) < LEAST_EXCESS, LEAST_EXCESS, shape)
        return cls(edge, _smooth(mean) * (1 + shape), shape)

    def log_chance(self, sums: Floats) -> Floats:
        """Return the logarithm of the chance that luck alone comes so high; one of `TAIL` or more counts 0."""
        over = sums - self.edge
        found = np.zeros(over.shape)
        beyond = over > 0
        shape = np.broadcast_to(self.shape, over.shape)[beyond]
        left = 1 - shape * over[beyond] / np.broadcast_to(self.scale, over.shape)[beyond]
        found[beyond] = np.log(TAIL) + np.log(np.maximum(left, _NOTHING)) / shape
        return found

    def height(self, log_chance: float | Floats) -> Floats:
        """Return how high it must be for its chance to be that small."""
        beyond = np.exp(self.shape * (log_chance - np.log(TAIL)))
        return np.asarray(self.edge + self.scale * (1 - beyond) / self.shape)


def _smooth(by_week: Floats) -> Floats:
    """Return the means of each week and `AROUND` weeks on either side, so that no week's own noise makes its tail."""
    weeks = by_week.shape[1]
    total = np.concatenate((np.zeros((len(by_week), 1)), np.cumsum(by_week, axis=1)), axis=1)
    first, last = np.maximum(np.arange(weeks) - AROUND, 0), np.minimum(np.arange(weeks) + AROUND + 1, weeks)
    return np.asarray((total[:, last] - total[:, first]) / (last - first))


@dataclass(frozen=True, slots=True)
class Luck:
    """How far luck alone takes a CUSUM, by group.

    Attributes
    ----------
    weekly : Tail
        Of the CUSUM in each week.
    yearly : Tail
        Of the least chance that it has in any week, as its logarithm with the sign turned.
    """

    weekly: Tail
    yearly: Tail

    @classmethod
    def of(cls, sums: Floats) -> Luck:
        """Return what years drawn from the plan, years x G x W, say."""
        weekly = Tail.of(sums)
        least = -weekly.log_chance(sums).min(axis=2, keepdims=True)
        return cls(weekly, Tail.of(least, EXPONENTIAL))

    def log_chance(self, sums: Floats) -> Floats:
        """Return the logarithm of the chance that luck alone takes it so far in any week of the watch."""
        return self.yearly.log_chance(-self.weekly.log_chance(sums))

    def height(self, log_chance: float) -> Floats:
        """Return the threshold of each week, G x W: how high the CUSUM stands where that chance is so small."""
        return self.weekly.height(-self.yearly.height(log_chance))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What CUSUMs are held against.

    Attributes
    ----------
    luck : dict of (monitor, reference) to Luck
    team, everybody : float
        Logarithms of the levels of the team's monitors, and of those of the team and all owners, for a monitor of one part.
    false_alarms : float
        Share of years on plan with an alarm, of either family.
    """

    luck: dict[tuple[str, float], Luck]
    team: float
    everybody: float
    false_alarms: float


def log_parts(monitor: str) -> float:
    """Return the logarithm of how many times the level of others a monitor's own is."""
    return math.log(PARTS.get(monitor, 1.0))


def charts(seen: Grouped, usual: Usual) -> Iterator[tuple[tuple[str, float], Floats]]:
    """Yield every CUSUM, years x groups x weeks, with its monitor and reference."""
    off = {monitor: deviations(monitor, seen, usual) for monitor in MONITORS}
    off |= {monitor: beside_learned(off[monitor], usual.learned) for monitor in STEADY}
    for monitor, reference in SERIES:
        as_it_stands = reference == AS_IT_STANDS
        yield (monitor, reference), off[monitor] if as_it_stands else cusum(off[monitor], reference)
    for monitor, beside in seen.beside.items():
        yield (monitor, OF_BESIDE), cusum(beside, OF_BESIDE)


def find_thresholds(years: Grouped, usual: Usual, false_alarms: float = FALSE_ALARMS) -> Thresholds:
    """Return the thresholds at which a share of the drawn years has an alarm.

    Parameters
    ----------
    years : Grouped
        Drawn from the plan; at least some hundred.
    usual : Usual
    false_alarms : float
    """
    count = len(years.sums.created)
    luck: dict[tuple[str, float], Luck] = {}
    least = np.zeros((count, years.sums.created.shape[1]))
    fold = np.arange(count) % FOLDS
    for which, sums in charts(years, usual):
        luck[which] = Luck.of(sums)
        for one in range(FOLDS):
            judged = fold == one
            chance = Luck.of(sums[~judged]).log_chance(sums[judged]).min(axis=2)
            least[judged] = np.minimum(least[judged], chance - log_parts(which[0]))
    team, everybody = (
        float(np.quantile(part, false_alarms, method="lower")) for part in (least[:, 0], least.min(axis=1))
    )
    return Thresholds(luck, team, everybody, false_alarms)
