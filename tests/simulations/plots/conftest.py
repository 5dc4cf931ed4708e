"""A small comparison to draw."""

import pytest

from simulations.example_year import example_pair
from simulations.experiment import compare
from simulations.scenario.model import Reactive, Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Targets


@pytest.fixture(scope="session")
def comparison():
    """Return a team of two over twenty years: the fewest for which an arrow may be drawn."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=2),)),
        targets=Targets(yearly_quota_per_rep=300_000),
        horizon=Horizon(warm_up_weeks=26, run_off=13),
    )
    return compare(scenario, [Sawtooth(), Reactive()], 20, seed=7, workers=1)


@pytest.fixture(scope="session")
def pair(comparison):
    """Return the example year of the sawtooth, steady beside it."""
    return example_pair(comparison, "sawtooth")
