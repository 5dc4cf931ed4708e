"""The shape of no CRM: a table from a German spreadsheet, with a history of stages beside it; for a mapping file.

A title and an empty line above the header, semicolons, decimal commas, days before months, a byte-order mark, a total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulations.exports.files import csv_bytes, harmless
from simulations.exports.snapshot import Snapshot, text

_MINUTES = "%d.%m.%Y %H:%M"


def plain_table(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the table of deals and the history of their stages, as files."""
    day = f"{snapshot.moment - pd.Timedelta(microseconds=1):%Y-%m-%d}"
    return {f"plain-deals-{day}.csv": _deals(snapshot), f"plain-stages-{day}.csv": _stages(snapshot)}


def _semicolons(columns: dict[str, pd.Series]) -> bytes:
    return csv_bytes(tuple(columns), zip(*columns.values(), strict=True), quoted=False, separator=";")


def _deals(snapshot: Snapshot) -> bytes:
    deals = snapshot.deals
    columns = {
        "Deal no.": deals["id"].map(snapshot.numbers),
        "Opened": text(deals["created"], _MINUTES),
        "Ended": text(deals["closed"], _MINUTES),
        "Expected close": text(deals["expected_close"], _MINUTES),
        "Value": _german(deals["amount"]),
        "Currency": deals["currency"],
        "Phase": deals["stage"].map(harmless),
        "Result": deals["outcome"],
        "Chance (%)": _german((deals["probability"] * 100).round(6)),
        "Sales rep": deals["owner"].map(harmless),
        "Source": deals["source"].map(harmless),
    }
    total = "Total;" + ";" * (len(columns) - 2)
    return b"\xef\xbb\xbf" + b"Pipeline of the team\n\n" + _semicolons(columns) + f"{total}\n".encode()


def _stages(snapshot: Snapshot) -> bytes:
    moves = snapshot.moves[snapshot.moves["stage"].isin(snapshot.tables.stages)]
    columns = {
        "Deal no.": moves["id"].map(snapshot.numbers),
        "Phase": moves["stage"].map(harmless),
        "Entered": text(moves["when"], _MINUTES),
    }
    return _semicolons(columns)


def _german(values: pd.Series) -> pd.Series:
    """Return 1234.5 as 1.234,50; digits that two decimals do not hold are kept."""
    return pd.Series(
        ["" if np.isnan(value) else _one(value) for value in values], index=values.index, dtype="str"
    )


def _one(value: float) -> str:
    decimals = 2 if round(value, 2) == value else len(repr(value).partition(".")[2])
    whole, _, rest = f"{value:,.{decimals}f}".partition(".")
    return f"{whole.replace(',', '.')},{rest}"
