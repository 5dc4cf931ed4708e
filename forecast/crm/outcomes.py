"""Open, won, lost or disqualified, and since when: from a status, from flags, or from the stage's name."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

import pandas as pd

from forecast.crm.cells import EMPTY, Cells
from forecast.crm.faults import Faults
from forecast.crm.mapping import Mapping
from simulations.tables import DISQUALIFIED, LOST, OPEN, TIME, WON

_CLOSED_STAGE = re.compile(r"^(?:closed\b\W*)?(won|lost)(?:\W.*)?$", re.IGNORECASE)
_UNCLEAR_STAGE = re.compile(r"^closed\b|^(?:dead|abandoned|cancell?ed)\b", re.IGNORECASE)
_DISQUALIFIED_STAGE = re.compile(r"^(?:closed\b\W*)?(?:disqualified|unqualified)(?:\W.*)?$", re.IGNORECASE)
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
#: Days by which a closing time may precede the creation *day* where only the closing has a clock:
#: the two were written by different systems.
CLOCKS_APART_DAYS = 2


def outcome_of_stage(stage: str, mapping: Mapping) -> str | None:
    """Return what a stage means by the mapping, else by its name; None where the name is unclear."""
    stated = {WON: mapping.won_stages, LOST: mapping.lost_stages, DISQUALIFIED: mapping.disqualified_stages}
    for outcome, stages in stated.items():
        if stage in stages:
            return outcome
    if stage in mapping.stages:
        return OPEN
    told = _CLOSED_STAGE.match(stage)
    if told:
        return WON if told[1].casefold() == "won" else LOST
    if _DISQUALIFIED_STAGE.match(stage):
        return DISQUALIFIED
    return None if _UNCLEAR_STAGE.match(stage) else OPEN


def outcomes(cells: Cells) -> pd.Series:
    """Return the outcome of each record; what cannot be told is noted."""
    if "status" in cells.texts:
        return _by_status(cells)
    if "is_won" in cells.texts and "is_closed" in cells.texts:
        return _by_flags(cells)
    return _by_stage(cells)


def _by_status(cells: Cells) -> pd.Series:
    status = cells.texts["status"]
    words = {
        word.casefold(): outcome
        for outcome in (OPEN, WON, LOST, DISQUALIFIED)
        for word in getattr(cells.mapping.status, outcome)
    }
    found = status.str.casefold().map(words)
    allowed = f"must be one of {', '.join(words)}; name other words under `status:` in a mapping file"
    cells.faults.add(cells.header("status"), status[found.isna()].fillna(EMPTY), allowed)
    return found.fillna(OPEN).astype("str")


def _by_flags(cells: Cells) -> pd.Series:
    flags = {name: cells.texts[name].str.casefold().map(_FLAGS) for name in ("is_closed", "is_won")}
    allowed = "must be true or false, 1 or 0, yes or no"
    for name, flag in flags.items():
        cells.faults.add(cells.header(name), cells.texts[name][flag.isna()].fillna(EMPTY), allowed)
    closed, won = flags["is_closed"].eq(other=True), flags["is_won"].eq(other=True)
    return pd.Series(OPEN, index=cells.records, dtype="str").mask(closed, LOST).mask(won, WON)


def _by_stage(cells: Cells) -> pd.Series:
    stage, header = cells.texts["stage"], cells.header("stage")
    meaning = {name: outcome_of_stage(str(name), cells.mapping) for name in stage.dropna().unique()}
    found = stage.map(meaning)
    cells.faults.add(header, stage[stage.isna()].fillna(EMPTY), "every opportunity needs a stage")
    cells.faults.add(
        header,
        stage[stage.notna() & found.isna()],
        "may mean won, lost or disqualified; say so under `won_stages:`, `lost_stages:` or "
        "`disqualified_stages:` in a mapping file",
    )
    return found.fillna(OPEN).astype("str")


def closings(outcome: pd.Series, dated: Dict[str, pd.Series], ends: Dict[str, pd.Series]) -> pd.Series:
    """Return when each record left the open pipeline; missing while open.

    Sources in this order: the CRM's closing date, the won or lost time, the date on which the
    closed stage was entered, the last change of the record.

    Parameters
    ----------
    outcome : Series of str
    dated : mapping of str to Series
        Dated columns by meaning.
    ends : mapping of str to Series
        For each closed stage the moments at which the records of its outcome entered it.
    """
    sources = [dated[name] for name in ("closed", "close") if name in dated]
    sources += [dated[name].where(outcome == name) for name in (WON, LOST) if name in dated]
    sources += list(ends.values())
    sources += [dated["modified"]] if "modified" in dated else []
    closed = pd.Series(pd.NaT, index=outcome.index, dtype=TIME)
    for source in sources:
        closed = closed.fillna(source)
    return closed.where(outcome != OPEN)


def order_of_days(
    created: pd.Series, closed: pd.Series, *, clocks_differ: bool, header: str, faults: Faults
) -> tuple[pd.Series, pd.Series]:
    """Return the closing times, none before its creation, and which were moved by a day or more.

    Compared by day: a closing date has no clock where a creation time may have one.

    Parameters
    ----------
    created, closed : Series of datetime
    clocks_differ : bool
        Whether creation is known by day only and closing to the second: then `CLOCKS_APART_DAYS`
        are granted, and the closing is taken as at its creation.
    header : str
        Of the closing date, named in messages.
    faults : Faults
    """
    early = created.dt.normalize() - closed.dt.normalize()
    granted = pd.Timedelta(days=CLOCKS_APART_DAYS if clocks_differ else 0)
    wrong = early > granted
    shown = closed[wrong].astype("str") + " (created " + created[wrong].astype("str") + ")"
    faults.add(header, shown, "is closed before it was created; correct one of the two dates in the CRM")
    moved = (early > pd.Timedelta(0)) & ~wrong
    return closed.mask(closed < created, created), moved
