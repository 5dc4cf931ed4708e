"""The tables that the simulator writes and the CRM reader reads.

Column names stand here and nowhere else. Times are timezone-naive wall clock
(``datetime64[us]``); amounts are in the currency named beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

OPEN, WON, LOST, DISQUALIFIED = "open", "won", "lost", "disqualified"
OUTCOMES = (OPEN, WON, LOST, DISQUALIFIED)
FORECAST_CATEGORIES = ("commit", "best case", "pipeline", "omitted")

TIME: Final = "datetime64[us]"
#: Texts below which it is not worth while to look for runs of them.
FEWEST_FOR_RUNS = 1_000

#: Columns of the opportunities table and their dtype.
#: ``expected_close``: the close date typed while open (day). ``probability``: typed, 0 to 1.
#: ``closed``: when it left the open pipeline; NaT while open. ``stage``: current or last stage.
OPPORTUNITIES: Mapping[str, str] = MappingProxyType(
    {
        "id": "str",
        "name": "str",
        "owner": "str",
        "source": "str",
        "product": "str",
        "pipeline": "str",
        "created": TIME,
        "amount": "float64",
        "currency": "str",
        "stage": "str",
        "probability": "float64",
        "expected_close": TIME,
        "forecast_category": "str",
        "next_step": TIME,
        "outcome": "str",
        "closed": TIME,
    }
)
#: One row for each visit of a stage; ``left`` is NaT while the opportunity is in it.
STAGE_HISTORY: Mapping[str, str] = MappingProxyType(
    {"id": "str", "stage": "str", "entered": TIME, "left": TIME}
)
ACTIVITIES: Mapping[str, str] = MappingProxyType(
    {"id": "str", "when": TIME, "kind": "str", "next_step": TIME}
)
TARGETS: Mapping[str, str] = MappingProxyType(
    {"start": TIME, "end": TIME, "owner": "str", "amount": "float64", "effective": TIME}
)
#: Who sells: ``manager`` and ``team`` are missing where nothing says them.
OWNERS: Mapping[str, str] = MappingProxyType({"owner": "str", "manager": "str", "team": "str"})
#: What an owner did on a day to find customers; missing where a source does not count it. ``touches``: attempts to
#: reach somebody; ``conversations``: those in which somebody answered; ``meetings``: agreed with somebody new.
PROSPECTING: Mapping[str, str] = MappingProxyType(
    {
        "owner": "str",
        "day": TIME,
        "hours": "float64",
        "touches": "float64",
        "conversations": "float64",
        "meetings": "float64",
    }
)
#: What a rep or a manager said that a period will book, all that is booked already included; of the team where the
#: owner is missing. ``kind``: commit, best case or call.
JUDGEMENTS: Mapping[str, str] = MappingProxyType(
    {"start": TIME, "end": TIME, "owner": "str", "made": TIME, "kind": "str", "amount": "float64"}
)
LEDGER: Mapping[str, str] = MappingProxyType({"month": TIME, "revenue": "float64", "published": TIME})


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of no rows with the given columns and dtypes."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def conform(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return ``frame`` with exactly ``columns``, in order and dtype; absent ones are filled with missing."""
    missing = {
        name: pd.Series(index=frame.index, dtype=dtype)
        for name, dtype in columns.items()
        if name not in frame
    }
    whole = frame.assign(**missing)
    return whole[list(columns)].astype(dict(columns)).reset_index(drop=True)


