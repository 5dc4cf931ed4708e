"""The targets file: what is to be booked in which period, for the company, a team or an owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from forecast.crm.dates import order_told, parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import plain_header
from forecast.crm.numbers import parse_amounts
from forecast.crm.sheet import Sheet, read_sheet
from forecast.plan_file import is_yaml, plan_rows
from forecast.plan_periods import A_PERIOD, ONE_DAY, period_named, shares, versions
from simulations.errors import BadInput, Problem
from simulations.tables import TARGETS, conform

#: Column of the targets table -> headers under which it may stand.
NAMES = {
    "start": ("period start", "start", "from"),
    "end": ("period end", "end", "to"),
    "period": ("period", "year", "quarter", "month"),
    "owner": ("owner", "rep", "seat"),
    "team": ("team", "group"),
    "amount": ("amount", "target", "quota"),
    "effective": ("effective", "effective date"),
}
NEEDED = ("start", "end", "amount")
WHOSE = ("owner", "team")
Days = tuple[pd.Timestamp, pd.Timestamp]


def read_targets(
    path: Path | str,
    *,
    day_first: bool | None = None,
    encoding: str | None = None,
    period: Days | None = None,
) -> pd.DataFrame:
    """Return the targets of a CSV, Excel or YAML file, sorted by owner and start.

    Columns are those of `simulations.tables.TARGETS`, and ``team`` where the file has it. ``start`` and ``end`` are the
    first and the last day of a period, both inside; in their place a column ``period`` may name years, quarters or
    months. ``owner`` is missing where the target is a team's or, with ``team`` missing too, the company's. Several
    rows of one period are its versions, each ``effective`` from a date on.

    Parameters
    ----------
    path : Path or str
    day_first, encoding
        As for a CRM's files.
    period : (Timestamp, Timestamp), optional
        First and last day that every row is for, where the file has no column for it.

    Raises
    ------
    BadInput
        If a column is missing, a cell cannot be read, a period ends before it starts or has two amounts from one day
        on, or the periods of one owner, team or the company leave a gap or overlap.
    """
    if is_yaml(Path(path)):
        rows = plan_rows(Path(path))
        problems = [
            Problem(str(path), "", name, str(found.iloc[0]), told) for name, found, told in _wrong(rows)
        ]
        if problems:
            raise BadInput(problems)
        return _table(rows)
    sheet = read_sheet(Path(path), encoding)
    faults = Faults(sheet)
    rows = _rows(sheet, faults, day_first=day_first, period=period)
    for name, found, told in _wrong(rows):
        header = sheet.headers[_columns(sheet)[name]] if name in _columns(sheet) else name
        faults.add(header, found, told)
    faults.raise_any()
    return _table(rows)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as the targets table; with teams only where there are any."""
    ordered = rows.sort_values(["owner", "start"], kind="stable")
    table = conform(ordered, TARGETS)
    if rows["team"].notna().any():
        table["team"] = ordered["team"].astype("str").to_numpy()
    return table


def target_between(  # noqa: PLR0913 - keyword-only from the third on: whose, which days off, which file
    targets: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    owner: str | None = None,
    team: str | None = None,
    holidays: Sequence[dt.date] = (),
    file: str = "targets",
) -> float:
    """Return the target of the days from ``start`` to ``end``, both inside.

    A period that lies only partly inside counts with the share of its working days (Monday to Friday, less holidays)
    that do; so does an amount that holds for a part of its period only (`forecast.plan_periods.versions`). Without
    an owner or a team it is the company's target where the file has one, else the sum over owners, else over teams.

    Raises
    ------
    BadInput
        If the file has no target for some of the days.
    """
    rows = _of(targets.assign(team=targets.get("team")), owner, team)
    inside = rows[(rows["start"] <= end) & (rows["end"] >= start)]
    if inside.empty or inside["start"].min() > start or inside["end"].max() < end:
        raise _uncovered((start, end), owner or team, file)
    held = versions(inside, WHOSE)
    return float((held["amount"] * shares(held, start, end, holidays)).sum())


def owners_targets(targets: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, float]:
    """Return the targets of owners for the days from ``start`` to ``end``, both inside.

    An owner without a target for some of the days has no quota to be held against, and is left out.
    """
    found = {}
    for owner in targets["owner"].dropna().unique():
        try:
            found[str(owner)] = target_between(targets, start, end, owner=owner)
        except BadInput:
            continue
    return found


def _of(targets: pd.DataFrame, owner: str | None, team: str | None) -> pd.DataFrame:
    """Return the rows of an owner, a team, or those that the company's target is made of."""
    if owner is not None:
        return targets[targets["owner"] == owner]
    if team is not None:
        return targets[(targets["team"] == team) & targets["owner"].isna()]
    nobodys = targets[targets["owner"].isna()]
    company = nobodys[nobodys["team"].isna()]
    owners = targets[targets["owner"].notna()]
    return company if len(company) else owners if len(owners) else nobodys


