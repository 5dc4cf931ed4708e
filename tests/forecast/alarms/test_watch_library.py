"""`forecast.watch`: the same as the command, from a file, a reading or tables; an answer that can be shown."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import forecast
from forecast.cli.main import main
from simulations.errors import BadInput

ASKED = {
    "start": "2026-01-05",
    "as_of": "2026-10-04",
    "country": "US",
    "family": "team",
    "years": 200,
    "seed": 3,
}


@pytest.fixture(scope="module")
def said(export):
    return forecast.watch(export, target=2_000_000, **ASKED)


def test_it_says_what_the_command_says(capsys, export, said):
    words = [word for name, value in ASKED.items() for word in (f"--{name.replace('_', '-')}", f"{value}")]
    with pytest.raises(SystemExit) as end:
        main(["watch", f"{export}", "--target", "2000000", *words, "--json"])
    assert not end.value.code
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(said.to_dict()))


def test_a_file_its_reading_and_its_tables_give_the_same(export, said):
    reading = forecast.read_crm(export, as_of=pd.Timestamp("2026-10-05"))
    for source in (reading, reading.tables):
        assert forecast.watch(source, target=2_000_000, **ASKED).to_dict() == said.to_dict()


def test_the_picture_of_today_can_be_shown(said, outside):
    assert said.sentences()[0].startswith("The chance of the target of USD 2,000,000")
    rows = said.to_frame()
    assert len(rows) == len(said.picture.readings)
    assert rows["monitor"].tolist()[0] == "creation"
    assert len(said.plot().axes) >= len(rows)
    page = said.to_html()
    assert "Is reality leaving the plan, and since when?" in page
    assert outside(page) == []


def test_tables_need_the_day_whose_knowledge_may_be_used(export):
    with pytest.raises(BadInput, match="give the day whose knowledge may be used"):
        forecast.watch(forecast.read_crm(export).tables, start="2026-01-05")
