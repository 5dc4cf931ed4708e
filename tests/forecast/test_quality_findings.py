"""Each finding of the quality report fires on a table that has its fault, and none on a clean one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.findings import SEVERITIES
from forecast.quality import quality_report
from forecast.quality.report import CHECKS
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

FIRST = pd.Timestamp("2026-01-05")
WHEN = FIRST + pd.Timedelta(days=200)
STAGES = ("Qualify", "Propose", "Negotiate")
CLOSED, OPEN = 60, 30
Fault = Callable[[pd.DataFrame, pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]


def days(values: np.ndarray) -> pd.Series:
    """Return moments some days after `FIRST`, at hours that nobody shares."""
    return pd.Series(FIRST + pd.to_timedelta(np.round(values * 1_440), unit="m")).astype("datetime64[us]")


def clean() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return opportunities and visits without a fault: 60 closed, every other one won, and 30 open."""
    count = CLOSED + OPEN
    created = np.concatenate((np.linspace(0.3, 150.3, CLOSED), np.linspace(165.4, 197.4, OPEN)))
    closed = created[:CLOSED] + 5 + 35 * (np.arange(CLOSED) * 7 % CLOSED) / CLOSED
    outcome = np.append(np.where(np.arange(CLOSED) % 2, "won", "lost"), np.full(OPEN, "open"))
    rows = pd.DataFrame(
        {
            "id": [f"D{number}" for number in range(count)],
            "name": [f"Deal {number}" for number in range(count)],
            "owner": np.where(np.arange(count) % 3, "Ann", "Bob"), "source": "inbound", "product": "one",
            "created": days(created), "closed": days(np.append(closed, np.full(OPEN, np.nan))),
            "outcome": outcome, "amount": 1_000.0 + 10 * np.arange(count), "stage": STAGES[1],
            "probability": np.where(outcome == "open", 0.4, np.nan),
            "expected_close": days(np.floor(created + 60)).dt.normalize(),
        }
    )  # fmt: skip
    entered = pd.concat([rows["created"], rows["created"] + pd.Timedelta(days=2)])
    history = pd.DataFrame(
        {
            "id": pd.concat([rows["id"], rows["id"]]),
            "stage": [STAGES[0]] * count + [STAGES[1]] * count,
            "entered": entered,
            "left": pd.concat([rows["created"] + pd.Timedelta(days=2), rows["closed"]]),
        }
    )
    order = history["id"].str[1:].astype(int)
    history = history.assign(order=order).sort_values(["order", "entered"], kind="stable")
    return rows, history.drop(columns="order")


def report(rows: pd.DataFrame, history: pd.DataFrame, when: pd.Timestamp = WHEN) -> dict[str, int]:
    """Return the codes of the findings with their counts."""
    tables = CrmTables(conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=STAGES)
    return {finding.code: finding.count for finding in quality_report(tables, when)}


