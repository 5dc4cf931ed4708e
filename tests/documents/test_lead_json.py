"""The page of the lead's JSON names every key, and no other; and the whole measurement once, small."""

import json

import pytest

from forecast.lead import measuring, one_company
from forecast.lead.shocks import SHOCKS
from simulations.scenario.model import Scenario
from simulations.scenario.people import SeatGroup, Team


@pytest.fixture(scope="module")
def table():
    """Return the lead of a small team that stops prospecting for good, of few companies and few drawn years."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "LEARNED", 30)
        patch.setattr(measuring, "ON_PLAN", 4)
        patch.setattr(one_company, "DRAWN_YEARS", 100)
        halves = next(shock for shock in SHOCKS if shock.key == "halves")
        scenario = Scenario(team=Team(groups=(SeatGroup(seats=3),)))
        effort = measuring.Effort(workers=1)
        return measuring.measure_lead(
            scenario, companies=20, seed=3, shocks=[halves], recordings=("perfect",), effort=effort
        )


def test_the_page_of_the_lead_names_every_key_and_no_other(house, table):
    keys = set(house.keys_of(table.to_dict()))
    explained = house.explained("lead")
    assert sorted(keys - explained - {"leads", "on_plan"}) == []
    assert sorted(explained - keys) == []
    json.dumps(table.to_dict(), allow_nan=False)


def test_half_of_the_hours_is_told_by_the_hours_at_once_and_by_the_crm_not_surely_later_than_by_the_books(
    table,
):
    """Of twenty companies of three reps not even half need be told at all: the CRM is not surely later, which can be asked."""
    assert len(table.to_frame()) == len(table.leads) == 2
    for lead in table.leads:
        assert lead.hours is not None
        assert lead.hours.mean <= 2
        assert lead.lead.high >= 0
        assert 0 <= lead.left_out < 1
