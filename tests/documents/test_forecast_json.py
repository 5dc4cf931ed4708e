"""Every key of the JSON that a forecast gives is explained on its page, and no key is explained that is not there."""

import re

import pytest

from forecast.crm import read_crm
from forecast.divergence import imported_year
from forecast.forecasting import forecast

#: Below these keys stand quantiles, or lines of a call.
NAMED = {"quantiles", "change"}
LINES = {"booked", "commit", "best case", "pipeline", "no category", "still to create"}


@pytest.fixture(scope="module")
def keys(house):
    export = next((house.root / "examples" / "crm").glob("hubspot*.csv"))
    reading = read_crm(export)
    question = {"start": "2026-09-21", "end": "2026-11-30", "target": 500_000.0}
    found = forecast(
        reading.tables, as_of="2026-10-04", **question, targets=[1.0], draws=400, by=("owner", "month"), risks=10,
        since="2026-09-27", findings=reading.findings,
    ).to_dict()  # fmt: skip
    year = imported_year(reading.tables, until="2026-09-29", draws=100, **question)
    assert found["findings"]
    assert found["risks"]["deals"]
    assert found["walk"]["movements"]
    return set(house.keys_of({**found, "divergence": year.to_dict()}, NAMED, {"roll_ups"})) - (
        LINES - {"booked"}
    )


def test_every_key_of_a_forecast_is_explained(house, keys):
    page = house.json_page("forecast")
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


def test_no_key_of_a_forecast_is_explained_that_is_not_there(house, keys):
    page = house.json_page("forecast")
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", page, re.MULTILINE)
    explained = {name for cells in rows for cell in cells for name in re.findall(r"`([a-z_0-9]+)`", cell)}
    assert len(explained) > 80
    assert sorted(explained - keys - {"null"}) == []