def _uncovered(days: Days, whose: str | None, file: str) -> BadInput:
    who = f" for {whose}" if whose is not None else ""
    allowed = (
        f"the file has no target{who} for all of these days; add it, or forecast a period that it covers"
    )
    return BadInput([Problem(file, "", "period", f"{days[0]:%Y-%m-%d} to {days[1]:%Y-%m-%d}", allowed)])


def _rows(sheet: Sheet, faults: Faults, *, day_first: bool | None, period: Days | None) -> pd.DataFrame:
    at = _columns(sheet)
    named = "period" in at and "start" not in at
    needed = ("amount",) if named or (period is not None and "start" not in at) else NEEDED
    _check_headers(at, needed, sheet, faults)
    texts = {name: sheet.rows[position].str.strip() for name, position in at.items()}
    texts = {name: text.mask(text == "") for name, text in texts.items()}
    for name in (*needed, *(("period",) if named else ())):
        blank = texts[name][texts[name].isna()]
        faults.add(sheet.headers[at[name]], blank.fillna("(empty)"), "every target needs it")
    days = {at[name]: texts[name] for name in ("start", "end", "effective") if name in texts}
    order = order_told(day_first=day_first)
    moments = parse_dates(days, dict(enumerate(sheet.headers)), order, faults).moments if days else {}
    header = sheet.headers[at["amount"]]
    rows: dict[str, Any] = {
        name: moments[at[name]] for name in ("start", "end", "effective") if name in texts
    }
    rows["amount"] = parse_amounts(texts["amount"], header, sheet.locale_separator, None, faults)
    if "start" not in texts:
        rows |= _period(texts, at, sheet, faults, period)
    faults.raise_any()
    empty = pd.Series(index=sheet.rows.index, dtype="str")
    if "effective" not in rows:
        rows["effective"] = pd.Series(pd.NaT, index=sheet.rows.index)
    return pd.DataFrame(rows).assign(owner=texts.get("owner", empty), team=texts.get("team", empty))


def _period(
    texts: dict[str, pd.Series], at: dict[str, int], sheet: Sheet, faults: Faults, told: Days | None
) -> dict[str, pd.Series]:
    """Return first and last days, from names of periods or as told for every row."""
    if "period" not in texts:
        assert told is not None  # noqa: S101 - what is needed was checked before
        return {
            name: pd.Series(day, index=sheet.rows.index)
            for name, day in zip(("start", "end"), told, strict=True)
        }
    found = texts["period"].map(period_named, na_action="ignore")
    faults.add(sheet.headers[at["period"]], texts["period"][found.isna() & texts["period"].notna()], A_PERIOD)
    return {
        name: found.map(lambda days, place=place: days[place], na_action="ignore")
        for place, name in enumerate(("start", "end"))
    }


def _columns(sheet: Sheet) -> dict[str, int]:
    plain = [plain_header(header) for header in sheet.headers]
    return {
        name: next(plain.index(header) for header in headers if header in plain)
        for name, headers in NAMES.items()
        if any(header in plain for header in headers)
    }


def _check_headers(at: dict[str, int], needed: Sequence[str], sheet: Sheet, faults: Faults) -> None:
    for name in needed:
        if name not in at:
            wanted = " or ".join(repr(header) for header in NAMES[name])
            faults.add_file("header", "", f"column {wanted} is missing; there is: {listed(sheet.headers)}")
    faults.raise_any()


def _wrong(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str]]:
    """Yield what is wrong with periods: column, values by row, and what is allowed."""
    span = _day(rows["start"]) + " to " + _day(rows["end"])
    backwards = rows["end"] < rows["start"]
    if backwards.any():
        yield "period", span[backwards], "must not end before it starts"
    whose = rows[list(WHOSE)].fillna("").agg("\n".join, axis=1)
    ordered = rows.assign(whose=whose).sort_values(["whose", "start", "end", "effective"], kind="stable")
    keys = ["whose", "start", "end"]
    twice = ordered.duplicated([*keys, "effective"])
    if twice.any():
        told = "overlaps with another amount that holds from the same day on; give the later one an effective date"
        yield "period", span[ordered.index[twice]], told
    once = ordered.drop_duplicates(keys)
    again = once["whose"] == once["whose"].shift()
    expected = (once["end"].shift() + ONE_DAY).where(again)
    for wrong, word in ((once["start"] > expected, "gap"), (once["start"] < expected, "overlap")):
        late = once[wrong]
        if len(late):
            should = f"{expected[late.index[0]]:%Y-%m-%d}"
            article = "an" if word == "overlap" else "a"
            yield (
                "start",
                _day(late["start"]),
                (
                    f"leaves {article} {word} with the period before it; it must start on {should}, the day after that "
                    "period's last day"
                ),
            )


def _day(moments: pd.Series) -> pd.Series:
    text: pd.Series = moments.dt.strftime("%Y-%m-%d")
    return text
