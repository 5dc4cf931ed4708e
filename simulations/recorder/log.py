"""The log of everything ever typed into a simulated CRM, and the CRM as it looked at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.calendar import DAY, WEEK_DAYS
from simulations.tables import (
    ACTIVITIES,
    OPEN,
    OPPORTUNITIES,
    OUTCOMES,
    STAGE_HISTORY,
    TIME,
    CrmTables,
    conform,
)

PIPELINE = "Sales Pipeline"
WORK, FOLLOW_UP = "meeting", "follow-up"
ACTIVITY_KINDS = (WORK, FOLLOW_UP)
#: What the id of a deal's second record has behind that of the first.
COPY = "-2"


class Field(IntEnum):
    """What is typed. In brackets, how its value is kept as a number."""

    STAGE = 0  # index of the stage
    OUTCOME = 1  # index into `tables.OUTCOMES`
    AMOUNT = 2  # in currency units
    PROBABILITY = 3  # 0 to 1; NaN for none
    EXPECTED_CLOSE = 4  # day number
    NEXT_STEP = 5  # day number; NaN once it is taken out
    OWNER = 6  # seat; typed where it changes


#: ``deal``: position in the log's ids. ``when``: second (from the origin) at which it was typed.
CHANGE = np.dtype([("deal", np.int64), ("field", np.int8), ("when", np.int64), ("value", np.float64)])
#: ``kind``: index into `ACTIVITY_KINDS`. ``next_step``: day number planned with it; NaN for none.
ACTIVITY = np.dtype([("deal", np.int64), ("when", np.int64), ("kind", np.int8), ("next_step", np.float64)])

#: One row for each change of a field; the first value of a field has no old one.
FIELD_HISTORY: Mapping[str, str] = MappingProxyType(
    {"id": "str", "field": "str", "when": TIME, "old": "str", "new": "str"}
)

Rows = npt.NDArray[np.void]
Text = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class CrmLog:
    """Everything typed into the CRM during one run, each with the moment of typing.

    Attributes
    ----------
    origin : date
        Day 0 of the run.
    stages : tuple of str
        Names in pipeline order.
    currency : str
    ids, owners, sources : array of str
        One entry for each opportunity that was ever typed; its first owner.
    changes : array of CHANGE
        In the order of typing.
    activities : array of ACTIVITY
        In order of time.
    end : int
        Second up to which the log tells what was typed.
    """

    origin: date
    stages: tuple[str, ...]
    currency: str
    ids: Text
    owners: Text
    sources: Text
    changes: Rows
    activities: Rows
    end: int


def owner_name(seat: int) -> str:
    """Return the name under which a seat stands in the CRM.

    Examples
    --------
    >>> owner_name(0)
    'Rep 01'
    """
    return f"Rep {seat + 1:02d}"


def tables_at(log: CrmLog, until: datetime | None = None) -> CrmTables:
    """Return the CRM as it looked at a moment.

    Parameters
    ----------
    until : datetime, optional
        Only what was typed *before* it is seen. By default the whole log.

    Raises
    ------
    ValueError
        The moment lies after the end of the log.
    """
    cut = _cut(log, until)
    changes = log.changes[log.changes["when"] < cut]
    stage_rows = changes[changes["field"] == Field.STAGE]
    created, closed = _created(log, stage_rows), _closed(log, changes)
    return CrmTables(
        _opportunities(log, changes, created, closed),
        _stage_history(log, stage_rows, closed),
        _activities(log, cut),
        log.stages,
        _known_from(_moment(log, cut)),
    )


def snapshot(log: CrmLog, day: date) -> CrmTables:
    """Return the CRM as it looked when a day began: nothing of the day itself is seen."""
    return tables_at(log, datetime.combine(day, time()))


def weekly_snapshots(log: CrmLog, first: date, weeks: int) -> Iterator[tuple[date, CrmTables]]:
    """Yield ``weeks`` days, a week apart from ``first`` on, each with the CRM as it then looked."""
    for week in range(weeks):
        day = first + timedelta(days=WEEK_DAYS * week)
        yield day, snapshot(log, day)


def field_history(log: CrmLog, until: datetime | None = None) -> pd.DataFrame:
    """Return every change of every field typed before ``until``, in the order of typing, as text.

    Returns
    -------
    DataFrame
        Columns as in `FIELD_HISTORY`. Days are ISO dates; a value taken out is missing.
    """
    cut = _cut(log, until)
    changes = log.changes[log.changes["when"] < cut]
    frame = pd.DataFrame(
        {
            "id": log.ids[changes["deal"]],
            "field": [Field(code).name.lower() for code in changes["field"]],
            "when": _times(log, changes["when"]),
            "new": pd.array([_written(log, row) for row in changes], dtype="str"),
        }
    )
    frame["old"] = frame.groupby(["id", "field"])["new"].shift()
    return conform(frame, FIELD_HISTORY)


def _written(log: CrmLog, row: np.void) -> str | None:
    value = float(row["value"])
    if np.isnan(value):
        return None
    writers: dict[int, Callable[[float], str]] = {
        Field.STAGE: lambda index: log.stages[int(index)],
        Field.OUTCOME: lambda index: OUTCOMES[int(index)],
        Field.EXPECTED_CLOSE: lambda day: (log.origin + timedelta(days=int(day))).isoformat(),
        Field.OWNER: lambda seat: owner_name(int(seat)),
        Field.NEXT_STEP: lambda day: (log.origin + timedelta(days=int(day))).isoformat(),
    }
    return writers.get(int(row["field"]), repr)(value)


def _opportunities(
    log: CrmLog, changes: Rows, created: npt.NDArray[np.float64], closed: npt.NDArray[np.float64]
) -> pd.DataFrame:
    seen = np.flatnonzero(~np.isnan(created))
    seen = seen[np.argsort(created[seen], kind="stable")]
    last = {field: _last(log, changes, field)[seen] for field in Field}
    frame = pd.DataFrame(
        {
            "id": log.ids[seen],
            "name": [f"Deal {key.removesuffix(COPY)}" for key in log.ids[seen].tolist()],
            "owner": _owners(log, seen, last[Field.OWNER]),
            "source": log.sources[seen],
            "pipeline": PIPELINE,
            "created": _times(log, created[seen]),
            "amount": last[Field.AMOUNT],
            "currency": log.currency,
            "stage": np.array(log.stages)[last[Field.STAGE].astype(int)],
            "probability": last[Field.PROBABILITY],
            "expected_close": _times(log, last[Field.EXPECTED_CLOSE] * DAY),
            "next_step": _times(log, last[Field.NEXT_STEP] * DAY),
            "outcome": np.array(OUTCOMES)[last[Field.OUTCOME].astype(int)],
            "closed": _times(log, closed[seen]),
        }
    )
    return conform(frame, OPPORTUNITIES)


def _owners(log: CrmLog, seen: npt.NDArray[np.int64], seat: npt.NDArray[np.float64]) -> list[str]:
    """Return who owns each deal: the last to whom it was handed over, else the first owner."""
    pairs = zip(log.owners[seen].tolist(), seat.tolist(), strict=True)
    return [first if np.isnan(number) else owner_name(int(number)) for first, number in pairs]


def _stage_history(log: CrmLog, stage_rows: Rows, closed: npt.NDArray[np.float64]) -> pd.DataFrame:
    rows = stage_rows[np.argsort(stage_rows["deal"], kind="stable")]
    left = closed[rows["deal"]]
    goes_on = np.flatnonzero(rows["deal"][1:] == rows["deal"][:-1])
    left[goes_on] = rows["when"][goes_on + 1]
    frame = pd.DataFrame(
        {
            "id": log.ids[rows["deal"]],
            "stage": np.array(log.stages)[rows["value"].astype(int)],
            "entered": _times(log, rows["when"]),
            "left": _times(log, left),
        }
    )
    return conform(frame, STAGE_HISTORY)


def _activities(log: CrmLog, cut: int) -> pd.DataFrame:
    rows = log.activities[log.activities["when"] < cut]
    frame = pd.DataFrame(
        {
            "id": log.ids[rows["deal"]],
            "when": _times(log, rows["when"]),
            "kind": np.array(ACTIVITY_KINDS)[rows["kind"]],
            "next_step": _times(log, rows["next_step"] * DAY),
        }
    )
    return conform(frame, ACTIVITIES)


def _known_from(exported: pd.Timestamp) -> Mapping[str, pd.Timestamp | None]:
    """Stage and outcome have their history; of these only the last value is in the tables."""
    without_history = ("owner", "amount", "probability", "expected_close", "next_step")
    return MappingProxyType({"stage": None, "outcome": None, **dict.fromkeys(without_history, exported)})


def _last(log: CrmLog, changes: Rows, field: Field) -> npt.NDArray[np.float64]:
    """Return each deal's last typed value of a field, NaN where there is none."""
    rows = changes[changes["field"] == field]
    values = np.full(log.ids.size, np.nan)
    values[rows["deal"]] = rows["value"]  # of repeated positions numpy keeps the last
    return values


