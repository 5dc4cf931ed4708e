"""Companies that are on plan raise alarms as seldom as stated, known only by their own 52 weeks; those in trouble do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.watched_companies import DEVELOPMENT, Companies, asked_of, told, watched
from forecast.alarms.planning import known_plan
from forecast.alarms.thresholds import FALSE_ALARMS
from forecast.alarms.watching import EVERYBODY, TEAM, watch_known

EIGHT = Companies(8)
FIRST = DEVELOPMENT + 1_000


def _alarmed(seeds: range, years: int) -> dict[str, float]:
    found: dict[str, list[bool]] = {TEAM: [], EVERYBODY: []}
    for seed in seeds:
        watch, after = watched(EIGHT, seed, perfect=True, years=years)
        seen = watch.look(after)
        for family, raised in found.items():
            raised.append(seen.alarm_week(family) is not None)
    return {family: float(np.mean(raised)) for family, raised in found.items()}


def test_few_companies_on_plan_raise_an_alarm():
    """Of six at the stated rate, more than three alarm in one of a thousand runs; `test-deep` looks at two hundred."""
    count = 6
    rates = _alarmed(range(FIRST, FIRST + count), 200)
    assert max(rates.values()) * count <= binom.ppf(0.999, count, FALSE_ALARMS)


@pytest.mark.deep
def test_two_hundred_companies_on_plan_alarm_between_one_and_ten_percent():
    rates = _alarmed(range(FIRST, FIRST + 200), 600)
    assert all(0.01 <= rate <= 0.10 for rate in rates.values()), rates


@pytest.mark.deep
def test_a_known_plan_alarms_as_often_as_stated_on_fresh_years():
    """Thresholds from 300 years and 300 fresh ones: limits passed by chance in one of a thousand runs."""
    count = 300
    plan = known_plan([told(EIGHT, FIRST + 300 + i, at_end=False) for i in range(40)], asked_of(EIGHT))
    years = [plan.count(told(EIGHT, FIRST + 400 + i)) for i in range(2 * count)]
    watch = watch_known(plan, years[:count])
    raised = np.mean([watch.look_at(year).alarm_week(TEAM) is not None for year in years[count:]])
    noise = np.sqrt(2 * FALSE_ALARMS * (1 - FALSE_ALARMS) / count)
    assert abs(raised - FALSE_ALARMS) < 3.3 * noise


def test_a_team_that_stops_prospecting_is_seen_within_weeks():
    """What is created from week 21 on is taken out of the history: four of five alarm within six weeks."""
    stopped, found = 20, []
    for seed in range(FIRST + 50, FIRST + 55):
        watch, after = watched(EIGHT, seed, perfect=True, years=200)
        begins = watch.plan.asked.looks[stopped]
        kept = after.created < begins
        gone = np.isin(after.stays.entered, after.created[~kept])
        stays = after.stays._replace(
            **{name: getattr(after.stays, name)[~gone] for name in after.stays._fields}
        )
        cut = replace(
            after,
            stays=stays,
            created=after.created[kept],
            owner=after.owner[kept],
            amount=after.amount[kept],
        )
        week = watch.look(cut).alarm_week(TEAM)
        found.append(week is not None and stopped < week <= stopped + 6)
    assert sum(found) >= 4
