"""What is written down and counted: the CRM, targets, the ledger, the horizon, the switches."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulations.scenario.evidence import Evidence, assumed, quantity
from simulations.scenario.part import (
    Days,
    Logit,
    Money,
    Part,
    Positive,
    Probability,
    Switch,
    Variation,
    Whole,
)


class Recorder(Part):
    """What a rep types into the CRM, and when."""

    logging_delay_days: Days = assumed(
        1.5,
        0,
        7,
        "reps tidy up before the weekly review",
        "mean delay of logging a stage change (exponential)",
    )
    optimism_logit: Logit = assumed(
        0.4, 0, 1, "typed probabilities run above the outcomes", "added to the typed probability's log-odds"
    )
    close_date_optimism: Positive = assumed(
        0.7,
        0.5,
        1,
        "the typical cycle is thought shorter than it is",
        "expected cycle as a share of the typical one",
    )
    moved_when_passed: Probability = assumed(
        0.6,
        0.3,
        1,
        "the rest is left in the past",
        "chance that a passed close date is moved to the next month end",
    )
    amount_revision_cv: Variation = assumed(
        0.15, 0, 0.4, "discounts and scope", "coefficient of variation of typed against final amount"
    )
    next_step_share: Probability = quantity(
        0.5,
        Evidence(
            "D",
            "pipeline reviews find no scheduled step on most open deals (Blount 2017: 14 of 17)",
            0.2,
            0.7,
        ),
        "share of pending next steps that are typed",
    )
    activity_share: Probability = assumed(
        0.7, 0.3, 1, "not every call is logged", "share of activities that are typed"
    )
    duplicate_share: Probability = assumed(
        0,
        0,
        0.1,
        "none unless told; clean-ups of a CRM find a few percent",
        "share of opportunities that are typed a second time and then forgotten",
    )
    bulk_edit_share: Probability = assumed(
        0,
        0,
        1,
        "none unless told; managers have dates tidied before a quarter is closed",
        "chance that a seat's due close dates are all moved at once on the last day of a fiscal quarter",
    )


class Targets(Part):
    """What is to be booked."""

    yearly_quota_per_rep: Money = quantity(
        330_000,
        Evidence(
            "D",
            "set so that a steady year of the default team reaches it about two times in three",
            100_000,
            800_000,
        ),
        "amount a rep is to book in a year",
    )


class Ledger(Part):
    """How bookings become published revenue."""

    recognition_months: Whole = assumed(
        1,
        1,
        12,
        "at once: the case in which profit and loss is fastest",
        "months over which a booking is recognised; 1 is at once",
        ge=1,
        le=60,
    )
    close_lag_working_days: Whole = assumed(
        10,
        3,
        20,
        "a month's books are closed about two weeks after it",
        "working days after month end until the month is published",
        ge=0,
        le=60,
    )


class Horizon(Part):
    """Warm-up, year and run-off."""

    warm_up_weeks: Whole | None = Field(
        None,
        ge=0,
        le=1_040,
        description="null: the larger of 52 and three mean cycles; none where open_deals are given",
    )
    year_weeks: Literal[52] = 52
    years: Literal[1, 2] = Field(
        1,
        description="years under the cadence; the last is under study: 1 asks what a change of habit does now, 2 what the habit does",
    )
    run_off: Literal["until_closed"] | Annotated[Whole, Field(ge=1, le=1_040)] | None = Field(
        None, description="weeks, or until_closed; null: three mean cycles"
    )


class Switches(Part):
    """Turns each mechanism on or off; what is off leaves every other draw alone."""

    calendar: Switch = Field(
        default=True, description="off: every second is working time, hours are spread over all days"
    )
    contention: Switch = True
    staleness: Switch = True
    reply_delays: Switch = True
    effort: Switch = True
    silence: Switch = True
    reviews: Switch = True
    inbound: Switch = True
    referrals: Switch = True
    market_slow: Switch = True
    market_weeks: Switch = True
    distraction: Switch = Field(
        default=True, description="off: blocks lose neither start-up minutes nor focus"
    )
    quarter_end: Switch = Field(default=True, description="off: nobody pushes at the end of a quarter")
    ramp: Switch = Field(
        default=True, description="off: whoever is hired finds from the first day what they ever will"
    )
    absence: Switch = True
    attrition: Switch = Field(default=True, description="off: nobody leaves, and nothing is handed over")
    response: Switch = Field(default=True, description="off: the first answer may wait at no cost")
