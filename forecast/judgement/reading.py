"""The file of commits and calls: what reps and managers said that a period would book, and when."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from forecast.crm.columns import stripped
from forecast.crm.dates import order_told, parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.numbers import parse_amounts
from forecast.crm.outcome_words import bare_words
from forecast.crm.sheet import Sheet, read_sheet
from simulations.tables import JUDGEMENTS, TIME, conform

COMMIT, BEST_CASE, CALL = "commit", "best case", "call"
KINDS = (COMMIT, BEST_CASE, CALL)
#: Column -> headers under which it may stand, the usual one first.
NAMES = {
    "period": ("period", "quarter", "month", "zeitraum", "quartal"),
    "start": ("start", "period start", "from"),
    "end": ("end", "period end", "to"),
    "owner": ("owner", "rep", "who", "name"),
    "made": ("made on", "made", "date", "on", "as of", "submitted", "snapshot"),
    "kind": ("kind", "type", "category", "forecast category"),
    "amount": ("amount", "value", "forecast", "number"),
}
#: Kind -> words that mean it.
WORDS = {
    COMMIT: ("commit", "committed", "rep commit", "commitment"),
    BEST_CASE: ("best case", "bestcase", "best", "upside"),
    CALL: ("call", "manager call", "forecast call", "manager", "forecast", "judgement", "judgment"),
}
EMPTY = "(empty)"
_A_PERIOD = "must be a period such as 2026-Q3, 2026-07, 2026, or 2026-07-01 to 2026-09-30"
ONE_DAY = pd.Timedelta(days=1)


def read_judgements(
    path: Path | str, *, day_first: bool | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Return the commits and calls of a file: columns as in `simulations.tables.JUDGEMENTS`, by period, owner and day.

    ``period`` (2026-Q3, 2026-07, 2026, or first and last day) or ``start`` and ``end``; quarters are those of the
    calendar. ``owner`` is empty where the whole team is meant. ``amount`` is what the period will book, all that is
    booked already included.

    Parameters
    ----------
    path : Path or str
        CSV or Excel.
    day_first : bool, optional
        Whether 1/2/2026 is the first of February.
    encoding : str, optional

    Raises
    ------
    BadInput
        If a column is missing, a cell cannot be read, a call was made after its period, or one was made twice.
    """
    sheet = read_sheet(Path(path), encoding)
    faults = Faults(sheet)
    at = _columns(sheet, faults)
    texts = {name: stripped(sheet.rows[position]) for name, position in at.items()}
    for name in texts.keys() - {"owner"}:
        blank = texts[name][texts[name].isna()]
        faults.add(sheet.headers[at[name]], blank.fillna(EMPTY), "every commit or call needs it")
    dated: dict[str, pd.Series] = {name: texts[name] for name in ("start", "end", "made") if name in texts}
    headers = {name: sheet.headers[at[name]] for name in dated}
    parsed = parse_dates(dated, headers, order_told(day_first=day_first), faults).moments
    moments: dict[str, pd.Series] = {name: parsed[name] for name in dated}
    if "period" in texts:
        moments |= _periods(texts["period"], sheet.headers[at["period"]], faults)
    rows = pd.DataFrame(moments).assign(
        owner=texts.get("owner", pd.Series(index=sheet.rows.index, dtype="str")),
        kind=_kinds(texts["kind"], sheet.headers[at["kind"]], faults),
        amount=parse_amounts(
            texts["amount"], sheet.headers[at["amount"]], sheet.locale_separator, None, faults
        ),
    )
    faults.raise_any()
    _check(rows, faults)
    faults.raise_any()
    return conform(rows.sort_values(["start", "end", "owner", "made"], kind="stable"), JUDGEMENTS)


def _columns(sheet: Sheet, faults: Faults) -> dict[str, int]:
    bare = [bare_words(header) for header in sheet.headers]
    at = {
        name: next(bare.index(word) for word in words if word in bare)
        for name, words in NAMES.items()
        if any(word in bare for word in words)
    }
    whole = {"start", "end"} <= set(at)
    if whole:
        at.pop("period", None)
    for name in ("made", "kind", "amount", *(() if whole else ("period",))):
        if name not in at:
            usual = NAMES[name][0]
            faults.add_file("header", "", f"column {usual!r} is missing; there is: {listed(sheet.headers)}")
    faults.raise_any()
    return at


def _periods(text: pd.Series, header: str, faults: Faults) -> dict[str, pd.Series]:
    """Return first and last day of each period."""
    found = {one: period_of(one) for one in text.dropna().unique()}
    wrong = text.dropna()[text.dropna().map(lambda one: found[one] is None)]
    faults.add(header, wrong, _A_PERIOD)
    known = {one: pair or (pd.NaT, pd.NaT) for one, pair in found.items()}
    first = text.map({one: pair[0] for one, pair in known.items()})
    last = text.map({one: pair[1] for one, pair in known.items()})
    return {"start": first.astype(TIME), "end": last.astype(TIME)}


def period_of(text: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return first and last day of a period that a text names; None where it names none.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day in period_of("Q3 2026")], period_of("soon")
    (['2026-07-01', '2026-09-30'], None)
    """
    days = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?: to |/| - )(\d{4}-\d\d-\d\d)", text.strip())
    quarter = re.fullmatch(r"(\d{4})[- ]?Q([1-4])", text.strip().upper()) or re.fullmatch(
        r"Q([1-4])[- /]?(\d{4})", text.strip().upper()
    )
    month = re.fullmatch(r"(\d{4})-(\d\d)", text.strip())
    try:
        if days:
            return pd.Timestamp(days[1]), pd.Timestamp(days[2])
        if quarter:
            year, number = sorted(quarter.groups(), key=len, reverse=True)
            return _span(pd.Period(f"{year}Q{number}", freq="Q"))
        if month:
            return _span(pd.Period(f"{month[1]}-{month[2]}", freq="M"))
        return _span(pd.Period(text.strip(), freq="Y")) if re.fullmatch(r"\d{4}", text.strip()) else None
    except ValueError:
        return None


def _span(period: pd.Period) -> tuple[pd.Timestamp, pd.Timestamp]:
    return period.start_time.normalize(), period.end_time.normalize()


def _kinds(text: pd.Series, header: str, faults: Faults) -> pd.Series:
    known = {word: kind for kind, words in WORDS.items() for word in words}
    bare = text.map(bare_words, na_action="ignore")
    kinds = bare.map(known)
    faults.add(header, text[kinds.isna() & text.notna()], f"must be one of {', '.join(KINDS)}")
    return kinds.astype("str")


def _check(rows: pd.DataFrame, faults: Faults) -> None:
    span = rows["start"].dt.strftime("%Y-%m-%d") + " to " + rows["end"].dt.strftime("%Y-%m-%d")
    faults.add("period", span[rows["end"] < rows["start"]], "must not end before it starts")
    late = rows["made"].dt.normalize() > rows["end"]
    shown = rows["made"].dt.strftime("%Y-%m-%d")
    faults.add("made on", shown[late], "lies after the end of its period; nobody forecasts what is known")
    keys = rows.assign(owner=rows["owner"].fillna("(team)"))[["start", "end", "owner", "made", "kind"]]
    again = keys.duplicated(keep=False)
    faults.add(
        "made on", (keys["owner"] + " " + shown)[again], "the same call stands on several lines; leave one"
    )
