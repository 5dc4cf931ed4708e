"""Shocks: what goes wrong in a simulated company from one week on, as changes of its scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulations.plan import Plan
from simulations.regime import Regime, SeatPlan
from simulations.scenario.model import Change, Scenario

#: Weeks without prospecting, months over which a drift grows, and what is left of creation after them.
STOP_WEEKS, DRIFT_MONTHS, DRIFT_LEFT = 8, 10, 0.5
WEEKS_A_STEP, NEVER_DAYS = 4, 3_650
LEAVER = "leaver"
#: What an attrition stands for that happens for certain; the highest that a scenario may state.
SURE = 0.9

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Shock:
    """What goes wrong.

    Attributes
    ----------
    key, name : str
        ``name`` is what tables say.
    steps : callable
        From a scenario to (weeks after the shock's first, values by path) pairs; can be imported by its name.
    """

    key: str
    name: str
    steps: Callable[[Scenario], list[tuple[int, Values]]]

    def changes(self, scenario: Scenario, start: date) -> tuple[Change, ...]:
        """Return the changes of a scenario in which the shock begins on a Monday."""
        return tuple(
            Change(start=start + timedelta(weeks=after), values=dict(values))
            for after, values in self.steps(scenario)
        )


def with_leaver(scenario: Scenario) -> Scenario:
    """Return the same scenario, with the last seat as a group of its own, so that a shock can let this rep leave."""
    *others, last = scenario.team.groups
    if last.name == LEAVER:
        return scenario
    rest = () if last.seats == 1 else (last.model_copy(update={"seats": last.seats - 1}),)
    one = last.model_copy(update={"seats": 1, "name": LEAVER})
    team = scenario.team.model_copy(update={"groups": (*others, *rest, one)})
    return scenario.model_copy(update={"team": team})


def certainly(plan: Plan) -> Plan:
    """Return a plan in which whoever may leave with a chance of `SURE` a year leaves at once."""
    regimes = tuple(replace(regime, seats=_sure_seats(regime)) for regime in plan.regimes)
    return replace(plan, regimes=regimes)


def _sure_seats(regime: Regime) -> tuple[SeatPlan, ...]:
    groups = (group for group in regime.scenario.team.groups for _ in range(group.seats))
    return tuple(
        seat._replace(leaving=1.0) if group.attrition_per_year >= SURE else seat
        for seat, group in zip(regime.seats, groups, strict=True)
    )


def _hours(scenario: Scenario, share: float) -> Values:
    return {
        f"team.groups[{group.name}].prospecting_hours_per_week": share * group.prospecting_hours_per_week
        for group in scenario.team.groups
    }


def _by_stage(scenario: Scenario, field: str, factor: float) -> Values:
    return {f"stages[{stage.name}].{field}": factor * getattr(stage, field) for stage in scenario.stages}


def _stops(scenario: Scenario) -> list[tuple[int, Values]]:
    return [(0, _hours(scenario, 0.0)), (STOP_WEEKS, _hours(scenario, 1.0))]


def _drifts(scenario: Scenario) -> list[tuple[int, Values]]:
    per_hour = scenario.sources.prospecting.leads_per_hour
    left = (1 - (1 - DRIFT_LEFT) * (step + 1) / DRIFT_MONTHS for step in range(DRIFT_MONTHS))
    return [
        (WEEKS_A_STEP * step, {"sources.prospecting.leads_per_hour": per_hour * share})
        for step, share in enumerate(left)
    ]


def _wins(scenario: Scenario) -> list[tuple[int, Values]]:
    return [(0, _by_stage(scenario, "advance_probability", 0.75 ** (1 / len(scenario.stages))))]


def _halves(scenario: Scenario) -> list[tuple[int, Values]]:
    return [(0, _hours(scenario, 0.5))]


def _slows(scenario: Scenario) -> list[tuple[int, Values]]:
    return [(0, _by_stage(scenario, "reply_days", 1.3))]


def _shrinks(scenario: Scenario) -> list[tuple[int, Values]]:
    return [(0, {"deal_value.mean": 0.75 * scenario.deal_value.mean})]


def _leaves(scenario: Scenario) -> list[tuple[int, Values]]:
    path = f"team.groups[{LEAVER}].attrition_per_year"
    return [(0, {path: SURE}), (1, {path: scenario.team.groups[-1].attrition_per_year})]


def _no_reviews(scenario: Scenario) -> list[tuple[int, Values]]:  # noqa: ARG001 - as all of them
    off = {"review_hours": 0, "review_minutes_per_open_deal": 0, "disqualify_after_days": NEVER_DAYS}
    return [(0, {f"reviews.{name}": value for name, value in off.items()})]


#: What is tried, in the order of tables. A win rate of three quarters is spread over the stages alike.
SHOCKS = (
    Shock("halves", "prospecting halves for good", _halves),
    Shock("stops", f"prospecting stops for {STOP_WEEKS} weeks", _stops),
    Shock("drifts", f"creation drifts to {DRIFT_LEFT:.0%} in {WEEKS_A_STEP * DRIFT_MONTHS} weeks", _drifts),
    Shock("wins", "win rate -25%", _wins),
    Shock("slows", "sales cycle +30%", _slows),
    Shock("shrinks", "deal size -25%", _shrinks),
    Shock("leaves", "a rep leaves", _leaves),
    Shock("unreviewed", "reviews stop", _no_reviews),
)
