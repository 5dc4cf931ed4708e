"""The cells of a file by their meaning, still text."""

from __future__ import annotations

import pandas as pd

from forecast.crm.sources import Part
from simulations.processes import by_threads
from simulations.tables import looked_up

#: What CRMs and spreadsheets write into a cell that is empty.
BLANKS = (
    *("", "(No value)", "(no value)", "NaT", "nan", "NaN", "None", "none"),
    *("null", "NULL", "--", "-", "N/A", "n/a", "\u2014", "\u2013"),
    *("0000-00-00", "0000-00-00 00:00:00", "00.00.0000"),
)
# fmt: off
_YES = ("true", "1", "yes", "t", "y", *("ja", "wahr", "oui", "vrai", "si", "sí", "sì", "verdadero", "ano", "sim", "vero"))
_NO = ("false", "0", "no", "f", "n", *("nein", "falsch", "non", "faux", "falso", "ne", "não", "nee"))
# fmt: on
FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


def stripped(column: pd.Series) -> pd.Series:
    """Return cells without blanks around them, missing where nothing was written."""
    text = column.str.strip()
    blank = text.isin(BLANKS)
    return text.mask(blank) if blank.any() else text


def text_columns(part: Part) -> dict[str, pd.Series]:
    """Return meaning -> cells of a file, stripped, missing where blank."""
    columns = list(part.layout.columns.items())
    texts = by_threads(
        lambda: None, lambda _, one: stripped(part.sheet.rows[columns[one][1]]), len(columns), batch=1
    )
    return {meaning: text for (meaning, _), text in zip(columns, texts, strict=True)}


def flag(texts: pd.Series) -> pd.Series:
    """Return True, False, or missing where a cell says neither (true and false, 1 and 0, yes and no)."""
    return looked_up(texts.str.casefold(), FLAGS, "object")
