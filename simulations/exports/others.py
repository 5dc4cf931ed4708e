"""The shapes of Dynamics 365 and Zoho, by their documented headers."""

from __future__ import annotations

import pandas as pd

from simulations.exports.files import csv_bytes, harmless
from simulations.exports.snapshot import END_STAGE, Snapshot, number, refuse_closed_names, text
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON

_SECONDS = "%Y-%m-%d %H:%M:%S"
_STATUS = {OPEN: "Open", WON: "Won", LOST: "Lost", DISQUALIFIED: "Canceled"}


def dynamics_ids(snapshot: Snapshot) -> dict[str, str]:
    """Return opportunity id -> a GUID that holds its number."""
    return {key: f"7d0f2c1a-0000-4000-8000-{int(number):012d}" for key, number in snapshot.numbers.items()}


def zoho_ids(snapshot: Snapshot) -> dict[str, str]:
    """Return opportunity id -> number with the prefix of a module export."""
    return {key: f"zcrm_48768760{number}" for key, number in snapshot.numbers.items()}


def dynamics_view(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the opportunities of Dynamics 365 as a file."""
    deals = snapshot.deals
    won = deals["outcome"] == WON
    columns = {
        "(Do Not Modify) Opportunity": deals["id"].map(dynamics_ids(snapshot)),
        "(Do Not Modify) Row Checksum": deals["id"].map(snapshot.numbers),
        "(Do Not Modify) Modified On": text(deals["closed"].fillna(deals["created"]), _SECONDS),
        "Topic": deals["id"].map(snapshot.titles),
        "Est. close date": text(deals["expected_close"], "%Y-%m-%d"),
        "Est. revenue": number(deals["amount"]),
        "Actual Revenue": number(deals["amount"].where(won)),
        "Actual Close Date": text(deals["closed"], _SECONDS),
        "Probability": number((deals["probability"] * 100).round(6)),
        "Status": deals["outcome"].map(_STATUS),
        "Sales Stage": deals["stage"].map(harmless),
        "Owner": deals["owner"].map(harmless),
        "Source Campaign": deals["source"].map(harmless),
        "Currency": deals["currency"],
        "Created On": text(deals["created"], _SECONDS),
    }
    return {"dynamics-opportunities.csv": csv_bytes(tuple(columns), zip(*columns.values(), strict=True))}


def zoho_module(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the module Deals of Zoho as a file."""
    refuse_closed_names(snapshot.tables.stages, "Zoho")
    deals = snapshot.deals
    is_open = deals["outcome"] == OPEN
    columns = {
        "Record Id": deals["id"].map(zoho_ids(snapshot)),
        "Deal Owner.id": deals["id"].map(zoho_ids(snapshot)),
        "Deal Owner": deals["owner"].map(harmless),
        "Amount": number(deals["amount"]),
        "Deal Name": deals["id"].map(snapshot.titles),
        "Closing Date": text(deals["expected_close"].where(is_open, deals["closed"]), "%Y-%m-%d"),
        "Stage": deals["outcome"].map(END_STAGE).fillna(deals["stage"]).map(harmless),
        "Probability (%)": number((deals["probability"] * 100).round(6)),
        "Lead Source": deals["source"].map(harmless),
        "Created Time": text(deals["created"], _SECONDS),
        "Modified Time": text(deals["closed"].fillna(deals["created"]), _SECONDS),
        "Currency": deals["currency"],
    }
    day = f"{snapshot.moment - pd.Timedelta(microseconds=1):%Y_%m_%d}"
    return {f"Deals_{day}.csv": csv_bytes(tuple(columns), zip(*columns.values(), strict=True))}
