"""Where nothing makes the rhythm matter, exactly nothing comes out: the difference of the total is 0, not nearly 0."""

import numpy as np
import pytest

from simulations.experiment import compare
from simulations.hours import make_hours
from simulations.luck import Luck
from simulations.plan import make_plan
from simulations.scenario.model import Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

NOTHING_FEEDS_BACK = dict.fromkeys(
    ("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False
)
SEED = 20_260_105


@pytest.mark.parametrize("off", [None, "contention", "silence", "inbound"])
def test_the_sawtooth_moves_bookings_and_loses_none(off):
    """The default scenario with one rep: run-off gains to the cent what the year loses."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=1),)),
        horizon=Horizon(warm_up_weeks=8, run_off="until_closed"),
        switches=Switches(**NOTHING_FEEDS_BACK, **({off: False} if off else {})),
    )
    found = compare(scenario, [Sawtooth()], 6, seed=SEED, workers=1).contrast("sawtooth")
    total, year, after = (found.differences[name] for name in ("total", "bookings_in_year", "run_off"))
    assert (total.mean, total.low, total.high) == (0.0, 0.0, 0.0)
    assert (total.variance_factor, total.reason) == (None, "identical")
    assert found.relative.mean == 0.0
    assert year.mean != 0, "the rhythm moves dates, or the test would prove nothing"
    # Means of whole cents, each rounded once.
    assert after.mean == pytest.approx(-year.mean, rel=1e-12)


def test_market_timing_is_luck_of_mean_zero_over_the_phase():
    """The hours of 600 sawtooth years against their markets; the mean lies within 3.5 standard errors of 0.

    One year's figure swings by about a tenth, so the standard error is about 0.3% and a bias of 1.5% shows.
    """
    plan = make_plan(Scenario(team=Team(groups=(SeatGroup(seats=1),))))
    line = plan.timeline
    days = np.arange(line.year_start_day, line.year_end_day)
    working = plan.working[days].reshape(52, 7).sum(axis=1)
    timing = []
    for replication in range(600):
        luck = Luck(plan, SEED, replication)
        hours = make_hours(luck, Sawtooth())
        planned = [hours.planned(0, int(day)) if plan.working[day] else 0 for day in days]
        weekly = np.array(planned).reshape(52, 7).sum(axis=1)
        market = np.array(luck.market_of_year())
        timing.append(weekly @ market / weekly.sum() / (working @ market / working.sum()) - 1)
    error = np.std(timing, ddof=1) / np.sqrt(len(timing))
    assert error < 0.005
    assert abs(np.mean(timing)) < 3.5 * error