def among(texts: pd.Series, values: pd.Series) -> pd.Series:
    """Return which texts stand among some values; a missing one never does.

    The same as ``texts.isin(values)``, which takes a second for a million values.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(values.dropna().astype("str"), type=pa.large_string())
    there = pc.is_in(pa.array(texts.astype("str"), type=pa.large_string()), value_set=known)
    return pd.Series(there.to_numpy(zero_copy_only=False), index=texts.index)


def positions(texts: pd.Series, values: pd.Series) -> npt.NDArray[np.int64]:
    """Return the place of each text among unique values; -1 where it is missing or not among them.

    Where equal texts stand one after another, as in a history, each run is looked up once.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(values.astype("str"), type=pa.large_string())
    cells = pa.array(texts.astype("str"), type=pa.large_string())
    begins = _runs(cells)
    asked = cells if begins is None else cells.take(pa.array(begins))
    places = np.arange(len(known))
    if len(asked) != len(known) or not pc.all(pc.equal(asked, known), skip_nulls=False).as_py():
        at = pc.index_in(asked, value_set=known, skip_nulls=True)
        places = pc.fill_null(at, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places if begins is None else np.repeat(places, np.diff(np.append(begins, len(cells))))


def numbered(texts: pd.Series) -> npt.NDArray[np.int64]:
    """Return for each text the number of its first appearance among the different ones; -1 where it is missing.

    The same as ``pd.factorize(texts)[0]``, which looks every text up; here each run of equal ones is looked up once.
    """
    import pyarrow as pa

    cells = pa.array(texts.astype("str"), type=pa.large_string())
    begins = _runs(cells)
    if begins is None:
        return np.asarray(pd.factorize(texts)[0], dtype=np.int64)
    codes = pd.factorize(texts.iloc[begins])[0].astype(np.int64)
    return np.repeat(codes, np.diff(np.append(begins, len(cells))))


def begins_anew(texts: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which texts are another than the one before, as the first one is; a missing one always is.

    The same as ``texts != texts.shift()``, which copies all of them.
    """
    import pyarrow as pa

    return _anew(pa.array(texts.astype("str"), type=pa.large_string()))


def _anew(cells: Any) -> npt.NDArray[np.bool_]:
    import pyarrow.compute as pc

    differ = pc.fill_null(pc.not_equal(cells[1:], cells[:-1]), fill_value=True)
    return np.append(True, differ.to_numpy(zero_copy_only=False).astype(bool))[: len(cells)]


def _runs(cells: Any) -> npt.NDArray[np.int64] | None:
    """Return where runs of equal texts begin; None where there are few such."""
    if len(cells) < FEWEST_FOR_RUNS:
        return None
    begins = np.flatnonzero(_anew(cells))
    return begins if len(begins) < len(cells) / 2 else None


def looked_up(texts: pd.Series, table: Mapping[str, Any], dtype: str) -> pd.Series:
    """Return what stands for each text in a table, missing where nothing does; each different text is looked up once."""
    codes, distinct = pd.factorize(texts)
    found = pd.Series([table.get(str(text)) for text in distinct], dtype="object")
    typed: pd.Series = found.astype(pd.api.types.pandas_dtype(dtype)).reindex(codes).set_axis(texts.index)
    return typed


@dataclass(frozen=True, slots=True)
class CrmTables:
    """What a CRM says, in the tables that everything downstream reads.

    Attributes
    ----------
    opportunities, stage_history, activities : DataFrame
        Columns as in `OPPORTUNITIES`, `STAGE_HISTORY`, `ACTIVITIES`.
    stages : tuple of str
        Names of the open stages, in pipeline order; empty where the export does not tell.
    known_from : mapping of str to Timestamp or None
        For each column of opportunities that has no history: the moment from which its value is
        known (the export). None or absent: known since the row's own times say so.
    owners : DataFrame
        Columns as in `OWNERS`, one row for each owner; empty where no file says who belongs where.
    """

    opportunities: pd.DataFrame
    stage_history: pd.DataFrame = field(default_factory=lambda: empty(STAGE_HISTORY))
    activities: pd.DataFrame = field(default_factory=lambda: empty(ACTIVITIES))
    stages: tuple[str, ...] = ()
    known_from: Mapping[str, pd.Timestamp | None] = field(default_factory=dict)
    owners: pd.DataFrame = field(default_factory=lambda: empty(OWNERS))
