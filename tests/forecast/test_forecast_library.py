"""`forecast.forecast` as a script calls it: a file, a reading or tables in; tables, pictures and a page out."""

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import forecast
from forecast import forecasting

EXPORT = Path(__file__).parents[2] / "examples" / "crm" / "hubspot-crm-exports-all-deals-2026-10-04.csv"
PERIOD = {"start": "2026-10-05", "end": "2027-01-03"}
ASKED = {**PERIOD, "target": 660_000, "draws": 400, "seed": 3}


@pytest.fixture(scope="module")
def quarter():
    return forecast.forecast(EXPORT, **ASKED)


def test_the_numbers_are_those_of_the_forecast(quarter):
    reading = forecast.read_crm(EXPORT)
    plain = forecasting.forecast(
        reading.tables, as_of=reading.export_date.to_pydatetime(), findings=reading.findings, **ASKED
    )
    assert isinstance(quarter, forecasting.Forecast)
    assert quarter.to_dict() == plain.to_dict()
    assert quarter.currency == "USD"


def test_a_reading_or_its_tables_give_the_same_draws_as_the_file(quarter):
    reading = forecast.read_crm(EXPORT)
    of_reading = forecast.forecast(reading, **ASKED)
    of_tables = forecast.forecast(reading.tables, as_of=reading.export_date.to_pydatetime(), **ASKED)
    for other in (of_reading, of_tables):
        assert other.to_frame().equals(quarter.to_frame())
    assert of_reading.findings == quarter.findings
    assert of_tables.currency == of_reading.currency == "USD"


def test_tables_need_the_day_whose_knowledge_may_be_used():
    with pytest.raises(forecast.BadInput, match=r"as_of.*give the day whose knowledge may be used"):
        forecast.forecast(forecast.read_crm(EXPORT).tables, **ASKED)


def test_an_earlier_day_knows_less(quarter):
    earlier = forecast.forecast(EXPORT, as_of="2026-08-01", **ASKED)
    assert earlier.counts["known"] < quarter.counts["known"]


@pytest.mark.parametrize("picture", ["bookings", "parts", "chances", "cycle"])
def test_it_draws_itself(quarter, picture):
    figure = quarter.plot(picture)
    assert isinstance(figure, Figure)
    assert figure.axes


def test_an_unknown_picture_is_refused(quarter):
    with pytest.raises(forecast.BadInput, match="must be one of bookings, parts, chances, cycle"):
        quarter.plot("pie")


def test_the_page_holds_the_answer_and_asks_nothing_of_the_network(quarter):
    page = quarter.to_html()
    assert page.startswith("<!doctype html>")
    answer = quarter.sentences()[0]
    assert answer in page
    assert "USD" in answer
    fetched = re.findall(r"(?:src|href)=\"(?!data:|#)([^\"]+)", page)
    assert fetched == []