def _created(log: CrmLog, stage_rows: Rows) -> npt.NDArray[np.float64]:
    created = np.full(log.ids.size, np.nan)
    created[stage_rows["deal"][::-1]] = stage_rows["when"][::-1]
    return created


def _closed(log: CrmLog, changes: Rows) -> npt.NDArray[np.float64]:
    ends = changes[(changes["field"] == Field.OUTCOME) & (changes["value"] != OUTCOMES.index(OPEN))]
    closed = np.full(log.ids.size, np.nan)
    closed[ends["deal"]] = ends["when"]
    return closed


def _times(
    log: CrmLog, seconds: npt.NDArray[np.int64] | npt.NDArray[np.float64]
) -> npt.NDArray[np.datetime64]:
    """Return wall-clock times of seconds from the origin; NaN becomes NaT."""
    whole = np.where(np.isnan(seconds), 0, seconds).astype("timedelta64[s]")
    times = np.datetime64(log.origin, "us") + whole
    times[np.isnan(seconds)] = np.datetime64("NaT")
    return times


def _cut(log: CrmLog, until: datetime | None) -> int:
    """Return the first whole second that does not lie before the moment."""
    if until is None:
        return log.end
    second = -((datetime.combine(log.origin, time()) - until) // timedelta(seconds=1))
    if second > log.end:
        raise ValueError(f"the log tells what was typed before {_moment(log, log.end)}, not until {until}")
    return second


def _moment(log: CrmLog, second: int) -> pd.Timestamp:
    return pd.Timestamp(log.origin).as_unit("us") + pd.Timedelta(seconds=second)
