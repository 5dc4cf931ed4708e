"""The targets file: what is to be booked in which period, for the team or an owner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from forecast.crm.dates import order_told, parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import plain_header
from forecast.crm.numbers import parse_amounts
from forecast.crm.sheet import Sheet, read_sheet
from simulations.errors import BadInput, Problem
from simulations.tables import TARGETS, conform

#: Column of the targets table -> headers under which it may stand.
NAMES = {
    "start": ("period start", "start", "from"),
    "end": ("period end", "end", "to"),
    "owner": ("owner", "rep"),
    "amount": ("amount", "target", "quota"),
    "effective": ("effective", "effective date"),
}
NEEDED = ("start", "end", "amount")
ONE_DAY = pd.Timedelta(days=1)


def read_targets(
    path: Path | str, *, day_first: bool | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Return the targets of a CSV file: columns as in `simulations.tables.TARGETS`, sorted by owner and start.

    ``start`` and ``end`` are the first and the last day of a period, both inside it. ``owner`` is
    missing where the target is the team's.

    Raises
    ------
    BadInput
        If a column is missing, a cell cannot be read, a period ends before it starts, or the
        periods of the team or of one owner leave a gap or overlap.
    """
    sheet = read_sheet(Path(path), encoding)
    faults = Faults(sheet)
    at = _columns(sheet, faults)
    texts = {name: sheet.rows[position].str.strip() for name, position in at.items()}
    texts = {name: text.mask(text == "") for name, text in texts.items()}
    for name in NEEDED:
        blank = texts[name][texts[name].isna()]
        faults.add(sheet.headers[at[name]], blank.fillna("(empty)"), "every target needs it")
    order = order_told(day_first=day_first)
    days = {at[name]: texts[name] for name in ("start", "end", "effective") if name in texts}
    moments = parse_dates(days, dict(enumerate(sheet.headers)), order, faults).moments
    amounts = parse_amounts(
        texts["amount"], sheet.headers[at["amount"]], sheet.locale_separator, None, faults
    )
    faults.raise_any()
    dated = {name: moments[at[name]] for name in ("start", "end", "effective") if name in texts}
    owner = texts.get("owner", pd.Series(index=sheet.rows.index, dtype="str"))
    rows = pd.DataFrame(dated).assign(owner=owner, amount=amounts)
    _check_periods(rows, sheet, faults)
    faults.raise_any()
    return conform(rows.sort_values(["owner", "start"], kind="stable"), TARGETS)


def target_between(
    targets: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    owner: str | None = None,
    file: str = "targets",
) -> float:
    """Return the target of the days from ``start`` to ``end``, both inside.

    A period that lies only partly inside counts with the share of its weekdays (Monday to Friday)
    that do. Without an owner it is the team's target where the file has one, else the sum over owners.

    Raises
    ------
    BadInput
        If the file has no target for some of the days.
    """
    team = targets["owner"].isna()
    rows = (
        targets[targets["owner"] == owner] if owner is not None else targets[team] if team.any() else targets
    )
    inside = rows[(rows["start"] <= end) & (rows["end"] >= start)]
    if inside.empty or inside["start"].min() > start or inside["end"].max() < end:
        whose = f" for {owner}" if owner is not None else ""
        raise BadInput(
            [
                Problem(
                    file,
                    "",
                    "period",
                    f"{start:%Y-%m-%d} to {end:%Y-%m-%d}",
                    f"the file has no target{whose} for all of these days; add it, or forecast a period that it covers",
                )
            ]
        )
    first = inside["start"].where(inside["start"] > start, start)
    last = inside["end"].where(inside["end"] < end, end)
    return float(
        (inside["amount"] * _weekdays(first, last) / _weekdays(inside["start"], inside["end"])).sum()
    )


def _columns(sheet: Sheet, faults: Faults) -> dict[str, int]:
    plain = [plain_header(header) for header in sheet.headers]
    at = {
        name: next(plain.index(header) for header in headers if header in plain)
        for name, headers in NAMES.items()
        if any(header in plain for header in headers)
    }
    for name in NEEDED:
        if name not in at:
            wanted = " or ".join(repr(header) for header in NAMES[name])
            faults.add_file("header", "", f"column {wanted} is missing; there is: {listed(sheet.headers)}")
    faults.raise_any()
    return at


def _check_periods(rows: pd.DataFrame, sheet: Sheet, faults: Faults) -> None:
    """Note periods that end before they start, leave a gap, or overlap, for each owner and the team."""
    span = _day(rows["start"]) + " to " + _day(rows["end"])
    faults.add("period", span[rows["end"] < rows["start"]], "must not end before it starts")
    whose = rows["owner"].fillna("")
    ordered = rows.assign(whose=whose).sort_values(["whose", "start"], kind="stable")
    again = ordered["whose"] == ordered["whose"].shift()
    expected = (ordered["end"].shift() + ONE_DAY).where(again)
    for wrong, word in (((ordered["start"] > expected), "gap"), ((ordered["start"] < expected), "overlap")):
        late = ordered[wrong]
        if late.empty:
            continue
        should = f"{expected[late.index[0]]:%Y-%m-%d}"
        faults.add(
            sheet.headers[_columns(sheet, faults)["start"]],
            _day(late["start"]),
            f"leaves a{'n' if word == 'overlap' else ''} {word} with the period before it; it must start on {should}, the day after "
            "that period's last day",
        )


def _day(moments: pd.Series) -> pd.Series:
    text: pd.Series = moments.dt.strftime("%Y-%m-%d")
    return text


def _weekdays(first: pd.Series, last: pd.Series) -> np.ndarray:
    """Return the weekdays from first to last day, at least one (a weekend is a period too)."""
    begin, end = (moments.to_numpy().astype("datetime64[D]") for moments in (first, last))
    return np.maximum(np.busday_count(begin, end + 1), 1)
