"""The watch of a company: a plan, thresholds found for it, and what each week's look says.

How to use it, from plain arrays or from a CRM's tables::

    before = history_of(tables_at_the_start, start)          # forecast.alarms.history
    plan = plan_of(before, Asked(day(start)))                # forecast.alarms.plan: as used, from 52 weeks alone
    watch = watch_from(plan, years=2_000, seed=1)            # thresholds for the team and for everybody
    seen = watch.look(history_of(tables_at_the_end, end))    # all looks of the watch at once
    seen.alarm_week(TEAM)                                    # first week with an alarm, from 1; None: quiet

Whatever a week's look uses was known at its end, so the looks of a whole year can be read off one later set of tables.

Where the plan is known (many simulated years on plan at hand, no estimation), thresholds are found from those years
themselves: `watch_known` takes their counts, which `Plan.count` makes of each year's history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from forecast.alarms.beside import Beside
from forecast.alarms.cusum import Floats
from forecast.alarms.deviations import MONITORS, Grouped, Usual, deviations, usual_of
from forecast.alarms.history import History
from forecast.alarms.plan import Plan
from forecast.alarms.tallies import Sums
from forecast.alarms.thresholds import FALSE_ALARMS, Thresholds, charts, find_thresholds, log_parts

#: Years drawn from the plan to find thresholds.
YEARS = 2_000
Family = Literal["team", "everybody"]
TEAM: Family = "team"
EVERYBODY: Family = "everybody"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the looks of a watch saw; groups are the team and each owner.

    Attributes
    ----------
    groups : tuple of str
        ``""`` for the team, then the owners.
    monitors : tuple of str
        `forecast.alarms.deviations.MONITORS`, and what is watched beside them.
    series : tuple of (str, float)
        `forecast.alarms.thresholds.SERIES`, and those beside them.
    off : array, monitors x G x W
        Deviations in standard deviations, positive is bad; the order is that of ``monitors``.
    sums : array, series x G x W
        CUSUMs; the order is that of ``series``: monitor and reference.
    log_chance : array, series x G x W
        Logarithm of the chance that luck alone takes a CUSUM so far in any week of the watch; 0 where that is likely.
    team, everybody : float
        The levels of both families.
    """

    groups: tuple[str, ...]
    monitors: tuple[str, ...]
    series: tuple[tuple[str, float], ...]
    off: Floats
    sums: Floats
    log_chance: Floats
    team: float
    everybody: float

    def level(self, family: Family, monitor: str = "") -> float:
        """Return the logarithm of the level of a family's monitor; unless told, of those that have one part."""
        return (self.team if family == TEAM else self.everybody) + log_parts(monitor)

    def alarms(self, family: Family) -> npt.NDArray[np.bool_]:
        """Return whether each CUSUM is beyond its threshold, series x G x W; the team alone where it is the family."""
        level = np.array([self.level(family, monitor) for monitor, _ in self.series])
        beyond = self.log_chance <= level[:, None, None]
        return np.asarray(beyond[:, :1] if family == TEAM else beyond)

    def alarm_week(self, family: Family, monitor: str | None = None) -> int | None:
        """Return the first week, from 1, at whose end there is an alarm; None where there is none.

        Parameters
        ----------
        family : {"team", "everybody"}
        monitor : str, optional
            One of `MONITORS`; any of them unless told.
        """
        chosen = [monitor in {None, name} for name, _ in self.series]
        raised = self.alarms(family)[chosen].any(axis=(0, 1))
        return int(raised.argmax()) + 1 if raised.any() else None


@dataclass(frozen=True, slots=True)
class Watch:
    """A plan with thresholds.

    Attributes
    ----------
    plan : Plan
    usual : Usual
    thresholds : Thresholds
    years : int
        From which the thresholds were found.
    seed : int
        Of the drawn years; -1 where they were simulated.
    """

    plan: Plan
    usual: Usual
    thresholds: Thresholds
    years: int
    seed: int

    def look(self, history: History) -> Seen:
        """Return what all looks of the watch saw that lie before a history's moment; later ones mean nothing."""
        return self.look_at(self.plan.count(history))

    def look_at(self, sums: Sums, recorded: Mapping[str, Floats] | None = None) -> Seen:
        """Return what all looks saw.

        Parameters
        ----------
        sums : Sums
            Of one year, as `Plan.count` counts it.
        recorded : mapping of str to array, optional
            Deviations of what is watched beside, 1 x G x W (`Beside.deviations`), by name.
        """
        seen = Grouped.of(sums, recorded)
        charted = dict(charts(seen, self.usual))
        series = tuple(charted)
        luck = [self.thresholds.luck[which] for which in series]
        off = {name: deviations(name, seen, self.usual)[0] for name in MONITORS}
        off |= {name: part[0] for name, part in seen.beside.items()}
        return Seen(
            ("", *self.plan.owners),
            tuple(off),
            series,
            np.stack(list(off.values())),
            np.stack([charted[which][0] for which in series]),
            np.stack([one.log_chance(charted[which][0]) for one, which in zip(luck, series, strict=True)]),
            self.thresholds.team,
            self.thresholds.everybody,
        )


def watch_from(
    plan: Plan,
    *,
    years: int = YEARS,
    seed: int,
    false_alarms: float = FALSE_ALARMS,
    beside: Sequence[Beside] = (),
) -> Watch:
    """Return a plan with the thresholds at which years drawn from it alarm as seldom as stated.

    Parameters
    ----------
    plan : Plan
        As learned; what is not known of it is drawn too.
    years, seed : int
        Of the drawn years.
    false_alarms : float
        Share of years on plan with at least one alarm of the family.
    beside : sequence of Beside
        What is watched although opportunities alone do not tell it; it takes its part of the same budget.
    """
    drawn = Grouped.of(plan.draw(years, seed), {each.name: each.draw(years, seed) for each in beside})
    usual = usual_of(plan, drawn)
    return Watch(plan, usual, find_thresholds(drawn, usual, false_alarms), years, seed)


def watch_known(plan: Plan, years: Sequence[Sums], *, false_alarms: float = FALSE_ALARMS) -> Watch:
    """Return a plan with thresholds found from simulated years on plan, each counted by `Plan.count`.

    Parameters
    ----------
    plan : Plan
        With a level of creation that is known (`forecast.alarms.planning.known_plan`).
    years : sequence of Sums
        Of one year each; of many, best of the team alone (`team_of`).
    false_alarms : float
    """
    whole = Grouped.of(Sums(*(np.concatenate(parts) for parts in zip(*years, strict=True))))
    usual = usual_of(plan, whole)
    return Watch(plan, usual, find_thresholds(whole, usual, false_alarms), len(years), -1)


def team_of(sums: Sums) -> Sums:
    """Return the counts of the team alone, which takes a tenth of the memory."""
    return Sums(*(part.sum(axis=1, keepdims=True).astype(np.float32) for part in sums))
