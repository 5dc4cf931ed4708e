"""Pipedrive's shape: the list of deals, the log of changes, and the names behind ids of stages and users."""

from __future__ import annotations

import pandas as pd

from simulations.exports.files import csv_bytes, harmless
from simulations.exports.snapshot import REASON, Snapshot, number, text
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON

_SECONDS = "%Y-%m-%d %H:%M:%S"
_STATUS = {OPEN: "Open", WON: "Won", LOST: "Lost", DISQUALIFIED: "Lost"}
_KEYS = {
    "stage": "stage_id",
    "amount": "value",
    "owner": "user_id",
    "outcome": "status",
    "expected_close": "expected_close_date",
}


def pipedrive_list(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the list of deals, the log of changes, stages and users, as files."""
    day = f"{snapshot.moment - pd.Timedelta(microseconds=1):%Y-%m-%d}"
    return {f"pipedrive-deals-{day}.csv": _deals(snapshot), **_beside(snapshot)}


def pipedrive_changes(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the log of changes, stages and users, as files: all that a forecast may read."""
    return _beside(snapshot)


def _beside(snapshot: Snapshot) -> dict[str, bytes]:
    return {
        "pipedrive-changes.csv": _changes(snapshot),
        "pipedrive-stages.csv": csv_bytes(
            ("stage_id", "stage_name"),
            [(str(place + 1), harmless(stage)) for place, stage in enumerate(snapshot.tables.stages)],
        ),
        "pipedrive-users.csv": csv_bytes(
            ("id", "name", "email", "modified"),
            [
                (key, harmless(owner), f"user{key}@example.com", "2026-01-01")
                for owner, key in _users(snapshot).items()
            ],
        ),
    }


def _users(snapshot: Snapshot) -> dict[str, str]:
    """Return owner -> id, of everybody who ever owned a deal."""
    ever = snapshot.changes.loc[snapshot.changes["field"] == "owner", "new"].dropna()
    owners = sorted({*snapshot.tables.opportunities["owner"].dropna(), *ever})
    return {str(owner): str(place + 1) for place, owner in enumerate(owners)}


def _deals(snapshot: Snapshot) -> bytes:
    deals = snapshot.deals
    closed = {name: deals["closed"].where(deals["outcome"].map(_STATUS) == name) for name in ("Won", "Lost")}
    columns = {
        "Deal - ID": deals["id"].map(snapshot.numbers),
        "Deal - Title": deals["id"].map(snapshot.titles),
        "Deal - Owner": deals["owner"].map(harmless),
        "Deal - Value": number(deals["amount"]),
        "Deal - Currency of Value": deals["currency"],
        "Deal - Probability": number((deals["probability"] * 100).round(6)),
        "Deal - Pipeline": deals["pipeline"].map(harmless),
        "Deal - Stage": deals["stage"].map(harmless),
        "Deal - Status": deals["outcome"].map(_STATUS),
        "Deal - Deal created": text(deals["created"], _SECONDS),
        "Deal - Next activity date": text(deals["next_step"], "%Y-%m-%d"),
        "Deal - Won time": text(closed["Won"], _SECONDS),
        "Deal - Lost time": text(closed["Lost"], _SECONDS),
        "Deal - Deal closed on": text(deals["closed"], _SECONDS),
        "Deal - Lost reason": deals["outcome"].map(REASON).astype("str").fillna(""),
        "Deal - Expected close date": text(deals["expected_close"], "%Y-%m-%d"),
        "Deal - Source channel": deals["source"].map(harmless),
    }
    return csv_bytes(tuple(columns), zip(*columns.values(), strict=True), quoted=False)


def _changes(snapshot: Snapshot) -> bytes:
    """Return every change, deal by deal in the order of time, beginning with ``add_time``."""
    rows = snapshot.changes[
        snapshot.changes["field"].isin(_KEYS) & snapshot.changes["id"].isin(snapshot.numbers)
    ]
    names = {
        **{stage: str(place + 1) for place, stage in enumerate(snapshot.tables.stages)},
        **_users(snapshot),
    }
    named = rows["new"].map(names).astype("str")
    outcome = rows["new"].map({name: word.lower() for name, word in _STATUS.items()}).astype("str")
    new = rows["new"].where(~rows["field"].isin(["stage", "owner"]), named)
    rows = rows.assign(
        new=new.where(rows["field"] != "outcome", outcome), key=rows["field"].map(_KEYS), step=2
    )
    first = snapshot.deals.drop_duplicates("id")
    added = pd.DataFrame({"id": first["id"], "key": "add_time", "when": first["created"], "step": 0})
    added["new"] = text(first["created"], "%Y-%m-%dT%H:%M:%S")
    owned = _first_owners(snapshot).assign(key="user_id", step=1)
    money = added.assign(key="currency", new=first["currency"], step=1)
    every = pd.concat([added, owned, money, rows[["id", "key", "when", "new", "step"]]], ignore_index=True)
    every["place"] = every["id"].map({key: place for place, key in enumerate(snapshot.numbers)})
    every = every.sort_values(["place", "when", "step"], kind="stable")
    columns = [
        every["id"].map(snapshot.numbers),
        text(every["when"], _SECONDS),
        every["key"],
        every["new"].fillna(""),
    ]
    header = ("deal_id", "change_time", "changed_field_key", "new_value")
    return csv_bytes(header, zip(*columns, strict=True), quoted=False)


def _first_owners(snapshot: Snapshot) -> pd.DataFrame:
    """Return id, when and new: the id of the owner with whom a deal was created, where it never passed to another."""
    deals = snapshot.deals
    passed = snapshot.changes.loc[snapshot.changes["field"] == "owner", "id"]
    mine = deals[~deals["id"].isin(passed)]
    return pd.DataFrame(
        {"id": mine["id"], "when": mine["created"], "new": mine["owner"].map(_users(snapshot))}
    )
