"""A simulated CRM is forecast from what it shows, and the forecast's intervals hold what then happened.

`make validate` measures the same over hundreds of companies; here 20 others are asked, so that this runs in a minute.
The band of 60 to 97% is wide for a reason: 80 cases of 20 companies give an 80% interval's share a standard
error of about 5 points (the four cases of a company share their past), so that a calibration that is right,
or off by a little as one of 84% is, stays inside; one whose intervals are half or twice as wide as they should be does
not, and the second test shows that it would not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import pytest

from benchmarks.closed_loop import (
    DEVELOPMENT,
    WEEKS,
    Asked,
    Case,
    closed_loop,
    company,
    mean_ratio,
    share,
    uniform,
    won_in,
)
from benchmarks.companies import changed
from forecast.forecasting import forecast
from simulations.calendar import DAY, timeline
from simulations.journal import EVENT, Kind
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team

COMPANIES = range(DEVELOPMENT, DEVELOPMENT + 20)
LEAST, MOST = 0.60, 0.97


def test_four_in_five_intervals_hold_the_truth():
    """Perfect recording. And of the same cases: the band notices intervals of half and of twice the width."""
    cases = closed_loop(Scenario(), COMPANIES, Asked(perfect=True, units=("amount",)), workers=1)
    assert [(case.seed, case.week) for case in cases] == [
        (seed, week) for seed in COMPANIES for week in WEEKS
    ]

    held = share(cases, [case.holds() for case in cases]).share
    assert LEAST <= held <= MOST
    assert share(cases, [case.holds(stretched=0.5) for case in cases]).share < LEAST
    assert share(cases, [case.holds(stretched=2.0) for case in cases]).share > MOST

    # No drift either: forecasts and truth agree in the mean. A company's mean error has a coefficient of
    # variation near 0.2, so 20 of them leave a standard error of 0.04; three of these are allowed.
    ratio = sum(case.mean for case in cases) / sum(case.truth for case in cases)
    assert ratio == pytest.approx(1, abs=0.13)


def test_truth_is_what_is_won_in_the_weeks_asked_for():
    """First second in, first second after the 13 weeks out; what is lost never counts."""
    first = 100
    end = (first + 91) * DAY
    rows = [
        (first * DAY - 1, Kind.WON, 1.0), (first * DAY, Kind.WON, 10.0), (end - 1, Kind.WON, 100.0),
        (end, Kind.WON, 1_000.0), (first * DAY + 5, Kind.LOST, 10_000.0),
    ]  # fmt: skip
    events = np.zeros(len(rows), dtype=EVENT)
    for row, (when, kind, amount) in enumerate(rows):
        events[row]["time"], events[row]["kind"], events[row]["value"] = when, kind, amount
    assert won_in(events, first, "amount") == 110.0
    assert won_in(events, first, "deals") == 2.0


def test_a_share_counts_companies_and_not_cases():
    """Four equal cases of one company say no more than one: the interval is that of the companies' means."""
    cases = [
        Case(seed, week, "amount", 0.0, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0), 0.5, 0.0)
        for seed in range(4)
        for week in WEEKS
    ]
    hits = [case.seed < 2 for case in cases]
    found = share(cases, hits)
    half = 1.96 * np.std([1, 1, 0, 0], ddof=1) / 2
    assert (found.share, found.low, found.high) == pytest.approx((0.5, 0.5 - half, 0.5 + half))


def test_a_ratio_of_sums_weighs_companies_by_their_size():
    """By hand: 30 said of 40; the companies' sums are off by 7.5 and -7.5, whose sum has an error of 15."""
    said = [Case(seed, 13, "deals", truth, mean, 0.0, (0.0, 0.0), (0.0, 0.0), 0.5, 0.0)
            for seed, truth, mean in ((1, 10.0, 15.0), (2, 30.0, 15.0))]  # fmt: skip
    found = mean_ratio(said)
    half = 1.96 * 15 / 40
    assert (found.share, found.low, found.high) == pytest.approx((0.75, 0.75 - half, 0.75 + half))


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_what_is_measured_is_what_users_get(unit):
    """The closed loop takes the steps of `forecast` itself, to the last digit."""
    small = Scenario(team=Team(groups=(SeatGroup(seats=3),)))
    seed = DEVELOPMENT
    case = company(small, seed, Asked(perfect=True, units=(unit,), draws=200))[0]
    start = timeline(small).date_of(timeline(small).year_start_day + 7 * WEEKS[0])
    moment = datetime.combine(start, time())
    tables = record(simulate(small, Steady(), seed, 0), small, seed, 0, perfect=True, until=moment)
    said = forecast(
        tables, as_of=moment, start=start, end=start + timedelta(days=90), unit=unit, draws=200, seed=seed,
        country=small.calendar.country,
    )  # fmt: skip
    q = said.bookings.quantiles()
    found = (case.mean, case.median, *case.inner, *case.outer)
    assert found == (said.mean, q["0.5"], q["0.1"], q["0.9"], q["0.025"], q["0.975"])


def test_a_company_is_the_same_in_any_order():
    """So that a run over many companies, on any number of processes, can be repeated."""
    small = Scenario(team=Team(groups=(SeatGroup(seats=3),)))
    asked = Asked(perfect=False, units=("deals",), draws=200)
    one, two = (company(small, seed, asked) for seed in (DEVELOPMENT, DEVELOPMENT + 1))
    assert closed_loop(small, (DEVELOPMENT + 1, DEVELOPMENT), asked, workers=1) == [*two, *one]
    assert timeline(small).year_start_day == 52 * 7


def test_a_company_may_have_a_year_of_its_own():
    """Of the kind in which something changes, each seed has its own Monday; the same seed always the same one."""
    years = [changed(seed) for seed in range(DEVELOPMENT, DEVELOPMENT + 6)]
    assert len({year.changes[0].start for year in years}) > 3
    assert changed(DEVELOPMENT) == years[0]
    assert {bool(year.changes[0].advance_probability) for year in years} == {True, False}


def test_transforms_that_lean_are_uneven():
    """200 even ones pass, the same squeezed to their middle half do not."""
    even = [
        Case(seed, 26, "amount", 0.0, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0), (seed + 0.5) / 200, 0.0)
        for seed in range(200)
    ]
    squeezed = [replace(case, pit=0.25 + case.pit / 2) for case in even]
    assert uniform(even) > 0.99
    assert uniform(squeezed) < 0.01
