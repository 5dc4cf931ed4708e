"""A small company for the tests of the lead: it begins its watch after two years, and is watched for 116 weeks."""

from __future__ import annotations

import pytest

from forecast.lead.company import Company
from simulations.scenario.model import Scenario
from simulations.scenario.people import SeatGroup, Team

SHOCK_WEEK = 20


@pytest.fixture(scope="session")
def company() -> Company:
    """Return a team of three."""
    return Company.of(Scenario(team=Team(groups=(SeatGroup(seats=3),))))


@pytest.fixture(scope="session")
def on_plan(company):
    """Return the journal of one company on plan."""
    return company.events(5)
