"""What must hold between the parts of a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from simulations.calendar import WEEK_DAYS, mean_cycle_days, timeline
from simulations.changes import NotChangeable, scenario_after
from simulations.feasible import cadence_refusal
from simulations.plan import make_plan
from simulations.referrals import branching
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Change, Scenario

Loc = tuple[int | str, ...]
DAY_HOURS = 24
LONGEST_CYCLE_DAYS = 3_650  # warm-up and run-off last three cycles each
MOST_SEATS = 1 << 16  # what the key of a random draw holds


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place in the scenario, what stands there, and what is allowed."""

    loc: Loc
    value: str
    allowed: str


def scenario_problems(scenario: Scenario) -> tuple[Mismatch, ...]:
    """Return everything that does not fit together."""
    found = (
        *_calendar(scenario),
        *_team(scenario),
        *_hours(scenario),
        *_names(scenario),
        *_cycle(scenario),
        *_changes(scenario),
        *_sources(scenario),
        *_referrals(scenario),
        *_open_deals(scenario),
    )
    # A plan can only be made of a scenario that fits together.
    return found or tuple(_cadence(scenario))


def _calendar(scenario: Scenario) -> Iterator[Mismatch]:
    start = scenario.calendar.year_start
    if start.weekday() != 0:
        nearest = start - timedelta(days=start.weekday())
        yield Mismatch(("calendar", "year_start"), str(start), f"must be a Monday, for example {nearest}")
    country = scenario.calendar.country
    if country is not None:
        import holidays

        if country not in holidays.list_supported_countries():
            yield Mismatch(
                ("calendar", "country"), country, "must be an ISO 3166 country code such as US or DE, or null"
            )


def _team(scenario: Scenario) -> Iterator[Mismatch]:
    seats = sum(group.seats for group in scenario.team.groups)
    if seats > MOST_SEATS:
        yield Mismatch(("team", "groups"), f"{seats} seats", f"must be at most {MOST_SEATS} seats together")
    line = timeline(scenario)
    end = line.date_of(line.year_end_day)
    for index, group in enumerate(scenario.team.groups):
        hired = group.hired
        if hired is not None and (hired.weekday() != 0 or not line.origin <= hired < end):
            allowed = f"must be a Monday from {line.origin}, where the warm-up begins, on and before {end}"
            yield Mismatch(("team", "groups", index, "hired"), str(hired), allowed)
    yield from _hand_overs(scenario)


def _hand_overs(scenario: Scenario) -> Iterator[Mismatch]:
    """Check that a leaver's deals have passed to others before somebody new sits in the seat."""
    for loc, after in _from_change_to_change(scenario, ("team", "handover_days")):
        most = min(group.backfill_weeks for group in after.team.groups) * WEEK_DAYS
        if after.team.handover_days > most:
            allowed = f"must be at most {most}: deals pass before the seat is filled again"
            yield Mismatch(loc, str(after.team.handover_days), allowed)


def _hours(scenario: Scenario) -> Iterator[Mismatch]:
    """Check each group's hours as the scenario gives them, and again after each change."""
    for index in range(len(scenario.team.groups)):
        before = None
        for loc, after in _from_change_to_change(scenario, ("team", "groups", index)):
            group = after.team.groups[index]
            hours = group.selling_hours_per_week, group.prospecting_hours_per_week, after.reviews.review_hours
            if hours != before:
                yield from _week(after, loc, *hours[:2])
            before = hours


def _week(scenario: Scenario, loc: Loc, selling: float, prospecting: float) -> Iterator[Mismatch]:
    """Check that the hours fit into the day, and that prospecting leaves room for the review."""
    if not scenario.switches.calendar:
        return
    calendar = scenario.calendar
    longest = (DAY_HOURS - calendar.day_start_hour) * calendar.working_days_per_week
    if selling > longest:
        allowed = (
            f"must be at most {longest}: a day that starts at {calendar.day_start_hour}:00 ends at midnight"
        )
        yield Mismatch((*loc, "selling_hours_per_week"), f"{selling:g}", allowed)
    # The steady plan is the same on every day, so the day of the review limits them all.
    review = scenario.reviews.review_hours if scenario.switches.reviews else 0.0
    most = max(selling - review * calendar.working_days_per_week, 0.0)
    if prospecting > most:
        allowed = (
            f"must be at most {most:g}: of {selling:g} selling hours a week the review needs room on its day"
        )
        yield Mismatch((*loc, "prospecting_hours_per_week"), f"{prospecting:g}", allowed)


def _cycle(scenario: Scenario) -> Iterator[Mismatch]:
    for loc, after in _from_change_to_change(scenario, ("stages",)):
        days = mean_cycle_days(after)
        if days > LONGEST_CYCLE_DAYS:
            allowed = f"the replies of all stages together must be at most {LONGEST_CYCLE_DAYS} days"
            yield Mismatch(loc, f"{days:g} days", allowed)


def _names(scenario: Scenario) -> Iterator[Mismatch]:
    yield from _doubles(("stages",), [stage.name for stage in scenario.stages])
    yield from _doubles(("team", "groups"), [group.name for group in scenario.team.groups])
    yield from _doubles(("sources", "inbound"), [stream.name for stream in scenario.sources.inbound])


def _doubles(loc: Loc, names: list[str]) -> Iterator[Mismatch]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Mismatch((*loc, index, "name"), name, "is used above; names must differ")


