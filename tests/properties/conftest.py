"""Another future for a CRM, and a CRM as the file that each vendor would export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from forecast import cycle
from forecast.calibration import draws
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

FIRST = pd.Timestamp("2026-01-05")
#: The moment of knowledge, and the day of the export: later than everything.
WHEN = FIRST + pd.Timedelta(days=150)
EXPORT = FIRST + pd.Timedelta(days=600)


def later(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return moments after `WHEN`, to the minute; the first is `WHEN` itself."""
    minutes = rng.integers(0, 300 * 1_440, size)
    minutes[:1] = 0
    return (WHEN + pd.to_timedelta(minutes, unit="m")).to_numpy()


def other_future(tables: CrmTables, rng: np.random.Generator, *, amounts: bool) -> CrmTables:
    """Return the same past with another future.

    Half of what is created later is gone, the other half and three new opportunities have other values. What was
    open closes at other times with other outcomes, or stays open, under another owner, probability,
    expected close and, if told, amount. A stage that was entered before and is entered again later keeps that,
    since an export with only the latest entry could not show both.
    """
    rows = tables.opportunities.copy()
    late = (~(rows["closed"] < WHEN)).to_numpy()
    size = int(late.sum())
    outcome = rng.choice(["open", "won", "lost"], size)
    rows.loc[late, "outcome"] = outcome
    closed = np.maximum(later(rng, size), rows.loc[late, "created"].to_numpy())
    rows.loc[late, "closed"] = np.where(outcome == "open", np.datetime64("NaT"), closed)
    rows.loc[late, "owner"] = rng.choice(["Cid", "Dora"], size)
    rows.loc[late, "source"] = rng.choice(["referral", "inbound"], size)
    rows.loc[late, "probability"] = rng.choice([0.1, 0.9], size)
    rows.loc[late, "expected_close"] = pd.DatetimeIndex(later(rng, size)).normalize()
    if amounts:
        rows.loc[late, "amount"] = np.ceil(rng.lognormal(11, 1, size))
    unborn = (rows["created"] >= WHEN).to_numpy()
    kept = ~unborn | (rng.random(len(rows)) < 0.5)
    new = (
        rows[late].tail(3).assign(id=["N1", "N2", "N3"], created=later(rng, 3), closed=pd.NaT, outcome="open")
    )
    rows = conform(pd.concat([rows[kept], new]), OPPORTUNITIES)
    return replace(tables, opportunities=rows, stage_history=_other_visits(tables, rows, rng))


