"""Every key of the JSON of the ledger is explained on its page, and no key is explained that is not there."""

import re

from forecast.crm import read_crm
from forecast.ledger_view import ledger_view
from simulations.scenario.records import Ledger


def test_the_keys_are_those_that_the_page_explains(house):
    reading = read_crm(next((house.root / "examples" / "crm").glob("hubspot*.csv")))
    told = ledger_view(reading.tables, reading.export_date, Ledger()).to_dict()
    keys = {*told, *told["months"][0], *told["inputs"]}
    page = (house.root / "docs" / "reference" / "ledger-json.md").read_text("utf-8")
    rows = re.findall(r"^\| (.*) \|$", page, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named - {"null"} == keys
