"""Every key of the JSON of cycle, prospecting and judgement is explained on its page, and no other is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.crm import read_crm
from forecast.forecasting import forecast
from forecast.inflow import learn_inflow
from forecast.judgement import judge
from forecast.prospecting import RecordFile, learn_prospecting, read_plan, read_records
from simulations.tables import JUDGEMENTS, conform


@pytest.fixture(scope="module")
def keys(house, tmp_path_factory):
    folder = house.root / "examples" / "crm"
    reading = read_crm(next(folder.glob("hubspot*.csv")))
    moment = reading.export_date
    (tmp_path_factory.getbasetemp() / "plan.csv").write_text("weekday,hours\nMon,2\n")
    plan = read_plan(tmp_path_factory.getbasetemp() / "plan.csv", moment)
    rows = read_records([RecordFile(folder / "prospecting.csv")], until=moment)
    plain = rows.table.assign(
        touches=1.0, conversations=1.0, meetings=np.where(rows.table["owner"] == "Rep 01", 1.0, 2.0)
    )
    renamed = replace(rows, table=plain.replace({"owner": {"Rep 08": "Rep 99"}}))
    said = forecast(
        reading.tables, as_of="2026-10-04", start="2026-10-01", end="2026-10-31", target=1.0, draws=100
    )
    calls = pd.DataFrame(
        [
            {"start": month.start_time, "end": month.end_time.normalize(), "made": month.start_time, "owner": owner,
             "kind": "commit", "amount": 5e4}
            for month in pd.period_range("2026-07", "2026-10", freq="M")
            for owner in ("Rep 01", "Rep 02")
        ]
    )  # fmt: skip
    found = (
        learn_inflow(reading.tables, moment, by=("size",)).to_dict(),
        learn_prospecting(renamed, moment, tables=reading.tables, plan=plan).to_dict(),
        judge(reading.tables, conform(calls, JUDGEMENTS), said).to_dict(),
    )
    return {key for part in found for key in house.keys_of(part, closed={"unsaid"}, named={"by"})}


def test_every_key_is_explained(house, keys):
    assert sorted(key for key in keys if f"`{key}`" not in house.json_page("selling")) == []


def test_no_key_is_explained_that_is_not_there(house, keys):
    explained = house.explained("selling")
    assert len(explained) > 40
    assert sorted(explained - keys) == []