def _changes(scenario: Scenario) -> Iterator[Mismatch]:
    start = scenario.calendar.year_start
    end = start + timedelta(weeks=scenario.horizon.year_weeks * scenario.horizon.years)
    names = {stage.name for stage in scenario.stages}
    previous = None
    for index, change in enumerate(scenario.changes):
        loc = ("changes", index, "start")
        if change.start.weekday() != 0 or not start <= change.start < end:
            yield Mismatch(loc, str(change.start), f"must be a Monday from {start} on and before {end}")
        if previous is not None and change.start <= previous:
            yield Mismatch(loc, str(change.start), f"must come after the change before it ({previous})")
        previous = change.start
        for name in sorted(set(change.advance_probability or {}) - names):
            yield Mismatch(
                ("changes", index, "advance_probability", name),
                name,
                f"must be a stage: {', '.join(sorted(names))}",
            )
        yield from _values(scenario, index)


def _values(scenario: Scenario, index: int) -> Iterator[Mismatch]:
    """Check each path and value that a change gives, one by one."""
    for path, value in scenario.changes[index].values.items():
        loc = ("changes", index, "values", path)
        try:
            scenario_after(scenario, Change(start=scenario.changes[index].start, values={path: value}))
        except NotChangeable as problem:
            yield Mismatch(loc, path, str(problem))
        except ValidationError as error:
            said = re.sub(r"^(Value error, |Input )", "", error.errors()[0]["msg"]).replace("should", "must")
            yield Mismatch(loc, f"{value:g}", said)


def _sources(scenario: Scenario) -> Iterator[Mismatch]:
    sources = scenario.sources
    inbound = sum(stream.leads_per_week for stream in sources.inbound) if scenario.switches.inbound else 0.0
    if sources.prospecting.leads_per_hour == 0 and inbound == 0:
        allowed = "no lead would ever arrive: give this or an inbound stream a rate above 0"
        yield Mismatch(("sources", "prospecting", "leads_per_hour"), "0", allowed)


def _open_deals(scenario: Scenario) -> Iterator[Mismatch]:
    if scenario.horizon.warm_up_weeks == 0 and not scenario.open_deals:
        allowed = "must be at least 1, or open_deals must be given: the run would start empty"
        yield Mismatch(("horizon", "warm_up_weeks"), "0", allowed)
    seats = [group.hired is None for group in scenario.team.groups for _ in range(group.seats)]
    if scenario.open_deals and not any(seats):
        yield Mismatch(
            ("open_deals",), "", "need somebody who is there from the start: a group that is not hired later"
        )
    for index, deal in enumerate(scenario.open_deals):
        for name, value, allowed in _misplaced(scenario, deal, seats):
            yield Mismatch(("open_deals", index, name), value, allowed)


def _misplaced(scenario: Scenario, deal: OpenDeal, there: list[bool]) -> Iterator[tuple[str, str, str]]:
    """Give the field, the value and what is allowed for whatever is wrong with a given deal."""
    stages = [stage.name for stage in scenario.stages]
    if deal.stage not in stages:
        yield "stage", deal.stage, f"must be a stage: {', '.join(stages)}"
    streams = [stream.name for stream in scenario.sources.inbound] if scenario.switches.inbound else []
    sources = ["prospecting", "referral", *streams]
    if deal.source not in sources:
        yield "source", deal.source, f"must be a source: {', '.join(sources)}"
    if deal.seat is not None and (deal.seat > len(there) or not there[deal.seat - 1]):
        yield (
            "seat",
            str(deal.seat),
            f"must be a seat from 1 to {len(there)} that is held when the run begins",
        )
    if deal.days_there > deal.age_days:
        yield "days_in_stage", f"{deal.days_there:g}", f"must be at most age_days, {deal.age_days:g}"
    if deal.days_waited is not None and deal.silent:
        yield "days_waited", f"{deal.days_waited:g}", "must be null where the customer is silent"
    elif deal.days_waited is not None and deal.days_waited > deal.days_there:
        yield (
            "days_waited",
            f"{deal.days_waited:g}",
            f"must be at most the days in the stage, {deal.days_there:g}",
        )


def _cadence(scenario: Scenario) -> Iterator[Mismatch]:
    """Check that the days hold the cadence, first without the changes and then with them."""
    for loc, changes in (("cadence", ()), ("changes", scenario.changes)):
        plan = make_plan(scenario.model_copy(update={"changes": changes}))
        refusal = cadence_refusal(plan, scenario.cadence)
        if refusal is not None:
            yield Mismatch((loc,), scenario.cadence.kind if loc == "cadence" else "", refusal)
            return


def _referrals(scenario: Scenario) -> Iterator[Mismatch]:
    for loc, after in _from_change_to_change(scenario, ("sources", "referrals")):
        family = branching(after)
        if family.ratio >= 1:
            yield Mismatch(loc, f"{family}", "referrals explode: the product must be below 1")


def _from_change_to_change(scenario: Scenario, first: Loc) -> Iterator[tuple[Loc, Scenario]]:
    """Give the scenario at the year's start and after each change that can be made, with its place."""
    yield first, scenario
    after = scenario
    for index, change in enumerate(scenario.changes):
        try:
            after = scenario_after(after, change)
        except (NotChangeable, ValidationError):
            return
        yield ("changes", index), after
