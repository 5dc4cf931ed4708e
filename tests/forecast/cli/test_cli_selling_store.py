"""What enters, what an hour brings, and each week of a period, read from a store: the same as from the export of the day."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from forecast.cli.main import main
from forecast.divergence.watching import _Watch
from forecast.question import Asked

#: Each of the same export, as it was known then.
DAYS = ("2026-07-05", "2026-07-12", "2026-10-04")


@pytest.fixture(scope="module")
def store(export, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("selling") / "pipeline.db"
    for day in DAYS:
        with pytest.raises(SystemExit) as end:
            main(["import", str(export), "--store", str(path), "--as-of", day])
        assert not end.value.code
    return path


@pytest.mark.parametrize("more", [("cycle", "--by", "source"), ("prospecting", "--weeks", "8")])
def test_a_store_tells_the_same_as_the_export(pipecast, export, store, more):
    name, *words = more
    words += ["--records", export.parent / "prospecting.csv"] if name == "prospecting" else []
    from_store = pipecast(name, "--store", store, "--as-of", "2026-07-12", *words, "--json")
    from_file = pipecast(name, export, "--as-of", "2026-07-12", *words, "--json")
    assert from_store.code == from_file.code == 0, from_store.err + from_file.err
    assert json.loads(from_store.out) == json.loads(from_file.out)


def test_the_report_names_the_snapshot(pipecast, store, tmp_path):
    said = pipecast("cycle", "--store", store, "--by", "source", "--out", "found")
    assert said.code == 0, said.err
    assert "snapshot in a store" in (tmp_path / "found" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["cycle", "prospecting"])
def test_an_export_or_a_store_not_both(pipecast, export, store, name):
    words = ("--records", export.parent / "prospecting.csv") if name == "prospecting" else ()
    found = pipecast(name, export, "--store", store, *words)
    assert (found.code, "give either an export or --store, not both" in found.err) == (2, True)


def test_each_week_is_looked_at_from_its_own_snapshot(pipecast, store):
    words = (
        "--from", "2026-07-06", "--to", "2026-07-12", "--target", "30000", "--draws", "100", "--week-by-week", "--json",
    )  # fmt: skip
    told = json.loads(pipecast("forecast", "--store", store, *words).out)["divergence"]
    assert (told["own_snapshots"], len(told["weeks"]), told["may_look_ahead"]) == (2, 2, [])


def test_a_week_reads_the_last_snapshot_of_the_day_before_its_end(made_crm):
    week = pd.Timestamp("2026-08-03")
    tables = [made_crm(1), made_crm(2), made_crm(3)]
    moments = [week - pd.Timedelta(days=2), week - pd.Timedelta(hours=5), week + pd.Timedelta(hours=1)]
    asked = Asked(week, week, week + pd.Timedelta(days=6), "amount", 1.0, (), 100, 1)
    for count, wanted in ((1, None), (2, tables[1]), (3, tables[1])):
        watch = _Watch(made_crm(4), asked, None, list(zip(moments, tables, strict=True))[:count])
        assert watch.own(week) is wanted
