"""A quota set for a chance is attained with that chance, in years that nobody has seen; in full: `make validate-quota`."""

import datetime as dt

import numpy as np
import pytest

from benchmarks.quota_years import attained_in_fresh_years, companies
from forecast.quota.curve import quota_for
from forecast.quota.simulated import Years, simulated_draws
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team

SET_IN, SEEN_IN, SEED = 1_000, 600, 12


@pytest.fixture(scope="module")
def ramping():
    """Return two reps and one who is hired in the tenth week and ramps."""
    hired = SeatGroup(name="hired", seats=1, hired=dt.date(2026, 3, 9), ramp_weeks=25)
    return Scenario(team=Team(groups=(SeatGroup(seats=2), hired)))


def test_a_quota_of_a_scenario_is_attained_as_often_as_it_was_set_for(ramping):
    """For the company with its shared market, standing reps and who ramps: four standard errors of both samples, 10%."""
    numbers = range(SET_IN), range(SET_IN, SET_IN + SEEN_IN)
    found = attained_in_fresh_years(ramping, 0.6, *numbers, SEED)
    assert [each.name for each in found] == ["company", "a rep of reps", "a rep of hired"]
    tolerance = 4 * np.sqrt(0.24 / SET_IN + 0.24 / SEEN_IN)
    assert [each.share for each in found] == pytest.approx([0.6] * 3, abs=tolerance)


def test_the_market_that_all_share_matters_for_the_team(ramping):
    """The defect beside it: reps put together from different years, as if they shared nothing, promise too much."""
    draws = simulated_draws(ramping, Years(Steady(), range(SET_IN), SEED, 1))
    mixed = np.stack([np.roll(column, 97 * place) for place, column in enumerate(draws.bookings.T)], axis=1)
    right, wrong = (
        quota_for(rows.sum(axis=1)[:, None], 0.9, draws.world).mean for rows in (draws.bookings, mixed)
    )
    assert wrong > 1.01 * right


def test_quotas_from_one_exported_year_meet_the_next_one():
    """Three companies: the sum of means over that of truths, whose ratio varies by about 0.19 from company to company."""
    found = companies(Scenario(), range(2_000, 2_003), 0.6, perfect=False, workers=1)
    ratio = sum(each.mean for each in found) / sum(each.booked for each in found)
    assert ratio == pytest.approx(1.0, abs=4 * 0.19 / np.sqrt(3))
    assert all(each.quota < each.mean for each in found)
    assert all(len(each.reps) == 8 for each in found)


@pytest.mark.deep
def test_companies_attain_a_quota_from_one_exported_year_as_often_as_it_was_set_for():
    """Sixty companies, four standard errors."""
    found = companies(Scenario(), range(2_000, 2_060), 0.6, perfect=True, workers=1)
    share = np.mean([each.booked >= each.quota for each in found])
    assert share == pytest.approx(0.6, abs=4 * np.sqrt(0.24 / 60))
