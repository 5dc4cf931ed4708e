"""The scenario: everything that is simulated, frozen and validated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulations.scenario.customers import DealValue, Market, Silence, Sources, Stage
from simulations.scenario.evidence import assumed
from simulations.scenario.given import OpenDeal
from simulations.scenario.part import (
    NotNegative,
    Number,
    Part,
    Positive,
    Probability,
    SellingHours,
    Switch,
    WeekHours,
    Whole,
)
from simulations.scenario.people import Calendar, Reviews, Team, Work
from simulations.scenario.quarter import Push
from simulations.scenario.records import Horizon, Ledger, Recorder, Switches, Targets
from simulations.scenario.written import Written


class Steady(Part):
    """The same prospecting hours every week: the seat group's ``prospecting_hours_per_week``."""

    kind: Literal["steady"] = "steady"


class Sawtooth(Part):
    """Weeks on, weeks off, with the year's hours of the steady plan."""

    kind: Literal["sawtooth"] = "sawtooth"
    weeks_on: Whole = assumed(
        8, 4, 13, "a push until the pipeline is full", "weeks with prospecting", ge=1, le=52
    )
    weeks_off: Whole = assumed(
        8, 4, 13, "about one mean cycle, in which what was found is worked", "weeks without", ge=0, le=52
    )
    phase: Literal["team", "rep"] = "team"
    allow_unequal_hours: Switch = False

    @property
    def period_weeks(self) -> int:
        """Weeks after which the wave repeats."""
        return self.weeks_on + self.weeks_off


class Reactive(Part):
    """Prospect when the open pipeline looks thin, stop when it looks full."""

    kind: Literal["reactive"] = "reactive"
    hours_when_on: WeekHours = assumed(
        16, 8, 24, "two thirds of the week once the pipeline looks thin", "prospecting hours in an on-week"
    )
    start_below: Positive = assumed(
        0.8, 0.5, 1.0, "worry starts when cover is short of need", "need cover below which prospecting starts"
    )
    stop_above: Positive = assumed(
        1.4, 1.1, 2.0, "relief when cover is ample", "need cover above which prospecting stops"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Reactive:
        if self.stop_above < self.start_below:
            msg = "stop_above must not be below start_below"
            raise ValueError(msg)
        return self


class Custom(Part):
    """A table of weeks, taken as written and repeated when the year is longer."""

    kind: Literal["custom"] = "custom"
    hours_by_week: tuple[WeekHours, ...] = Field(min_length=1, max_length=520)


class QuarterEnd(Part):
    """No prospecting in the last weeks of each fiscal quarter, with the year's hours of the steady plan."""

    kind: Literal["quarter_end"] = "quarter_end"
    weeks_off: Whole = assumed(
        2, 1, 4, "the last weeks of a quarter go into closing", "last weeks of a quarter without", ge=1, le=13
    )
    allow_unequal_hours: Switch = False


#: What a scenario file can say; a `Written` one can only be handed over in Python.
FileCadence = Annotated[Steady | Sawtooth | Reactive | Custom | QuarterEnd, Field(discriminator="kind")]
Cadence = FileCadence | Written


class Change(Part):
    """From a Monday on, other values; what is null stays as it was."""

    start: date = Field(description="a Monday inside the year")
    cadence: FileCadence | None = None
    prospecting_hours_per_week: WeekHours | None = None
    selling_hours_per_week: SellingHours | None = None
    advance_probability: dict[str, Probability] | None = Field(
        None, description="base probability by stage name"
    )
    staleness_logit_per_day: NotNegative | None = None
    values: dict[str, Whole | Number] = Field(
        {}, description="any other number, by the path that `pipecast scenario explain` prints"
    )


def _default_stages() -> tuple[Stage, ...]:
    return (
        Stage(
            name="Discovery",
            effort_hours=1.5,
            reply_days=12,
            advance_probability=0.60,
            typed_probability=0.10,
        ),
        Stage(
            name="Evaluation",
            effort_hours=2.5,
            reply_days=16,
            advance_probability=0.70,
            typed_probability=0.25,
        ),
        Stage(
            name="Proposal", effort_hours=3.0, reply_days=18, advance_probability=0.75, typed_probability=0.50
        ),
        Stage(
            name="Negotiation",
            effort_hours=2.0,
            reply_days=14,
            advance_probability=0.80,
            typed_probability=0.70,
        ),
    )


class Scenario(Part):
    """A sales team, its customers and its market, over a warm-up, a year and a run-off."""

    name: str = "self-sourcing-team"
    description: str = ""
    currency: str = Field("USD", pattern="^[A-Z]{3}$")
    unit: Literal["amount", "deals"] = Field("amount", description="what bookings count")
    calendar: Calendar = Calendar()
    team: Team = Team()
    cadence: FileCadence = Steady()
    sources: Sources = Sources()
    stages: tuple[Stage, ...] = Field(default_factory=_default_stages, min_length=1, max_length=32)
    deal_value: DealValue = DealValue()
    work: Work = Work()
    silence: Silence = Silence()
    reviews: Reviews = Reviews()
    quarter_end: Push = Push()
    market: Market = Market()
    recorder: Recorder = Recorder()
    targets: Targets = Targets()
    ledger: Ledger = Ledger()
    horizon: Horizon = Horizon()
    open_deals: tuple[OpenDeal, ...] = Field(
        (), max_length=1_000_000, description="opportunities that are open when the run begins"
    )
    switches: Switches = Switches()
    changes: tuple[Change, ...] = ()
