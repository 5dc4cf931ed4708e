"""What the tests of the weekly review share: a CRM written row by row, and the review of the shipped export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from forecast.plan import read_targets, target_between
from forecast.prospecting import RecordFile, learn_prospecting, read_plan, read_records
from forecast.review import Beside, ReviewAsked, ReviewPack, review
from simulations.tables import ACTIVITIES, OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

NOW = pd.Timestamp("2026-06-01")  # a Monday
STAGES = ("Qualify", "Propose", "Negotiate")
START, END = pd.Timestamp("2026-07-01"), pd.Timestamp("2026-12-31")


@pytest.fixture(scope="session")
def crm() -> Callable[..., CrmTables]:
    """Return a maker of CRMs: ``crm(deals, visits, acts)``, dicts without what does not matter; days as text.

    A deal has an id, and is open, of Ann, 1,000 and created on 2026-05-01 unless it says otherwise; without a visit it
    is in the first stage since then.
    """

    def make(deals: list[dict], visits: list[tuple] = (), acts: list[tuple] = (), **more) -> CrmTables:
        usual = {
            "owner": "Ann",
            "amount": 1_000.0,
            "created": "2026-05-01",
            "outcome": "open",
            "currency": "EUR",
        }
        rows = pd.DataFrame([{**usual, "stage": STAGES[0], **deal} for deal in deals])
        for column in ("created", "closed", "expected_close", "next_step"):
            rows[column] = pd.to_datetime(rows[column]) if column in rows else pd.NaT
        seen = {key for key, _, _ in visits}
        bare = [
            (row["id"], STAGES[0], row["created"]) for row in rows.to_dict("records") if row["id"] not in seen
        ]
        history = pd.DataFrame([*visits, *bare], columns=["id", "stage", "entered"])
        history["entered"] = pd.to_datetime(history["entered"])
        history["left"] = history.sort_values("entered").groupby("id")["entered"].shift(-1)
        done = pd.DataFrame([(*act, None)[:3] for act in acts], columns=["id", "when", "next_step"])
        for column in ("when", "next_step"):
            done[column] = pd.to_datetime(done[column], format="ISO8601")
        done["kind"] = "call"
        return CrmTables(
            conform(rows, OPPORTUNITIES),
            conform(history, STAGE_HISTORY),
            conform(done, ACTIVITIES),
            STAGES,
            **more,
        )

    return make


@pytest.fixture(scope="session")
def asked() -> ReviewAsked:
    """Return the question of a review on Monday, 1 June 2026, few draws."""
    return ReviewAsked(NOW, pd.Timestamp("2026-04-01"), pd.Timestamp("2026-06-30"), draws=200)


@pytest.fixture(scope="session")
def quotas(targets: Path) -> dict[str, float]:
    """Return the shipped quotas of the second half of the year, by owner."""
    rows = read_targets(targets)
    return {
        str(owner): target_between(rows, START, END, owner=owner) for owner in rows["owner"].dropna().unique()
    }


@pytest.fixture(scope="session")
def pack(export: Path, reading, quotas, tmp_path_factory) -> ReviewPack:
    """Return the review of the shipped export, with quotas, prospecting records and a plan; 1,000 draws, seed 3."""
    moment = reading.export_date
    plan = tmp_path_factory.mktemp("plan") / "plan.csv"
    plan.write_text("weekday,hours\nMon-Fri,2\n", "utf-8")
    rows = read_records([RecordFile(export.parent / "prospecting.csv")], until=moment)
    found = learn_prospecting(rows, moment, tables=reading.tables, plan=read_plan(plan, moment))
    question = ReviewAsked(moment, START, END, target=sum(quotas.values()), draws=1_000, seed=3)
    return review(reading.tables, question, Beside(quotas, found), reading.findings, reading.currency)
