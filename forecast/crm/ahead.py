"""Dates that lie far ahead of all others: a year mistyped, a closing still to come. They must not date the export."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from forecast.crm.assemble import Assembled
from forecast.crm.cells import Cells

A_DAY = 86_400_000_000
#: Days without any date from which those behind are asked about, and from which they are refused.
ASKED, REFUSED = 21, 90
#: So many dates in an equally long time before, so that the gap is no quiet season; share of all that may lie behind it.
BUSY, FEW = 20, 0.02


def without_ahead(read: Assembled, cells: Cells, as_of: pd.Timestamp | None) -> Assembled:
    """Return what was read with its last change before the dates that lie far ahead, and these named.

    Parameters
    ----------
    read : Assembled
    cells : Cells
        With their sheet, to name lines.
    as_of : Timestamp or None
        What lies at it or later is not known anyway.

    Raises
    ------
    BadInput
        If dates lie so far ahead that nothing is known of the time between, and nobody said when the export was made.
    """
    rows = read.opportunities
    dated = {name: rows[name].to_numpy().astype("datetime64[us]") for name in ("created", "closed")}
    gap = gap_ahead(np.concatenate(list(dated.values())))
    if gap is None:
        return read
    usual, first = gap
    lengths = (first - usual) / np.timedelta64(1, "D")
    others = read.entries["entered"].max()
    if pd.notna(others) and usual < others.to_datetime64() < first:
        return read
    if as_of is not None:
        return read if as_of > first else replace(read, last_change=pd.Timestamp(usual))
    behind = {name: pd.Series(moments >= first, index=cells.records) for name, moments in dated.items()}
    if lengths < REFUSED:
        ids = tuple(cells.texts["id"][behind["created"] | behind["closed"]])
        return replace(read, noticed={**read.noticed, "ahead": ids})
    for name, later in behind.items():
        header = next((cells.header(one) for one in (name, "close", "won") if one in cells.texts), name)
        cells.faults.add(
            header,
            pd.Series(dated[name], index=cells.records)[later].astype("str"),
            f"lies {lengths:,.0f} days or more after all other dates of the file; correct it in the CRM if it is mistyped "
            "or still to come, or give the day of the export with --as-of",
        )
    cells.faults.raise_any()
    return read


def gap_ahead(moments: np.ndarray) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the last of most moments and the first of the few that lie far behind it; None where none do.

    Parameters
    ----------
    moments : array of datetime64[us]
        In any order; missing ones are left out.
    """
    known = moments[~np.isnat(moments)].astype(np.int64)
    few = max(2, int(FEW * len(known)))
    if len(known) <= BUSY + few:
        return None
    top = np.sort(np.partition(known, -few - 1)[-few - 1 :])
    at = int(np.argmax(np.diff(top)))
    gap = top[at + 1] - top[at]
    before = np.count_nonzero((known > top[at] - gap) & (known <= top[at]))
    if gap < ASKED * A_DAY or before < BUSY:
        return None
    usual, first = top[at : at + 2].astype("datetime64[us]")
    return usual, first
