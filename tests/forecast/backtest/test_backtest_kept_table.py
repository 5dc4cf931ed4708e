"""The kept league table: what it must hold, that the log ends with it, and that the program still gives it."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from forecast.backtest.files import read_datasets
from forecast.backtest.league import league
from forecast.backtest.origins import WHOLE, of_segment
from forecast.backtest.protocol import Protocol, read_protocol
from forecast.backtest.running import FORECAST, How, outcomes_at, run

#: Figures that a fresh run is held to; the rest follows from them.
FIGURES = ("origins", "refused", "crps", "ratio", "pinball_50", "hit_80", "pit_mean", "bias", "wape")
TRAILING = "trailing mean"


@pytest.fixture(scope="module")
def benchmarks(request) -> Path:
    return request.config.rootpath / "benchmarks"


@pytest.fixture(scope="module")
def protocol(benchmarks) -> Protocol:
    return read_protocol(benchmarks / "backtest.yaml")


@pytest.fixture(scope="module")
def table(benchmarks) -> pd.DataFrame:
    return pd.read_csv(benchmarks / "results" / "backtest.csv", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def log(benchmarks) -> list[dict[str, str]]:
    with (benchmarks / "backtest-log.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def whole(table: pd.DataFrame, method: str = FORECAST) -> pd.DataFrame:
    """Return the rows of a method on whole data sets, by data set, horizon and unit."""
    rows = table[(table["segment"] == WHOLE) & (table["method"] == method)]
    return rows.set_index(["dataset", "horizon", "unit"])


def test_the_table_is_of_this_version_and_of_the_whole_protocol(table, protocol) -> None:
    asked = [
        (name, str(horizon), unit)
        for name, data in protocol.datasets.items()
        for horizon in data.horizons
        for unit in data.units
    ]
    for method in (FORECAST, TRAILING, "spreadsheet", "seasonal naive", "exponential smoothing"):
        assert sorted(whole(table, method).index) == sorted(asked), method
    assert set(table["version"]) == {version("pipecast")}
    assert set(table["seed"]) == {protocol.seed}
    assert set(table["segment"].str.partition(":")[0]) == {WHOLE, "owner", "source"}


def test_the_log_ends_with_the_table(table, log) -> None:
    """Its last note's rows are those of the table, to the five digits that the log keeps; so no change went unlogged."""
    last = [row for row in log if row["note"] == log[-1]["note"]]
    told = {(r["dataset"], r["horizon"], r["unit"], r["method"]): r for r in last[:-1]}
    rows = table[table["segment"] == WHOLE]
    assert len(told) == len(rows) == len(last) - 1
    for row in rows.to_dict("records"):
        logged = told[row["dataset"], row["horizon"], row["unit"], row["method"]]
        assert float(logged["crps"]) == pytest.approx(row["crps"], rel=1e-4)
        assert float(logged["hit_80"]) == pytest.approx(row["hit_80"], rel=1e-4)


def test_every_change_of_method_has_its_rows_and_none_was_taken_away(log) -> None:
    """Each note has the rows of all methods and the pooled share; the first is what was found before any tuning."""
    notes = list(dict.fromkeys(row["note"] for row in log))
    assert notes[0] == "as found"
    for note in notes:
        rows = [row for row in log if row["note"] == note]
        assert len(rows) == 56, note
        assert rows[-1]["dataset"] == "all, with segments"


def test_what_was_asked_of_the_loans_is_kept(table) -> None:
    """In deals, which is what is judged there: at most 0.60 of the trailing mean's loss at one week and 0.90 at two."""
    own = whole(table)
    for horizon, most in (("1 week", 0.60), ("2 weeks", 0.90)):
        cell = ("loans", horizon, "deals")
        assert own.loc[cell, "ratio"] <= most
        rivals = table[(table["segment"] == WHOLE) & (table["method"] != FORECAST)]
        rivals = rivals.set_index(["dataset", "horizon", "unit"]).loc[[cell]]
        assert (own.loc[cell, "crps"] < rivals["crps"]).all()


def test_the_pooled_interval_holds_as_often_as_the_protocol_allows(log, protocol) -> None:
    low, high = protocol.pooled.allowed
    assert int(log[-1]["origins"]) >= protocol.pooled.least_outcomes
    assert low / 100 <= float(log[-1]["hit_80"]) <= high / 100


def held_to(rows: pd.DataFrame, kept: pd.DataFrame) -> None:
    """Assert that fresh rows of the forecast are the kept ones; only the order of sums may differ between machines."""
    assert len(rows)
    for cell, row in rows.iterrows():
        for name in FIGURES:
            assert row[name] == pytest.approx(kept.loc[cell, name], rel=1e-6, abs=1e-9), (cell, name)


def test_a_fresh_run_of_one_data_set_gives_the_kept_rows(trial_data, benchmarks, protocol, table) -> None:
    """The smallest: seven origins, a month ahead, the forecast beside the trailing mean."""
    plan, tables = read_datasets(protocol, benchmarks, trial_data, ["olist"])["olist"]
    how = How(protocol.draws, protocol.seed, baselines=(TRAILING,))
    own = of_segment(tables, WHOLE)
    found = [one for origin in plan.all_origins() for one in outcomes_at(plan, own, WHOLE, origin, how)]
    fresh = league(found, [plan], protocol.seed, protocol.pooled.level / 100).to_frame()
    held_to(whole(fresh), whole(table))


@pytest.mark.deep
def test_a_fresh_run_of_everything_gives_the_kept_rows(trial_data, benchmarks, protocol, table) -> None:
    """Segments too; the other baselines are left out, which are fitted by another library."""
    plans = read_datasets(protocol, benchmarks, trial_data)
    how = How(protocol.draws, protocol.seed, baselines=(TRAILING,))
    found = run(plans, how)
    plain = [replace(plan) for plan, _ in plans.values()]
    fresh = league(found, plain, protocol.seed, protocol.pooled.level / 100).to_frame()
    by_segment = ["dataset", "segment", "horizon", "unit"]
    ours = fresh[fresh["method"] == FORECAST].set_index(by_segment)
    held_to(ours, table[table["method"] == FORECAST].set_index(by_segment))
    assert len(ours) == len(table[table["method"] == FORECAST])
