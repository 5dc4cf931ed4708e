"""Every key of the JSON of quotas is explained on its page, and no other is."""

import pytest

from forecast.quota.asking import scenario_quotas
from forecast.quota.quotas import Asked
from forecast.quota.simulated import Years
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team

#: What only a history gives.
OF_HISTORY = {"market_cv"}


@pytest.fixture(scope="module")
def keys(house, tmp_path_factory):
    sheet = tmp_path_factory.mktemp("quotas") / "sheet.csv"
    sheet.write_text("rep,quota\nRep 01,300000\nRep 02,300000\n,1000000\n", "utf-8")
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=2),)))
    found = scenario_quotas(scenario, Years(Steady(), range(100), 2, 1), Asked(sheet=sheet)).to_dict()
    assert found["capacity"]["plans"]
    return set(house.keys_of(found)) | OF_HISTORY


def test_every_key_of_quotas_is_explained(house, keys):
    assert sorted(key for key in keys if f"`{key}`" not in house.json_page("quota")) == []


def test_no_key_of_quotas_is_explained_that_is_not_there(house, keys):
    explained = house.explained("quota")
    assert len(explained) > 40
    assert sorted(explained - keys) == []
