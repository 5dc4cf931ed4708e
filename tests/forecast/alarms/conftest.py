"""A company on plan, watched: simulated once, its plan learned from the 52 weeks before."""

from __future__ import annotations

import pytest

from benchmarks.watched_companies import DEVELOPMENT, Companies, asked_of, told
from forecast.alarms.deviations import Grouped
from forecast.alarms.history import History
from forecast.alarms.plan import Plan
from forecast.alarms.planning import plan_of
from forecast.alarms.watching import Watch, watch_from

SEED = DEVELOPMENT + 7
EIGHT = Companies(8)
DRAWN, FRESH = 500, 800


@pytest.fixture(scope="session")
def before() -> History:
    return told(EIGHT, SEED, at_end=False)


@pytest.fixture(scope="session")
def after() -> History:
    return told(EIGHT, SEED)


@pytest.fixture(scope="session")
def plan(before) -> Plan:
    return plan_of(before, asked_of(EIGHT))


@pytest.fixture(scope="session")
def watch(plan) -> Watch:
    return watch_from(plan, years=DRAWN, seed=SEED)


@pytest.fixture(scope="session")
def fresh(plan) -> Grouped:
    """Return years of the plan that no threshold has seen."""
    return Grouped.of(plan.draw(FRESH, 99))
