"""What must hold between the parts of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from simulations.calendar import mean_cycle_days
from simulations.feasible import cadence_refusal
from simulations.plan import make_plan
from simulations.referrals import branching
from simulations.scenario.model import Scenario

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


def _hours(scenario: Scenario) -> Iterator[Mismatch]:
    """Check each group's hours as the scenario gives them, and again after each change."""
    for index, group in enumerate(scenario.team.groups):
        selling, prospecting = group.selling_hours_per_week, group.prospecting_hours_per_week
        yield from _week(scenario, ("team", "groups", index), selling, prospecting)
        for number, change in enumerate(scenario.changes):
            before = selling, prospecting
            selling = selling if change.selling_hours_per_week is None else change.selling_hours_per_week
            if change.prospecting_hours_per_week is not None:
                prospecting = change.prospecting_hours_per_week
            if (selling, prospecting) != before:
                yield from _week(scenario, ("changes", number), selling, prospecting)


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
    days = mean_cycle_days(scenario)
    if days > LONGEST_CYCLE_DAYS:
        allowed = f"the replies of all stages together must be at most {LONGEST_CYCLE_DAYS} days"
        yield Mismatch(("stages",), f"{days:g} days", allowed)


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
    end = start + timedelta(weeks=scenario.horizon.year_weeks)
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


def _sources(scenario: Scenario) -> Iterator[Mismatch]:
    sources = scenario.sources
    inbound = sum(stream.leads_per_week for stream in sources.inbound) if scenario.switches.inbound else 0.0
    if sources.prospecting.leads_per_hour == 0 and inbound == 0:
        allowed = "no lead would ever arrive: give this or an inbound stream a rate above 0"
        yield Mismatch(("sources", "prospecting", "leads_per_hour"), "0", allowed)


def _cadence(scenario: Scenario) -> Iterator[Mismatch]:
    """Check that the days hold the cadence, first without the changes and then with them."""
    for loc, changes in (("cadence", ()), ("changes", scenario.changes)):
        plan = make_plan(scenario.model_copy(update={"changes": changes}))
        refusal = cadence_refusal(plan, scenario.cadence)
        if refusal is not None:
            yield Mismatch((loc,), scenario.cadence.kind if loc == "cadence" else "", refusal)
            return


def _referrals(scenario: Scenario) -> Iterator[Mismatch]:
    base = {stage.name: stage.advance_probability for stage in scenario.stages}
    steps: list[tuple[Loc, dict[str, float]]] = [(("sources", "referrals"), {})]
    steps += [
        (("changes", i), dict(change.advance_probability or {})) for i, change in enumerate(scenario.changes)
    ]
    for loc, changed in steps:
        base |= {name: p for name, p in changed.items() if name in base}
        family = branching(scenario, tuple(base.values()))
        if family.ratio >= 1:
            yield Mismatch(loc, f"{family}", "referrals explode: the product must be below 1")
