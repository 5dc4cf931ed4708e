"""Teams that prospect steadily, recorded and watched week by week: false alarms are as rare as stated, misses are seen.

Every team is simulated, so what it booked in the end is known. An alarm is false where the target was
reached after all. The number of false alarms among n such teams is binomial with at most the stated
rate; the limits below are passed by chance in less than one of a hundred runs.
"""

import datetime as dt

import pytest
from scipy.stats import binom

from forecast.divergence import ImportedYear, imported_year
from simulations.calendar import timeline
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

SEED = 2024
#: What eight steady reps of the default scenario book in a week on average.
A_WEEK = 2_950_000.0 / 52


def watched(replication: int, weeks: int, target: float, draws: int) -> ImportedYear:
    """Return the first weeks of a steady team's year, perfectly recorded, each forecast from its own knowledge."""
    scenario = Scenario()
    line = timeline(scenario)
    start = line.date_of(line.year_start_day)
    after = start + dt.timedelta(weeks=weeks)
    events = simulate(scenario, Steady(), SEED, replication)
    moment = dt.datetime.combine(after, dt.time())
    tables = record(events, scenario, SEED, replication, perfect=True, until=moment)
    return imported_year(
        tables,
        start=start,
        end=after - dt.timedelta(days=1),
        target=target,
        until=moment,
        draws=draws,
    )


def false_alarms(years: list[ImportedYear]) -> tuple[int, int]:
    """Return how many years reached their target, and how many of these raised an alarm before."""
    reached = [year for year in years if year.last.booked >= year.target and not year.reason]
    return len(reached), sum(year.shortfall_week is not None for year in reached)


def test_few_short_periods_that_reach_their_target_raise_an_alarm():
    years = [watched(replication, 9, 0.7 * 9 * A_WEEK, draws=300) for replication in range(4)]
    reached, false = false_alarms(years)
    assert reached >= 3, "a target of seven tenths of the mean is reached by most"
    assert false <= binom.ppf(0.99, reached, years[0].false_alarms)


@pytest.mark.deep
def test_years_that_reach_their_target_raise_few_alarms_and_the_others_are_seen():
    """Forty years against their mean: alarms where it is reached, and where it is missed, before the last month."""
    years = [watched(replication, 52, 52 * A_WEEK, draws=1_000) for replication in range(40)]
    reached, false = false_alarms(years)
    missed = [year for year in years if year.last.booked < 0.95 * year.target and not year.reason]
    assert reached >= 10
    assert false <= binom.ppf(0.99, reached, years[0].false_alarms)
    assert sum(1 for year in missed if year.shortfall_week and year.shortfall_week <= 48) > 0.7 * len(missed)
