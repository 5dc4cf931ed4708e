"""Every key of the JSON of alarms is explained on its page, and no key is explained that is not there."""

import re

import pandas as pd

from forecast.alarms.results import Cost, Repair
from forecast.alarms.today import Question, watch_today
from forecast.crm import read_crm


def test_the_keys_are_those_that_the_page_explains(house):
    reading = read_crm(next((house.root / "examples" / "crm").glob("hubspot*.csv")))
    question = Question(pd.Timestamp("2026-01-05"), target=1e6, family="team", years=200)
    told = watch_today(reading.tables, reading.export_date, question).to_dict()
    keys = {
        *told,
        *told["readings"][0],
        *told["market"],
        *Cost.__dataclass_fields__,
        *Repair.__dataclass_fields__,
    }
    page = (house.root / "docs" / "reference" / "alarms-json.md").read_text("utf-8")
    rows = re.findall(r"^\| (.*) \|$", page, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named - {"null", "team", "everybody", "quiet", "watch", "alarm", "amount", "deals"} == keys | {
        "creation", "amounts", "conversion", "slips"
    }  # fmt: skip
