"""HubSpot as tables of a warehouse: deals with ids for stages and owners, every stage entered, merged deals."""

from __future__ import annotations

import pandas as pd

from simulations.exports.files import csv_bytes, harmless
from simulations.exports.snapshot import CLOSED_LOST, CLOSED_WON, Snapshot, number, refuse_closed_names, text
from simulations.tables import OPEN

_SECONDS = "%Y-%m-%d %H:%M:%S"
PIPELINE_ID = "default"


def hubspot_tables(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the tables deal, deal_stage, deal_pipeline_stage, deal_pipeline, owner and merged_deal, as files.

    Every deal that was merged away still stands in ``deal``, as it does in a warehouse.
    """
    refuse_closed_names(snapshot.tables.stages, "HubSpot")
    pipelines = [(PIPELINE_ID, harmless(_pipeline(snapshot)), "0")]
    return {
        "deal.csv": _deals(snapshot),
        "deal_stage.csv": _entered(snapshot),
        "deal_pipeline_stage.csv": _stages(snapshot),
        "deal_pipeline.csv": csv_bytes(("pipeline_id", "label", "display_order"), pipelines, quoted=False),
        "owner.csv": _owners(snapshot),
        "merged_deal.csv": _merged(snapshot),
    }


def _pipeline(snapshot: Snapshot) -> str:
    names = snapshot.tables.opportunities["pipeline"].dropna().unique()
    return str(names[0]) if len(names) else "Sales Pipeline"


def _labels(snapshot: Snapshot) -> tuple[str, ...]:
    return (*snapshot.tables.stages, CLOSED_WON, CLOSED_LOST)


def _keys(snapshot: Snapshot) -> dict[str, str]:
    """Return label -> id of each stage."""
    return {label: str(35_118_870 + place) for place, label in enumerate(_labels(snapshot))}


def _owner_ids(snapshot: Snapshot) -> dict[str, str]:
    owners = sorted(snapshot.tables.opportunities["owner"].unique())
    return {str(owner): str(44_000_000 + place) for place, owner in enumerate(owners)}


def _deals(snapshot: Snapshot) -> bytes:
    deals = snapshot.deals
    columns = {
        "deal_id": deals["id"].map(snapshot.numbers),
        "is_deleted": pd.Series("false", index=deals.index),
        "deal_pipeline_id": pd.Series(PIPELINE_ID, index=deals.index),
        "deal_pipeline_stage_id": deals["end"].fillna(deals["stage"]).map(_keys(snapshot)),
        "owner_id": deals["owner"].map(_owner_ids(snapshot)),
        "property_dealname": deals["id"].map(snapshot.titles),
        "property_amount": number(deals["amount"]),
        "property_deal_currency_code": deals["currency"],
        "property_closedate": text(
            deals["expected_close"].where(deals["outcome"] == OPEN, deals["closed"]), _SECONDS
        ),
        "property_createdate": text(deals["created"], _SECONDS),
        "property_hs_deal_stage_probability": number(deals["probability"]),
        "property_hs_analytics_source": deals["source"].map(harmless),
        "property_notes_next_activity_date": text(deals["next_step"], _SECONDS),
    }
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    # What was merged away: a copy of the first deal, under the id that it had before.
    rows += [[f"9{row[0]}", *row[1:]] for row in rows[:1]]
    return csv_bytes(tuple(columns), rows, quoted=False)


def _entered(snapshot: Snapshot) -> bytes:
    moves = snapshot.moves
    columns = [
        moves["id"].map(snapshot.numbers),
        moves["stage"].map(_keys(snapshot)),
        text(moves["when"], _SECONDS),
    ]
    return csv_bytes(("deal_id", "value", "date_entered"), zip(*columns, strict=True), quoted=False)


def _stages(snapshot: Snapshot) -> bytes:
    rows = [
        (
            key,
            harmless(label),
            PIPELINE_ID,
            str(place),
            str(label in (CLOSED_WON, CLOSED_LOST)).upper(),
            str(label == CLOSED_WON).upper(),
        )
        for place, (label, key) in enumerate(_keys(snapshot).items())
    ]
    header = ("stage_id", "label", "pipeline_id", "display_order", "is_closed", "closed_won")
    return csv_bytes(header, rows, quoted=False)


def _owners(snapshot: Snapshot) -> bytes:
    names = {key: harmless(owner).rpartition(" ") for owner, key in _owner_ids(snapshot).items()}
    rows = [(key, f"user{key}@example.com", first, last) for key, (first, _, last) in names.items()]
    return csv_bytes(("owner_id", "email", "first_name", "last_name"), rows, quoted=False)


def _merged(snapshot: Snapshot) -> bytes:
    first = list(snapshot.numbers.values())[:1]
    return csv_bytes(
        ("deal_id", "merged_deal_id"), [(number, f"9{number}") for number in first], quoted=False
    )
