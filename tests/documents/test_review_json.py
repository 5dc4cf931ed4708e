"""Every key of the JSON of a review and of hygiene is explained on its page, and no key is explained that is not there."""

import pandas as pd
import pytest

from forecast.crm import read_crm
from forecast.hygiene import Costs, learn_hygiene, sweep_days
from forecast.prospecting import RecordFile, learn_prospecting, read_records
from forecast.review import Actions, Beside, ReviewAsked, review
from forecast.review.actions import Action
from simulations.scenario.model import Scenario
from simulations.tables import ACTIVITIES, CrmTables, conform

#: Below these keys stand names of results, of lists or of numbers.
NAMED = {"per_hour", "per_hour_unsaid", "unsaid", "numbers"}


@pytest.fixture(scope="module")
def keys(house):
    folder = house.root / "examples" / "crm"
    reading = read_crm(next(folder.glob("hubspot*.csv")))
    moment, tables = reading.export_date, reading.tables
    rows = read_records([RecordFile(folder / "prospecting.csv")], until=moment)
    last = Actions(moment - pd.Timedelta(days=7), (Action("next_step", "10000000812", "A deal", "Rep 01"),))
    beside = Beside({"Rep 01": 1e5}, learn_prospecting(rows, moment, tables=tables), (), last)
    asked = ReviewAsked(moment, pd.Timestamp("2026-10-01"), pd.Timestamp("2026-12-31"), 1e6, draws=100)
    acts = tables.activities
    log = pd.concat([acts, acts.assign(when=acts["when"] - pd.Timedelta(days=2))])
    known = CrmTables(tables.opportunities, tables.stage_history, conform(log, ACTIVITIES), tables.stages)
    small = Scenario.model_validate(
        {"team": {"groups": [{"seats": 1}]}, "horizon": {"warm_up_weeks": 8, "run_off": 4}}
    )
    found = (
        review(tables, asked, beside, reading.findings, "USD").to_dict(),
        learn_hygiene([(moment, known)], (21.0,), costs=Costs(value_of_hour=1.0)).to_dict(),
        sweep_days(small, (30.0,), replications=20, workers=1).to_dict(),
    )
    return {key for part in found for key in house.keys_of(part, NAMED)}


def test_every_key_of_a_review_is_explained(house, keys):
    assert sorted(key for key in keys if f"`{key}`" not in house.json_page("review")) == []


def test_no_key_of_a_review_is_explained_that_is_not_there(house, keys):
    explained = house.explained("review")
    assert len(explained) > 70
    assert sorted(explained - keys) == []
