"""What a column holds, seen from its cells alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from forecast.crm.columns import FLAGS, stripped
from forecast.crm.dates import FAMILIES
from forecast.crm.sheet import Sheet
from forecast.findings import first_examples

Kind = Literal["empty", "date", "number", "flag", "word", "text"]
#: Share of the cells that must be of a kind.
MOSTLY = 0.95
#: So many different values at most are words (stages, owners, sources), and on average so many rows share one.
MOST_WORDS, ROWS_A_WORD = 400, 2
#: Cells that are looked at to tell a kind.
LOOKED_AT = 5_000
_NUMBER = r"-?(?:[A-Z]{2,3} ?|[$€£¥] ?)?-?\d[\d.,'\u2019 \u00a0\u2009\u202f]*(?:[eE][+-]?\d+)?(?:[ \u00a0\u202f]?[%€$£]|[ \u00a0\u202f]?[A-Z]{3})?"


@dataclass(frozen=True, slots=True)
class Profile:
    """One column.

    Attributes
    ----------
    position : int
    header : str
    kind : str
    filled, distinct : int
        Cells that hold something; different values among them.
    examples : tuple of str
        The first three different values.
    cells : Series of str
        Stripped, missing where blank.
    """

    position: int
    header: str
    kind: Kind
    filled: int
    distinct: int
    examples: tuple[str, ...]
    cells: pd.Series

    @property
    def is_key(self) -> bool:
        """Whether no cell is empty and none stands twice."""
        return self.filled == self.distinct == len(self.cells)

    @property
    def different(self) -> list[str]:
        """The different values, in the order of the file."""
        return [str(value) for value in self.cells.dropna().drop_duplicates()]


def profiles(sheet: Sheet) -> list[Profile]:
    """Return what each column of a sheet holds; of headers that stand twice, the first."""
    seen: set[str] = set()
    found = []
    for position, header in enumerate(sheet.headers):
        if header and header not in seen:
            seen.add(header)
            found.append(_profile(position, header, stripped(sheet.rows[position])))
    return found


def _profile(position: int, header: str, cells: pd.Series) -> Profile:
    given = cells.dropna()
    distinct = given.drop_duplicates()
    kind = _kind(given, len(distinct))
    return Profile(position, header, kind, len(given), len(distinct), first_examples(distinct), cells)


def _kind(given: pd.Series, distinct: int) -> Kind:
    if given.empty:
        return "empty"
    some = given.iloc[:LOOKED_AT]
    if any(some.str.fullmatch(pattern).mean() >= MOSTLY for pattern in FAMILIES.values()):
        return "date"
    if some.str.casefold().isin(FLAGS).all():
        return "flag"
    if some.str.fullmatch(_NUMBER).mean() >= MOSTLY:
        return "number"
    few = distinct <= MOST_WORDS and distinct * ROWS_A_WORD <= max(len(given), 2 * ROWS_A_WORD)
    return "word" if few else "text"
