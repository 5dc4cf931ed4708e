"""A company's target held against its capacity: ramped heads x hours x productivity, and whom to hire by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from forecast.quota.curve import chance_of, mean_of, quota_for
from forecast.quota.draws import QuotaDraws
from forecast.quota.simulated import Years, simulated_draws
from simulations import rules
from simulations.calendar import WEEK_DAYS
from simulations.intervals import Estimate, plain
from simulations.plan import Plan, make_plan
from simulations.scenario.model import Scenario
from simulations.staffing import is_drawn, staffing_of

#: Replications from which presence is learned where luck decides it: so many of a team of the usual size, fewer of larger
#: ones, whose seats make up for it.
LOOKED_AT, USUAL, FEWEST = 200, 8, 10
#: Hires are tried up to so many times today's heads, and plans for so many numbers of hires are given.
MOST_TIMES, PLANS = 2, 3
WITHOUT = "no hire is needed"
NEVER = "no number of hires that was tried is enough"


@dataclass(frozen=True, slots=True)
class Heads:
    """Those who sell in a group.

    Attributes
    ----------
    group : str
    seats : int
    ramped : float
        Mean over the year's weeks of seats that are held and at work, each counted by its ramp.
    hours : float or None
        Prospecting hours a week and head, as planned when the year begins; None where a history does not tell them.
    """

    group: str
    seats: int
    ramped: float
    hours: float | None


@dataclass(frozen=True, slots=True)
class HirePlan:
    """So many hires, and the last day on which they may begin.

    Attributes
    ----------
    hires : int
    by : date
        The last Monday on which they may begin for the target to be reached with the chance asked for.
    chance : Estimate
        Of the target with so many hires that begin then.
    """

    hires: int
    by: dt.date
    chance: Estimate


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the team can be expected to book, from the bottom up, beside what is asked from the top down.

    Attributes
    ----------
    target : float
        Of the company.
    asked : float
        The chance asked for.
    chance : Estimate
        That the company reaches the target as it is staffed.
    expected, fits : Estimate
        Mean bookings; the target that fits the chance asked for.
    quotas : float or None
        Sum of the reps' quotas.
    heads : tuple of Heads
    productivity : float or None
        Expected bookings per ramped head and hour of prospecting, so that ramped heads x hours x weeks x productivity is
        ``expected``; where hours are not known, per ramped head and week. None where there are none.
    weeks : float
        Of the period.
    plans : tuple of HirePlan
    reason : str
        Why there are no plans, else empty.
    """

    target: float
    asked: float
    chance: Estimate
    expected: Estimate
    fits: Estimate
    quotas: float | None
    heads: tuple[Heads, ...]
    productivity: float | None
    weeks: float
    plans: tuple[HirePlan, ...]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; undefined ones are None."""
        return {
            "target": self.target,
            "chance": self.chance.to_dict(),
            "expected": self.expected.to_dict(),
            "fits": {
                "quota": plain(self.fits.mean),
                "low": plain(self.fits.low),
                "high": plain(self.fits.high),
            },
            "quotas": self.quotas,
            "heads": [asdict(each) for each in self.heads],
            "productivity": self.productivity,
            "weeks": self.weeks,
            "plans": [
                {"hires": plan.hires, "by": plan.by.isoformat(), "chance": plan.chance.to_dict()}
                for plan in self.plans
            ],
            "reason": self.reason or None,
        }


def simulated_heads(scenario: Scenario, seed: int) -> tuple[Heads, ...]:
    """Return the heads of each group of a scenario, ramped, over the year under study."""
    plan = make_plan(scenario)
    numbers = range(max(FEWEST, LOOKED_AT * USUAL // max(plan.seats, USUAL)) if is_drawn(plan) else 1)
    present = np.mean([_ramped(plan, seed, number) for number in numbers], axis=0)
    line, found, first = plan.timeline, [], 0
    terms = plan.regime(line.year_start_day).seats
    for group in scenario.team.groups:
        inside = slice(first, first + group.seats)
        hours = terms[first].steady_seconds * _days_of_week(plan) / 3_600
        found.append(Heads(group.name, group.seats, float(present[inside].sum()), float(hours)))
        first += group.seats
    return tuple(found)


def _days_of_week(plan: Plan) -> int:
    scenario = plan.scenario
    return scenario.calendar.working_days_per_week if scenario.switches.calendar else WEEK_DAYS


def _ramped(plan: Plan, seed: int, replication: int) -> np.ndarray:
    """Return each seat's mean presence over the year's weeks, counted by the ramp."""
    line = plan.timeline
    table = staffing_of(plan, seed, replication).table
    out = np.zeros(plan.seats)
    for week in range(line.year_start_week, line.year_start_week + line.year_weeks):
        seats = plan.regime(week * WEEK_DAYS).seats
        for seat in range(plan.seats):
            cell = table[seat, week]
            out[seat] += cell["works"] * rules.ramp_factor(int(cell["since"]), seats[seat].ramp_weeks)
    return out / line.year_weeks


def capacity_of(
    draws: QuotaDraws, target: float, asked: float, heads: tuple[Heads, ...], quotas: float | None
) -> Capacity:
    """Return a capacity plan without hires.

    Parameters
    ----------
    draws : QuotaDraws
    target, asked : float
        The company's target, and the chance with which it is to be reached.
    heads : tuple of Heads
    quotas : float or None
        Sum of the reps' quotas.
    """
    weeks = ((draws.end - draws.start).days + 1) / WEEK_DAYS
    expected = mean_of(draws.company, draws.world)
    effort = sum(each.ramped * (1.0 if each.hours is None else each.hours) for each in heads) * weeks
    return Capacity(
        target, asked, chance_of(draws.company, target, draws.world), expected,
        quota_for(draws.company, asked, draws.world), quotas, heads,
        expected.mean / effort if effort else None, weeks, (),
    )  # fmt: skip


def simulated_plans(
    scenario: Scenario, years: Years, plan: Capacity, tried: Callable[[int], None] | None = None
) -> Capacity:
    """Return a capacity plan with the hires that would do, and by when.

    Hires have the terms of the first group and ramp; each number of them is simulated under the same luck, hired on the
    year's first day, then on later Mondays, halving what lies between. So all that hires do is in it: ramp, the
    time that deals take, and that inbound leads are shared among more.

    Parameters
    ----------
    scenario : Scenario
    years : Years
    plan : Capacity
        As `capacity_of` gives it.
    tried : callable, optional
        Told how many trials were made.
    """
    search = _Search(scenario, years, plan, tried)
    if search.without() >= plan.asked:
        return replace(plan, plans=(), reason=WITHOUT)
    fewest = search.fewest()
    if fewest is None:
        return replace(plan, plans=(), reason=NEVER)
    return replace(plan, plans=tuple(search.plans(fewest)))


class _Search:
    """Trials of hires under the same luck, each made once."""

    def __init__(
        self, scenario: Scenario, years: Years, plan: Capacity, tried: Callable[[int], None] | None
    ) -> None:
        self._scenario, self._years, self._plan, self._tried = scenario, years, plan, tried
        self._line = make_plan(scenario).timeline
        self._found: dict[tuple[int, int], Estimate] = {}
        self._most = max(MOST_TIMES * sum(group.seats for group in scenario.team.groups), 4)

    def without(self) -> float:
        """Return the chance with nobody hired."""
        return self.chance(0, 0).mean

    def chance(self, hires: int, week: int) -> Estimate:
        """Return the chance of the target with so many hires who begin in a week of the year, from 0."""
        key = (hires, week)
        if key not in self._found:
            other = with_hires(self._scenario, hires, self._monday(week))
            draws = simulated_draws(other, self._years)
            self._found[key] = chance_of(draws.company, self._plan.target, draws.world)
            if self._tried is not None:
                self._tried(len(self._found))
        return self._found[key]

    def fewest(self) -> int | None:
        """Return the fewest hires that do if they begin with the year: doubled, then halved."""
        low, high = 0, 1
        while self.chance(high, 0).mean < self._plan.asked:
            if high >= self._most:
                return None
            low, high = high, min(2 * high, self._most)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.chance(middle, 0).mean >= self._plan.asked else (middle, high)
        return high

    def plans(self, fewest: int) -> Iterator[HirePlan]:
        """Yield the last weeks for the fewest hires, and for a few more."""
        week = 0
        for hires in range(fewest, min(fewest + PLANS, self._most + 1)):
            week = self._last_week(hires, week)
            yield HirePlan(hires, self._monday(week), self.chance(hires, week))

    def _last_week(self, hires: int, since: int) -> int:
        low, high = since, self._line.year_weeks
        if self.chance(hires, low).mean < self._plan.asked:  # the luck of few trials: fewer hires did as well
            low = 0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (
                (middle, high) if self.chance(hires, middle).mean >= self._plan.asked else (low, middle)
            )
        return low

    def _monday(self, week: int) -> dt.date:
        return self._line.date_of(self._line.year_start_day + WEEK_DAYS * week)


def with_hires(scenario: Scenario, hires: int, begin: dt.date) -> Scenario:
    """Return a scenario with hires on the terms of its first group; who was there keeps their seats and their luck."""
    if not hires:
        return scenario
    group = scenario.team.groups[0].model_copy(update={"name": "hires", "seats": hires, "hired": begin})
    team = scenario.team.model_copy(update={"groups": (*scenario.team.groups, group)})
    return scenario.model_copy(update={"team": team})