def _other_visits(tables: CrmTables, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    history = tables.stage_history
    before, again = history[history["entered"] < WHEN], entered_again(history)
    after = (history["entered"] >= WHEN).to_numpy()
    moved = history[after & ~again & (rng.random(len(history)) < 0.5)].copy()
    moved["entered"] = moved["entered"] + pd.Timedelta(hours=5)
    whole = pd.concat([before, history[after & again], moved])
    whole = whole[whole["id"].isin(rows["id"])].sort_values(["id", "entered"], kind="stable")
    following = whole["entered"].shift(-1).where(whole["id"] == whole["id"].shift(-1))
    closed = whole["id"].map(rows.set_index("id")["closed"])
    return conform(whole.assign(left=following.fillna(closed)), STAGE_HISTORY)


def entered_again(history: pd.DataFrame) -> np.ndarray:
    """Return which visits come after `WHEN` to a stage that had been visited before it."""
    pairs = pd.MultiIndex.from_frame(history[["id", "stage"]])
    before = (history["entered"] < WHEN).to_numpy()
    return ~before & pairs.isin(pairs[before])


def settled(tables: CrmTables) -> CrmTables:
    """Return the CRM without such visits: an export with only the latest entry into a stage loses the earlier one."""
    history = tables.stage_history
    return replace(tables, stage_history=history[~entered_again(history)].reset_index(drop=True))


def without_future(tables: CrmTables) -> CrmTables:
    """Return the past alone: later opportunities, visits and closings are deleted, nothing else is touched."""
    rows = tables.opportunities[tables.opportunities["created"] < WHEN]
    still = ~(rows["closed"] < WHEN)
    rows = rows.assign(outcome=rows["outcome"].mask(still, "open"), closed=rows["closed"].mask(still))
    history = tables.stage_history[tables.stage_history["entered"] < WHEN]
    history = history.assign(left=history["left"].mask(~(history["left"] < WHEN)))
    return replace(
        tables, opportunities=rows.reset_index(drop=True), stage_history=history.reset_index(drop=True)
    )


def cleared(tables: CrmTables) -> CrmTables:
    """Return a CRM in which losing clears the amount."""
    rows = tables.opportunities
    return replace(tables, opportunities=rows.assign(amount=rows["amount"].mask(rows["outcome"] == "lost")))


def _minutes(times: pd.Series) -> pd.Series:
    return times.dt.strftime("%Y-%m-%d %H:%M")


def _shared(rows: pd.DataFrame) -> pd.Series:
    """Return the one close date of HubSpot and Salesforce: expected while open, else actual."""
    return _minutes(rows["closed"].fillna(rows["expected_close"]))


def _hubspot(tables: CrmTables) -> pd.DataFrame:
    rows = tables.opportunities
    latest = tables.stage_history.pivot_table(index="id", columns="stage", values="entered", aggfunc="max")
    entered = {
        f'Date entered "{stage} (Sales)"': _minutes(rows["id"].map(latest[stage])) for stage in tables.stages
    }
    stage = rows["stage"].mask(rows["outcome"] == "won", "Closed Won")
    return pd.DataFrame(
        {
            "Record ID": rows["id"], "Deal Name": rows["name"], "Deal owner": rows["owner"],
            "Original Traffic Source": rows["source"], "Pipeline": "Sales",
            "Deal Stage": stage.mask(rows["outcome"] == "lost", "Closed Lost"),
            "Amount": rows["amount"], "Currency": rows["currency"],
            "Deal probability": rows["probability"], "Create Date": _minutes(rows["created"]),
            "Close Date": _shared(rows), **entered,
        }
    )  # fmt: skip


def _salesforce(tables: CrmTables) -> pd.DataFrame:
    rows = tables.opportunities
    stage = rows["stage"].mask(rows["outcome"] == "won", "Closed Won")
    return pd.DataFrame(
        {
            "Opportunity ID": rows["id"], "Opportunity Name": rows["name"],
            "Opportunity Owner": rows["owner"], "Lead Source": rows["source"],
            "Stage": stage.mask(rows["outcome"] == "lost", "Closed Lost"), "Amount": rows["amount"],
            "Probability (%)": (100 * rows["probability"]).round(),
            "Created Date": rows["created"].dt.strftime("%Y-%m-%d"), "Close Date": _shared(rows).str[:10],
        }
    )  # fmt: skip


def _pipedrive(tables: CrmTables) -> pd.DataFrame:
    rows = tables.opportunities
    ended = {
        outcome: _minutes(rows["closed"].where(rows["outcome"] == outcome)) for outcome in ("won", "lost")
    }
    return pd.DataFrame(
        {
            "Deal - ID": rows["id"], "Deal - Title": rows["name"], "Deal - Owner": rows["owner"],
            "Deal - Status": rows["outcome"], "Deal - Stage": rows["stage"], "Deal - Value": rows["amount"],
            "Deal - Probability": (100 * rows["probability"]).round(),
            "Deal - Deal created": _minutes(rows["created"]), "Deal - Won time": ended["won"],
            "Deal - Lost time": ended["lost"],
            "Deal - Expected close date": rows["expected_close"].dt.strftime("%Y-%m-%d"),
        }
    )  # fmt: skip


SHAPES = {"hubspot": _hubspot, "salesforce": _salesforce, "pipedrive": _pipedrive}


def export(tables: CrmTables, shape: str, folder: Path, order: int | None = None) -> Path:
    """Write the export of `EXPORT`'s day, its rows in the order that a seed shuffles."""
    folder.mkdir(exist_ok=True)
    path = folder / f"deals_{EXPORT:%Y-%m-%d}.csv"
    frame = SHAPES[shape](tables)
    if order is not None:
        frame = frame.sample(frac=1, random_state=order)
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def futures() -> SimpleNamespace:
    """Return what changes the future of a CRM and what writes it as a vendor's file."""
    return SimpleNamespace(
        when=WHEN, export_day=EXPORT, other=other_future, none=without_future,
        cleared=cleared, settled=settled,
        shapes=tuple(SHAPES), write=export,
    )  # fmt: skip


@pytest.fixture(scope="module")
def few_parameter_draws() -> Iterator[None]:
    """Run with 20 parameter draws in place of 200: laws that hold for any number are checked faster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "PARAMETER_DRAWS", 20)
        patch.setattr(cycle, "PARAMETER_DRAWS", 20)
        yield
