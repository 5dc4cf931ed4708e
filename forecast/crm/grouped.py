"""Reports whose rows stand in groups: the group is written once, and lines of sums and counts stand between."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

#: How Salesforce marks the columns by which a report is grouped and sorted.
_ARROW = re.compile(r"\s*[\u2191\u2193]+$")
_SUMS = (
    r"(?i)^\s*(?:(?:grand\s+|sub)?totals?|(?:record )?count|sum|avg|average|max|min|median|gesamt|gesamtsumme|summe"
    r"|zwischensumme|anzahl|sous-total|nombre|somme|recuento|suma)\s*(?:[:(\d].*)?$"
)


def ungrouped(headers: Sequence[str], rows: pd.DataFrame) -> tuple[tuple[str, ...], pd.DataFrame, list[str]]:
    """Return a table with its groups written on every row and without lines of sums, and what these said.

    Nothing is changed where no header carries the arrow of a group.

    Parameters
    ----------
    headers : sequence of str
    rows : DataFrame
        One column of text per position.
    """
    groups = [position for position, header in enumerate(headers) if _ARROW.search(header)]
    bare = tuple(_ARROW.sub("", header) for header in headers)
    if not groups or rows.empty:
        return bare, rows, []
    cells = rows.mask(rows == "")
    first = cells.bfill(axis=1)[0].fillna("")
    sums = first.str.contains(_SUMS) & (2 * cells.notna().sum(axis=1) <= rows.shape[1] + 1)
    kept = rows[~sums].copy()
    for position in groups:
        kept[position] = cells.loc[kept.index, position].ffill().fillna("")
    return bare, kept, [str(text) for text in first[sums]]