def on(outcome: str, column: str, value: object, most: int | None = None) -> Fault:
    """Return the fault of setting a column on opportunities of an outcome."""

    def fault(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        at = rows.index[rows["outcome"] == outcome][:most]
        changed = rows.copy()
        changed[column] = changed[column].mask(changed.index.isin(at), value)
        return changed, history

    return fault


def few(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    kept = rows.iloc[CLOSED - 10 :]
    return kept, history[history["id"].isin(kept["id"])]


def never_lost(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    lost = rows["outcome"] == "lost"
    return rows.assign(
        outcome=rows["outcome"].mask(lost, "open"), closed=rows["closed"].mask(lost)
    ), history.assign(left=history["left"])


def old_ones_open(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    open_ones = rows.index[rows["outcome"] == "open"][:4]
    return rows.assign(created=rows["created"].mask(rows.index.isin(open_ones), FIRST)), history


def truncated(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep of what closed before day 90 nothing, as a system that was begun on that day."""
    kept = rows[~(rows["closed"] < FIRST + pd.Timedelta(days=90))]
    slow = rows.iloc[:12].assign(id=[f"S{number}" for number in range(12)], created=FIRST)
    slow = slow.assign(name=slow["id"], closed=FIRST + pd.Timedelta(days=120))
    return pd.concat([kept, slow], ignore_index=True), history[history["id"].isin(kept["id"])]


def twice(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    again = rows[rows["outcome"] == "open"].head(2)
    return pd.concat([rows, again.assign(id=["X1", "X2"])], ignore_index=True), history


def clean_up(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    minute = FIRST + pd.Timedelta(days=191, hours=9)
    lost = rows["outcome"] == "lost"
    return rows.assign(closed=rows["closed"].mask(lost, minute)), history


def in_bulk(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    end = FIRST + pd.Timedelta(days=270)
    at = rows.index[rows["outcome"] == "open"][:25]
    return rows.assign(expected_close=rows["expected_close"].mask(rows.index.isin(at), end)), history


def of_outcomes(*kept: str) -> Fault:
    """Return the fault of an export of some outcomes alone."""

    def fault(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        some = rows[rows["outcome"].isin(kept)]
        return some, history[history["id"].isin(some["id"])]

    return fault


def elsewhere(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return on("open", "stage", STAGES[0], 3)(rows, history)


def without_visits(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    gone = rows.loc[rows["outcome"] == "open", "id"].head(5)
    return rows, history[~history["id"].isin(gone)]


def moved(to: str, count: int) -> Fault:
    """Return the fault of a third visit: to the last stage from the first, or back to the first."""

    def fault(rows: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        some = history["id"].isin(rows["id"].tail(count))
        second = some & (history["stage"] == STAGES[1])
        if to == "skip":
            changed = history.assign(stage=history["stage"].mask(second, STAGES[2]))
            return rows.assign(
                stage=rows["stage"].mask(rows["id"].isin(rows["id"].tail(count)), STAGES[2])
            ), changed
        back = history[second].assign(stage=STAGES[0])
        back["entered"] += pd.Timedelta(hours=1)
        whole = pd.concat([history, back]).sort_values(["id", "entered"], kind="stable")
        return rows.assign(stage=rows["stage"].mask(rows["id"].isin(back["id"]), STAGES[0])), whole

    return fault


FAULTS: dict[str, tuple[Fault, int]] = {
    "few_closed": (few, 10),
    "no_wins": (on("won", "outcome", "lost"), CLOSED + OPEN),
    "no_losses": (never_lost, CLOSED // 2 + OPEN),
    "only_wins": (of_outcomes("won"), CLOSED // 2),
    "no_open": (of_outcomes("won", "lost"), CLOSED),
    "dead_stock": (old_ones_open, 4),
    "left_truncated": (truncated, 12),
    "suspected_duplicates": (twice, 2),
    "field_tells_outcome": (on("open", "product", None), 1),
    "wins_without_amount": (on("won", "amount", 0.0, 3), 3),
    "open_without_amount": (on("open", "amount", np.nan, 7), 7),
    "amounts_reset_on_loss": (on("lost", "amount", np.nan), CLOSED // 2),
    "expected_close_in_past": (on("open", "expected_close", WHEN - pd.Timedelta(days=2), 6), 6),
    "bulk_expected_close": (in_bulk, 25),
    "closed_in_bulk": (clean_up, CLOSED // 2),
    "no_expected_close": (on("open", "expected_close", pd.NaT, 8), 8),
    "no_probability": (on("open", "probability", np.nan, 9), 9),
    "stage_disagrees": (elsewhere, 3),
    "no_stage_entry": (without_visits, 5),
    "skipped_stages": (moved("skip", 4), 4),
    "reentered_stages": (moved("back", 4), 4),
}


def test_a_clean_table_has_no_findings() -> None:
    assert report(*clean()) == {}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_and_counted(code: str) -> None:
    fault, count = FAULTS[code]
    assert report(*fault(*clean()))[code] == count


def nameless(rows: pd.DataFrame, *, amounts: bool) -> pd.DataFrame:
    """Return the opportunities as a plain table has them: no names, no clock, amounts or none."""
    bare = rows.assign(name=None, created=rows["created"].dt.normalize())
    return bare if amounts else bare.assign(amount=np.nan)


@pytest.mark.parametrize("amounts", [True, False])
def test_all_open_under_a_second_id_are_named_where_nothing_has_a_name_or_a_clock(*, amounts: bool) -> None:
    """By chance half of the kinds of opportunities would have odd numbers."""
    rows, history = clean()
    bare = nameless(rows, amounts=amounts)
    again = bare[bare["outcome"] == "open"].assign(id=lambda some: "again " + some["id"])
    assert "suspected_duplicates" not in report(bare, history)
    assert report(pd.concat([bare, again]), history)["suspected_duplicates"] == OPEN


def test_many_alike_on_a_day_are_no_duplicates() -> None:
    """A hundred of a kind on each of three days, as a campaign brings them: nothing tells them apart."""
    rows, history = clean()
    bare = nameless(rows, amounts=False)
    some = bare[bare["outcome"] == "open"].head(3)
    many = pd.concat([some.assign(id=some["id"] + f" {number}") for number in range(100)])
    assert "suspected_duplicates" not in report(pd.concat([bare, many]), history)


def test_a_stage_that_is_typed_at_100_percent_is_named_where_nothing_is_won() -> None:
    rows, history = on("won", "outcome", "open")(*clean())
    signed = rows["id"].isin(rows["id"].tail(3))
    rows = rows.assign(
        stage=rows["stage"].mask(signed, "Signed"), closed=rows["closed"].where(rows["outcome"] != "open")
    )
    rows = rows.assign(probability=rows["probability"].mask(signed, 1.0))
    tables = CrmTables(conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=STAGES)
    (found,) = (finding for finding in quality_report(tables, WHEN) if finding.code == "no_wins")
    assert "(typed at 100%: Signed)" in found.action


def test_an_old_export_is_found() -> None:
    """The last record is on day 199; two weeks later a forecast misses what happened since."""
    rows, history = clean()
    assert "old_export" not in report(rows, history, WHEN + pd.Timedelta(days=13))
    assert report(rows, history, WHEN + pd.Timedelta(days=40))["old_export"] == 40


def test_every_check_is_seen_to_fire() -> None:
    assert len(FAULTS) + 1 == len(CHECKS)


@pytest.mark.parametrize("code", ["dead_stock", "suspected_duplicates", "skipped_stages", "closed_in_bulk"])
def test_one_fault_brings_few_other_findings(code: str) -> None:
    """A fault must not set off alarms about something else."""
    others = set(report(*FAULTS[code][0](*clean()))) - {code}
    assert others <= {"no_stage_entry", "expected_close_in_past", "stage_disagrees"}


def test_findings_come_gravest_first_with_three_examples_in_the_order_of_the_file() -> None:
    rows, history = on("open", "amount", np.nan)(*on("won", "amount", 0.0)(*clean()))
    tables = CrmTables(conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=STAGES)
    found = quality_report(tables, WHEN)
    ranks = [SEVERITIES.index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)
    wins = next(finding for finding in found if finding.code == "wins_without_amount")
    assert wins.severity == "serious"
    assert wins.examples == tuple(rows.loc[rows["outcome"] == "won", "id"].head(3))
    assert "--unit deals" in wins.message


def test_an_empty_pipeline_and_an_empty_file_are_reported_without_a_crash() -> None:
    rows, history = clean()
    closed = rows[rows["outcome"] != "open"]
    found = report(closed, history[history["id"].isin(closed["id"])], WHEN - pd.Timedelta(days=10))
    assert found == {"no_open": CLOSED}
    nothing = replace(CrmTables(conform(rows.iloc[:0], OPPORTUNITIES)), stages=STAGES)
    assert {finding.code for finding in quality_report(nothing, WHEN)} == {"few_closed"}
