"""When each opportunity was created and when it closed: by its own columns, and by its history where there is one."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import pandas as pd

from forecast.crm.cells import EMPTY, Cells
from forecast.crm.faults import Faults
from simulations.tables import LOST, OPEN, TIME, WON

#: Days by which a closing time may precede the creation *day* where only the closing has a clock:
#: the two were written by different systems.
CLOCKS_APART_DAYS = 2
ONE_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Times:
    """The dated columns of opportunities.

    Attributes
    ----------
    dated : mapping of str to Series
        Meaning -> times.
    entered : mapping of str to Series
        Stage -> when it was entered, of columns.
    day_only : frozenset of str
        Meanings whose columns have no time of day.
    """

    dated: Dict[str, pd.Series]
    entered: Dict[str, pd.Series]
    day_only: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the history says of each opportunity; the index numbers the records of the file.

    Attributes
    ----------
    first, end : Series of datetime
        The first stage entry; the entry into the closed stage in which it is. Missing where there is none.
    """

    first: pd.Series
    end: pd.Series


@dataclass(frozen=True, slots=True)
class Lives:
    """When each opportunity was created and when it closed.

    Attributes
    ----------
    created, closed : Series of datetime
        Missing where undated; while open.
    noticed : mapping of str to Index
        What was settled -> the records concerned: ``undated``, ``created_by_history``, ``closed_by_history`` (typed
        before the creation or after the day on which it was recorded), ``moved_closings`` (taken as at the creation).
    """

    created: pd.Series
    closed: pd.Series
    noticed: Dict[str, pd.Index] = field(default_factory=dict)


def lives(
    cells: Cells, times: Times, outcome: pd.Series, ends: Dict[str, pd.Series], recorded: Recorded
) -> Lives:
    """Return when each opportunity was created and closed; what does not fit together is noted in the cells' faults.

    Parameters
    ----------
    cells : Cells
    times : Times
    outcome : Series of str
    ends : mapping of str to Series
        Closed stage -> when the records of its outcome entered it, of columns.
    recorded : Recorded
    """
    created, by_history = _created(cells, times, recorded)
    undated = created.index[created.isna()]
    closed = _closings(outcome, times.dated, ends)
    closed, corrected = _by_history(created, closed, recorded.end.where(outcome != OPEN))
    if "modified" in times.dated:
        closed = closed.fillna(times.dated["modified"].where(outcome != OPEN))
    name = next((name for name in ("close", "closed", "won") if name in cells.texts), "close")
    header = cells.header(name)
    cells.faults.add(
        header,
        outcome[(outcome != OPEN) & closed.isna()],
        "is closed but has no closing date; add it in the CRM, or leave the row out",
    )
    with_clock = {"close", "closed", "won", "lost"} & set(times.dated) - times.day_only
    apart = "created" in times.day_only and bool(with_clock)
    accepted = "closed_before_created" in cells.mapping.accept
    granted = None if accepted else pd.Timedelta(days=CLOCKS_APART_DAYS if apart else 0)
    closed, moved = _in_order(created, closed, granted, header, cells.faults)
    noticed = {
        "undated": undated,
        "created_by_history": by_history,
        "closed_by_history": corrected,
        "moved_closings": moved.index[moved],
    }
    return Lives(created, closed, noticed)


def _created(cells: Cells, times: Times, recorded: Recorded) -> tuple[pd.Series, pd.Index]:
    """Return the creation times, finer or filled in by the first stage entry, and which were filled in."""
    typed = times.dated.get("created", pd.Series(pd.NaT, index=cells.records, dtype=TIME))
    created = typed.fillna(recorded.first)
    if "created" in times.day_only:
        created = created.mask(recorded.first.dt.normalize() == created, recorded.first)
    blank = created.isna()
    if "undated" not in cells.mapping.accept:
        written = cells.texts.get("created", pd.Series(index=cells.records, dtype="str"))
        cells.faults.add(
            cells.header("created"),
            written[blank & written.isna()].fillna(EMPTY),
            "every opportunity needs its creation date; to keep those without one out of the forecast and read the "
            "others, put `undated` under `accept:` in a mapping file",
        )
    return created, created.index[typed.isna() & ~blank]


def _closings(outcome: pd.Series, dated: Dict[str, pd.Series], ends: Dict[str, pd.Series]) -> pd.Series:
    """Return when each record left the open pipeline by its own columns; missing while open.

    Sources in this order: the CRM's closing date, the won or lost time, the date on which the
    closed stage was entered.
    """
    sources = [dated[name] for name in ("closed", "close") if name in dated]
    sources += [dated[name].where(outcome == name) for name in (WON, LOST) if name in dated]
    sources += list(ends.values())
    closed = pd.Series(pd.NaT, index=outcome.index, dtype=TIME)
    for source in sources:
        closed = closed.fillna(source)
    return closed.where(outcome != OPEN)


def _by_history(created: pd.Series, closed: pd.Series, end: pd.Series) -> tuple[pd.Series, pd.Index]:
    """Return closing times finer, filled in or corrected by the entry into the closed stage, and the corrected ones.

    A closing date that was typed stands, since bookings are counted by it, unless it lies before the creation or
    after the day on which the closing was recorded.
    """
    day, told = closed.dt.normalize(), end.dt.normalize()
    wrong = end.notna() & ((day < created.dt.normalize()) | (day > told))
    finer = (closed == day) & (day == told)
    return closed.fillna(end).mask(finer | wrong, end), closed.index[wrong]


def _in_order(
    created: pd.Series, closed: pd.Series, granted: pd.Timedelta | None, header: str, faults: Faults
) -> tuple[pd.Series, pd.Series]:
    """Return the closing times, none before its creation, and which were moved by a day or more.

    Compared by day: a closing date has no clock where a creation time may have one. Without ``granted`` every
    closing may be moved.
    """
    early = created.dt.normalize() - closed.dt.normalize()
    wrong = early > granted if granted is not None else early.isna() & False
    shown = closed[wrong].astype("str") + " (created " + created[wrong].astype("str") + ")"
    faults.add(
        header,
        shown,
        "is closed before it was created; correct one of the two dates in the CRM, or put `closed_before_created` "
        "under `accept:` in a mapping file to count it as closed when it was created",
    )
    moved = (early > pd.Timedelta(0)) & ~wrong
    return closed.mask(closed < created, created), moved
