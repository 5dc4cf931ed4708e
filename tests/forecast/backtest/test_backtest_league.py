"""The league table from outcomes made by hand: who is scored where, ratios, differences, hits, and the log's rows."""

from __future__ import annotations

import csv
import random

import pandas as pd
import pytest

from forecast.backtest.backtest import LOGGED, Backtest
from forecast.backtest.league import league
from forecast.backtest.origins import Plan
from forecast.backtest.protocol import Horizon
from forecast.backtest.running import How
from forecast.report.backtest import add_to_log, league_table
from simulations.errors import BadInput

MONDAY = pd.Timestamp("2026-01-05")
WEEKS = 12
CELL = ("made", "all", "2 weeks", "deals")


@pytest.fixture
def plan() -> Plan:
    return Plan(
        "made",
        MONDAY,
        MONDAY + pd.Timedelta(weeks=WEEKS + 2),
        7,
        (Horizon.model_validate("2 weeks"),),
        ("deals",),
    )


@pytest.fixture
def outcomes(an_outcome):
    """Return twelve origins: the forecast misses by 1 and holds what came in its 80% in all but two; it is refused once.

    The trailing mean misses by 4; a rival that answers in half of the origins never misses.
    """
    found = []
    for week in range(WEEKS):
        came = 10.0 + week
        told = None if week == 3 else [came + 1] if week in (5, 6) else [came - 1, came + 3]
        found.append(an_outcome("forecast", week, came, told))
        found.append(an_outcome("trailing mean", week, came, [came - 4]))
        if week % 2:
            found.append(an_outcome("crm weighted", week, came, [came]))
    return found


def test_rows_by_hand(outcomes, plan) -> None:
    """Mean score: nine pairs of fair score 2 - 2 = 0, two single draws of 1; all over the origins that were answered."""
    table = league(outcomes, [plan], seed=1, pooled_level=0.8)
    rows = {row.method: row for row in table.rows}
    own, trailing, typed = (rows[name] for name in ("forecast", "trailing mean", "crm weighted"))
    assert [row.method for row in table.rows] == ["forecast", "crm weighted", "trailing mean"]
    assert (own.origins, own.refused) == (11, 1)
    assert own.crps == pytest.approx(2 / 11)
    assert own.ratio == pytest.approx(2 / 11 / 4)
    assert (trailing.crps, trailing.ratio) == (4.0, 1.0)
    assert trailing.difference == pytest.approx(2 / 11 - 4)
    assert trailing.low <= trailing.difference <= trailing.high < 0
    assert trailing.bias == pytest.approx(-44 / sum(10 + week for week in range(WEEKS) if week != 3))
    assert trailing.wape == pytest.approx(-trailing.bias)
    assert (typed.origins, typed.crps) == (5, 0.0)
    assert own.hit_80 == pytest.approx(9 / 11)
    assert trailing.hit_95 == 0.0
    assert pd.isna(own.difference)


def test_the_best_baseline_answered_wherever_the_forecast_did(outcomes, plan) -> None:
    """A rival that answered at half of the origins may have chosen the easy ones."""
    assert league(outcomes, [plan], 1, 0.8).best_baseline(CELL).method == "trailing mean"


def test_hits_are_judged_only_where_blocks_are_many(outcomes, plan) -> None:
    """Eleven answered origins of two weeks each are five blocks; eight are asked for."""
    table = league(outcomes, [plan], 1, 0.8)
    assert [hit.level for hit in table.hits] == [0.5, 0.8, 0.95]
    assert {(hit.range.blocks, hit.judged, hit.origins) for hit in table.hits} == {(5, False, 11)}
    assert (table.pooled.outcomes, table.pooled.share) == (11, pytest.approx(9 / 11))


def test_the_order_of_outcomes_changes_nothing_within_a_cell(outcomes, plan) -> None:
    shuffled = outcomes.copy()
    random.Random(1).shuffle(shuffled)
    one, other = (league(some, [plan], 1, 0.8) for some in (outcomes, shuffled))
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())


def test_a_cell_in_which_all_was_refused_has_no_row(an_outcome, plan) -> None:
    refused = [an_outcome("forecast", week, 5.0, None) for week in range(4)]
    table = league([*refused, an_outcome("trailing mean", 0, 5.0, [5.0])], [plan], 1, 0.8)
    assert table.rows == ()
    assert table.pooled.outcomes == 0


@pytest.fixture
def found(outcomes, plan) -> Backtest:
    return Backtest(tuple(outcomes), league(outcomes, [plan], 1, 0.8), How(100, 1), "9.9")


def test_a_log_only_grows(found, tmp_path) -> None:
    """The second run's rows come after the first's, which stay as they are."""
    path = tmp_path / "log.csv"
    add_to_log(path, found, "as found")
    first = path.read_bytes()
    add_to_log(path, found, "wider, by a half")
    assert path.read_bytes().startswith(first)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == LOGGED
    assert [row[2] for row in rows[1:]] == ["as found"] * 4 + ["wider, by a half"] * 4
    last = dict(zip(LOGGED, rows[-1], strict=True))
    assert (last["dataset"], last["origins"], float(last["hit_80"])) == (
        "all, with segments", "11", pytest.approx(9 / 11),
    )  # fmt: skip


def test_another_table_is_no_log_and_stays_as_it_is(found, tmp_path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("id,amount\n1,2\n", "utf-8")
    with pytest.raises(BadInput, match="is no log of backtests"):
        add_to_log(path, found, "note")
    assert path.read_text("utf-8") == "id,amount\n1,2\n"


def test_the_kept_table_has_every_field_and_its_seed(found) -> None:
    rows = list(csv.DictReader(league_table(found).decode("utf-8-sig").splitlines()))
    assert [row["method"] for row in rows] == ["forecast", "crm weighted", "trailing mean"]
    assert {(row["version"], row["seed"]) for row in rows} == {("9.9", "1")}
    assert rows[0]["difference"] == ""
    ranges = [(float(row["hit_80_low"]), float(row["hit_80_high"]), row["blocks"]) for row in rows[:1]]
    assert ranges[0][0] <= 9 / 11 <= ranges[0][1]
    assert [row["blocks"] for row in rows] == ["5", "", ""]
