"""Whatever is done to the future, what is known at a moment stays as it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import Reading, read_crm
from forecast.known import OVERWRITTEN, RARELY_CHANGED, as_of, may_look_ahead
from simulations.tables import ACTIVITIES, OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

START = pd.Timestamp("2026-01-01")
WHEN = START + pd.Timedelta(days=100)
EXPORT = START + pd.Timedelta(days=200)
STAGES = ("A", "B", "C")
DAY = pd.Timedelta(days=1)


def days(rng: np.random.Generator, low: float, high: float, size: int) -> pd.Series:
    """Return moments between two days, some of them exactly at midnight of `WHEN`."""
    drawn = START + pd.to_timedelta(rng.uniform(low, high, size).round(2), unit="D").astype("timedelta64[us]")
    return pd.Series(drawn).astype("datetime64[us]")


def crm(rng: np.random.Generator, *, lost_amount: bool, history: bool) -> CrmTables:
    size = 30
    created = days(rng, 0, 150, size)
    closed = (created + pd.to_timedelta(rng.integers(0, 80, size), unit="D")).astype("datetime64[us]")
    closed[rng.random(size) < 0.1] = WHEN
    closed = closed.where(closed >= created)
    outcome = pd.Series(rng.choice(["won", "lost"], size)).where(closed.notna() & (closed < EXPORT), "open")
    closed = closed.where(outcome != "open")
    rows = pd.DataFrame({"id": [str(number) for number in range(size)], "created": created, "closed": closed})
    rows = rows.assign(outcome=outcome, **typed(rng, size))
    if not lost_amount:
        rows["amount"] = rows["amount"].where(rows["outcome"] != "lost", 0.0)
    visits = entries(rng, rows) if history else pd.DataFrame(columns=list(STAGE_HISTORY))
    calls = pd.DataFrame({"id": rows["id"], "when": days(rng, 0, 200, size), "kind": "call"})
    fields = (*OVERWRITTEN, *RARELY_CHANGED, "stage", "amount")
    return CrmTables(
        conform(rows, OPPORTUNITIES),
        conform(visits, STAGE_HISTORY),
        conform(calls, ACTIVITIES),
        STAGES,
        dict.fromkeys(fields, EXPORT),
    )


def typed(rng: np.random.Generator, size: int) -> dict[str, object]:
    return {
        "amount": rng.integers(1, 1000, size).astype("float64"),
        "owner": rng.choice(["Ann", "Bob"], size),
        "stage": rng.choice(STAGES, size),
        "probability": rng.random(size),
        "expected_close": days(rng, 0, 300, size).dt.normalize(),
        "next_step": days(rng, 0, 300, size),
        "forecast_category": rng.choice(["commit", "pipeline"], size),
    }


def entries(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for deal in rows.itertuples():
        end = min(moment for moment in (deal.closed, EXPORT) if pd.notna(moment))
        moments = [deal.created, *sorted(deal.created + (end - deal.created) * rng.random(2))]
        left = [*moments[1:], deal.closed]
        parts.append(pd.DataFrame({"id": deal.id, "stage": STAGES, "entered": moments, "left": left}))
    return pd.concat(parts).reset_index(drop=True)


def other_future(rng: np.random.Generator, tables: CrmTables) -> CrmTables:
    """Return the same past with another future: rows gone, new ones, other outcomes, dates and values."""
    rows = tables.opportunities.copy()
    late = ~(rows["closed"] < WHEN)
    size = int(late.sum())
    rows.loc[late, "outcome"] = rng.choice(["open", "won", "lost"], size)
    rows.loc[late, "closed"] = days(rng, 101, 190, size).to_numpy()
    rows["closed"] = rows["closed"].where(rows["outcome"] != "open")
    for column, values in typed(rng, len(rows)).items():
        rows[column] = rows[column].where(~late, pd.Series(values, index=rows.index))
    gone = (rows["created"] >= WHEN) & (rng.random(len(rows)) < 0.5)
    new = rows.iloc[:2].assign(id=["new 1", "new 2"], created=WHEN, outcome="open", closed=pd.NaT)
    rows = pd.concat([rows[~gone], new])
    history = tables.stage_history.copy()
    history = history[(history["entered"] < WHEN) | (rng.random(len(history)) < 0.5)].copy()
    later = ~(history["left"] < WHEN)
    history.loc[later, "left"] = (
        WHEN + pd.to_timedelta(rng.integers(0, 50, int(later.sum())), unit="D")
    ).to_numpy()
    entered_later = history["entered"] >= WHEN
    history.loc[entered_later, "stage"] = rng.choice(STAGES, int(entered_later.sum()))
    calls = tables.activities[tables.activities["when"] < WHEN]
    return replace(
        tables,
        opportunities=conform(rows, OPPORTUNITIES),
        stage_history=conform(history, STAGE_HISTORY),
        activities=conform(calls, ACTIVITIES),
    )


def assert_same_but(known: CrmTables, other: CrmTables, but: tuple[str, ...]) -> None:
    columns = [column for column in OPPORTUNITIES if column not in but]
    pd.testing.assert_frame_equal(known.opportunities[columns], other.opportunities[columns])
    pd.testing.assert_frame_equal(known.stage_history, other.stage_history)
    pd.testing.assert_frame_equal(known.activities, other.activities)
    assert known.stages == other.stages


@given(seed=st.integers(0, 2**32 - 1), shape=st.sampled_from(["cleared", "undated", "whole"]))
def test_the_future_changes_nothing_but_what_is_said_to_look_ahead(seed: int, shape: str) -> None:
    """Also where losing clears the amount, and where the export has no stage dates."""
    rng = np.random.default_rng(seed)
    tables = crm(rng, lost_amount=shape != "cleared", history=shape != "undated")
    ahead = may_look_ahead(tables, WHEN)
    assert set(ahead) <= {"owner", "amount"}
    assert_same_but(as_of(tables, WHEN), as_of(other_future(rng, tables), WHEN), ahead)


@given(seed=st.integers(0, 2**32 - 1))
def test_to_know_twice_is_to_know_once(seed: int) -> None:
    tables = crm(np.random.default_rng(seed), lost_amount=False, history=True)
    once = as_of(tables, WHEN)
    assert_same_but(once, as_of(once, WHEN), ())


def deals(rng: np.random.Generator) -> pd.DataFrame:
    """Return a HubSpot export of text cells, with moments to the minute."""
    tables = crm(rng, lost_amount=True, history=True)
    rows, history = tables.opportunities, tables.stage_history
    entered = history.pivot_table(index="id", columns="stage", values="entered", aggfunc="max")
    return pd.DataFrame(
        {
            "Record ID": rows["id"],
            "Deal Stage": rows["outcome"].map({"won": "Closed Won", "lost": "Closed Lost"}).fillna("C"),
            "Amount": rows["amount"].astype("str"),
            "Create Date": rows["created"],
            "Close Date": rows["closed"],
            **{f'Date entered "{stage} (P)"': rows["id"].map(entered[stage]) for stage in STAGES},
        }
    )


def scrambled(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the export with rows, outcomes, amounts and dates from `WHEN` on changed or gone."""
    kept = frame[frame["Create Date"] < WHEN].copy()
    late = ~(kept["Close Date"] < WHEN)
    kept.loc[late, "Amount"] = rng.integers(1, 10**6, int(late.sum())).astype("str")
    kept.loc[late, "Close Date"] = days(rng, 101, 190, int(late.sum())).to_numpy()
    kept.loc[late, "Deal Stage"] = rng.choice(["Closed Won", "Closed Lost"], int(late.sum()))
    for column in kept.filter(like="Date entered"):
        later = (kept[column] >= WHEN) & late
        kept.loc[later, column] = pd.NaT
    return kept


def read(frame: pd.DataFrame, path: Path) -> Reading:
    frame.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M")
    return read_crm(path, as_of=WHEN)


@pytest.mark.parametrize("seed", range(5))
def test_a_file_with_another_future_reads_the_same(tmp_path: Path, seed: int) -> None:
    """From the bytes of the file on: also the order of the stages comes from what was known."""
    rng = np.random.default_rng(seed)
    frame = deals(rng)
    known = read(frame, tmp_path / "one.csv")
    other = read(scrambled(rng, frame), tmp_path / "other.csv")
    assert len(known.tables.opportunities)
    assert_same_but(known.tables, other.tables, known.may_look_ahead)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_rows_read_the_same(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = deals(rng)
    known = read(frame, tmp_path / "one.csv").tables.opportunities
    other = read(frame.sample(frac=1, random_state=seed), tmp_path / "other.csv").tables.opportunities
    pd.testing.assert_frame_equal(
        known.sort_values("id", ignore_index=True), other.sort_values("id", ignore_index=True)
    )
