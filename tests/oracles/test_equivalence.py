"""With only the market on, rhythm moves the dates and not the total."""

import numpy as np
import pytest
from scipy import stats

from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.engine import simulate
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

ONLY_MARKET = Switches(
    **dict.fromkeys(
        ("contention", "staleness", "effort", "silence", "reviews", "inbound", "referrals", "reply_delays"),
        False,
    )
)
REPLICATIONS = 200


def total(scenario: Scenario, cadence: Steady | Sawtooth, seed: int, replication: int) -> float:
    """Return what the leads of warm-up and year are worth when won; nothing waits, so all of it is closed."""
    deals = deals_of(simulate(scenario, cadence, seed, replication))
    counted = deals.appeared < timeline(scenario).year_end_day * DAY
    in_year = deals.appeared >= timeline(scenario).year_start_day * DAY
    return float(deals.amount[deals.won & counted & in_year].sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rhythm_alone_leaves_the_total_within_two_percent(seed):
    """The 90% paired interval of total bookings lies within 2% of the mean."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=4),)),
        switches=ONLY_MARKET,
        horizon=Horizon(warm_up_weeks=1, run_off=1),
    )
    steady, wave = (
        np.array([total(scenario, cadence, seed, replication) for replication in range(REPLICATIONS)])
        for cadence in (Steady(), Sawtooth())
    )
    delta = wave - steady
    half = stats.t(REPLICATIONS - 1).ppf(0.95) * delta.std(ddof=1) / np.sqrt(REPLICATIONS)
    assert half > 0, "the market's luck differs, or the test would prove nothing"
    assert abs(delta.mean()) + half < 0.02 * steady.mean()
