"""The prospecting hours a week with which a quota would be attained: simulated, or from a history by elasticity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from forecast.quota.curve import chance_of
from forecast.quota.draws import QuotaDraws
from forecast.quota.history import History
from forecast.quota.simulated import Years, simulated_draws
from simulations.calendar import timeline
from simulations.checks import scenario_problems
from simulations.intervals import Estimate, plain
from simulations.scenario.model import Change, Custom, Reactive, Scenario

#: Shares of the present hours that are tried; hours that do not fit into the week are left out.
TRIED = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)
#: A share of the selling hours that is tried where a group has no hours, and the most that may be prospecting.
OF_NO_HOURS, MOST_SHARE = 0.25, 0.9
NEVER = "no number of hours that was tried is enough"
ALWAYS = "the fewest hours that were tried are enough"


@dataclass(frozen=True, slots=True)
class NeededHours:
    """Prospecting hours a week and rep with which a quota is attained with the chance asked for.

    Attributes
    ----------
    now : float or None
        The present hours a week; None where a history does not tell them.
    hours : Estimate or None
        Hours a week (where ``now`` is None: times the present ones), with what the number of draws leaves open:
        ``high`` is inf where it may be that no number is enough.
    best : Estimate
        The highest chance of all hours that were tried.
    best_hours : float
        Where that is.
    reason : str
        Why there are no hours, else empty.
    crowded : bool
        Whether the chance surely falls again with the most hours that were tried.
    """

    now: float | None
    hours: Estimate | None
    best: Estimate
    best_hours: float
    reason: str = ""
    crowded: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "now": self.now,
            "hours": None if self.hours is None else self.hours.to_dict(),
            "best": {"hours": plain(self.best_hours), **self.best.to_dict()},
            "reason": self.reason or None,
            "crowded": self.crowded,
        }


@dataclass(frozen=True, slots=True)
class Trials:
    """The same years at other prospecting hours.

    Attributes
    ----------
    now : float or None
        As in `NeededHours`.
    hours : tuple of float
        From the fewest on.
    draws : tuple of QuotaDraws
        One for each.
    """

    now: float | None
    hours: tuple[float, ...]
    draws: tuple[QuotaDraws, ...]

    def needed(self, name: str, quota: float, asked: float) -> NeededHours:
        """Return the hours with which a rep attains a quota with a chance.

        Chances between two trials lie on a straight line; the interval is where the ends of the chances' intervals
        cross the chance asked for.
        """
        found = [chance_of(draws.of_rep(draws.place(name)), quota, draws.world) for draws in self.draws]
        mean, low, high = (
            np.array([getattr(each, end) for each in found]) for end in ("mean", "low", "high")
        )
        top = int(mean.argmax())
        crowded = found[top].low > found[-1].high
        at = crossing(self.hours, mean, asked)
        if at is None:
            return NeededHours(self.now, None, found[top], self.hours[top], NEVER, crowded)
        reason = ALWAYS if mean[0] >= asked else ""
        early, late = crossing(self.hours, high, asked), crossing(self.hours, low, asked)
        hours = Estimate(
            at, at if early is None else early, float("inf") if late is None else late, len(self.draws)
        )
        return NeededHours(self.now, hours, found[top], self.hours[top], reason, crowded)


def crossing(hours: Sequence[float], chances: np.ndarray, asked: float) -> float | None:
    """Return the first of the hours at which the chances, joined by straight lines, reach what is asked for.

    Examples
    --------
    >>> crossing((5.0, 10.0, 15.0), np.array([0.2, 0.4, 0.8]), 0.6)
    12.5
    """
    there = np.flatnonzero(chances >= asked)
    if not len(there):
        return None
    at = int(there[0])
    if at == 0:
        return float(hours[0])
    before, after = float(chances[at - 1]), float(chances[at])
    step = (asked - before) / (after - before)
    return float(hours[at - 1] + step * (hours[at] - hours[at - 1]))


def hours_trials(
    scenario: Scenario, group: int, years: Years, tried: Callable[[int, int], None] | None = None
) -> Trials | None:
    """Return the years of a scenario with other prospecting hours of one group, from the year's first day on.

    The same luck at all hours; the other groups and the past are as they are. None where the
    cadence does not keep planned hours, so that other ones change nothing.

    Parameters
    ----------
    scenario : Scenario
    group : int
        Position of the group.
    years : Years
    tried : callable, optional
        Told how many hours of how many were tried.
    """
    if isinstance(years.cadence, Reactive | Custom):
        return None
    now = scenario.team.groups[group].prospecting_hours_per_week
    selling = scenario.team.groups[group].selling_hours_per_week
    base = now or OF_NO_HOURS * selling
    wanted = sorted({round(base * share, 2) for share in TRIED} | ({now} if now else set()))
    wanted = [hours for hours in wanted if hours <= MOST_SHARE * selling or hours == now]
    found: list[tuple[float, QuotaDraws]] = []
    for place, hours in enumerate(wanted):
        other = with_hours(scenario, group, hours)
        if other is not None:
            found.append((hours, simulated_draws(other, years)))
        if tried is not None:
            tried(place + 1, len(wanted))
    return Trials(now, tuple(hours for hours, _ in found), tuple(draws for _, draws in found))


def with_hours(scenario: Scenario, group: int, hours: float) -> Scenario | None:
    """Return a scenario in which a group prospects other hours from the year's first day on; None where they do not fit."""
    line = timeline(scenario)
    start = line.date_of(line.year_start_day)
    names = [f"group {place}" for place in range(len(scenario.team.groups))]
    groups = tuple(
        each.model_copy(update={"name": name}) for each, name in zip(scenario.team.groups, names, strict=True)
    )
    told = scenario.model_copy(update={"team": scenario.team.model_copy(update={"groups": groups})})
    values = {f"team.groups[{names[group]}].prospecting_hours_per_week": float(hours)}
    same = [change for change in scenario.changes if change.start == start]
    base = same[0] if same else Change(start=start)
    try:
        change = Change.model_validate({**base.model_dump(), "values": {**base.values, **values}})
    except ValidationError:
        return None
    others = [each for each in scenario.changes if each.start != start]
    changes = tuple(sorted([*others, change], key=lambda each: each.start))
    changed = told.model_copy(update={"changes": changes})
    return None if scenario_problems(changed) else changed


def history_trials(history: History, now: float | None) -> Trials:
    """Return the period of a history with as many times the prospecting of every rep, from the moment on.

    The assumption, as no export shows it: twice the hours create twice the opportunities whose source is prospecting
    (an elasticity of 1), the others stay, and what is created is won as before. Where no source tells, all of them count
    as prospected. So hours that crowd each other out, as the simulation has them, are not seen.

    Parameters
    ----------
    history : History
    now : float or None
        Present prospecting hours a week and rep, where the user tells them.
    """
    part = history.self_sourced if np.isfinite(history.self_sourced) else 1.0
    draws = tuple(history.draws(1 + part * (share - 1)) for share in TRIED)
    scale = 1.0 if now is None else now
    return Trials(now, tuple(share * scale for share in TRIED), draws)
