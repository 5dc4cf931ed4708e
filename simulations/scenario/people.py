"""Who sells, when, and how their work is ordered."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from simulations.scenario.evidence import Evidence, assumed, quantity
from simulations.scenario.part import (
    AbsenceWeeks,
    Attrition,
    BackfillWeeks,
    BlockMinutes,
    Days,
    HandOverDays,
    Hours,
    Logit,
    NotNegative,
    Part,
    Probability,
    SellingHours,
    SomeDays,
    Switch,
    WeekHours,
    Weeks,
    Whole,
)


class Calendar(Part):
    """Working time. Reps work Monday to Friday except holidays, from ``day_start_hour`` on."""

    year_start: date = Field(
        date(2026, 1, 5),
        description="first day under the cadence, and of the year under study unless that is the second; a Monday",
        ge=date(1980, 1, 1),
        le=date(2100, 1, 1),
    )
    country: str | None = Field(
        "US", description="ISO code whose public holidays are not worked; null for none"
    )
    extra_holidays: tuple[date, ...] = ()
    day_start_hour: Whole = assumed(
        9,
        7,
        10,
        "office hours; only the order of a day's events hangs on it",
        "hour at which work begins",
        ge=0,
        le=23,
    )
    working_days_per_week: Whole = assumed(5, 4, 6, "Monday to Friday", "from Monday on", ge=1, le=7)
    fiscal_year_start_month: Whole = Field(
        1, ge=1, le=12, description="month in which the fiscal year begins"
    )


class SeatGroup(Part):
    """A group of reps with the same terms; each seat of it is one rep."""

    name: str = "reps"
    seats: Whole = assumed(
        8, 4, 20, "a team that one manager can review weekly", "reps of this group", ge=1, le=65_000
    )
    selling_hours_per_week: SellingHours = assumed(
        24,
        16,
        40,
        "42 worked hours less meetings, service and administration; the story's rep sources alone",
        "hours a week for prospecting and selling together",
    )
    prospecting_hours_per_week: WeekHours = quantity(
        10,
        Evidence(
            "D",
            "a self-sourcing rep; CSO Insights 2011 (over 2,000 firms): 24% of time on leads and research",
            2,
            12,
        ),
        "steady prospecting hours a week: the plan of warm-up and run-off, whose yearly sum calendar cadences keep",
    )
    win_logit: Logit = assumed(
        0,
        -0.4,
        0.4,
        "skill of the group against the team's mean; none unless told",
        "added to every stage's log-odds",
    )
    hired: date | None = Field(
        None, description="the Monday on which the group begins, in warm-up or year; null: always there"
    )
    ramp_weeks: Weeks = quantity(
        25,
        Evidence(
            "C", "5.7 months until an account executive is fully productive (Bridge Group 2024)", 13, 52
        ),
        "weeks after a hire until prospecting finds what it will; matters only to those who were hired",
    )
    absence_weeks_per_year: AbsenceWeeks = assumed(
        0,
        0,
        8,
        "holidays and illness by the week; none unless told",
        "mean weeks of a year in which a rep is away",
    )
    attrition_per_year: Attrition = quantity(
        0,
        Evidence("C", "22% in 2022 to 36% in 2023 (Ebsta, read second-hand); none unless told", 0, 0.36),
        "chance that a rep leaves within a year",
    )
    backfill_weeks: BackfillWeeks = assumed(
        8, 4, 26, "to post, interview and wait for a notice period", "weeks that a leaver's seat stays empty"
    )


class Team(Part):
    """Who sells, and what becomes of a leaver's deals."""

    groups: tuple[SeatGroup, ...] = Field((SeatGroup(),), min_length=1)
    handover_days: HandOverDays = assumed(
        7, 1, 30, "the next weekly meeting", "days after a rep has left until their deals pass to others"
    )
    handover_logit: Logit = assumed(
        -0.3,
        -1,
        0,
        "the customer has to be won over again",
        "added to every later decision on a deal handed over",
    )


class Work(Part):
    """How a rep's queue is served and what waiting costs."""

    queue: Literal["latest_stage_first", "oldest_first", "highest_value_first"] = "latest_stage_first"
    first_answer: Literal["first", "queued"] = "first"
    staleness_logit_per_day: NotNegative = assumed(
        0.02,
        0,
        0.06,
        "no source gives a rate; 50 days of waiting cost one unit of log-odds",
        "log-odds lost per day waited",
    )
    free_wait_days: Days = assumed(3, 0, 7, "a weekend costs nothing", "days of waiting that cost nothing")
    block_startup_minutes: BlockMinutes = quantity(
        0,
        Evidence(
            "B",
            "switching costs 1 to 3 minutes, resuming after a major switch up to 25 (Mark, Gudith & Klocke, CHI 2008, "
            "and studies around it); none unless told",
            0,
            25,
        ),
        "first minutes of each prospecting block in which no lead is found",
    )
    protected_blocks: Switch = Field(
        default=True,
        description="nobody may interrupt a prospecting block; false: unprotected_distraction_share",
    )
    distraction_share: Probability = quantity(
        0,
        Evidence(
            "B",
            "interrupted work takes no longer but costs stress and some quality (Mark, Gudith & Klocke, CHI 2008): "
            "a share of time is an equivalent, to be swept; none unless told",
            0,
            0.2,
        ),
        "share of focused time that is lost in protected blocks",
    )
    unprotected_distraction_share: Probability = assumed(
        0.1, 0, 0.2, "the middle of the sweep", "share of focused time that is lost in unprotected blocks"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Work:
        if self.unprotected_distraction_share < self.distraction_share:
            msg = "unprotected_distraction_share must not be below distraction_share"
            raise ValueError(msg)
        return self


class Reviews(Part):
    """The weekly review of each rep."""

    review_hours: Hours = assumed(0.5, 0.25, 1.5, "half an hour a week and rep", "fixed hours of a review")
    review_minutes_per_open_deal: NotNegative = assumed(
        1.0, 0.5, 5, "a glance each, more for the few that matter", "minutes for each open deal"
    )
    disqualify_after_days: SomeDays = assumed(
        45,
        21,
        120,
        "about the mean time of three stages without a next step",
        "days without a next step after which a deal is disqualified",
    )
