"""Every key of the JSON that a comparison gives is explained on its page, and no key is explained that is not there."""

import re

import pytest

from simulations.experiment import compare
from simulations.measures import MEASURES
from simulations.scenario.model import Reactive, Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.weekly import SERIES

#: Below these keys stand names of cadences, measures, series, or fields of the scenario, each with a page of its own.
NAMED = {"cadences", "measures", "weekly", "differences", "chance_by_target", "volatility", "shortfalls"}
ELSEWHERE = {"scenario", "cadence"}


def _keys(found):
    """Yield every key that has a meaning of its own, however deep it stands."""
    if isinstance(found, list):
        for item in found:
            yield from _keys(item)
    if isinstance(found, dict):
        for key, inner in found.items():
            yield key
            if key in NAMED:
                for value in inner.values():
                    yield from _keys(value)
            elif key not in ELSEWHERE:
                yield from _keys(inner)


@pytest.fixture(scope="module")
def keys():
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=1),)), horizon=Horizon(warm_up_weeks=8, run_off=4))
    found = compare(scenario, [Sawtooth(), Reactive()], 2, seed=7, workers=1).to_dict()
    assert set(found["cadences"]["steady"]["measures"]) == set(MEASURES)
    assert set(found["cadences"]["steady"]["weekly"]) == set(SERIES)
    # Two years never give an arrow; its keys are those of `Arrow.to_dict`.
    arrow = {"replication", "pipeline_week", "published_week", "weeks"}
    return set(_keys(found)) | arrow


def test_every_key_of_a_comparison_is_explained(house, keys):
    page = (house.root / "docs" / "reference" / "comparison-json.md").read_text("utf-8")
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


def test_no_key_is_explained_that_is_not_there(house, keys):
    page = (house.root / "docs" / "reference" / "comparison-json.md").read_text("utf-8")
    rows = [re.findall(r"`([a-z_]+)`", row) for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)]
    explained = {name for row in rows for name in row}
    assert len(explained) > 30
    assert sorted(explained - keys) == []
